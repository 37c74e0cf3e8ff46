"""PUE and its kin, the carriers that enter, rooms, and the budget between: worked by hand."""

from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest
from given import (
    ALPHA,
    GENERATOR,
    IMPORT,
    IT,
    PV,
    YEAR,
    by_category,
    inputs,
    metric,
    nearest,
    place,
    total,
)
from hypothesis import given
from hypothesis import strategies as st

from pipelines.metrics.figure import known
from pipelines.metrics.usage import annualised
from schemas.estate.model import Boundary
from schemas.metrics import Metric, Status

WHOLE = {
    "grid_import": IMPORT,
    "onsite_renewable": PV,
    "generator_output": GENERATOR,
    "ups_output": IT,
}


def test_P7_cold_from_a_network_counts_whole_or_by_weight():
    """20 000 000 + 2 000 000 × 0.4 = 20 800 000: 260/219, and never in place of 275/219."""
    site = inputs(grid_import=20_000_000, district_cooling=2_000_000, ups_output=IT)

    assert metric(site, Metric.EDC_WEIGHTED).value == 20_800_000
    assert metric(site, Metric.PUE_WEIGHTED).value == nearest(Fraction(260, 219))
    assert metric(site, Metric.PUE).value == nearest(Fraction(275, 219))


def test_fuels_weigh_as_much_as_they_would_make_of_electricity():
    """100 + 1000 of gas × 0.35 + 36 L of diesel × 43.0 × 0.84 / 3.6 kWh × 0.35 = 576.42."""
    site = inputs(grid_import=100, fuel_gas=1000, fuel_diesel=36)

    assert metric(site, Metric.EDC_WEIGHTED).value == nearest(Fraction("576.42"))
    assert by_category(site, Metric.EDC_CARRIER)["fuel_diesel"].value == nearest(Fraction("361.2"))


def test_P8_germany_leaves_out_what_only_upgrades_heat():
    site = inputs(**WHOLE, heat_upgrade_electricity=600_000)

    assert metric(site, Metric.PUE_DE).value == nearest(Fraction(10837, 8760))
    assert metric(site, Metric.PUE).value == nearest(Fraction(11137, 8760))


def test_without_a_meter_nothing_is_left_out_and_it_is_said():
    found = metric(inputs(**WHOLE), Metric.PUE_DE)

    assert found.value == nearest(Fraction(11137, 8760))
    assert "none is left out" in found.reason


def test_german_law_is_for_facilities_in_germany():
    site = inputs(**WHOLE, facility=replace(ALPHA, country="SE"))

    assert metric(site, Metric.PUE_DE).value is None


ROOM = (
    place("hall.ups", "ups_output", room="Hall 1"),
    place("hall.pdu", "pdu_output", room="Hall 1", parent="hall.ups"),
    place("hall.cool", "cooling_electricity", room="Hall 1"),
)


def rooms(meters, **amounts):
    totals = {name: total(_quantity(meters, name), kwh) for name, kwh in amounts.items()}
    return inputs(given={"meters": tuple(meters), "meter_totals": totals})


def _quantity(meters, name):
    return next(meter.quantity for meter in meters if meter.meter_id == name)


def test_P9_partial_usage_of_a_hall():
    """IT 1 500 000, cooling 200 000, losses 90 000: 179/150."""
    site = rooms(ROOM, **{"hall.ups": 1_590_000, "hall.pdu": 1_500_000, "hall.cool": 200_000})

    found = by_category(site, Metric.PPUE)

    assert found["Hall 1"].value == nearest(Fraction(179, 150))


def test_a_room_counts_no_meter_twice_and_no_check_meter():
    meters = (
        *ROOM,
        place("hall.pdu.1", "pdu_output", room="Hall 1", parent="hall.pdu"),
        place("hall.check", "pdu_output", room="Hall 1", tags="checks:hall.pdu"),
        place("store.light", "lighting", room="Store"),
    )
    amounts = {"hall.ups": 159, "hall.pdu": 150, "hall.cool": 20, "hall.pdu.1": 70}

    found = by_category(
        rooms(meters, **amounts, **{"hall.check": 151, "store.light": 1}), Metric.PPUE
    )

    assert {room: one.value for room, one in found.items()} == {
        "Hall 1": nearest(Fraction(179, 150))
    }


def test_without_rooms_there_is_no_partial_usage():
    assert metric(inputs(**WHOLE), Metric.PPUE).value is None


def test_P10_a_part_of_a_year_is_stretched_for_planning_only():
    found = annualised(known(9_000_000), operating_days=181, days=365)

    assert found.value == Fraction(3_285_000_000, 181)


