"""Project Haystack's histories: the same grid as Zinc, as Hayson and as JSON of Haystack 3."""

import io
import json
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from spine import Spine, meter

from pipelines.sources import Unreadable, rows
from schemas.estate.source import Source
from schemas.quantities import Kind
from schemas.tables import RAW

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "haystack" / "sample"
ZINC = """ver:"3.0" hisStart:2025-01-01T00:00:00-05:00 New_York
ts,v0 id:@p:demo:r:1 "Main, kW" unit:"kW",v1 id:@p:demo:r:2 dis:"Energy"
2025-01-01T00:00:00-05:00 New_York,12.5,1_000kWh
2025-01-01T00:15:00-05:00 New_York,N,1_003.25kWh
2025-01-01T00:30:00-05:00 New_York,NaN,
2025-01-01T00:45:00-05:00 New_York,-1e3W,"a, b"
"""
HAYSON = {
    "_kind": "grid",
    "meta": {"ver": "3.0"},
    "cols": [
        {"name": "ts"},
        {
            "name": "v0",
            "meta": {"id": {"_kind": "ref", "val": "p:demo:r:1", "dis": "Main, kW"}, "unit": "kW"},
        },
        {"name": "v1", "meta": {"id": {"_kind": "ref", "val": "p:demo:r:2"}, "dis": "Energy"}},
    ],
    "rows": [
        {"ts": {"_kind": "dateTime", "val": "2025-01-01T00:00:00-05:00", "tz": "New_York"},
         "v0": 12.5, "v1": {"_kind": "number", "val": 1000, "unit": "kWh"}},
        {"ts": {"_kind": "dateTime", "val": "2025-01-01T00:15:00-05:00", "tz": "New_York"},
         "v1": {"_kind": "number", "val": 1003.25, "unit": "kWh"}},
        {"ts": {"_kind": "dateTime", "val": "2025-01-01T00:30:00-05:00", "tz": "New_York"},
         "v0": {"_kind": "number", "val": "NaN"}},
        {"ts": {"_kind": "dateTime", "val": "2025-01-01T00:45:00-05:00", "tz": "New_York"},
         "v0": {"_kind": "number", "val": -1000, "unit": "W"}, "v1": "a, b"},
    ],
}  # fmt: skip
OLDER = {
    "meta": {"ver": "3.0"},
    "cols": [
        {"name": "ts"},
        {"name": "v0", "id": "r:p:demo:r:1 Main, kW", "unit": "s:kW"},
        {"name": "v1", "id": "r:p:demo:r:2", "dis": "s:Energy"},
    ],
    "rows": [
        {"ts": "t:2025-01-01T00:00:00-05:00 New_York", "v0": "n:12.5", "v1": "n:1000 kWh"},
        {"ts": "t:2025-01-01T00:15:00-05:00 New_York", "v1": "n:1003.25 kWh"},
        {"ts": "t:2025-01-01T00:30:00-05:00 New_York", "v0": "n:NaN"},
        {"ts": "t:2025-01-01T00:45:00-05:00 New_York", "v0": "n:-1000 W", "v1": "a, b"},
    ],
}
TIMES = [f"2025-01-01T00:{minute:02d}:00-05:00" for minute in (0, 15, 30, 45)]
FORMS = [
    pytest.param("haystack-zinc", ZINC, id="zinc"),
    pytest.param("haystack-json", json.dumps(HAYSON), id="hayson"),
    pytest.param("haystack-json", json.dumps(OLDER), id="json-of-haystack-3"),
]


def read(form, text, *columns, wide):
    source = Source(match="*", format=form, wide=wide)
    found = pl.concat(rows(io.BytesIO(text.encode()), source))
    assert found.schema == RAW
    return list(found.select(columns).iter_rows())


@pytest.mark.parametrize(("form", "text"), FORMS)
@pytest.mark.parametrize("name", ["v0", "@p:demo:r:1", "Main, kW"])
def test_a_column_is_named_by_itself_its_point_or_its_display_name(form, text, name):
    found = read(form, text, "meter_id", "timestamp", "value", "unit", wide=((name, "m"),))

    assert [row[:2] for row in found] == [("m", TIMES[place]) for place in (0, 2, 3)]
    assert [(row[2].replace("1e3", "1000"), row[3]) for row in found] == [
        ("12.5", "kW"), ("NaN", "kW"), ("-1000", "W")]  # fmt: skip


