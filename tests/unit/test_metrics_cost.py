"""What energy and water cost, worked by hand."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from given import ALPHA, START, factor, hours, inputs, total
from hypothesis import given
from hypothesis import strategies as st

from pipelines.metrics.compute import metrics_of
from pipelines.metrics.cost import COMPUTED
from pipelines.metrics.factors import by_factor
from pipelines.steps.total import Period
from schemas.estate.model import Boundary, HourlyFactors, Registers
from schemas.estate.policies import Policies
from schemas.estate.registers.fuel import FuelEvent
from schemas.metrics import Metric, Status

#: Four hours, as a period of its own.
SHORT = Period(name="2025", start=START, end=START + timedelta(hours=4), months=("2025-01",))


def price(key, value, unit="EUR/kWh", **facts):
    return factor("price", key, value, unit, **facts)


def costs(metric=Metric.ENERGY_COST, *prices, series=(), fuel=None, given=None, site=ALPHA, **at):
    registers = Registers(factors=prices, hourly_factors=tuple(series), fuel=fuel)
    asked = inputs(facility=site, registers=registers, given=given, **at)
    return dict(COMPUTED[metric](asked))


def day_ahead(*values, key="grid_import", unit="EUR/kWh"):
    return HourlyFactors(
        kind="price",
        key=key,
        unit=unit,
        gases="co2e",
        source="invented",
        edition="1",
        where="factors/day_ahead.csv",
        hours=tuple(START + timedelta(hours=number) for number in range(len(values))),
        values=tuple(Decimal(str(value)) for value in values),
    )


def by_the_hour(told, *values, **amounts):
    """Cost of four imported hours: each (value, low, high)."""
    best, low, high = (
        None if any(hour[end] is None for hour in told) else sum(hour[end] for hour in told)
        for end in range(3)
    )
    entering = replace(
        total("grid_import", best, low, high),
        high=None if high is None else Decimal(high),
        period_end=SHORT.end,
    )
    asked = {"period": SHORT, "hours": hours(grid_import=told)}
    site = inputs(
        registers=Registers(hourly_factors=(day_ahead(*values),)), grid_import=entering, **amounts
    )
    return dict(COMPUTED[Metric.ENERGY_COST](replace(site, **asked)))


def test_the_sum_comes_first_and_what_is_sold_is_an_income():
    """1000 × 0.20 − 100 × 0.05 + 40 × 1.5 = 200 − 5 + 60 = 255."""
    found = costs(
        Metric.ENERGY_COST,
        price("grid_import", "0.20"),
        price("grid_export", "0.05"),
        price("fuel_diesel", "1.5", "EUR/L"),
        grid_import=1000,
        grid_export=100,
        fuel_diesel=40,
    )

    assert {name: one.value for name, one in found.items()} == {
        "": 255,
        "grid_import": 200,
        "grid_export": -5,
        "fuel_diesel": 60,
    }
    assert next(iter(found)) == ""
    assert "factor factors/grid_import.csv:2" in found[""].inputs


def test_water_by_source():
    found = costs(
        Metric.WATER_COST,
        price("potable_water", "2.5", "EUR/m3"),
        price("rain_water", "0", "EUR/m3"),
        potable_water=100,
        rain_water=40,
        water_discharge=90,
    )

    assert {name: one.value for name, one in found.items()} == {
        "": 250,
        "potable_water": 250,
        "rain_water": 0,
    }


def test_a_carrier_without_a_price_withholds_its_row_and_the_sum_and_names_the_key():
    found = costs(
        Metric.ENERGY_COST, price("grid_import", "0.20"), grid_import=1000, district_cooling=50
    )

    assert found["district_cooling"].value is None
    assert "key district_cooling and unit EUR/kWh" in found["district_cooling"].reason
    assert found["grid_import"].value == 200
    assert (found[""].value, found[""].low, found[""].high) == (None, 200, None)
    assert found[""].status is Status.WITHHELD


@pytest.mark.parametrize(
    ("imported", "amounts"),
    [
        pytest.param("-0.01", {"district_cooling": 50}, id="a-price-below-zero"),
        pytest.param("0.20", {"grid_export": 50}, id="sold-at-an-unknown-price"),
    ],
)
def test_nothing_is_known_of_the_least_where_something_may_be_earned(imported, amounts):
    found = costs(Metric.ENERGY_COST, price("grid_import", imported), grid_import=1000, **amounts)

    assert (found[""].value, found[""].low, found[""].high) == (None, None, None)


def test_the_price_of_the_facility_wins_and_then_that_of_its_zone():
    general = price("grid_import", "0.20")
    zone = price("DE/grid_import", "0.30")
    own = price("alpha/grid_import", "0.40")
    other = price("beta/grid_import", "9")

    def paid(*prices):
        return costs(Metric.ENERGY_COST, *prices, other, grid_import=10)[""].value

    assert [paid(general), paid(general, zone), paid(own, general, zone)] == [2, 3, 4]


def test_currencies_are_told_and_never_converted():
    dollars = price("grid_import", "0.20", "USD/kWh")
    found = costs(Metric.ENERGY_COST, dollars, grid_import=1000)
    krona = {"policies": Policies(currency="SEK")}
    in_krona = costs(
        Metric.ENERGY_COST, price("grid_import", "2", "SEK/kWh"), given=krona, grid_import=10
    )

    assert found["grid_import"].value is None
    assert "USD/kWh, which is not EUR/kWh" in found["grid_import"].reason
    assert (in_krona[""].value, in_krona[""].unit, in_krona["grid_import"].unit) == (
        20,
        "SEK",
        "SEK",
    )


def test_a_price_by_another_measure_is_not_converted_either():
    found = costs(
        Metric.ENERGY_COST,
        price("grid_import", "0.2"),
        price("fuel_diesel", "1500", "EUR/m3"),
        grid_import=10,
        fuel_diesel=4,
    )

    assert "EUR/m3, which is not EUR/L" in found["fuel_diesel"].reason


def test_the_unit_of_a_published_cost_is_the_currency():
    given = {"policies": Policies(currency="CHF")}
    site = inputs(
        registers=Registers(factors=(price("grid_import", "0.3", "CHF/kWh"),)),
        given=given,
        grid_import=10,
    )

    published = [one for one in metrics_of(site) if one.metric is Metric.ENERGY_COST]

    assert [(one.category, one.value, one.unit) for one in published] == [
        ("", 3.0, "CHF"),
        ("grid_import", 3.0, "CHF"),
    ]


def test_without_a_boundary_meter_there_is_no_sum():
    found = costs(Metric.ENERGY_COST, price("fuel_gas", "0.08"), fuel_gas=100)

    assert found["fuel_gas"].value == 8
    assert (found[""].value, found[""].low) == (None, 8)
    assert "no boundary meter" in found[""].reason


def test_without_any_meter_of_water_there_is_no_cost_of_it():
    found = costs(Metric.WATER_COST)
    dry = replace(
        ALPHA,
        without=("potable_water", "surface_water", "ground_water", "rain_water", "reclaimed_water"),
    )

    assert found[""].value is None
    assert "no meter measures water input" in found[""].reason
    assert costs(Metric.WATER_COST, site=dry)[""].value == 0


def test_cold_made_inside_is_not_bought():
    inside = replace(ALPHA, boundary=Boundary(district_cooling="internal"))
    found = costs(
        Metric.ENERGY_COST,
        price("grid_import", "0.2"),
        site=inside,
        grid_import=10,
        district_cooling=7,
    )

    assert list(found) == ["", "grid_import"]


def burnt(litres, day=date(2025, 3, 10)):
    return FuelEvent(
        facility_id="alpha",
        date=day,
        fuel="diesel",
        litres=Decimal(litres),
        kwh=None,
        event="consumption",
        line=4,
    )


def test_diesel_by_the_fuel_log_and_none_where_nobody_tells():
    """(300 + 20) L × 1.5; the litres of the year before are not of this year."""
    prices = (price("grid_import", "0.2"), price("fuel_diesel", "1.5", "EUR/L"))
    ran = {"grid_import": 10, "generator_output": 900}
    log = (burnt(300), burnt(20), burnt(77, date(2024, 12, 31)))

    logged = costs(Metric.ENERGY_COST, *prices, fuel=log, **ran)
    silent = costs(Metric.ENERGY_COST, *prices, **ran)

    assert logged["fuel_diesel"].value == 480
    assert {"fuel:4", "factor factors/fuel_diesel.csv:2"} <= set(logged["fuel_diesel"].inputs)
    assert silent[""].value is None
    assert "generators ran" in silent["fuel_diesel"].reason


def test_prices_by_the_hour():
    """10 × 0.1 + 20 × (−0.05) + 30 × 0.2 + 40 × 0 = 1 − 1 + 6 = 6."""
    told = [(10, 10, 10), (20, 20, 20), (30, 30, 30), (40, 40, 40)]

    found = by_the_hour(told, "0.1", "-0.05", "0.2", "0")

    assert found["grid_import"].value == found["grid_import"].low == found["grid_import"].high == 6


def test_below_zero_the_most_energy_costs_the_least():
    """Lowest: 10 × 0.1 + 25 × (−0.05); highest: 10 × 0.1 + 15 × (−0.05)."""
    found = by_the_hour(
        [(10, 10, 10), (20, 15, 25), (0, 0, 0), (0, 0, 0)], "0.1", "-0.05", "0", "0"
    )

    cost = found["grid_import"]
    assert (cost.low, cost.value, cost.high) == (Fraction("-0.25"), 0, Fraction("0.25"))


def test_an_hour_without_a_highest_amount_bounds_one_side_only():
    told = [(10, 10, 10), (None, 0, None), (0, 0, 0), (0, 0, 0)]

    earned = by_the_hour(told, "0.1", "-0.05", "0", "0")["grid_import"]
    paid = by_the_hour(told, "0.1", "0.05", "0", "0")["grid_import"]

    assert (earned.value, earned.low, earned.high) == (None, None, 1)
    assert (paid.value, paid.low, paid.high) == (None, 1, None)


def test_a_series_that_ends_before_the_period_does_prices_nothing_of_it():
    told = [(10, 10, 10)] * 4

    figure = by_the_hour(told, "0.1", "0.1")["grid_import"]

    assert (figure.value, figure.low, figure.high) == (None, None, None)
    assert figure.reason.startswith("no price of grid_import covers 2025")


def test_hours_that_no_meter_tells_of_may_have_been_paid_for():
    """Three of four hours are there; the price of the fourth is below zero."""
    unknown = total("grid_import", None, 30, 90, status=Status.WITHHELD, reason="too thin")
    site = inputs(
        registers=Registers(hourly_factors=(day_ahead("0.1", "0.1", "0.1", "-0.1"),)),
        grid_import=unknown,
    )
    site = replace(site, period=SHORT, hours=hours(grid_import=[10, 10, 10]))

    figure = by_factor(site, "grid_import", "price", "grid_import")

    assert (figure.value, figure.low, figure.high) == (None, None, None)


def test_a_yearly_price_below_zero_turns_the_bounds_around():
    thin = total("grid_import", 100, 90, 120)
    found = costs(Metric.ENERGY_COST, price("grid_import", "-0.1"), grid_import=thin)

    assert (found[""].low, found[""].value, found[""].high) == (-12, -10, -9)


def test_a_price_for_a_part_of_the_year_covers_no_year():
    june = price("grid_import", "0.2", valid_to=date(2025, 6, 30))
    told = {"hours": hours(start=START + timedelta(days=181), grid_import=[5, 5])}
    found = costs(Metric.ENERGY_COST, june, grid_import=10, given=told)

    assert (found["grid_import"].value, found["grid_import"].high) == (None, None)
    assert "no price factor covers all of 2025" in found["grid_import"].reason


def test_prices_of_two_validities_and_no_hours_to_tell_them_apart():
    halves = (
        price("grid_import", "0.2", valid_to=date(2025, 6, 30)),
        price("grid_import", "0.3", valid_from=date(2025, 7, 1)),
    )
    found = costs(Metric.ENERGY_COST, *halves, grid_import=10)

    assert (found["grid_import"].value, found["grid_import"].high) == (None, None)
    assert "no hours of grid_import in 2025" in found["grid_import"].reason


amounts = st.lists(st.integers(0, 50), min_size=3, max_size=3).map(sorted)


@given(
    told=st.lists(amounts, min_size=4, max_size=4),
    prices=st.lists(st.integers(-20, 20), min_size=4, max_size=4),
    shares=st.lists(st.integers(0, 4), min_size=4, max_size=4),
)
def test_bounds_hold_the_cost_of_every_course_within_the_bounds_of_the_hours(told, prices, shares):
    """Whatever each hour was between its ends, and whatever sign its price had."""
    cost = by_the_hour([(best, low, high) for low, best, high in told], *prices)["grid_import"]
    course = sum(
        (Fraction(low) + Fraction(high - low) * share / 4) * each
        for (low, _, high), share, each in zip(told, shares, prices, strict=True)
    )

    assert cost.low <= course <= cost.high
    assert cost.low <= cost.value <= cost.high
