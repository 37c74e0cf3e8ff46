"""Green Button: series by link or title, values by their power of ten, units and qualities."""

import io
import json
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from spine import Spine, meter

from pipelines.sources import FORMATS, Unreadable, rows
from schemas.estate.source import Source
from schemas.quantities import Kind
from schemas.tables import RAW

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "green-button"
ATOM, ESPI = "http://www.w3.org/2005/Atom", "http://naesb.org/espi"
TYPE = {"uom": "72", "powerOfTenMultiplier": "0"}
#: 1 June 2025, 00:00 UTC.
START = 1_748_736_000


def entry(kind, own, *others, title="", content=""):
    links = "".join(
        f'<link rel="{rel}" href="{href}"/>'
        for rel, href in (("self", own), *(("related", one) for one in others))
    )
    body = f'<{kind} xmlns="{ESPI}">{content}</{kind}>'
    return f"<entry>{links}<title>{title}</title><content>{body}</content></entry>"


def reading(value, start=START, duration=900, more=""):
    period = f"<timePeriod><duration>{duration}</duration><start>{start}</start></timePeriod>"
    return f"<IntervalReading>{more}{period}<value>{value}</value></IntervalReading>"


def series(number, *readings, title="", **kind):
    """A MeterReading with its type and its block, the block first: links lead backwards too."""
    own = f"/UsagePoint/1/MeterReading/{number}"
    facts = "".join(f"<{name}>{text}</{name}>" for name, text in {**TYPE, **kind}.items())
    return "".join(
        [
            entry("IntervalBlock", f"{own}/IntervalBlock/1", content="".join(readings)),
            entry("MeterReading", own, f"/ReadingType/{number}", title=title),
            entry("ReadingType", f"/ReadingType/{number}", content=facts),
        ]
    )


def feed(*entries):
    return f'<feed xmlns="{ATOM}">{"".join(entries)}</feed>'.encode()


def read(content, *columns, wide=(("*", "m"),)):
    source = Source(match="*", format="green-button", wide=wide)
    found = pl.concat(rows(io.BytesIO(content), source))
    assert found.schema == RAW
    return list(found.select(columns).iter_rows())


def refused(content, wide=(("*", "m"),)):
    with pytest.raises(Unreadable) as caught:
        read(content, "line", wide=wide)
    return caught.value.reason


def test_a_reading_has_its_own_interval_in_utc():
    content = feed(series(1, reading(1790), reading(1792, START + 900)))

    assert read(content, "line", "meter_id", "timestamp", "until", "value", "unit") == [
        (1, "m", "2025-06-01T00:00:00Z", "2025-06-01T00:15:00Z", "1790", "Wh"),
        (2, "m", "2025-06-01T00:15:00Z", "2025-06-01T00:30:00Z", "1792", "Wh"),
    ]


@pytest.mark.parametrize(
    ("value", "power", "shown"),
    [
        ("1790", "3", "1790000"),
        ("1790", "-3", "1.790"),
        ("0", "-6", "0.000000"),
        ("-5", "0", "-5"),
        ("123456789012345", "-3", "123456789012.345"),
    ],
)
def test_values_are_taken_times_the_power_of_ten_exactly(value, power, shown):
    content = feed(series(1, reading(value), powerOfTenMultiplier=power))

    assert read(content, "value") == [(shown,)]


@pytest.mark.parametrize(
    ("uom", "unit"),
    [("72", "Wh"), ("38", "W"), ("169", "therm"), ("132", "Btu"), ("42", "m3"), ("71", "VAh"),
     ("111", "uom 111"), ("", None)],
)  # fmt: skip
def test_units_are_ours_and_an_unknown_one_keeps_its_number(uom, unit):
    assert read(feed(series(1, reading(1), uom=uom)), "unit") == [(unit,)]


def test_a_register_s_readings_have_no_end():
    assert read(feed(series(1, reading(1), accumulationBehaviour="3")), "until") == [(None,)]


@pytest.mark.parametrize(
    ("codes", "quality"),
    [
        pytest.param((), None, id="none"),
        pytest.param(("0",), "good", id="valid"),
        pytest.param(("17", "8"), "estimated", id="the-worse-of-two"),
        pytest.param(("10",), "questionable", id="a-word-to-be-explained"),
        pytest.param(("99",), "quality 99", id="unknown"),
    ],
)
def test_qualities(codes, quality):
    more = "".join(f"<ReadingQuality><quality>{code}</quality></ReadingQuality>" for code in codes)

    assert read(feed(series(1, reading(1, more=more))), "quality") == [(quality,)]


