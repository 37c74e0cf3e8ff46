"""Texts to instants, local time that exists twice or never, and the hours of the site's clock."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from spine import BERLIN, Spine, drop, meter, site, utc

from pipelines.steps.calendar import (
    hours_of,
    month_bounds,
    months_between,
    months_of,
    next_month,
    year_bounds,
)
from pipelines.steps.times import parse_times
from schemas.estate.source import Source
from schemas.quantities import Kind


def read(*stamps, facility=BERLIN, **facts):
    """Readings of one register, one file, one count more each line."""
    own = meter(facility_id=facility.id, **facts)
    return Spine([own], [drop(("m", stamp, n) for n, stamp in enumerate(stamps))], facility)


def instants(spine):
    """Accepted instants by the value that stands beside them: the line's place in the file."""
    candidates = spine.read[0].sort("line")
    return dict(candidates.select(pl.col("value").cast(pl.Int64), "measured_at").iter_rows())


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        pytest.param("2025-01-10T12:00:00Z", "2025-01-10T12:00:00", id="utc"),
        pytest.param("2025-01-10T12:00:00+01:00", "2025-01-10T11:00:00", id="offset"),
        pytest.param("2025-01-10 12:00:00+0530", "2025-01-10T06:30:00", id="offset-short"),
        pytest.param("2025-01-10T12:00:00", "2025-01-10T11:00:00", id="naive-in-winter"),
        pytest.param("2025-07-10 12:00:00", "2025-07-10T10:00:00", id="naive-in-summer"),
        pytest.param("2025-07-10T12:00", "2025-07-10T10:00:00", id="without-seconds"),
        pytest.param("2025-07-10 12:00", "2025-07-10T10:00:00", id="blank-without-seconds"),
        pytest.param("2025-07-10 12:00:00.25", "2025-07-10T10:00:00.25", id="fraction"),
        pytest.param("2025-07-10T12:00:00.5+02:00", "2025-07-10T10:00:00.5", id="all-of-it"),
        pytest.param("2025-07-10", "2025-07-09T22:00:00", id="a-date-is-midnight"),
        pytest.param(" 2025-01-10T12:00:00Z ", "2025-01-10T12:00:00", id="blanks-around"),
        pytest.param("2025-01-10T24:00:00Z", "2025-01-11T00:00:00", id="24:00-utc"),
        pytest.param("2025-03-29 24:00", "2025-03-29T23:00:00", id="24:00-before-spring"),
        pytest.param("2025-03-30 24:00", "2025-03-30T22:00:00", id="24:00-after-spring"),
    ],
)
@pytest.mark.parametrize(
    "beside", [(), ("2025-01-01T00:00:00Z", "nonsense")], ids=["alone", "mixed"]
)
def test_shapes_of_iso_8601(text, instant, beside):
    assert instants(read(text, *beside))[0] == utc(instant)


@pytest.mark.parametrize("text", ["31.12.2024 24:00", "01.01.2025 00:00"])
def test_24_00_by_a_format_is_the_next_day_s_midnight(text):
    [_, local] = parse_times(pl.Series([text, None, "x 24:00"]), "%d.%m.%Y %H:%M")

    assert local.to_list() == [datetime.fromisoformat("2025-01-01"), None, None]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2025-01-10T24:01:00",
        "2025-01-10T24:00:01",
        "10.03.2025 12:00",
        "2025-13-01",
        "2025-02-30T00:00:00",
        "1736510400",
    ],
)
def test_other_texts_are_no_times(text):
    assert read(text).reasons == {2: "unparsable_time"}


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        pytest.param("0001-01-01T00:00:00", "UTC", id="null-date"),
        pytest.param("0001-01-01T00:00:00", "Europe/Berlin", id="null-date-in-berlin"),
        pytest.param("0001-01-01T00:00:00+01:00", "UTC", id="null-date-with-offset"),
        pytest.param("0001-01-01T00:00:00.0000000+01:00", "UTC", id="null-date-in-full"),
        pytest.param("9999-12-31T23:59:59-05:00", "UTC", id="end-of-days"),
    ],
)
def test_a_time_no_calendar_holds_goes_to_quarantine_alone(text, zone):
    """The other rows are judged as if it were not there: one is good, one is ancient."""
    spine = read("2025-03-10T00:00:00Z", text, "2001-03-10T00:00:00Z", facility=site(zone))

    assert spine.read[0]["line"].to_list() == [2]
    assert set(spine.read[1]["line"]) == {3, 4}
    assert spine.reasons[4] == "ancient_time"


