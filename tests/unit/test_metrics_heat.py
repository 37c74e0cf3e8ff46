"""Heat removed, reused and released: worked by hand."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest
from given import ALPHA, hours, inputs, metric, nearest, total
from hypothesis import given
from hypothesis import strategies as st

from schemas.metrics import Metric, Status

EDC = 22_274_000
FLOWING = {"heat_flow": [18.5], "heat_supply_temperature": [52], "heat_return_temperature": [40]}


def flowing(**series):
    """A site whose heat is counted by flow and temperatures; totals are sums and means."""
    told = {**FLOWING, **series}
    values = {
        name: [one if isinstance(one, tuple) else (one,) * 3 for one in some]
        for name, some in told.items()
    }
    sums = {
        name: [sum(Decimal(str(three[place])) for three in some) for place in range(3)]
        for name, some in values.items()
    }
    totals = {
        name: total(
            name, *(each / (1 if name == "heat_flow" else len(told[name])) for each in three)
        )
        for name, three in sums.items()
    }
    return inputs(**totals, given={"hours": hours(**told)})


def test_H1_heat_from_flow_and_temperatures():
    """18.5 m3 × 988 kg/m3 × 4.186 kJ/kgK × 12 K / 3600."""
    found = metric(flowing(), Metric.EREUSE)

    assert found.value == nearest(Fraction(19_127_927, 75_000))
    assert found.value == pytest.approx(255.039027, abs=5e-7)
    assert (found.low, found.high) == (found.value, found.value)


def test_another_fluid_carries_another_heat():
    site = replace(
        flowing(), facility=replace(ALPHA, heat_density_kg_m3=1030, heat_capacity_kj_kgk=3.7)
    )

    found = metric(site, Metric.EREUSE)

    assert found.value == nearest(Fraction("18.5") * 1030 * Fraction("3.7") * 12 / 3600)


def test_a_fluid_that_comes_back_warmer_carries_nothing_out():
    site = flowing(
        heat_flow=[10, 10],
        heat_supply_temperature=[40, 50],
        heat_return_temperature=[45, 40],
    )

    found = metric(site, Metric.EREUSE)

    assert found.value == nearest(Fraction(10 * 10) * 988 * Fraction("4.186") / 3600)
    assert found.status is Status.FLAGGED
    assert "1 h in which the fluid came back warmer" in found.reason


def test_an_hour_without_a_temperature_leaves_the_lowest_of_the_others():
    site = flowing(
        heat_flow=[10, 10], heat_supply_temperature=[50, 50], heat_return_temperature=[40, 40]
    )
    told = hours(
        heat_flow=[10, 10],
        heat_supply_temperature=[50, (None, None, None)],
        heat_return_temperature=[40, 40],
    )

    found = metric(replace(site, hours=told), Metric.EREUSE)

    assert (found.value, found.high) == (None, None)
    assert found.low == nearest(Fraction(10 * 10) * 988 * Fraction("4.186") / 3600)


def test_a_heat_meter_goes_before_flow_and_temperatures():
    site = replace(flowing(), totals={**flowing().totals, "heat_reused": total("heat_reused", 300)})

    assert metric(site, Metric.EREUSE).value == 300


span = st.tuples(st.integers(0, 60), st.integers(0, 20)).map(lambda two: (two[0], two[0] + two[1]))


@given(st.lists(span, min_size=3, max_size=3))
def test_bounds_of_heat_from_flow_hold_every_corner(spans):
    names = tuple(FLOWING)

    def found(three_of):
        told = {name: [three] for name, three in zip(names, three_of, strict=True)}
        return metric(flowing(**told), Metric.EREUSE)

    whole = found([(low, low, high) for low, high in spans])
    for ends in product(*spans):
        exact = found([(end, end, end) for end in ends])
        assert whole.low <= exact.value <= whole.high


def test_H2_reused_heat_per_what_enters():
    site = inputs(heat_reused=3_341_100, grid_import=EDC)

    assert metric(site, Metric.ERF).value == nearest(Fraction(3, 20))


def test_H3_what_cools_the_site_itself_is_not_reused():
    """A seventh of 3 898 000 serves an absorption chiller."""
    own = Decimal("556857.142857142857")
    site = inputs(heat_reused=3_898_000, heat_reused_internal=own)

    assert metric(site, Metric.EREUSE).value == pytest.approx(23_388_000 / 7, rel=1e-15)


def test_no_more_heat_serves_the_site_itself_than_was_handed_over():
    site = inputs(heat_reused=5, heat_reused_internal=7, grid_import=100)

    found = metric(site, Metric.EREUSE)

    assert (found.value, found.low, found.high) == (None, 0, 0)
    assert "contradict" in found.reason
    assert metric(site, Metric.ERF).value is None


def test_more_heat_than_energy_is_an_error_of_the_boundary():
    found = metric(inputs(heat_reused=101, grid_import=100), Metric.ERF)

    assert (found.value, found.status) == (None, Status.WITHHELD)
    assert (found.low, found.high) == (0, 1)
    assert "more heat was handed over than energy entered (1.0100 of it)" in found.reason


def test_a_lowest_above_all_energy_is_that_error_too():
    thin = total("heat_reused", None, 110, 120, status=Status.WITHHELD, reason="too thin")

    found = metric(inputs(heat_reused=thin, grid_import=100), Metric.ERF)

    assert (found.value, found.low, found.high) == (None, 0, 1)
    assert "(at least 1.1000 of it)" in found.reason
    assert "heat_reused: too thin" in found.reason


def test_bounds_of_reuse_end_where_all_energy_is_reused():
    found = metric(
        inputs(heat_reused=total("heat_reused", 90, 80, 130), grid_import=100), Metric.ERF
    )

    assert (found.value, found.low, found.high) == (0.9, 0.8, 1)


@given(
    st.tuples(st.integers(0, 900), st.integers(0, 900)),
    st.tuples(st.integers(1, 900), st.integers(0, 900)),
)
def test_reuse_lies_within_its_limits_at_every_corner(heat, energy):
    def at(reused, entered):
        return metric(
            inputs(
                heat_reused=total("heat_reused", *reused),
                grid_import=total("grid_import", *entered),
            ),
            Metric.ERF,
        )

    whole = at((heat[0], heat[0], sum(heat)), (energy[0], energy[0], sum(energy)))
    for reused, entered in product((heat[0], sum(heat)), (energy[0], sum(energy))):
        exact = at((reused,) * 3, (entered,) * 3).value
        if exact is not None:
            assert 0 <= exact <= 1
            assert whole.low <= exact
            assert whole.high is None or exact <= whole.high


def test_E1_heat_removed_per_electricity_of_cooling():
    site = inputs(heat_removed=17_000_000, cooling_electricity=3_400_000)

    assert metric(site, Metric.CER).value == 5


@pytest.mark.parametrize(
    ("quantity", "wanted"),
    [
        ("heat_rejected", Metric.HEAT_REJECTED),
        ("heat_rejected_temperature", Metric.HEAT_REJECTED_TEMPERATURE),
        ("heat_supply_temperature", Metric.HEAT_DELIVERED_TEMPERATURE),
        ("waste_heat_temperature", Metric.TWH),
        ("intake_air_setpoint", Metric.TIN_SETPOINT),
    ],
)
def test_figures_that_are_a_quantity_s_own(quantity, wanted):
    assert metric(inputs(**{quantity: 31}), wanted).value == 31
    assert metric(inputs(), wanted).value is None


def test_a_site_that_reuses_no_heat_has_no_temperature_of_it():
    site = inputs(facility=replace(ALPHA, without=("heat_reused",)))

    assert metric(site, Metric.HEAT_DELIVERED_TEMPERATURE).reason == "alpha delivers no heat"
    assert metric(site, Metric.EREUSE).value == 0