def test_the_first_year_is_interim_and_never_filed_stretched():
    """In operation from 1 July: 184 of 365 days."""
    site = inputs(**WHOLE, facility=replace(ALPHA, commissioned="2025-07"))

    stretched = metric(site, Metric.EDC_ANNUALISED)

    assert stretched.value == nearest(Fraction(22_274_000 * 365, 184))
    assert stretched.status is Status.FLAGGED
    assert "for planning only: 184 days" in stretched.reason
    assert metric(site, Metric.EDC).value == 22_274_000
    assert metric(site, Metric.IPUE).value == metric(site, Metric.PUE).value


def test_a_whole_year_is_neither_interim_nor_stretched():
    site = inputs(**WHOLE, facility=replace(ALPHA, commissioned="2019-04"))

    assert metric(site, Metric.IPUE).reason == "a whole year: see pue"
    assert metric(site, Metric.EDC_ANNUALISED).value is None


@pytest.mark.parametrize("wanted", [Metric.IPUE, Metric.EDC_ANNUALISED])
def test_a_year_before_operation_is_neither(wanted):
    site = inputs(**WHOLE, facility=replace(ALPHA, commissioned="2026-03"))

    assert metric(site, wanted).reason == "alpha is in operation since 2026-03 only"


def test_a_month_is_interim_and_never_stretched():
    month = replace(YEAR, name="2025-07", months=("2025-07",))
    site = replace(inputs(**WHOLE), period=month)

    assert metric(site, Metric.IPUE).value == nearest(Fraction(11137, 8760))
    assert metric(site, Metric.EDC_ANNUALISED).value is None
    assert "only a year is stretched" in metric(site, Metric.EDC_ANNUALISED).reason


def test_a_generator_s_test_run_enters_and_is_told_apart():
    site = inputs(**WHOLE)

    assert metric(site, Metric.EDC_BG).value == 24_000
    assert by_category(site, Metric.EDC_CARRIER)["generator_output"].value == 24_000
    assert metric(inputs(grid_import=1), Metric.EDC_BG).value is None


def test_a_designed_usage_is_the_operator_s_word():
    found = metric(inputs(facility=replace(ALPHA, design_pue=1.25)), Metric.DPUE)

    assert (found.value, found.inputs) == (1.25, ("estate.yaml:design_pue",))
    assert metric(inputs(), Metric.DPUE).value is None


@pytest.mark.parametrize(
    ("side", "carriers"),
    [
        pytest.param("internal", {"grid_import": 12, "fuel_gas": 10}, id="by-its-fuel"),
        pytest.param(
            "external",
            {"grid_import": 12, "generator_output": 4, "district_cooling": 3},
            id="by-its-outputs",
        ),
    ],
)
def test_carriers_follow_the_declared_boundary(side, carriers):
    site = inputs(
        grid_import=12,
        fuel_gas=10,
        generator_output=4,
        district_cooling=3,
        facility=replace(ALPHA, boundary=Boundary(chp=side)),
    )

    found = by_category(site, Metric.EDC_CARRIER)

    assert {name: one.value for name, one in found.items()} == carriers
    assert metric(site, Metric.EDC).value == sum(carriers.values())


def test_export_is_a_negative_carrier():
    found = by_category(inputs(grid_import=10, grid_export=2), Metric.EDC_CARRIER)

    assert found["grid_export"].value == -2


CHAIN = {
    "grid_import": 1300,
    "ups_input": 1060,
    "ups_output": 1000,
    "pdu_output": 980,
    "it_input": 970,
    "cooling_electricity": 150,
    "lighting": 10,
    "other_facility": 30,
}


def test_the_budget_adds_up_to_what_enters():
    """1300 = 970 + 60 + 20 + 10 + 150 + 10 + 30, and 50 that no meter tells of."""
    found = {
        name: one.value for name, one in by_category(inputs(**CHAIN), Metric.ENERGY_BUDGET).items()
    }

    assert found == {
        "it": 970,
        "ups_loss": 60,
        "pdu_loss": 20,
        "rack_loss": 10,
        "cooling": 150,
        "lighting": 10,
        "other": 30,
        "remainder": 50,
    }
    assert sum(found.values()) == 1300


def test_losses_between_which_nothing_is_metered_are_told_as_one():
    some = {name: kwh for name, kwh in CHAIN.items() if name != "pdu_output"}

    found = {
        name: one.value for name, one in by_category(inputs(**some), Metric.ENERGY_BUDGET).items()
    }

    assert (found["ups_loss"], found["pdu_rack_loss"], found["remainder"]) == (60, 30, 50)
    assert sum(found.values()) == 1300


def test_the_remainder_does_not_bear_the_doubt_of_the_chain():
    """What IT used is between 900 and 990; what entered the chain is exact, and so is the rest."""
    site = inputs(**{**CHAIN, "it_input": total("it_input", 970, 900, 990)})

    found = by_category(site, Metric.ENERGY_BUDGET)

    assert (found["remainder"].low, found["remainder"].high) == (50, 50)
    assert (found["rack_loss"].low, found["rack_loss"].high) == (-10, 80)


