"""Degree days: by hand, and against a second way of counting on a year of real weather."""

import json
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from itertools import product
from pathlib import Path

import polars as pl
import pytest
from given import ALPHA, hours, inputs, metric, nearest, total
from hypothesis import given
from hypothesis import strategies as st

from pipelines.metrics.climate import cooling_degrees, heating_degrees
from pipelines.metrics.inputs import Inputs
from pipelines.steps.calendar import months_of, year_bounds
from pipelines.steps.hours import FACILITY_HOURS
from pipelines.steps.total import Period
from schemas.metrics import Metric, Status

WEATHER = Path(__file__).parents[3] / "shared/data/sustain-cluster/open-meteo_SG_2024.json"
BOTH = (Metric.CDD, Metric.HDD)
#: Midnight in Berlin, in winter: 24 hours from here are one local day.
MIDNIGHT = datetime(2025, 1, 14, 23, tzinfo=UTC)


def outdoors(told, **facts):
    """A site with these hours of outdoor temperature."""
    threes = [one if isinstance(one, tuple) else (one,) * 3 for one in told]
    means = (
        None if None in ends else sum(Decimal(str(one)) for one in ends) / len(ends)
        for ends in zip(*threes, strict=True)
    )
    return inputs(
        outdoor_temperature=total("outdoor_temperature", *means, **facts),
        given={"hours": hours(start=MIDNIGHT, outdoor_temperature=told)},
    )


@pytest.mark.parametrize(
    ("mean", "cooling", "heating"),
    [
        ("23.9", "0", "0"),
        ("24", "3", "0"),
        ("27.5", "6.5", "0"),
        ("15", "0", "3"),
        ("15.1", "0", "0"),
        ("-4", "0", "22"),
    ],
)
def test_degrees_of_a_day(mean, cooling, heating):
    assert cooling_degrees(Fraction(mean)) == Fraction(cooling)
    assert heating_degrees(Fraction(mean)) == Fraction(heating)


def test_T3_cooling_degree_days_begin_at_24_and_count_from_21():
    """20, 22, 23.9, 24.0 and 27.5 °C: 3.0 + 6.5. All that is above 21 would be 13.4."""
    days = ("20", "22", "23.9", "24.0", "27.5")

    found = metric(outdoors([mean for mean in days for _ in range(24)]), Metric.CDD)

    assert (found.value, found.low, found.high) == (9.5, 9.5, 9.5)


def test_a_day_is_judged_by_its_mean_and_not_by_its_hours():
    """12 h at 20 °C and 12 h at 27.8 °C are a day of 23.9 °C, which needs no cooling."""
    assert metric(outdoors(["20"] * 12 + ["27.8"] * 12), Metric.CDD).value == 0
    assert metric(outdoors(["20.2"] * 12 + ["27.8"] * 12), Metric.CDD).value == 3


def test_a_day_of_an_hour_less_is_weighed_by_its_own_length():
    """On 30 March Berlin has 23 hours: 11 at 23 °C and 12 at 25 °C are a mean of 24.04 °C."""
    told = hours(
        start=datetime(2025, 3, 29, 23, tzinfo=UTC), outdoor_temperature=[23] * 11 + [25] * 12
    )
    site = inputs(outdoor_temperature=24, given={"hours": told})

    assert metric(site, Metric.CDD).value == nearest(Fraction(11 * 23 + 12 * 25, 23) - 21)


def test_a_part_of_an_hour_weighs_as_long_as_it_is():
    """Half an hour at 30 °C and an hour at 27 °C are a mean of 28 °C."""
    site = outdoors([30, 27])
    halved = site.hours.with_columns(
        seconds=pl.when(pl.col("start") == MIDNIGHT).then(1800).otherwise(3600)
    )

    assert metric(replace(site, hours=halved), Metric.CDD).value == 7


