"""Equipment over its life: balances that close, routes and rates, hazardous waste, age."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from given import equipment, inputs, metric, nearest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.metrics.compute import metrics_of
from pipelines.metrics.fleet import flows
from pipelines.metrics.lifecycle import NO_WASTE
from schemas.estate.model import Registers
from schemas.estate.registers.equipment import ROUTES
from schemas.metrics import FACTS, Metric, Status

JUNE = date(2025, 6, 1)
WASTE = tuple(route for route in ROUTES if route not in NO_WASTE)
RATES = (Metric.REUSE_RATE, Metric.RECYCLING_RATE, Metric.DIVERSION_RATE)


def fleet(*assets):
    return inputs(registers=Registers(equipment=assets))


def gone(asset_id, kilograms, route, **facts):
    mass = None if kilograms is None else Decimal(kilograms)
    return equipment(
        asset_id, "server", mass_kg=mass, route=route, **{"decommissioned_on": JUNE, **facts}
    )


def by_flow(given_inputs, wanted):
    return {one.category: one for one in metrics_of(given_inputs) if one.metric is wanted}


def test_L1_diversion_and_reuse():
    """Of 12 500 kg: 1 310 reused, 8 420 recycled, 2 770 disposed of."""
    left = fleet(
        gone("on", 310, "internal_reuse"),
        gone("sold", 600, "resale"),
        gone("prepared", 400, "preparation_for_reuse"),
        gone("recycled", 842, "recycling", count=10),
        gone("dumped", 2770, "disposal"),
    )

    assert metric(left, Metric.DIVERSION_RATE).value == nearest(Fraction(973, 1250))
    assert metric(left, Metric.REUSE_RATE).value == nearest(Fraction(131, 1250))
    assert metric(left, Metric.RECYCLING_RATE).value == nearest(Fraction(842, 1250))


def test_other_recovery_is_diverted_and_neither_reused_nor_recycled():
    left = fleet(gone("burnt", 30, "recovery"), gone("dumped", 70, "disposal"))

    assert [metric(left, rate).value for rate in RATES] == [0, 0, 0.3]


@pytest.mark.parametrize(
    ("unknown", "bounds", "words"),
    [
        pytest.param(gone("x", 50, ""), (0.3, 0.8), "no route for x", id="route"),
        pytest.param(gone("x", None, ""), (0.0, 1.0), "no mass_kg for x", id="route-and-mass"),
        # 30 of 50 + 50 that are weighed; the rest may be anything, but only of one kind.
        pytest.param(gone("x", None, "resale"), (0.6, 1.0), "no mass_kg for x", id="good-mass"),
        pytest.param(gone("x", None, "disposal"), (0.0, 0.6), "no mass_kg for x", id="bad-mass"),
    ],
)
def test_an_unknown_route_or_mass_withholds_the_rate_between_bounds(unknown, bounds, words):
    rest = gone("dumped", 20, "disposal")
    left = metric(fleet(gone("new", 30, "recycling"), rest, unknown), Metric.DIVERSION_RATE)

    assert left.value is None
    assert (left.low, left.high) == bounds
    assert words in left.reason


def test_nothing_that_left_has_no_rate_and_no_mass():
    standing = fleet(equipment("s", "server", mass_kg=Decimal(20)))

    assert metric(standing, Metric.DIVERSION_RATE).reason == "zero_denominator"
    assert metric(standing, Metric.RETIRED_MASS, "recycling").value == 0
    assert metric(standing, Metric.HAZARDOUS_MASS).value == 0


def test_a_retirement_outside_the_period_is_none_of_its():
    left = fleet(
        gone("first", 1, "resale", decommissioned_on=date(2025, 1, 1)),
        gone("last", 2, "resale", decommissioned_on=date(2025, 12, 31)),
        gone("before", 4, "resale", decommissioned_on=date(2024, 12, 31)),
        gone("after", 8, "resale", decommissioned_on=date(2026, 1, 1)),
    )

    assert metric(left, Metric.RETIRED_MASS, "resale").value == 3
    assert by_flow(left, Metric.ASSETS)["opening"].value == 3
    assert by_flow(left, Metric.ASSETS)["closing"].value == 1


def test_retired_mass_by_route_names_what_has_none():
    left = fleet(gone("a", 5, "resale", count=2), gone("b", 7, ""), gone("c", None, "recycling"))
    routes = by_flow(left, Metric.RETIRED_MASS)

    assert list(routes) == list(FACTS[Metric.RETIRED_MASS].categories)
    assert (routes["resale"].value, routes["not stated"].value) == (10, 7)
    assert (routes["recycling"].value, routes["recycling"].low) == (None, 0)
    assert "mass_kg for c" in routes["recycling"].reason


def test_the_balance_by_pieces_and_mass():
    """An asset without a day stood all along; one that came and left is in both flows."""
    kilogram = Decimal(10)
    whole = fleet(
        equipment("old", "server", count=5, mass_kg=kilogram),
        equipment("came", "ups", count=2, mass_kg=kilogram, installed_on=date(2025, 1, 1)),
        equipment("brief", "rack", mass_kg=kilogram, installed_on=JUNE, decommissioned_on=JUNE),
        equipment(
            "left", "server", count=3, mass_kg=kilogram, decommissioned_on=date(2025, 12, 31)
        ),
        equipment("coming", "server", count=9, mass_kg=kilogram, installed_on=date(2026, 1, 1)),
    )
    pieces = {name: one.value for name, one in by_flow(whole, Metric.ASSETS).items()}
    mass = {name: one.value for name, one in by_flow(whole, Metric.ASSET_MASS).items()}

    assert pieces == {"opening": 8, "installed": 3, "decommissioned": 4, "closing": 7}
    assert mass == {name: 10 * count for name, count in pieces.items()}
    assert metric(whole, Metric.SERVERS).value == 5


def test_a_flow_whose_mass_is_not_stated_names_up_to_three_and_holds_the_rest_as_its_least():
    silent = [equipment(name, "server", installed_on=JUNE) for name in ("a", "b", "c", "d")]
    flow = by_flow(fleet(equipment("k", "server", mass_kg=Decimal(7)), *silent), Metric.ASSET_MASS)

    assert flow["opening"].value == 7
    assert (flow["installed"].value, flow["installed"].low, flow["installed"].high) == (
        None,
        0,
        None,
    )
    assert flow["installed"].reason.endswith("no mass_kg for a, b, c and 1 more")
    assert (flow["closing"].value, flow["closing"].low) == (None, 7)


def test_a_line_of_no_pieces_withholds_nothing():
    flow = by_flow(fleet(equipment("none", "server", count=0)), Metric.ASSET_MASS)

    assert flow["closing"].value == 0


DAYS = st.none() | st.dates(date(2023, 12, 30), date(2027, 1, 2))


@st.composite
def registers(draw, weighed=True):
    assets = []
    for number in range(draw(st.integers(0, 8))):
        installed, left = draw(DAYS), draw(DAYS)
        if installed and left and left < installed:
            installed, left = left, installed
        mass = st.decimals(0, 900, places=3)
        assets.append(
            equipment(
                f"a{number}",
                "server",
                count=draw(st.integers(0, 50)),
                mass_kg=draw(mass if weighed else st.none() | mass),
                installed_on=installed,
                decommissioned_on=left,
                route=draw(st.sampled_from(("", *ROUTES))),
                waste_code=draw(st.sampled_from(("", "16 02 13*", "16 02 14"))),
            )
        )
    return tuple(assets)


@given(registers())
def test_pieces_and_mass_balance_whatever_the_register(assets):
    whole = fleet(*assets)
    for wanted in (Metric.ASSETS, Metric.ASSET_MASS):
        flow = {name: Fraction(one.value) for name, one in by_flow(whole, wanted).items()}
        entering = flow["opening"] + flow["installed"]

        assert float(entering) == pytest.approx(float(flow["decommissioned"] + flow["closing"]))
    exact = {
        name: sum(one.count * one.mass_kg for one in part)
        for name, part in flows(assets, whole).items()
    }
    assert exact["opening"] + exact["installed"] == exact["decommissioned"] + exact["closing"]


@given(registers())
def test_what_left_is_what_went_by_its_routes(assets):
    whole = fleet(*assets)
    routes = sum(one.value for one in by_flow(whole, Metric.RETIRED_MASS).values())

    assert routes == pytest.approx(by_flow(whole, Metric.ASSET_MASS)["decommissioned"].value)


@given(registers(weighed=False), st.data())
def test_bounds_hold_whatever_the_unknown_turns_out_to_be(assets, data):
    told = tuple(
        equipment(
            one.asset_id,
            one.category,
            count=one.count,
            mass_kg=data.draw(st.decimals(0, 900, places=3))
            if one.mass_kg is None
            else one.mass_kg,
            installed_on=one.installed_on,
            decommissioned_on=one.decommissioned_on,
            # Only waste bears a List of Waste code: then it was not used on.
            route=one.route or data.draw(st.sampled_from(WASTE if one.waste_code else ROUTES)),
            waste_code=one.waste_code or data.draw(st.sampled_from(("16 02 13*", "16 02 14"))),
        )
        for one in assets
    )
    for wanted in (*RATES, Metric.HAZARDOUS_MASS, Metric.EQUIPMENT_AGE):
        before, after = metric(fleet(*assets), wanted), metric(fleet(*told), wanted)
        if before.low is not None and after.value is not None:
            assert before.low <= after.value + 1e-9
        if before.high is not None and after.value is not None:
            assert after.value <= before.high + 1e-9
        if before.value is not None:
            assert after.value == pytest.approx(before.value)


def test_hazardous_waste_has_a_star_and_is_not_sold():
    left = fleet(
        gone("lead", 1180, "recycling", count=6, waste_code="16 06 01*"),
        gone("shelf", 88, "recycling", waste_code="16 02 14"),
        gone("sold", 16, "resale", waste_code="16 02 13*"),
        gone("lost", 20, "", waste_code="16 02 13*"),
    )

    assert metric(left, Metric.HAZARDOUS_MASS).value == 6 * 1180 + 20


def test_waste_without_a_code_may_be_hazardous():
    coded = gone("lead", 100, "recycling", waste_code="16 06 01*")
    figure = metric(fleet(coded, gone("what", 40, "recycling")), Metric.HAZARDOUS_MASS)

    assert (figure.value, figure.low, figure.high) == (None, 100, 140)
    assert "waste_code for what" in figure.reason
    unweighed = metric(fleet(coded, gone("what", None, "disposal")), Metric.HAZARDOUS_MASS)
    assert (unweighed.value, unweighed.low, unweighed.high) == (None, 100, None)


def test_age_is_of_pieces_in_years_of_365_25_days():
    """Three of 1 461 days and one of 365.25 × 0: (3 × 4 + 0) ÷ 4 = 3, within a day."""
    whole = fleet(
        equipment("four", "server", count=3, installed_on=date(2022, 1, 1)),
        equipment("new", "server", installed_on=date(2025, 12, 31)),
        equipment("ups", "ups", installed_on=date(1999, 1, 1)),
    )

    age = metric(whole, Metric.EQUIPMENT_AGE)

    assert age.value == nearest((3 * 1461 + 1) / Fraction("365.25") / 4)


def test_age_without_a_day_is_withheld_and_nothing_stands_has_none():
    known = equipment("known", "server", installed_on=date(2022, 1, 1))
    figure = metric(fleet(known, equipment("old", "server")), Metric.EQUIPMENT_AGE)

    assert (figure.value, figure.low, figure.high) == (None, 2, None)
    assert "installed_on for old" in figure.reason
    assert metric(fleet(), Metric.EQUIPMENT_AGE).reason == "zero_denominator"


LIFECYCLE = (
    *(Metric.SERVERS, Metric.ASSETS, Metric.ASSET_MASS, Metric.RETIRED_MASS, Metric.HAZARDOUS_MASS),
    *RATES,
    *(Metric.EQUIPMENT_AGE, Metric.EMBODIED_ADDED, Metric.EMBODIED_ALLOCATED),
    *(Metric.EMBODIED_UNKNOWN, Metric.ITEESV, Metric.CSERV, Metric.CSTOR),
)


@pytest.mark.parametrize("wanted", LIFECYCLE)
def test_without_a_register_nothing_is_known(wanted):
    figures = by_flow(inputs(), wanted).values()

    assert {one.status for one in figures} == {Status.WITHHELD}
    assert {one.reason for one in figures} == {"there is no registers/equipment.csv"}
    assert {(one.low, one.high) for one in figures} == {(None, None)}


@pytest.mark.parametrize("wanted", LIFECYCLE)
def test_the_register_of_another_facility_is_not_read(wanted):
    other = fleet(equipment("x", "server", facility_id="beta", mass_kg=Decimal(5)))

    assert {one.value for one in by_flow(other, wanted).values()} <= {0, None}