@pytest.mark.parametrize("shape", ["%d.%m.%Y %H:%M:%S %z", "%d.%m.%Y %H:%M:%S %:z"])
def test_a_mapped_format_with_offset(shape):
    source = Source(match="*", time_format=shape)

    spine = Spine([meter()], [drop([("m", "10.03.2025 12:00:00 +02:00", 1)])], source=source)

    assert instants(spine)[1] == utc("2025-03-10T10:00")


def test_a_mapped_format_is_the_only_one():
    source = Source(match="*", time_format="%d.%m.%Y %H:%M", timezone="America/New_York")
    rows = [("m", "10.01.2025 12:00", 1), ("m", "2025-01-10T12:00:00Z", 2)]

    spine = Spine([meter()], [drop(rows)], source=source)

    assert instants(spine) == {1: utc("2025-01-10T17:00")}
    assert spine.reasons == {3: "unparsable_time"}


def test_the_hour_that_spring_leaves_out():
    spine = read(
        "2025-03-30T01:59:59", "2025-03-30T02:00:00", "2025-03-30T02:59:59", "2025-03-30T03:00:00"
    )

    assert spine.reasons == {3: "dst_hole", 4: "dst_hole"}
    assert instants(spine) == {0: utc("2025-03-30T00:59:59"), 3: utc("2025-03-30T01:00:00")}


@pytest.mark.parametrize(
    ("stamps", "passes"),
    [
        pytest.param(["01:30", "02:30", "03:30"], {1: 0}, id="one-is-the-first-pass"),
        pytest.param(["02:00", "02:30", "02:00", "02:30"], {0: 0, 1: 0, 2: 1, 3: 1}, id="two"),
        pytest.param(
            ["03:00", "02:30", "02:00", "02:30", "02:00", "01:30"],
            {1: 1, 2: 1, 3: 0, 4: 0},
            id="two-newest-first",
        ),
        pytest.param(["01:30", "02:30", "02:30", "02:30", "03:00"], {}, id="three-are-undecidable"),
    ],
)
def test_the_double_hour_of_autumn(stamps, passes):
    spine = read(*(f"2025-10-26T{stamp}:00" for stamp in stamps))

    found = instants(spine)
    first = utc("2025-10-26T00:00")
    for place, late in passes.items():
        minutes = timedelta(minutes=int(stamps[place][3:]))
        assert found[place] == first + minutes + timedelta(hours=late)
    if not passes:
        assert set(spine.reasons.values()) == {"ambiguous_time"}
        assert len(spine.reasons) == 3


def test_a_single_stamp_of_the_double_hour_is_flagged():
    flags = read("2025-10-26T01:30:00", "2025-10-26T02:30:00").read[0].sort("line")["flag"]

    assert flags.to_list() == [None, "first_pass"]


def test_an_offset_decides_the_double_hour():
    found = instants(read("2025-10-26T02:30:00+02:00", "2025-10-26T02:30:00+01:00"))

    assert found == {0: utc("2025-10-26T00:30"), 1: utc("2025-10-26T01:30")}


def test_clocks_that_move_by_half_an_hour():
    """Lord Howe: 02:00–02:30 is left out on 5 October; 01:30–02:00 is double on 6 April."""
    howe = site("Australia/Lord_Howe")

    spring = read(
        "2025-10-05T01:59:00", "2025-10-05T02:15:00", "2025-10-05T02:30:00", facility=howe
    )
    autumn = read(
        "2025-04-06T01:45:00", "2025-04-06T01:45:00", "2025-04-06T02:00:00", facility=howe
    )

    assert spring.reasons == {3: "dst_hole"}
    assert instants(spring)[2] == utc("2025-10-04T15:30")
    assert instants(autumn) == {
        0: utc("2025-04-05T14:45"),
        1: utc("2025-04-05T15:15"),
        2: utc("2025-04-05T15:30"),
    }


@pytest.mark.parametrize(
    ("zone", "month", "day", "hours"),
    [
        pytest.param("Europe/Berlin", "2025-03", date(2025, 3, 30), 23, id="spring"),
        pytest.param("Europe/Berlin", "2025-10", date(2025, 10, 26), 25, id="autumn"),
        pytest.param("Europe/Berlin", "2025-06", date(2025, 6, 1), 24, id="summer"),
        pytest.param("America/New_York", "2025-11", date(2025, 11, 2), 25, id="new-york"),
        pytest.param("Asia/Kolkata", "2025-06", date(2025, 6, 1), 24, id="kolkata"),
        pytest.param("Asia/Kathmandu", "2025-06", date(2025, 6, 1), 24, id="kathmandu"),
    ],
)
def test_days_of_23_24_and_25_hours(zone, month, day, hours):
    found = hours_of(month, ZoneInfo(zone)).filter(pl.col("local_date") == day)

    assert found.height == hours
    assert set(found["seconds"]) == {3600}


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"])
def test_the_hours_of_a_year_lie_end_to_end(zone):
    clock = ZoneInfo(zone)
    frames = pl.concat([hours_of(month, clock) for month in months_of(2025)])
    start, end = year_bounds(2025, clock)

    assert frames["start"][0] == start
    assert frames["end"][-1] == end
    assert frames["end"].to_list()[:-1] == frames["start"].to_list()[1:]
    assert frames["seconds"].sum() == 365 * 86_400
    minutes = frames["start"].dt.convert_time_zone(zone).dt.minute().unique().to_list()
    assert minutes == [0]


