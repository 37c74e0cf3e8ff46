"""Rows that tell their own end: bills and other intervals of any length, on the site's clock."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from spine import Spine, drop, meter, utc

from schemas.estate.source import Source
from schemas.quantities import Kind

HEADER = "meter,from,to,value"
SOURCE = Source(
    match="*",
    columns=(("meter", "meter"), ("timestamp", "from"), ("until", "to"), ("value", "value")),
)
INCLUSIVE = replace(SOURCE, until="inclusive")
BILLS = {"kind": Kind.INTERVAL, "interval": timedelta(days=31), "interval_months": 1}
HOURS = {"kind": Kind.INTERVAL, "interval": timedelta(hours=1)}


def spine(*rows, source=SOURCE, **facts):
    return Spine([meter(**facts)], [drop((("m", *row) for row in rows), HEADER)], source=source)


def lengths(*rows, source=SOURCE, **facts):
    """Start and hours of each reading."""
    found = spine(*rows, source=source, **facts)
    assert found.refused.is_empty(), found.refused
    return [
        (f"{at:%m-%dT%H:%M}", seconds / 3600)
        for at, seconds in found.readings.select("measured_at", "seconds").iter_rows()
    ]


def reason(*row, source=SOURCE, **facts):
    found = spine(row, source=source, **facts).refused
    return found["reasons"].to_list()


def test_a_bill_is_one_interval_of_all_its_days():
    """Berlin's January begins at 23:00 UTC, and has 744 hours; March has 743, October 745."""
    rows = (("2025-01-01", "2025-02-01", 9), ("2025-03-01", "2025-04-01", 9))

    assert lengths(*rows, ("2025-10-01", "2025-11-01", 9), **BILLS) == [
        ("12-31T23:00", 744),
        ("02-28T23:00", 743),
        ("09-30T22:00", 745),
    ]


def test_an_inclusive_end_is_a_day_that_belongs_to_the_bill():
    row = ("2025-01-01", "2025-01-31", 9)

    assert lengths(row, source=INCLUSIVE, **BILLS) == [("12-31T23:00", 744)]
    assert lengths(row, **BILLS) == [("12-31T23:00", 720)]


def test_an_inclusive_end_with_an_offset_tells_no_day():
    assert reason("2025-01-01", "2025-01-31T00:00:00Z", 9, source=INCLUSIVE, **BILLS) == [
        "invalid_end"
    ]


def test_a_row_s_own_end_counts_and_not_the_meter_s_interval_or_stamp():
    row = ("2025-06-01T00:00:00Z", "2025-06-01T00:15:00Z", 1)

    assert lengths(row, **HOURS, stamp="end") == [("06-01T00:00", 0.25)]


def test_a_row_without_an_end_has_the_meter_s_interval():
    assert lengths(("2025-06-01T00:00:00Z", "", 1), **HOURS) == [("06-01T00:00", 1)]


def test_hours_of_autumn_end_by_the_clock_of_their_own_pass():
    """Clocks go back from 03:00 to 02:00 on 26 October, which is 01:00 UTC."""
    stamps = ("01:00", "02:00", "02:00", "03:00", "04:00")
    ends = ("02:00", "03:00", "03:00", "04:00", "05:00")
    rows = [
        (f"2025-10-26T{start}", f"2025-10-26T{end}", 1)
        for start, end in zip(stamps, ends, strict=True)
    ]

    assert lengths(*rows, **HOURS) == [
        (at, 1)
        for at in ("10-25T23:00", "10-26T00:00", "10-26T01:00", "10-26T02:00", "10-26T03:00")
    ]


def test_the_last_quarter_of_the_second_pass_ends_by_it_too():
    """Both quarters from 02:45 to 03:00, and the one from 01:45, which ends in the first pass."""
    rows = [(f"2025-10-26T{start}", f"2025-10-26T{end}", 1) for start, end in (
        ("01:45", "02:00"), ("02:45", "03:00"), ("02:45", "03:00"))]  # fmt: skip

    assert lengths(*rows, **HOURS) == [
        ("10-25T23:45", 0.25),
        ("10-26T00:45", 0.25),
        ("10-26T01:45", 0.25),
    ]


def test_an_interval_over_the_double_hour_has_it_twice():
    assert lengths(("2025-10-26T00:00", "2025-10-26T03:00", 1), **HOURS) == [("10-25T22:00", 4)]


def test_the_hour_before_spring_ends_where_the_clocks_jump_and_nothing_ends_later_in_the_hole():
    assert lengths(("2025-03-30T01:00", "2025-03-30T02:00", 1), **HOURS) == [("03-30T00:00", 1)]
    assert reason("2025-03-30T01:30", "2025-03-30T02:30", 1, **HOURS) == ["invalid_end"]


@pytest.mark.parametrize(
    ("end", "facts", "why"),
    [
        pytest.param("2025-01-01", BILLS, "invalid_end", id="no-time-at-all"),
        pytest.param("2024-12-31", BILLS, "invalid_end", id="before-its-start"),
        pytest.param("soon", BILLS, "invalid_end", id="no-time"),
        pytest.param("2026-01-03", BILLS, "invalid_end", id="367-days"),
        pytest.param("2025-02-01", {}, "invalid_end", id="a-register-has-no-intervals"),
        pytest.param(
            "2025-02-01", {**BILLS, "valid_to": utc("2025-01-20T00:00")}, "outside_validity",
            id="longer-than-the-meter-was-there",
        ),
    ],
)  # fmt: skip
def test_an_end_that_cannot_be_is_refused(end, facts, why):
    assert reason("2025-01-01", end, 9, **facts) == [why]


def test_a_bill_that_ends_after_its_file_arrived_is_of_the_future():
    assert reason("2029-12-20", "2030-01-20", 9, **BILLS) == ["future_time"]


def test_the_refused_row_shows_its_end():
    found = spine(("2025-01-01", "soon", 9), **BILLS).refused

    assert found["detail"].to_list() == ["until 'soon'"]


def test_a_bill_is_exact_as_a_whole_and_its_hours_are_shaped_parts_of_it():
    """Thirty days at 10 kWh an hour, of which 21 are in June."""
    found = spine(("2025-06-10", "2025-07-10", 7200), **BILLS, max_rate=Decimal(12))
    whole = found.totals(["2025-06", "2025-07"])["grid_import"]
    june = found.totals(["2025-06"])["grid_import"]
    [status] = set(found.hours("2025-06").filter(measured_seconds=3600)["status"])

    assert (whole.measured, june.measured) == (7200, 21 * 240)
    assert status == "estimated"
    # July's nine days hold at most 2592 of it, June's own 21 at most 6048; and nine days of June
    # are not billed at all: nothing to 2592.
    assert (june.low, june.high) == (7200 - 2592, 6048 + 2592)
