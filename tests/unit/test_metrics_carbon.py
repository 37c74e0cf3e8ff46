"""Scopes 1 to 3, refrigerants and the two methods of scope 2: worked by hand."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest
from given import (
    ALPHA,
    IMPORT,
    IT,
    by_category,
    certificate,
    equipment,
    factor,
    inputs,
    metric,
    nearest,
    total,
)
from hypothesis import given
from hypothesis import strategies as st

from schemas.estate.model import Registers
from schemas.estate.policies import Policies
from schemas.estate.registers.refrigerants import RefrigerantEvent, RefrigerantSystem
from schemas.metrics import Metric, Status

FACTORS = (
    factor("location", "DE", "0.350", "kg/kWh"),
    factor("residual", "DE", "0.620", "kg/kWh"),
    factor("fuel", "diesel", "2.676", "kg/L"),
)
COVERED = (certificate("go", 10_000_000), certificate("ppa", 8_000_000))


def event(name, kg, day="2025-06-01", gas="R-134a", **facts):
    return RefrigerantEvent(
        facility_id="alpha",
        date=date.fromisoformat(day),
        refrigerant=gas,
        event=name,
        kg=Decimal(kg),
        line=facts.pop("line", 2),
        **facts,
    )


def balance(opening, bought, closing, returned, *, increase=0, gas="R-134a"):
    return (
        event("opening", opening, "2025-01-01", gas, line=2),
        event("purchase", bought, gas=gas, line=3),
        event("returned", returned, gas=gas, line=4),
        event("charge_increase", increase, gas=gas, line=5),
        event("closing", closing, "2025-12-31", gas, line=6),
    )


LOST_18 = balance(100, 20, 95, 5, increase=2)
LOST_70 = balance(1200, 150, 1180, 100)


def site(*, factors=FACTORS, certificates=COVERED, refrigerants=LOST_18, given=None, **amounts):
    registers = Registers(
        factors=tuple(factors), certificates=certificates, refrigerants=refrigerants
    )
    return inputs(
        **{"grid_import": IMPORT, "fuel_diesel": 6_400, "ups_output": IT, **amounts},
        registers=registers,
        given=given,
    )


def test_C1_scope_2_by_location_and_by_market():
    """21 900 000 × 0.35 = 7 665 t; (21 900 000 − 18 000 000) × 0.62 = 2 418 t."""
    assert metric(site(), Metric.SCOPE2_LOCATION).value == 7_665_000
    assert metric(site(), Metric.SCOPE2_MARKET).value == 2_418_000


def test_C2_scope_1_of_diesel_and_refrigerant():
    """6 400 L × 2.676 = 17 126.4 kg, and 18 kg × 1 530 = 27 540 kg."""
    found = {name: one.value for name, one in by_category(site(), Metric.SCOPE1).items()}

    assert found == {"": 44_666.4, "diesel": 17_126.4, "refrigerants": 27_540}


def test_C3_carbon_usage_by_location_and_by_market():
    found = by_category(site(), Metric.CUE)

    assert found["location"].value == nearest(Fraction(1_600_443, 3_650_000))
    assert found["market"].value == nearest(Fraction(253_659, 1_825_000))
    assert found["market"].value == pytest.approx(0.138991, abs=5e-7)
    assert metric(site(), Metric.CO2_MARKET).value == 2_418_000 + 17_126.4


def test_C5_mass_balance_of_refrigerant():
    """1 200 + 150 − 1 180 − 100 − 0 = 70 kg."""
    found = by_category(site(refrigerants=LOST_70), Metric.REFRIGERANT_LOSS)

    assert found["R-134a"].value == 70
    assert found["R-134a"].inputs == ("refrigerants", *(f"refrigerants:{n}" for n in range(2, 7)))


def test_a_balance_below_nothing_is_an_entry_that_is_missing():
    found = metric(site(refrigerants=balance(100, 0, 120, 0)), Metric.REFRIGERANT_LOSS)

    assert (found.value, found.status) == (None, Status.WITHHELD)
    assert "the balance of R-134a is -20 kg" in found.reason


@pytest.mark.parametrize(
    ("events", "words"),
    [
        pytest.param(LOST_70[:-1], "no closing stock of R-134a on 2025-12-31", id="no-end"),
        pytest.param(LOST_70[1:], "no opening stock of R-134a on 2025-01-01", id="no-start"),
    ],
)
def test_a_balance_needs_both_stocks(events, words):
    assert words in metric(site(refrigerants=events), Metric.REFRIGERANT_LOSS).reason


def test_the_stock_of_the_day_beside_is_the_same():
    events = (
        event("closing", 100, "2024-12-31"),
        event("purchase", 10),
        event("opening", 95, "2026-01-01"),
    )

    assert metric(site(refrigerants=events), Metric.REFRIGERANT_LOSS).value == 15


@pytest.mark.parametrize(
    ("refrigerants", "without", "value"),
    [
        pytest.param(None, (), None, id="no-register"),
        pytest.param((), (), 0, id="an-empty-register"),
        pytest.param(None, ("refrigerants",), 0, id="by-the-operator-s-word"),
    ],
)
def test_no_refrigerant_is_not_an_unknown_one(refrigerants, without, value):
    given_site = replace(site(refrigerants=refrigerants), facility=replace(ALPHA, without=without))

    assert metric(given_site, Metric.REFRIGERANT_LOSS).value == value


def test_C6_the_set_of_potentials_changes_the_result():
    """70 kg of R-410A: 146.125, 134.645 or 157.885 t."""
    found = by_category(
        site(refrigerants=balance(1200, 150, 1180, 100, gas="R-410A")), Metric.CO2_REFRIGERANTS
    )

    assert {name: one.value for name, one in found.items()} == {
        "AR6": 157_885,
        "AR4": 146_125,
        "AR5": 134_645,
    }
    assert next(iter(found)) == "AR6"


def test_a_blend_whose_component_has_no_value_is_refused_between_bounds():
    """R-513A: 70 kg × 673.480… in AR6; in AR5 from 70 × 572 to 70 × 572.56."""
    found = by_category(
        site(refrigerants=balance(1200, 150, 1180, 100, gas="R-513A")), Metric.CO2_REFRIGERANTS
    )

    assert found["AR4"].value == nearest(70 * Fraction("631.44"))
    assert found["AR6"].value == nearest(70 * Fraction("673.48056"))
    assert (found["AR5"].value, found["AR5"].low) == (None, 40_040)
    assert found["AR5"].high == nearest(70 * Fraction("572.56"))
    assert "AR5 gives no value" in found["AR5"].reason


def test_an_unknown_gas_is_refused_and_a_factor_mends_it():
    lost = balance(1200, 150, 1180, 100, gas="R-22")
    own = (*FACTORS, factor("gwp", "R-22", "1960", "kg/kg", edition="AR6"))

    refused = metric(site(refrigerants=lost), Metric.CO2_REFRIGERANTS, "AR6")
    mended = by_category(site(refrigerants=lost, factors=own), Metric.CO2_REFRIGERANTS)

    assert refused.value is None
    assert "no potential of R-22 in AR6 is known: add a factor of kind gwp" in refused.reason
    assert mended["AR6"].value == 137_200
    assert mended["AR4"].value is None


def test_the_policy_names_the_set_and_changes_only_refrigerants():
    policies = Policies(gwp_set="AR4")
    before, after = site(), site(given={"policies": policies})

    for wanted in (Metric.SCOPE2_LOCATION, Metric.SCOPE2_MARKET, Metric.CUE, Metric.CO2_LOCATION):
        assert metric(before, wanted).value == metric(after, wanted).value
    scope1 = by_category(after, Metric.SCOPE1)
    assert scope1["refrigerants"].value == 18 * 1430
    assert scope1["diesel"].value == 17_126.4
    assert "potentials of AR4" in scope1["refrigerants"].reason


@pytest.mark.parametrize(
    ("filled", "rate"),
    [
        pytest.param(
            (event("topup", 6, system_id="c1"), event("recovered", 1, system_id="c1")), 5, id="net"
        ),
        pytest.param((event("topup", 6, system_id="c2"),), 0, id="of-another"),
        pytest.param((event("topup", 6, "2024-06-01", system_id="c1"),), 0, id="of-another-year"),
    ],
)
def test_a_leak_rate_is_what_was_filled_in_per_charge(filled, rate):
    systems = (
        RefrigerantSystem(
            system_id="c1",
            facility_id="alpha",
            refrigerant="R-134a",
            charge_kg=Decimal(100),
            installed_on=None,
            decommissioned_on=None,
            line=2,
        ),
    )
    registers = Registers(refrigerants=filled, refrigerant_systems=systems)

    found = by_category(inputs(registers=registers), Metric.LEAK_RATE)

    assert {name: one.value for name, one in found.items()} == {"c1": rate}
    assert by_category(inputs(), Metric.LEAK_RATE)[""].value is None


def test_certificates_beyond_what_is_bought_are_not_used_up():
    found = metric(site(certificates=(certificate("go", 30_000_000),)), Metric.SCOPE2_MARKET)

    assert (found.value, found.low, found.high) == (0, 0, 0)


def test_without_a_register_of_certificates_the_market_is_a_range():
    found = metric(site(certificates=None), Metric.SCOPE2_MARKET)

    assert (found.value, found.low) == (None, 0)
    assert found.high == nearest(IMPORT * Fraction("0.62"))


def test_a_residual_mix_of_nothing_is_refused():
    austria = (*FACTORS[:1], factor("residual", "DE", "0", "kg/kWh"), FACTORS[2])

    found = metric(site(factors=austria), Metric.SCOPE2_MARKET)

    assert found.value is None
    assert "is no mix: take the whole supplier mix" in found.reason


def test_a_mix_of_carbon_dioxide_only_says_so():
    aib = (*FACTORS[:1], factor("residual", "DE", "0.62", "kg/kWh", gases="co2"), FACTORS[2])

    found = metric(site(factors=aib), Metric.SCOPE2_MARKET)

    assert (found.value, found.status) == (2_418_000, Status.FLAGGED)
    assert "CO2 only" in found.reason


def test_exported_power_and_own_sun_change_nothing_in_scope_2():
    found = site(grid_export=500_000, onsite_renewable=350_000)

    assert metric(found, Metric.SCOPE2_LOCATION).value == 7_665_000


def test_cold_that_is_bought_has_a_factor_of_its_own():
    cold = (*FACTORS, factor("fuel", "district_cooling", "0.1", "kg/kWh"))

    found = site(factors=cold, district_cooling=1000)

    assert metric(found, Metric.SCOPE2_LOCATION).value == 7_665_100
    assert metric(site(district_cooling=1000), Metric.SCOPE2_LOCATION).value is None


CHAIN = (
    *FACTORS,
    factor("upstream", "DE", "0.06", "kg/kWh"),
    factor("upstream", "diesel", "0.6", "kg/L"),
    factor("waste", "recycling", "0.02", "kg/kg"),
    factor("waste", "disposal", "0.5", "kg/kg"),
)


def chain(*assets, factors=CHAIN):
    registers = Registers(factors=factors, equipment=assets)
    given_site = inputs(grid_import=1000, fuel_diesel=10, registers=registers)
    return by_category(given_site, Metric.SCOPE3)


def test_scope_3_of_equipment_energy_and_waste():
    bought = {"installed_on": date(2025, 3, 1), "embodied_kgco2e": Decimal(1300)}
    gone = {"decommissioned_on": date(2025, 5, 1), "mass_kg": Decimal(20), "count": 10}

    found = chain(
        equipment("a", "server", count=2, **bought),
        equipment("b", "other", count=3, accounting="expense", **bought),
        equipment("c", "server", route="recycling", **gone),
        equipment("d", "server", route="disposal", **gone),
        equipment("e", "server", route="resale", **gone),
    )

    assert {name: one.value for name, one in found.items()} == {
        "1": 3900,
        "2": 2600,
        "3": 66,
        "5": 104,
    }


@pytest.mark.parametrize(
    ("asset", "words"),
    [
        pytest.param({"route": ""}, "does not say which way c went", id="no-route"),
        pytest.param({"route": "recovery"}, "no factor of kind waste for recovery", id="no-factor"),
        pytest.param({"route": "disposal", "mass_kg": None}, "no mass_kg for c", id="no-mass"),
    ],
)
def test_waste_that_nobody_weighed_is_unknown(asset, words):
    facts = {"decommissioned_on": date(2025, 5, 1), "mass_kg": Decimal(20), **asset}

    found = chain(equipment("c", "server", **facts))["5"]

    assert found.value is None
    assert words in found.reason


def test_without_factors_upstream_is_unknown():
    assert "no factor of kind upstream" in chain(factors=FACTORS)["3"].reason


BOUNDS = st.tuples(st.integers(0, 10**6), st.integers(0, 10**6))


@given(st.tuples(BOUNDS, BOUNDS, BOUNDS), st.integers(0, 2000))
def test_bounds_hold_every_corner(bounds, mwh):
    names = ("grid_import", "fuel_diesel", "ups_output")
    bought = (certificate("go", mwh * 1000),)
    wanted = (
        (Metric.SCOPE2_LOCATION, ""),
        (Metric.SCOPE2_MARKET, ""),
        (Metric.CUE, "location"),
        (Metric.CUE, "market"),
        (Metric.SCOPE1, ""),
    )

    def found(threes):
        amounts = {name: total(name, *three) for name, three in zip(names, threes, strict=True)}
        given_site = site(certificates=bought, **amounts)
        return [metric(given_site, one, category) for one, category in wanted]

    whole = found([(low, low, low + more) for low, more in bounds])
    for ends in product(*((low, low + more) for low, more in bounds)):
        for bounded, exact in zip(whole, found([(end,) * 3 for end in ends]), strict=True):
            if exact.value is not None:
                assert bounded.low is None or bounded.low <= exact.value
                assert bounded.high is None or exact.value <= bounded.high
