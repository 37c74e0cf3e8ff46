"""Energy's invariants and corners: bounds hold every metric, and parts add up to their wholes."""

from dataclasses import replace
from fractions import Fraction
from itertools import product

import polars as pl
from given import ALPHA, hours, inputs, place, total
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.metrics.compute import COMPUTED
from pipelines.metrics.inputs import no_meter_hours
from schemas.metrics import FACTS, Metric

#: A whole small site: each of its meters with a place in the chain and in its rooms.
METERS = (
    place("grid", "grid_import"),
    place("export", "grid_export"),
    place("sun", "onsite_renewable"),
    place("ups.in", "ups_input"),
    place("ups", "ups_output", parent="ups.in", room="Hall"),
    place("pdu", "pdu_output", parent="ups", room="Hall", rack="R1", tags="vendor:dell"),
    place("fans", "cooling_electricity", parent="ups", room="Hall"),
    place("chiller", "cooling_electricity", room="Plant"),
    place("lamps", "lighting", room="Hall"),
    place("pump", "heat_upgrade_electricity"),
    place("use", "server_utilisation", tags="vendor:dell"),
)
FOUND = (
    *(Metric.PUE, Metric.EDC, Metric.EDC_CARRIER, Metric.EIT, Metric.EDC_WEIGHTED),
    *(Metric.PUE_WEIGHTED, Metric.PUE_DE, Metric.PPUE, Metric.ENERGY_BUDGET, Metric.CHAIN_LOSS),
    *(Metric.ELECTRICITY, Metric.PEAK_POWER, Metric.LOAD_FACTOR, Metric.IDLE_ENERGY),
    *(Metric.RACK_POWER, Metric.EDC_ANNUALISED, Metric.IPUE),
)
FIRST_YEAR = replace(ALPHA, commissioned="2025-10")


QUANTITY = {meter.meter_id: meter.quantity for meter in METERS}
UTILISATION = "server_utilisation"


def of_site(told):
    """Two hours of each meter, as (best, low, high); utilisation is a mean, all else a sum."""

    def whole(meters):
        ends = [sum(one[end] for meter in meters for one in told[meter]) for end in range(3)]
        quantity = QUANTITY[meters[0]]
        return total(quantity, *(end / 2 if quantity == UTILISATION else end for end in ends))

    def by_hour(meters):
        both = zip(*(told[meter] for meter in meters), strict=True)
        return [tuple(map(sum, zip(*hour, strict=True))) for hour in both]

    meters_of = {}
    for meter in told:
        meters_of.setdefault(QUANTITY[meter], []).append(meter)
    each = [
        hours(**{QUANTITY[meter]: told[meter]}).with_columns(meter_id=pl.lit(meter))
        for meter in told
    ]
    return inputs(
        facility=FIRST_YEAR,
        **{quantity: whole(meters) for quantity, meters in meters_of.items()},
        given={
            "meters": METERS,
            "meter_totals": {meter: whole([meter]) for meter in told},
            "hours": hours(**{name: by_hour(meters) for name, meters in meters_of.items()}),
            "meter_hours": pl.concat([no_meter_hours(), *each], how="diagonal_relaxed"),
        },
    )


def times(told, k):
    """The same with all energy times a number."""
    return {
        meter: told[meter]
        if QUANTITY[meter] == UTILISATION
        else [tuple(one * k for one in three) for three in told[meter]]
        for meter in told
    }


def figures(given_site):
    return {
        (metric, category): figure
        for metric in FOUND
        for category, figure in COMPUTED[metric](given_site)
    }


def between(least, most):
    """Value, low and high of an hour; as often as not measured, all three the same."""
    one = st.integers(least, most)
    ends = st.tuples(one, one, one).map(sorted).map(lambda three: (three[1], three[0], three[2]))
    return st.lists(one.map(lambda same: (same, same, same)) | ends, min_size=2, max_size=2)


#: What IT and its loads use never comes to more than what enters.
RANGES = {
    "grid": (900, 1500),
    "export": (0, 50),
    "sun": (0, 300),
    "ups.in": (400, 500),
    "ups": (300, 400),
    "pdu": (200, 300),
    "fans": (0, 40),
    "chiller": (0, 100),
    "lamps": (0, 20),
    "pump": (0, 60),
    "use": (0, 10),
}
SITES = st.fixed_dictionaries({name: between(*ends) for name, ends in RANGES.items()})


