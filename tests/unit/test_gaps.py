"""Gaps in words: which hours of which meter would release a total, months without a file too."""

from datetime import timedelta
from decimal import Decimal

from spine import BERLIN, meter, utc

from pipelines.steps.calendar import month_bounds
from pipelines.steps.gaps import Gap, absent_gaps, told
from pipelines.steps.meter_months import absent_month
from pipelines.steps.meters import meter_table

HOUR = timedelta(hours=1)


def gap(name, start, hours):
    start = utc(start)
    return Gap(
        meter_id=name, quantity="grid_import", start=start, end=start + hours * HOUR,
        seconds=hours * 3600,
    )  # fmt: skip


def absent(*months):
    table = meter_table([meter("m", max_rate=Decimal(10))], {"fra1": BERLIN})
    rows = [
        row
        for month in months
        for row in absent_month(table, month, month_bounds(month, BERLIN.zone))
    ]
    return absent_gaps(rows, BERLIN.zone)


def test_a_month_without_a_file_is_a_gap_on_the_site_s_clock():
    """Berlin's October has 745 hours."""
    [one] = absent("2025-10")

    assert (one.start, one.end) == (utc("2025-09-30T22:00"), utc("2025-10-31T23:00"))
    assert one.seconds == 745 * 3600


def test_months_that_follow_each_other_are_told_as_one_gap_and_the_longest_comes_first():
    """November and December are 1,464 hours; the gap of a day stands before them in time."""
    gaps = [gap("m", "2025-03-01T00:00", 24), *absent("2025-11", "2025-12")]

    assert told(gaps, 1464 * 3600) == (
        "released by 1464 more meter hours of: m 2025-10-31T23:00Z to 2025-12-31T23:00Z, "
        "m 2025-03-01T00:00Z to 2025-03-02T00:00Z"
    )


def test_gaps_of_two_meters_or_with_time_between_stay_apart():
    gaps = [
        gap("a", "2025-03-01T00:00", 2), gap("b", "2025-03-01T02:00", 2),
        gap("a", "2025-03-01T03:00", 2),
    ]  # fmt: skip

    assert told(gaps, 3600).count(" to ") == 3