BOTH = feed(series(1, reading(1), title="Import"), series(2, reading(2), title="Export"))


def test_series_are_named_by_title_or_link_and_others_are_no_rows():
    wide = (("Export", "out"),)

    assert read(BOTH, "line", "meter_id", "value", wide=wide) == [(2, "out", "2")]
    assert read(BOTH, "meter_id", wide=(("/UsagePoint/1/MeterReading/1", "in"),)) == [("in",)]


def test_a_series_that_is_not_there_is_told_with_those_that_are():
    reason = refused(BOTH, (("Exprt", "out"),))

    assert "no series 'Exprt'" in reason
    assert "Did you mean 'Export'" in reason
    assert "'/UsagePoint/1/MeterReading/1' (Import) in Wh with 1 readings" in reason


def test_of_two_series_the_star_means_none():
    assert "no series '*'" in refused(BOTH)


def test_without_a_mapping_the_message_says_what_could_be_mapped():
    assert "(Import) in Wh" in refused(BOTH, ())


@pytest.mark.parametrize(
    "broken",
    [
        reading(""),
        reading("n/a"),
        reading(1, start=""),
        reading(1, start="soon"),
        reading("1", 1e99),
    ],
)
def test_a_reading_that_cannot_be_taken_apart_is_malformed_and_kept(broken):
    found = read(feed(series(1, reading(1), broken, reading(3))), "line", "malformed", "value")

    assert [row[:2] for row in found] == [(1, False), (3, False), (2, True)]
    assert found[2][2].startswith("<IntervalReading")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        pytest.param(feed(), "no entry", id="empty"),
        pytest.param(b"<feed", "not whole XML", id="cut-off"),
        pytest.param(b"a,b\n1,2\n", "not whole XML", id="csv"),
        pytest.param(feed(series(1, reading(1)))[:-40], "not whole XML", id="cut-off-later"),
        pytest.param(
            b'<!DOCTYPE feed [<!ENTITY a "aaaa">]>' + feed(series(1, reading(1))), "DOCTYPE",
            id="doctype",
        ),
    ],
)  # fmt: skip
def test_other_files_are_refused(content, why):
    assert why in refused(content)


@pytest.fixture(scope="module")
def expected():
    if not SHARED.exists():
        pytest.skip("../shared/data/green-button is not there")
    return json.loads((SHARED / "expected.json").read_text())


KWH = {
    "Coastal_Multi_Family_12hr_Jan_1_2011_to_Jan_1_2012_RetailCustomer_3.xml": "Wh",
    "example-GreenButton-data-electricity-wh.xml": "Wh",
    "example-GreenButton-data-gas-J--3.xml": "J",
    "example-GreenButton-data-gas-MBtu.xml": "Btu",
    "example-GreenButton-data-gas-therms--3.xml": "therm",
    "example-GreenButton-data-invalid-electricity-cf.xml": "ft3",
    "example-GreenButton-data-invalid-time-service-kind.xml": "ft3",
    "PGEIntervalBlock.xml": None,
    "ESPIIntervalBlock.xml": None,
}


@pytest.mark.parametrize("name", KWH)
def test_real_files_hold_what_an_independent_reader_found(expected, name):
    [path] = SHARED.rglob(name)
    told = expected[name]

    found = read(path.read_bytes(), "timestamp", "until", "value", "unit")

    power = int(told["uom_multiplier"][0][1]) if told["uom_multiplier"] else 0
    assert len(found) == told["readings"]
    assert len(set(found)) == told["distinct"]
    assert sum(Decimal(row[2]) for row in found) == Decimal(told["raw_sum_all"]).scaleb(power)
    assert min(found)[0] == told["first_utc"]
    assert max(found)[0] == told["last_start_utc"]
    assert {row[3] for row in found} == {KWH[name]}


def test_green_button_is_a_format_without_lines():
    assert not FORMATS["green-button"].has_lines


def spine(content, **facts):
    source = Source(match="*", format="green-button", wide=(("*", "m"),))
    return Spine([meter(kind=Kind.INTERVAL, **facts)], [content], source=source)


def test_watt_hours_become_kilowatt_hours_over_the_reading_s_own_time():
    """The meter says an hour; the file says fifteen minutes."""
    found = spine(feed(series(1, reading(1790)))).readings

    assert found.select("seconds", "value").rows() == [(900, Decimal("1.79"))]


@pytest.mark.parametrize("uom", ["119", "71", "111"])
def test_units_that_are_no_energy_are_refused(uom):
    assert spine(feed(series(1, reading(1), uom=uom))).reasons == {1: "unknown_unit"}