def test_losses_are_per_what_enters_the_stage():
    found = by_category(inputs(**CHAIN), Metric.CHAIN_LOSS)

    assert found["ups"].value == nearest(Fraction(6000, 1060))
    assert found["pdu"].value == 2
    assert found["rack"].value == nearest(Fraction(1000, 980))


def test_a_stage_that_gives_more_than_it_takes_is_shown_and_flagged():
    found = by_category(inputs(**{**CHAIN, "pdu_output": 1010}), Metric.ENERGY_BUDGET)

    assert found["pdu_loss"].value == -10
    assert found["pdu_loss"].status is Status.FLAGGED
    assert "contradict" in found["pdu_loss"].reason
    share = by_category(inputs(**{**CHAIN, "pdu_output": 1010}), Metric.CHAIN_LOSS)["pdu"]
    assert (share.value, share.status) == (-1, Status.FLAGGED)


def test_without_a_boundary_there_is_no_budget():
    found = by_category(inputs(ups_output=10), Metric.ENERGY_BUDGET)

    assert list(found) == [""]
    assert found[""].value is None
    assert by_category(inputs(grid_import=10), Metric.CHAIN_LOSS)[""].value is None


def test_a_chain_that_is_metered_at_its_beginning_only_has_no_budget():
    found = by_category(inputs(grid_import=10, ups_input=8), Metric.ENERGY_BUDGET)

    assert list(found) == [""]
    assert found[""].value is None
    assert "no meter measures IT energy" in found[""].reason


AMOUNT = st.integers(0, 10**7)


@given(st.fixed_dictionaries(dict.fromkeys(CHAIN, AMOUNT)), st.integers(2, 50))
def test_budget_and_carriers_add_up_and_shares_do_not_scale(amounts, k):
    site, larger = inputs(**amounts), inputs(**{name: kwh * k for name, kwh in amounts.items()})

    budget = by_category(site, Metric.ENERGY_BUDGET)

    assert sum(one.value for one in budget.values()) == pytest.approx(amounts["grid_import"])
    for stage, one in by_category(site, Metric.CHAIN_LOSS).items():
        assert one.value == by_category(larger, Metric.CHAIN_LOSS)[stage].value


@given(st.lists(st.tuples(st.integers(1, 100), st.integers(0, 50)), min_size=3, max_size=3))
def test_bounds_of_a_room_hold_every_corner(bounds):
    """Low, and how much more it may be, of the hall's three meters."""
    names = ("hall.ups", "hall.pdu", "hall.cool")

    def partial(values):
        totals = {
            name: total(_quantity(ROOM, name), *three)
            for name, three in zip(names, values, strict=True)
        }
        site = inputs(given={"meters": ROOM, "meter_totals": totals})
        return by_category(site, Metric.PPUE)["Hall 1"]

    whole = partial([(low, low, low + more) for low, more in bounds])
    for ends in product(*((low, low + more) for low, more in bounds)):
        exact = partial([(end, end, end) for end in ends])
        assert whole.low <= exact.value <= whole.high


def by_the_operators_word(percent):
    site = replace(ALPHA, ups_non_it_percent=percent)
    return inputs(facility=site, grid_import=1200, ups_output=1000, pdu_output=950)


def test_a_ups_that_feeds_more_than_it_lowers_the_bound():
    """Up to 4 % of 1 000 kWh is not IT: at least 960, and PUE between 1.2 and 1.25."""
    site = by_the_operators_word(4)
    it, use = by_category(site, Metric.EIT)["1"], by_category(site, Metric.PUE)["1"]

    assert (it.value, it.low, it.high, it.status) == (1000, 960, 1000, Status.CLEAN)
    assert (use.value, use.low, use.high) == (1.2, 1.2, 1.25)
    assert "up to 4 % of the UPS output feeds no IT" in it.reason
    assert "estate.yaml:ups_non_it_percent" in it.inputs


@pytest.mark.parametrize(("percent", "status"), [(10, Status.CLEAN), (10.5, Status.FLAGGED)])
def test_above_a_tenth_the_category_is_in_doubt(percent, status):
    found = by_category(by_the_operators_word(percent), Metric.EIT)["1"]

    assert found.status is status
    assert ("category 1 is in doubt" in found.reason) is (status is Status.FLAGGED)


def test_what_a_ups_feeds_beside_it_says_nothing_of_pdus():
    found = by_category(by_the_operators_word(20), Metric.EIT)["2"]

    assert (found.value, found.low, found.status) == (950, 950, Status.CLEAN)