def test_half_hour_clocks_make_one_long_interval_each_way():
    for month in ("2025-04", "2025-10"):
        lengths = hours_of(month, ZoneInfo("Australia/Lord_Howe"))["seconds"]
        assert sorted(set(lengths)) == [3600, 5400]
        assert lengths.to_list().count(5400) == 1


def test_a_month_whose_midnight_does_not_exist():
    """Asunción began summer time at midnight of 1 October 2023."""
    start, _ = month_bounds("2023-10", ZoneInfo("America/Asuncion"))

    assert start == datetime(2023, 10, 1, 4, tzinfo=UTC)


def test_months():
    assert month_bounds("2025-12", ZoneInfo("Asia/Kolkata")) == (
        utc("2025-11-30T18:30"),
        utc("2025-12-31T18:30"),
    )
    assert (next_month("2025-12"), next_month("2025-01", -1)) == ("2026-01", "2024-12")
    assert list(months_between("2024-11", "2025-02")) == [
        "2024-11",
        "2024-12",
        "2025-01",
        "2025-02",
    ]
    assert list(months_between("2025-02", "2025-01")) == []


@pytest.mark.parametrize(
    ("interval", "stamp", "text", "start", "hours"),
    [
        pytest.param(
            {"interval_months": 1}, "start", "2025-03-01", "2025-02-28T23:00", 743, id="month"
        ),
        pytest.param(
            {"interval_months": 1},
            "end",
            "2025-04-01",
            "2025-02-28T23:00",
            743,
            id="month-by-its-end",
        ),
        pytest.param(
            {"days": 1}, "start", "2025-03-30", "2025-03-29T23:00", 23, id="day-of-23-hours"
        ),
        pytest.param(
            {"days": 1}, "end", "2025-10-27", "2025-10-25T22:00", 25, id="day-of-25-hours"
        ),
        pytest.param(
            {"hours": 1}, "end", "2025-03-30T03:00", "2025-03-30T00:00", 1, id="hour-by-its-end"
        ),
    ],
)
def test_lengths_of_calendar_intervals(interval, stamp, text, start, hours):
    months = interval.pop("interval_months", 0)
    length = timedelta(days=31 * months) if months else timedelta(**interval)
    spine = read(text, kind=Kind.INTERVAL, interval=length, interval_months=months, stamp=stamp)

    [(at, seconds)] = spine.read[0].select("measured_at", "seconds").iter_rows()

    assert (at, seconds) == (utc(start), hours * 3600)


@pytest.mark.parametrize(
    ("text", "time_format", "expected"),
    [
        pytest.param("1735689600", "epoch_s", "2025-01-01T00:00:00", id="seconds"),
        pytest.param("1735689600.25", "epoch_s", "2025-01-01T00:00:00.250000", id="with-a-part"),
        pytest.param(
            " 1735689600123 ", "epoch_ms", "2025-01-01T00:00:00.123000", id="milliseconds"
        ),
        pytest.param("1735689600000001", "epoch_us", "2025-01-01T00:00:00.000001", id="micro"),
        pytest.param("1735689600000001999", "epoch_ns", "2025-01-01T00:00:00.000001", id="nano"),
        pytest.param("1.7356896e9", "epoch_s", "2025-01-01T00:00:00", id="with-an-exponent"),
        pytest.param("noon", "epoch_s", None, id="no-count"),
        pytest.param("2025-01-01T00:00:00Z", "epoch_s", None, id="iso-is-no-count"),
        pytest.param("9" * 25, "epoch_s", None, id="beyond-all-years"),
    ],
)
def test_counts_since_1970(text, time_format, expected):
    given, local = parse_times(pl.Series([text]), time_format)

    assert local.item() is None
    assert given.item() == (
        None if expected is None else datetime.fromisoformat(f"{expected}+00:00")
    )