@pytest.mark.parametrize(("form", "text"), FORMS)
def test_a_number_s_own_unit_counts_and_what_is_no_number_is_passed_on(form, text):
    found = read(form, text, "timestamp", "value", "unit", wide=(("Energy", "m"),))

    assert [row[0] for row in found] == [TIMES[place] for place in (0, 1, 3)]
    assert [row[1:] for row in found[:2]] == [("1000", "kWh"), ("1003.25", "kWh")]
    assert "a, b" in found[2][1]


def test_lines_of_zinc_are_those_of_the_file():
    assert [row[0] for row in read("haystack-zinc", ZINC, "line", wide=(("v0", "m"),))] == [3, 5, 6]


def test_a_row_of_another_width_is_malformed_and_kept_whole():
    text = ZINC + "2025-01-01T01:00:00-05:00 New_York,1\n"

    found = read("haystack-zinc", text, "line", "malformed", "value", wide=(("v0", "m"),))

    assert found[-1] == (7, True, "2025-01-01T01:00:00-05:00 New_York,1")


def test_lists_and_grids_within_cells_part_nothing():
    text = 'ver:"3.0"\nts,notes,val\n2025-01-01T00:00:00Z UTC,[1,{a:2,b:"x,]y"}],7\n'

    assert read("haystack-zinc", text, "value", wide=(("val", "m"),)) == [("7",)]


@pytest.mark.parametrize(
    ("form", "text", "why"),
    [
        ("haystack-zinc", "", "no grid of Zinc"),
        ("haystack-zinc", "ts,val\n2025-01-01,1\n", "no version"),
        ("haystack-zinc", 'ver:"3.0" err dis:"unknown id"\nempty\n', "unknown id"),
        ("haystack-json", "{", "no grid"),
        ("haystack-json", "[]", "no grid"),
        ("haystack-json", '{"meta":{},"cols":[],"rows":[]}', "no version"),
        ("haystack-json", '{"meta":{"ver":"3.0","err":{"_kind":"marker"},"dis":"gone"},'
         '"cols":[{"name":"empty"}],"rows":[]}', "gone"),
        ("haystack-zinc", ZINC.replace("v0 id", "p0 id"), "no column 'v0'"),
    ],
)  # fmt: skip
def test_other_files_are_refused(form, text, why):
    with pytest.raises(Unreadable, match=why):
        read(form, text, "line", wide=(("v0", "m"),))


def test_without_a_mapping_the_columns_are_told():
    with pytest.raises(Unreadable, match=r"@p:demo:r:1.*Energy.*v1"):
        read("haystack-zinc", ZINC, "line", wide=())


def test_every_history_of_the_real_site_is_read_whole():
    """Nineteen points of six months each, beside a count and sum line by line."""
    if not SHARED.is_dir():
        pytest.skip("../shared/data/haystack is not there")
    paths = sorted(SHARED.glob("p_demo_r_*.zinc"))
    assert len(paths) == 19
    values: list[Decimal] = []
    for path in paths:
        lines = path.read_text().splitlines()[2:]
        told = [line.split(",") for line in lines if line]
        found = read("haystack-zinc", path.read_text(), "timestamp", "value", wide=(("val", "m"),))

        assert [(stamp.split()[0], value) for stamp, value in told] == found
        values += (Decimal(value) for _, value in found)
    assert (len(values), sum(values)) == (114, 1310)


def test_a_history_becomes_readings():
    source = Source(match="*", format="haystack-zinc", wide=(("Energy", "m"),))
    one = Spine([meter(kind=Kind.REGISTER)], [ZINC], source=source)

    assert [(f"{at:%H:%M}", value) for at, value in one.values] == [
        ("05:00", 1000),
        ("05:15", Decimal("1003.25")),
    ]
    assert one.reasons == {6: "unparsable_value"}