@settings(max_examples=25, deadline=None)
@given(
    told=SITES,
    corners=st.lists(
        st.lists(st.sampled_from((1, 2)), min_size=11, max_size=11), min_size=12, max_size=12
    ),
)
def test_bounds_hold_every_corner_of_a_whole_site(told, corners):
    bounded = figures(of_site(told))
    for corner in ([1] * 11, [2] * 11, *corners):
        there = {
            meter: [(three[end],) * 3 for three in told[meter]]
            for meter, end in zip(told, corner, strict=True)
        }
        for key, figure in figures(of_site(there)).items():
            if figure.value is not None:
                low, high = bounded[key].low, bounded[key].high
                assert low is None or low <= figure.value, (key, corner)
                assert high is None or figure.value <= high, (key, corner)


EXACT = SITES.map(lambda told: {meter: [(one[0],) * 3 for one in told[meter]] for meter in told})


@settings(max_examples=40, deadline=None)
@given(told=EXACT)
def test_parts_add_up_to_what_enters(told):
    found = {key: figure.value for key, figure in figures(of_site(told)).items()}
    entering = found[Metric.EDC, ""]

    def parts(metric):
        return sum((value for (one, _), value in found.items() if one is metric), Fraction(0))

    assert parts(Metric.EDC_CARRIER) == entering
    assert parts(Metric.ENERGY_BUDGET) == entering
    assert found[Metric.ELECTRICITY, "consumption"] == (
        found[Metric.ELECTRICITY, "purchased"]
        + found[Metric.ELECTRICITY, "own"]
        - found[Metric.ELECTRICITY, "fed_back"]
    )


@settings(max_examples=40, deadline=None)
@given(told=EXACT, k=st.integers(2, 9))
def test_scaling_all_energy_leaves_ratios(told, k):
    before, after = figures(of_site(told)), figures(of_site(times(told, k)))

    for (metric, category), figure in before.items():
        share = FACTS[metric].unit in ("1", "%")
        expected = figure.value if share or figure.value is None else figure.value * k
        assert after[metric, category].value == expected, (metric, category)


@settings(max_examples=40, deadline=None)
@given(told=EXACT)
def test_it_energy_within_what_enters_makes_a_usage_of_at_least_one(told):
    found = {key: figure.value for key, figure in figures(of_site(told)).items()}

    for category in ("1", "2"):
        assert found[Metric.EIT, category] <= found[Metric.EDC, ""]
        assert found[Metric.PUE, category] >= 1
    assert found[Metric.PPUE, "Hall"] >= 1
    assert 0 <= found[Metric.LOAD_FACTOR, ""] <= 1
    assert found[Metric.IDLE_ENERGY, ""] <= found[Metric.EIT, "1"]
    assert found[Metric.EDC_WEIGHTED, ""] <= found[Metric.EDC, ""]
    assert found[Metric.EDC_ANNUALISED, ""] > found[Metric.EDC, ""]


@settings(max_examples=10, deadline=None)
@given(told=EXACT)
def test_what_is_measured_exactly_is_known_exactly(told):
    for key, figure in figures(of_site(told)).items():
        if figure.value is not None:
            assert figure.low == figure.value == figure.high, key


@settings(max_examples=5, deadline=None)
@given(told=EXACT)
def test_a_figure_rests_on_nothing_that_its_facts_do_not_name(told):
    for (metric, category), figure in figures(of_site(told)).items():
        assert set(figure.inputs) <= set(FACTS[metric].inputs), (metric, category)


SMALL = st.lists(st.tuples(st.integers(1, 100), st.integers(0, 60)), min_size=4, max_size=4)


@settings(max_examples=60, deadline=None)
@given(bounds=SMALL)
def test_every_corner_of_few_meters(bounds):
    """Import, IT at the UPS, fans below it and a heat pump: each end of each with each other."""
    names = ("grid_import", "ups_output", "cooling_electricity", "heat_upgrade_electricity")
    meters = tuple(
        place(name, name, room="Hall", parent="ups_output" if name[0] == "c" else "")
        for name in names
    )

    def found(amounts):
        totals = {name: total(name, *three) for name, three in zip(names, amounts, strict=True)}
        given_site = inputs(**totals, given={"meters": meters, "meter_totals": totals})
        wanted = (Metric.PUE, Metric.PUE_DE, Metric.PPUE, Metric.ENERGY_BUDGET)
        return {(one, name): figure for one in wanted for name, figure in COMPUTED[one](given_site)}

    whole = found([(low, low, low + more) for low, more in bounds])
    for ends in product(*((low, low + more) for low, more in bounds)):
        for key, exact in found([(end, end, end) for end in ends]).items():
            if exact.value is not None:
                low, high = whole[key].low, whole[key].high
                assert low is None or low <= exact.value, (key, ends)
                assert high is None or exact.value <= high, (key, ends)