def test_warmer_bounds_add_cooling_and_take_heating():
    """One day at 10 °C, between 8 and 16: 8 heating degrees, between 0 and 10."""
    site = outdoors([(10, 8, 16)] * 24)

    heating, cooling = metric(site, Metric.HDD), metric(site, Metric.CDD)

    assert (heating.value, heating.low, heating.high) == (8, 0, 10)
    assert (cooling.value, cooling.low, cooling.high) == (0, 0, 0)


@pytest.mark.parametrize("wanted", BOTH)
def test_weather_that_is_not_known_has_no_sum(wanted):
    unmetered = metric(inputs(), wanted)
    thin = metric(
        outdoors([(None, -60, 60)] * 24, status=Status.WITHHELD, reason="too thin"), wanted
    )

    assert "no meter measures outdoor_temperature" in unmetered.reason
    assert (thin.value, thin.low, thin.high) == (None, 0, None)
    assert "too thin" in thin.reason


degrees = st.tuples(st.integers(-20, 45), st.integers(0, 12)).map(
    lambda two: (two[0], two[0], sum(two))
)


@given(st.lists(degrees, min_size=2, max_size=2), st.sampled_from(BOTH))
def test_bounds_hold_every_corner(days, wanted):
    def found(told):
        return metric(outdoors([one for one in told for _ in range(24)]), wanted)

    whole = found(days)
    for ends in product(*((low, high) for _, low, high in days)):
        assert whole.low <= found(ends).value <= whole.high


def _singapore() -> dict[datetime, Decimal]:
    """The year's temperatures by local time, as the file gives them."""
    hourly = json.loads(WEATHER.read_text(), parse_float=Decimal)["hourly"]
    return {
        datetime.fromisoformat(time): Decimal(celsius)
        for time, celsius in zip(hourly["time"], hourly["temperature_2m"], strict=True)
    }


def _inputs(weather: dict[datetime, Decimal]) -> Inputs:
    site = replace(ALPHA, timezone="Asia/Singapore", country="SG")
    start, end = year_bounds(2024, site.zone)
    told = pl.DataFrame(
        [
            {
                "quantity": "outdoor_temperature",
                "start": at.replace(tzinfo=site.zone).astimezone(UTC),
                "seconds": 3600,
                "local_date": at.date(),
                "local_hour": at.hour,
                "value": celsius,
                "low": celsius,
                "high": celsius,
                "status": "measured",
                "apart": True,
            }
            for at, celsius in weather.items()
        ],
        schema=FACILITY_HOURS,
    )
    return replace(
        inputs(outdoor_temperature=sum(weather.values()) / len(weather), given={"hours": told}),
        facility=site,
        period=Period(name="2024", start=start, end=end, months=tuple(months_of(2024))),
        first_day=date(2024, 1, 1),
        last_day=date(2024, 12, 31),
    )


@pytest.mark.parametrize("cooler", [0, 12], ids=["as-it-was", "twelve-degrees-cooler"])
def test_a_year_of_weather_by_a_second_way_of_counting(cooler):
    """Days by their sums and not their means: a day cools from 24 × 24 = 576 degree-hours on and
    heats up to 15 × 24 = 360. Twelve degrees cooler the year has days to heat, none to cool."""
    if not WEATHER.is_file():
        pytest.skip("../shared/data/sustain-cluster is not there")
    weather = {at: celsius - cooler for at, celsius in _singapore().items()}
    sums: dict[date, Decimal] = defaultdict(Decimal)
    for at, celsius in weather.items():
        sums[at.date()] += celsius
    assert len(sums) == 366
    warm = [one for one in sums.values() if one >= 576]
    cold = [one for one in sums.values() if one <= 360]
    cooling = sum(warm) - 21 * 24 * len(warm)
    heating = 18 * 24 * len(cold) - sum(cold)
    assert (cooling > 0, heating > 0) == (not cooler, bool(cooler))

    site = _inputs(weather)

    assert metric(site, Metric.CDD).value == nearest(Fraction(cooling) / 24)
    assert metric(site, Metric.HDD).value == nearest(Fraction(heating) / 24)
