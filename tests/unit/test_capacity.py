"""When capacities are used up: trends of monthly peaks, worked by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import cos, pi

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from monthly import SITE

from pipelines.outlook.capacity import (
    capacities,
    capacity_frame,
    monthly_peaks,
    student,
)
from pipelines.outlook.forecast import month_of, number_of
from schemas.outlook import CAPACITY
from schemas.tables import VALUE

FACILITY = replace(SITE, rated_it_kw=2000.0, nonredundant_connected_kw=4000.0)
FIRST = number_of("2023-01")


def hours_of_month(month, peak, *, quantity="ups_output", unknown=0):
    """Every hour of a month at half the peak, one at the peak; the last ``unknown`` are unknown."""
    first = date(month // 12, month % 12 + 1, 1)
    after = date((month + 1) // 12, (month + 1) % 12 + 1, 1)
    start = datetime(first.year, first.month, 1, tzinfo=UTC)
    length = (after - first).days * 24
    values = [peak / 2, peak, *[peak / 2] * (length - 2)]
    for place in range(length - unknown, length):
        values[place] = None
    starts = [start + timedelta(hours=at) for at in range(length)]
    return pl.DataFrame(
        {
            "quantity": quantity,
            "start": starts,
            "seconds": 3600,
            "local_date": [at.date() for at in starts],
            "value": values,
        },
        schema_overrides={"value": pl.Float64},
    ).with_columns(pl.col("value").cast(VALUE))


def hours_of(peaks, **facts):
    return pl.concat([hours_of_month(FIRST + at, peak, **facts) for at, peak in enumerate(peaks)])


def of(found, capacity="IT power"):
    return next(one for one in found if one.capacity == capacity)


def test_the_peak_of_a_month_is_its_highest_hourly_mean():
    hours = hours_of([1000, 1200])
    # Where clocks move by half an hour, 800 kWh in it are 1600 kW.
    half = pl.int_range(pl.len()) == 5
    short = hours.with_columns(
        seconds=pl.when(half).then(1800).otherwise(3600),
        value=pl.when(half).then(pl.lit(800, dtype=VALUE)).otherwise(pl.col("value")),
    )

    assert monthly_peaks(hours) == {FIRST: 1000, FIRST + 1: 1200}
    assert monthly_peaks(short) == {FIRST: 1600, FIRST + 1: 1200}


@pytest.mark.parametrize(("unknown", "months"), [(37, [FIRST]), (38, [])])
def test_a_month_that_is_not_known_well_enough_has_no_peak(unknown, months):
    """95 % of 744 hours are 706.8: 707 known hours suffice, 706 do not."""
    assert list(monthly_peaks(hours_of([1000], unknown=unknown))) == months


def test_a_straight_rise_reaches_the_limit_on_the_line():
    """1000 kW, and 10 kW more each month: 1230 in December 2024, 2000 in 77 months from then."""
    found = of(capacities(FACILITY, hours_of([1000 + 10 * at for at in range(24)])))

    assert (found.peak_kw, found.headroom_kw) == (1230, 770)
    assert found.growth_kw == pytest.approx(120)
    # Without any scatter the ends coincide; the last digits of the fit decide on a month.
    assert found.likely in {month_of(FIRST + 23 + 77), month_of(FIRST + 23 + 78)}
    assert (found.as_of, found.months_known) == ("2024-12", 24)


def scattered(months=36, growth=10.0, spread=30):
    return [1000 + growth * at + spread * ((at * 7) % 5 - 2) for at in range(months)]


def test_scatter_opens_an_interval():
    found = of(capacities(FACILITY, hours_of(scattered())))

    assert found.earliest < found.likely < found.latest
    assert found.growth_low_kw < found.growth_kw < found.growth_high_kw


def test_a_flat_load_never_gets_there():
    found = of(capacities(FACILITY, hours_of(scattered(growth=0.0, spread=2))))

    assert (found.earliest, found.likely, found.latest) == (None, None, None)
    assert found.reason == "earliest, likely, latest: not within ten years"


@pytest.mark.parametrize("late", [0, 2, 3])
def test_a_season_is_no_growth(late):
    """Peaks 300 kW above the lowest half a year later, and no growth, in 20 months."""
    wave = [1500 - 150 * cos(2 * pi * (at - late) / 12) for at in range(20)]
    found = of(capacities(FACILITY, hours_of(wave)))

    assert found.growth_kw == pytest.approx(0, abs=1)
    assert found.likely is None


def test_what_is_reached_is_told_with_its_month():
    found = of(capacities(FACILITY, hours_of([1500, 2000, 1600])))

    assert (found.earliest, found.likely, found.latest) == ("2023-02", "2023-02", "2023-02")
    assert (found.headroom_kw, found.reason) == (0, "reached in 2023-02")


def test_a_year_of_months_is_needed():
    found = of(capacities(FACILITY, hours_of([1000] * 11)))

    assert (found.peak_kw, found.headroom_kw, found.growth_kw) == (1000, 1000, None)
    assert "11 months" in found.reason


def test_headroom_is_below_the_highest_peak_of_the_last_twelve_months():
    found = of(capacities(FACILITY, hours_of([1900, *[1000] * 6, 1300, *[1000] * 5])))

    assert found.peak_kw == 1300


def test_each_capacity_against_its_own_quantity():
    hours = pl.concat(
        [
            hours_of([1000] * 12),
            hours_of([3000] * 12, quantity="grid_import"),
            hours_of([500] * 12, quantity="it_input"),
        ]
    )
    found = capacities(FACILITY, hours)

    assert [one.capacity for one in found] == ["IT power", "cooling", "connected power"]
    assert of(found).peak_kw == 1000
    assert of(found, "connected power").headroom_kw == 1000
    assert of(found, "cooling").reason == "no meter measures heat_removed"
    assert capacity_frame(found).schema == CAPACITY


def test_without_a_rating_there_is_a_trend_and_no_date():
    found = of(capacities(SITE, hours_of(scattered())))

    assert (found.headroom_kw, found.likely) == (None, None)
    assert found.growth_kw is not None
    assert found.reason == "estate.yaml has no rated_it_kw"


def test_nothing_metered_is_nothing_known():
    found = capacities(FACILITY, hours_of([1000]).clear())

    assert all(one.peak_kw is None and one.reason.startswith("no meter") for one in found)


@pytest.mark.parametrize(
    ("freedom", "tabled"), [(8, 1.8595), (10, 1.8125), (20, 1.7247), (60, 1.6706)]
)
def test_student_s_distribution_is_the_table_s(freedom, tabled):
    assert student(0.9, freedom) == pytest.approx(tabled, abs=2e-4)


@settings(max_examples=20, deadline=None)
@given(growth=st.integers(1, 20), spread=st.integers(1, 40), k=st.integers(2, 5))
def test_dates_come_in_their_order_and_know_no_unit(growth, spread, k):
    peaks = scattered(18, growth, spread)
    one = of(capacities(FACILITY, hours_of(peaks)))
    scaled_site = replace(FACILITY, rated_it_kw=2000.0 * k)
    other = of(capacities(scaled_site, hours_of([peak * k for peak in peaks])))

    never = "9999-12"
    ends = [end or never for end in (one.earliest, one.likely, one.latest)]
    assert ends == sorted(ends)
    assert (one.earliest, one.latest) == (other.earliest, other.latest)
