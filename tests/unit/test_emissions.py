"""Figures made hour by hour: emissions by their factors, degree days by the days of the site."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import polars as pl
import pytest
from given import factor, inputs, metric, total

from pipelines.metrics.inputs import no_hours
from schemas.estate.model import HourlyFactors, Registers
from schemas.estate.registers.fuel import FuelEvent
from schemas.metrics import Metric, Status

HOUR = timedelta(hours=1)


def hourly(amounts, factors, late=0, estimated=()):
    """Grid import by the hour, and factors by the UTC hour, from New Year in Berlin on."""
    start = datetime(2024, 12, 31, 23, late, tzinfo=UTC)
    rows = [
        {
            "start": start + HOUR * n,
            "seconds": 3600,
            "quantity": "grid_import",
            "value": Decimal(one),
            "low": Decimal(one),
            "high": Decimal(one),
            "local_date": date(2025, 1, 1),
        }
        for n, one in enumerate(amounts)
    ]
    series = HourlyFactors(
        kind="location",
        key="DE",
        gases="co2e",
        source="",
        edition="",
        where="f.csv",
        hours=tuple(start.replace(minute=0) + HOUR * n for n in range(len(factors))),
        values=tuple(map(Decimal, factors)),
        estimated=frozenset(start.replace(minute=0) + HOUR * n for n in estimated),
    )
    registers = Registers(
        hourly_factors=(series,), factors=(factor("location", "DE", "0.5", "kg/kWh"),)
    )
    given = inputs(registers=registers, grid_import=sum(amounts))
    return metric(
        replace(given, hours=pl.DataFrame(rows, schema=no_hours().schema)), Metric.CO2_LOCATION
    )


def test_emissions_by_the_hour():
    """10 × 0.1 + 30 × 0.3 = 10 kg; the mean factor would say 8."""
    assert hourly([10, 30], ["0.1", "0.3"]).value == 10


@pytest.mark.parametrize(
    ("late", "estimated", "share"),
    [(0, (), 0.0), (0, (1,), 0.75), (0, (0, 1), 1.0), (30, (2,), 0.75), (30, (1,), 1.0)],
)
def test_the_import_that_estimated_factors_weigh_is_an_estimated_share(late, estimated, share):
    """10 kWh and 30 kWh; from half past, an hour takes the factors of two."""
    figure = hourly([10, 30], ["0.1", "0.3", "0.2"], late, estimated)

    assert figure.estimated_share == share


def test_an_hour_without_a_factor_falls_back_to_the_year():
    assert hourly([10, 30], ["0.1"]).value == 20


def test_a_half_hour_site_takes_both_factors_by_their_share():
    """10 kWh from half past: half at 0.1, half at 0.3; bounds by the lower and the higher."""
    figure = hourly([10], ["0.1", "0.3"], late=30)

    assert (figure.low, figure.value, figure.high) == (1, 2, 3)


def some_hours(quantity, value, number=2):
    """The first hours of the year only: the other months were never built."""
    start = datetime(2024, 12, 31, 23, tzinfo=UTC)
    rows = [
        {
            "start": start + HOUR * n,
            "seconds": 3600,
            "quantity": quantity,
            "local_date": date(2025, 1, 1),
            **dict.fromkeys(("value", "low", "high"), Decimal(value)),
        }
        for n in range(number)
    ]
    return pl.DataFrame(rows, schema=no_hours().schema)


def test_hours_of_a_part_do_not_bound_the_whole_emissions():
    series = HourlyFactors(
        kind="location",
        key="DE",
        gases="co2e",
        source="",
        edition="",
        where="f.csv",
        hours=tuple(datetime(2024, 12, 31, 23, tzinfo=UTC) + HOUR * n for n in range(8_760)),
        values=(Decimal("0.1"),) * 8_760,
    )
    thin = total("grid_import", None, 20, 1_000, status=Status.WITHHELD, reason="not built")
    given = inputs(grid_import=thin, registers=Registers(hourly_factors=(series,)))

    for hours in (some_hours("grid_import", 10), no_hours()):
        figure = metric(replace(given, hours=hours), Metric.CO2_LOCATION)
        assert figure.value is None
        assert figure.high is None or figure.high >= 100


def test_hours_of_a_part_do_not_bound_the_degree_days():
    thin = total("outdoor_temperature", None, -60, 60, status=Status.WITHHELD, reason="not built")
    hours = some_hours("outdoor_temperature", 10, 24)

    figure = metric(replace(inputs(outdoor_temperature=thin), hours=hours), Metric.CDD)

    assert figure.value is None
    assert figure.high is None or figure.high > 0


def test_a_generator_without_fuel_data_is_not_nothing():
    factors = (factor("location", "DE", "0.5", "kg/kWh"), factor("fuel", "diesel", "2.5", "kg/L"))
    registers = Registers(factors=factors)
    burnt = FuelEvent(
        facility_id="alpha",
        date=date(2025, 5, 1),
        fuel="diesel",
        litres=Decimal(4),
        kwh=None,
        event="consumption",
        line=2,
    )

    def emissions(registers=registers, **amounts):
        return metric(inputs(registers=registers, grid_import=10, **amounts), Metric.CO2_LOCATION)

    assert emissions(generator_output=2).value is None
    assert emissions(generator_output=0).value == 5
    assert emissions(replace(registers, fuel=(burnt,)), generator_output=2).value == 15
    assert emissions(fuel_diesel=4).value == 15
    assert emissions(fuel_gas=4).value is None


def test_a_factor_must_cover_the_period():
    half = factor("location", "DE", "0.5", "kg/kWh", valid_to=date(2025, 6, 30))

    figure = metric(
        inputs(registers=Registers(factors=(half,)), grid_import=10), Metric.CO2_LOCATION
    )

    assert figure.value is None


def test_a_fuel_factor_must_cover_the_period():
    factors = (
        factor("location", "DE", "0.5", "kg/kWh"),
        factor("fuel", "diesel", "2.5", "kg/L", valid_from=date(2025, 7, 1)),
    )
    given = inputs(registers=Registers(factors=factors), grid_import=10, fuel_diesel=4)

    assert metric(given, Metric.CO2_LOCATION).value is None


def test_degree_days_by_the_days_of_the_site():
    """A day of 25 hours weighs each hour alike: (24 × 24 + 49) / 25 = 25, which is 4 above 21."""
    start = datetime(2025, 10, 25, 22, tzinfo=UTC)
    rows = [
        {
            "start": start + HOUR * n,
            "seconds": 3600,
            "quantity": "outdoor_temperature",
            "local_date": date(2025, 10, 26),
            **dict.fromkeys(("value", "low", "high"), Decimal(t)),
        }
        for n, t in enumerate([24] * 24 + [49])
    ]
    given = replace(
        inputs(outdoor_temperature=25), hours=pl.DataFrame(rows, schema=no_hours().schema)
    )

    assert metric(given, Metric.CDD).value == 4
