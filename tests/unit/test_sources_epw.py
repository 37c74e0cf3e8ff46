"""EnergyPlus' weather files: hours labelled by their end, in standard time all year."""

import io

import polars as pl
import pytest
from spine import Spine, meter

from pipelines.sources import Unreadable, rows
from schemas.estate.source import Source
from schemas.quantities import Kind
from schemas.tables import RAW

HEAD = "LOCATION,Frankfurt,HE,DEU,TMYx,106370,50.05,8.60,1.0,113.0\n" + "DESIGN CONDITIONS,0\n" * 7
DRY, DEW, HUMID = "Dry Bulb Temperature", "Dew Point Temperature", "Relative Humidity"


def read(text, *columns, **wide):
    source = Source(match="*", format="epw", wide=tuple((name, to) for to, name in wide.items()))
    found = pl.concat(rows(io.BytesIO(text.encode()), source))
    assert found.schema == RAW
    return list(found.select(columns).iter_rows())


def test_an_hour_is_labelled_by_its_end_and_the_last_is_the_next_day():
    text = HEAD + "2025,7,1,1,0,?,18.4,11.0,62,\n2025,7,1,24,60,?,21.0,12.0,57,\n"

    assert read(text, "line", "timestamp", "value", "unit", m=DRY) == [
        (9, "2025-07-01T01:00:00+01:00", "18.4", "°C"),
        (10, "2025-07-02T00:00:00+01:00", "21.0", "°C"),
    ]


def test_parts_of_an_hour_end_at_their_minute():
    text = HEAD + "".join(f"2025,1,1,1,{minute},?,1.0,0,80,\n" for minute in (15, 30, 45, 60))

    assert [at[11:16] for (at,) in read(text, "timestamp", m=DRY)] == [
        "00:15", "00:30", "00:45", "01:00"]  # fmt: skip


def test_what_was_not_measured_is_no_row():
    text = HEAD + "2025,1,1,1,0,?,99.9,99.9,999,\n2025,1,1,2,0,?,-3.5,-4.0,96,\n"

    assert read(text, "meter_id", "value", dry=DRY, dew=DEW, humid=HUMID) == [
        ("dry", "-3.5"), ("dew", "-4.0"), ("humid", "96")]  # fmt: skip


def test_a_row_that_is_none_is_malformed_and_kept():
    text = HEAD + "2025,1,1,25,0,?,1.0,0,80,\n2025,2,30,1,0,?,1.0,0,80,\n2025,1,1,1,0,?\n"

    assert [line for line, bad in read(text, "line", "malformed", m=DRY) if bad] == [9, 10, 11]


@pytest.mark.parametrize(
    ("text", "wide", "why"),
    [
        ("", {"m": DRY}, "is empty"),
        ("LOCATION,x\n", {"m": DRY}, "no LOCATION with its hours"),
        ("at,value\n", {"m": DRY}, "no LOCATION with its hours"),
        (HEAD, {"m": "Dry Bulb"}, f"no field 'Dry Bulb' can be mapped.*{DRY}"),
        (HEAD, {}, "can be mapped"),
    ],
)
def test_other_files_and_mappings_are_told(text, wide, why):
    with pytest.raises(Unreadable, match=why):
        read(text, "line", **wide)


def test_the_temperature_becomes_readings():
    own = meter(quantity="outdoor_temperature", kind=Kind.GAUGE, unit="°C")
    source = Source(match="*", format="epw", wide=((DRY, "m"),))

    spine = Spine([own], [HEAD + "2025,6,1,13,0,?,18.4,11.0,62,\n"], source=source)

    assert [(at.isoformat(), float(value)) for at, value in spine.values] == [
        ("2025-06-01T12:00:00+00:00", 18.4)]  # fmt: skip
