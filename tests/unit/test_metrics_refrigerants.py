"""Refrigerant balances at their edges: several stores, gases that come and go, sets of factors."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from given import by_category, factor, inputs, metric
from hypothesis import given
from hypothesis import strategies as st

from schemas.estate.model import Registers
from schemas.estate.registers.refrigerants import RefrigerantEvent
from schemas.metrics import Metric


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


def site(*events, factors=()):
    return inputs(registers=Registers(refrigerants=events, factors=tuple(factors)))


def lost(*events):
    found = by_category(site(*events), Metric.REFRIGERANT_LOSS)
    return {gas: one.value for gas, one in found.items()}


def only(*events):
    return metric(site(*events), Metric.REFRIGERANT_LOSS)


YEAR = (event("opening", 100, "2025-01-01"), event("closing", 90, "2025-12-31"))


def test_a_stock_may_lie_in_several_stores():
    """100 + 40 at the beginning, 90 + 35 at the end: 15 kg."""
    stores = (event("opening", 40, "2025-01-01"), event("closing", 35, "2025-12-31"))

    assert lost(*YEAR, *stores) == {"R-134a": 15}


def test_a_stock_told_twice_alike_counts_once():
    assert lost(*YEAR, event("closing", 100, "2024-12-31")) == {"R-134a": 10}


def test_two_stocks_of_one_midnight_that_differ_are_refused():
    found = only(*YEAR, event("closing", 97, "2024-12-31", line=7))

    assert found.value is None
    assert "R-134a on 2024-12-31 and 2025-01-01 is told as 100 kg and 97 kg" in found.reason
    assert found.inputs == ("refrigerants", "refrigerants:2", "refrigerants:7")


def test_what_a_system_was_filled_with_is_not_counted_again():
    filled = event("topup", 8, system_id="c1"), event("recovered", 3, system_id="c1")

    assert lost(*YEAR, *filled) == {"R-134a": 10}


def test_spellings_of_a_gas_are_one_gas():
    events = (event("opening", 100, "2025-01-01", "r134a"), event("closing", 90, "2025-12-31"))

    assert lost(*events) == {"R-134a": 10}


def test_a_gas_that_comes_later_was_not_there():
    later = event("opening", 50, "2026-03-01", "R-32"), event("purchase", 50, "2026-02-01", "R-32")

    assert lost(*YEAR, *later) == {"R-134a": 10}


def test_a_register_that_begins_later_tells_nothing_of_before():
    found = only(event("opening", 50, "2026-03-01"))

    assert found.value is None
    assert "begins on 2026-03-01" in found.reason


@pytest.mark.parametrize(
    ("events", "value"),
    [
        pytest.param([event("closing", 0, "2023-12-31", "R-22")], 0, id="gone-for-good"),
        pytest.param([event("opening", 0, "2025-01-01", "R-22")], 0, id="gone-as-the-year-begins"),
        pytest.param([event("closing", 5, "2023-12-31", "R-22")], None, id="some-was-left"),
        pytest.param(
            [event("closing", 0, "2023-12-31", "R-22"), event("purchase", 9, gas="R-22")],
            None,
            id="bought-again",
        ),
        pytest.param(
            [event("closing", 0, "2023-12-31", "R-22"), event("closing", 9, "2025-12-31", "R-22")],
            None,
            id="found-again",
        ),
        pytest.param(
            [event("closing", 0, "2023-12-31", "R-22"), event("opening", 9, "2026-01-01", "R-22")],
            None,
            id="found-again-the-day-after",
        ),
        pytest.param(
            [event("opening", 9, "2025-01-01", "R-22"), event("closing", 0, "2025-06-30", "R-22")],
            None,
            id="gone-within-the-year",
        ),
    ],
)
def test_a_gas_that_is_gone_needs_no_stock_taking(events, value):
    assert lost(*YEAR, *events) == {"R-134a": 10, "R-22": value}


def test_an_unknown_loss_of_one_gas_leaves_what_the_other_emits_as_the_lowest():
    """10 kg × 1 530, and what was lost of 5 kg of R-32."""
    found = metric(
        site(*YEAR, event("opening", 5, "2025-01-01", "R-32")), Metric.CO2_REFRIGERANTS, "AR6"
    )

    assert (found.value, found.low, found.high) == (None, 15_300, None)


def test_every_set_takes_its_own_factor_of_a_gas():
    """Both sets of one file cover the year: neither hides the other."""
    own = [
        factor("gwp", "r134a", "1400", "kg/kg", edition="AR4"),
        factor("gwp", "R-134a", "1500", "kg/kg", edition="AR6"),
    ]

    found = by_category(site(*YEAR, factors=own), Metric.CO2_REFRIGERANTS)

    assert {name: one.value for name, one in found.items()} == {
        "AR6": 15_000,
        "AR4": 14_000,
        "AR5": 13_000,
    }
    assert found["AR4"].inputs[-1] == "factor factors/r134a.csv:2"


def test_a_factor_of_a_part_of_the_year_does_not_win():
    part = factor("gwp", "R-134a", "1", "kg/kg", edition="AR6", valid_to=date(2025, 6, 30))

    assert metric(site(*YEAR, factors=[part]), Metric.CO2_REFRIGERANTS, "AR6").value == 15_300


def test_a_limit_says_what_would_mend_it():
    blend = [replace(one, refrigerant="R-513A") for one in YEAR]

    found = by_category(site(*blend), Metric.CO2_REFRIGERANTS)["AR5"]

    assert "add a factor of kind gwp with key R-513A and edition AR5" in found.reason


AMOUNT = st.integers(0, 500)


@given(st.tuples(*(AMOUNT,) * 6))
def test_a_year_cut_in_two_by_a_stock_taking_loses_the_same(kilograms):
    """Whatever the stock is at the end of June: the two halves add up to the year."""
    a, b, c, bought, given_back, more = kilograms
    events = (
        event("opening", a + 2000, "2025-01-01"),
        event("purchase", bought, "2025-03-01"),
        event("closing", b + 1000, "2025-06-30"),
        event("returned", given_back, "2025-09-01"),
        event("charge_increase", more, "2025-09-02"),
        event("closing", c, "2025-12-31"),
    )
    whole = site(*events)
    halves = [
        replace(whole, last_day=date(2025, 6, 30)),
        replace(whole, first_day=date(2025, 7, 1)),
    ]

    year, *parts = (metric(one, Metric.REFRIGERANT_LOSS).value for one in (whole, *halves))

    if year is not None and None not in parts:
        assert year == sum(parts)
