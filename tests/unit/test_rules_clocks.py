"""Clocks: a source on winter time, an hour that stands once, and days told an hour off."""

from dataclasses import replace
from datetime import timedelta

import polars as pl
import pytest
from spine import BERLIN, meter, utc
from windows import HOUR, changed, days, place, span, window

from pipelines.steps.validate.clock_shift import clock_shift
from pipelines.steps.validate.clocks import clock_without_dst, double_hour_collapsed
from schemas.quantities import Kind
from schemas.rules import RuleId

OCTOBER = "2025-10"


def october(lost=(), kind=Kind.INTERVAL, **facts):
    """Usual days; hours so far from 00:00 of the 26th are without a row."""
    first = place("2025-10-26T00:00", OCTOBER)
    told = list(days(month=OCTOBER))
    for hour in lost:
        told[first + hour] = None
    meters = [meter("m", kind=kind, interval=HOUR, **facts)]
    return window({"m": told}, meters, month=OCTOBER)


@pytest.mark.parametrize("lost", [pytest.param(2, id="first"), pytest.param(3, id="second")])
def test_both_hours_are_withheld_where_one_pass_has_no_row(lost):
    [one] = double_hour_collapsed(october([lost]))

    assert one.rule is RuleId.DOUBLE_HOUR_COLLAPSED
    assert one.start.isoformat() == "2025-10-26T00:00:00+00:00"
    assert one.end - one.start == timedelta(hours=2)


@pytest.mark.parametrize(
    "lost",
    [
        pytest.param([], id="both-passes-are-there"),
        pytest.param([2, 3], id="neither-is"),
        pytest.param([3, 4], id="an-outage-goes-on-after-it"),
        pytest.param([1, 2], id="an-outage-began-before-it"),
    ],
)
def test_what_is_no_collapsed_hour_is_left_alone(lost):
    assert list(double_hour_collapsed(october(lost))) == []


def test_a_mean_power_stands_whichever_pass_it_is_of():
    assert list(double_hour_collapsed(october([3], kind=Kind.AVERAGE, unit="kW"))) == []


#: The instant at which Berlin's clocks were put forward in 2025, and back.
SPRING, AUTUMN = utc("2025-03-30T01:00"), utc("2025-10-26T01:00")


def with_hole(month, at=SPRING):
    holes = pl.DataFrame(
        {"meter_id": ["m"], "at": [at]}, schema_overrides={"at": pl.Datetime("us", "UTC")}
    )
    return window({"m": days(month=month)}, month=month, holes=holes)


@pytest.mark.parametrize("month", ["2025-03", "2025-04", "2025-07", "2025-10"])
def test_a_row_in_the_spring_hole_tells_of_the_whole_summer(month):
    [one] = clock_without_dst(with_hole(month))

    assert (one.rule, one.meter_id) == (RuleId.CLOCK_WITHOUT_DST, "m")
    assert (one.start, one.end) == (SPRING, AUTUMN)
    assert one.proposal == "shift +1h"


def test_half_an_hour_is_mended_at_the_source_and_no_shift_is_proposed():
    """Lord Howe Island puts its clocks forward by 30 minutes, in 2025 on 5 October at 2:00."""
    island = replace(BERLIN, timezone="Australia/Lord_Howe")
    at = utc("2025-10-04T15:30")
    holes = pl.DataFrame(
        {"meter_id": ["m"], "at": [at]}, schema_overrides={"at": pl.Datetime("us", "UTC")}
    )
    amounts = {"m": days(month="2025-10", facility=island)}
    [one] = clock_without_dst(window(amounts, month="2025-10", facility=island, holes=holes))

    assert "30min too early" in one.detail
    assert one.proposal == ""


def test_a_hole_seen_within_the_hour_is_the_same_hole():
    [one] = clock_without_dst(with_hole("2025-06", SPRING + timedelta(minutes=45)))

    assert one.start == SPRING


def test_a_meter_without_a_row_in_the_hole_has_a_clock_that_knows_summer():
    assert list(clock_without_dst(window({"m": days(month="2025-06")}, month="2025-06"))) == []


def shifted(amounts, first, after, hours):
    """Days told so many hours late (early where negative): what was overwritten is a hole."""
    begin, end = place(first), place(after)
    moved = [None if begin <= at < end else one for at, one in enumerate(amounts)]
    for at in range(begin, end):
        if begin <= at + hours < end:
            moved[at + hours] = amounts[at]
    return moved


#: Two meters that go up and down together, each with an unrest of its own.
def pair():
    steps = span()["local_hour"].to_list()
    one = [100 + 40 * (8 <= hour < 18) + 7 * (hour % 5) for hour in steps]
    return {"m": [float(level) for level in one], "n": [level * 1.7 for level in one]}


@pytest.mark.parametrize("hours", [1, -1])
def test_a_week_told_an_hour_off_is_found(hours):
    told = pair()
    told["m"] = shifted(told["m"], "2025-05-12", "2025-05-19", hours)

    [one] = clock_shift(window(told))

    assert (one.rule, one.meter_id) == (RuleId.CLOCK_SHIFT, "m")
    assert one.start <= utc("2025-05-11T23:00")
    assert one.end >= utc("2025-05-18T21:00")
    assert one.end - one.start <= timedelta(days=10)  # a weekend says nothing of the hour
    assert one.proposal == f"shift {-hours:+}h"


def test_a_hole_alone_is_no_clock_that_is_off():
    told = pair()
    told["m"] = changed(told["m"], "2025-05-12T03:00", [None, None])

    assert list(clock_shift(window(told))) == []


def test_a_day_off_is_below_the_limit():
    told = pair()
    told["m"] = shifted(told["m"], "2025-05-12", "2025-05-13", 1)

    assert list(clock_shift(window(told))) == []


def test_a_meter_without_a_shape_has_no_clock_to_be_told_by():
    flat = [100.0 + (number * 7919) % 11 for number in range(len(days()))]

    assert list(clock_shift(window({"m": shifted(flat, "2025-05-12", "2025-05-19", 1)}))) == []
