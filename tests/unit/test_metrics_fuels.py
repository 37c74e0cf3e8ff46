"""Fuels at their edges: logs in other units, tanks without meters, factors of two kinds."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from given import ALPHA, by_category, factor, inputs, metric, total
from hypothesis import given
from hypothesis import strategies as st

from schemas.estate.model import Boundary, Registers
from schemas.estate.registers.fuel import FuelEvent
from schemas.metrics import Metric, Status

LOCATION = factor("location", "DE", "0.5", "kg/kWh")
DIESEL = factor("fuel", "diesel", "2.5", "kg/L")
GAS = factor("fuel", "gas", "0.2", "kg/kWh")
FACTORS = (LOCATION, DIESEL, GAS)
DRY = replace(ALPHA, without=("refrigerants",))


def burnt(litres=None, kwh=None, day="2025-05-01"):
    amounts = {"litres": litres, "kwh": kwh}
    stated = {name: None if one is None else Decimal(one) for name, one in amounts.items()}
    return FuelEvent(
        facility_id="alpha",
        date=date.fromisoformat(day),
        fuel="diesel",
        event="consumption",
        line=2,
        **stated,
    )


def site(*, factors=FACTORS, fuel=None, facility=DRY, **amounts):
    registers = Registers(factors=factors, fuel=fuel)
    return inputs(facility=facility, registers=registers, **amounts)


def scope1(**told):
    return by_category(site(**told), Metric.SCOPE1)


def test_a_log_in_kwh_is_no_litres():
    """4 L and 30 kWh are not 4 L: the factor is by the litre."""
    found = scope1(fuel=(burnt(litres=4), burnt(kwh=30)))["diesel"]

    assert found.value is None
    assert "tells diesel in kWh" in found.reason
    assert scope1(fuel=(burnt(litres=4), burnt(kwh=30, day="2024-05-01")))["diesel"].value == 10


@pytest.mark.parametrize(
    ("told", "value", "words"),
    [
        pytest.param({}, None, "without: [fuel_diesel]", id="not-a-word"),
        pytest.param({"generator_output": 0}, 0, "", id="generators-stood-still"),
        pytest.param({"generator_output": 5}, None, "generators ran", id="generators-ran"),
        pytest.param({"fuel_diesel": 4}, 10, "", id="by-meter"),
        pytest.param({"fuel": (burnt(litres=4),), "generator_output": 5}, 10, "", id="by-log"),
        pytest.param({"fuel_diesel": 0, "factors": ()}, 0, "", id="nothing-needs-no-factor"),
        pytest.param({"fuel_diesel": 4, "factors": ()}, None, "kind fuel for diesel", id="factor"),
        pytest.param(
            {"facility": replace(DRY, without=("refrigerants", "fuel_diesel"))},
            0,
            "is without fuel_diesel",
            id="by-the-operator-s-word",
        ),
    ],
)
def test_no_word_on_diesel_is_not_nothing(told, value, words):
    found = scope1(**told)

    assert found["diesel"].value == found[""].value == value
    assert words in found["diesel"].reason


def test_gas_is_there_where_it_has_a_meter():
    found = scope1(fuel_diesel=4, fuel_gas=100)

    assert {name: one.value for name, one in found.items()} == {
        "": 30,
        "diesel": 10,
        "gas": 20,
        "refrigerants": 0,
    }
    assert "gas" not in scope1(fuel_diesel=4)


def test_a_sum_with_an_unknown_part_is_no_less_than_the_known_one():
    found = scope1(fuel_gas=100)[""]

    assert (found.value, found.low, found.high) == (None, 20, None)


def test_of_two_units_the_one_of_the_amount_is_taken():
    """A factor by kWh of the same fuel, later in the file, hides none by the litre."""
    both = (DIESEL, factor("fuel", "diesel", "0.3", "kg/kWh", where="z.csv:9"))

    assert scope1(factors=both, fuel_diesel=4)["diesel"].value == 10


def test_a_factor_of_co2_only_is_flagged_in_scope_1():
    co2 = (LOCATION, replace(DIESEL, gases="co2"), GAS)

    found = scope1(factors=co2, fuel_diesel=4, fuel_gas=100)

    assert (found["diesel"].value, found["diesel"].status) == (10, Status.FLAGGED)
    assert "CO2 only, without CH4 and N2O" in found["diesel"].reason
    assert (found[""].status, found["gas"].status) == (Status.FLAGGED, Status.CLEAN)


def test_cold_made_inside_is_not_bought():
    """Its electricity is in the import already."""
    cold = (*FACTORS, factor("fuel", "district_cooling", "0.1", "kg/kWh"))
    inside = replace(ALPHA, boundary=Boundary(district_cooling="internal"))

    def emitted(facility):
        given_site = site(factors=cold, facility=facility, grid_import=10, district_cooling=100)
        return metric(given_site, Metric.SCOPE2_LOCATION).value

    assert (emitted(ALPHA), emitted(inside)) == (15, 5)


BETWEEN = st.tuples(st.integers(0, 10**6), st.integers(0, 10**6))


@given(diesel=BETWEEN, gas=BETWEEN, bought=BETWEEN, k=st.integers(1, 1000))
def test_emissions_grow_with_their_amounts(diesel, gas, bought, k):
    """k times of everything emits k times as much, bounds included."""
    names = ("fuel_diesel", "fuel_gas", "grid_import")

    def found(times):
        amounts = {
            name: total(name, low * times, low * times, (low + more) * times)
            for name, (low, more) in zip(names, (diesel, gas, bought), strict=True)
        }
        given_site = site(**amounts)
        figures = (
            metric(given_site, Metric.CO2_LOCATION),
            metric(given_site, Metric.SCOPE1),
            metric(given_site, Metric.SCOPE2_LOCATION),
        )
        return [(one.value, one.low, one.high) for one in figures]

    once, often = found(1), found(k)

    for one, many in zip(once, often, strict=True):
        assert many == pytest.approx(tuple(part * k for part in one), rel=1e-12)
    (whole, *_), (fuels, *_), (grid, *_) = once
    assert whole == pytest.approx(fuels + grid)
