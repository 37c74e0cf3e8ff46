"""A tenth of all intervals removed at random: bounds hold the truth, what was lost is told."""

import random
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from june import START, UTC
from spine import Spine, drop, meter

from schemas.estate.policies import Policies
from schemas.quantities import Kind

QUARTER = timedelta(minutes=15)
#: Quarter hours of June, and of one hour.
QUARTERS, HOUR = 2880, 4
RATE = Decimal(100)
SEEDED = settings(phases=(Phase.explicit, Phase.generate), max_examples=8)
SEEDS = st.integers(min_value=0, max_value=2**32)
SHOWN = Policies(coverage_minimum=0.5)


def load(chance):
    """Whole kWh of each quarter hour, up to 25: a day's shape, unrest, and hours of all or none."""
    shape = [chance.randint(0, 18) for _ in range(24)]
    found = []
    for at in range(QUARTERS // HOUR):
        extreme = chance.choice([0, 25]) if chance.random() < 0.1 else None
        for _ in range(HOUR):
            usual = shape[at % 24] + chance.randint(0, 7)
            found.append(usual if extreme is None else extreme)
    return found


def told(kind, steps, length):
    """What a meter tells every so many quarter hours: place and value of each reading."""
    if kind is Kind.REGISTER:
        return [(n, sum(steps[:n])) for n in range(0, QUARTERS + 1, length)]
    rate = HOUR // length if kind is Kind.AVERAGE else 1
    return [(n, sum(steps[n : n + length]) * rate) for n in range(0, QUARTERS, length)]


def removed(chance, kind, rows):
    """The places of a tenth of the readings; a register's first and last stay."""
    places = [n for n, _ in rows]
    inner = places[1:-1] if kind is Kind.REGISTER else places
    return set(chance.sample(inner, len(rows) // 10))


def own(name, kind, length, **facts):
    unit = "kW" if kind is Kind.AVERAGE else "kWh"
    given = {"kind": kind, "unit": unit, "interval": QUARTER * length, "max_rate": RATE}
    return meter(name, **{"facility_id": "site", **given, **facts})


def lines(name, rows, gone):
    return [(name, START + n * QUARTER, value) for n, value in rows if n not in gone]


def lost(kind, gone, length):
    """The quarter hours that nothing measures any more: of a register on both sides."""
    before = length if kind is Kind.REGISTER else 0
    return {n + step for n in gone for step in range(-before, length)}


@SEEDED
@given(
    SEEDS, st.sampled_from([Kind.INTERVAL, Kind.AVERAGE, Kind.REGISTER]), st.sampled_from([1, 2, 4])
)
def test_of_one_meter_every_hour_is_bounded_and_the_estimated_share_is_right(seed, kind, length):
    chance = random.Random(seed)
    steps = load(chance)
    rows = told(kind, steps, length)
    gone = removed(chance, kind, rows)
    dark = lost(kind, gone, length)

    spine = Spine([own("m", kind, length)], [drop(lines("m", rows, gone))], UTC, policies=SHOWN)
    hours = spine.intervals("2025-06")
    total = spine.totals(["2025-06"])["grid_import"]

    assert spine.refused.is_empty()
    for at, hour in enumerate(hours.iter_rows(named=True)):
        quarters = range(at * HOUR, (at + 1) * HOUR)
        assert hour["low"] <= sum(steps[n] for n in quarters) <= hour["high"]
        assert hour["low"] <= hour["value"] <= hour["high"]
        touched = [n for n in quarters if n in dark]
        assert hour["status"] == ("estimated" if touched else "measured")
        assert hour["measured_seconds"] == 900 * (HOUR - len(touched))
    assert total.measured == sum(step for n, step in enumerate(steps) if n not in dark)
    assert total.low <= sum(steps) <= total.high
    assert total.coverage == pytest.approx(1 - len(dark) / QUARTERS, rel=1e-12)
    doubtful = {n // HOUR for n in dark}
    estimated = sum(hours["value"][at] for at in doubtful)
    assert total.estimated_share == pytest.approx(float(estimated / total.value), rel=1e-12)
    if kind is Kind.REGISTER:
        assert (total.value, total.low, total.high) == (sum(steps),) * 3
        exact = sum(steps) - sum(s for n, s in enumerate(steps) if n // HOUR not in doubtful)
        assert estimated == exact


def shown(chance, steps, percent):
    """What a meter of a class shows of a load: each hour off by less than its limit of error.

    A hundredth of the limit is left for the rounding to thousandths.
    """
    off = [chance.uniform(-0.99, 0.99) * percent / 100 for _ in range(QUARTERS // HOUR)]
    return [
        Decimal(round(sum(steps[at * HOUR : (at + 1) * HOUR]) * (1 + off[at]) * 1000)) / 1000
        for at in range(QUARTERS // HOUR)
    ]


@SEEDED
@given(SEEDS, st.sampled_from([0.0, 1.0, 5.0]))
def test_in_a_tree_with_a_check_meter_the_bounds_hold_what_each_meter_would_have_shown(
    seed, percent
):
    """Main over a, b and some unmetered load; c at the point of a. Every meter loses a tenth."""
    chance = random.Random(seed)
    loads = {name: load(chance) for name in "ab"}
    rest = [chance.randint(0, 3) for _ in range(QUARTERS)]
    truth = {
        "main": [sum(parts) for parts in zip(*loads.values(), rest, strict=True)],
        **loads,
        "c": loads["a"],
    }
    facts = {
        "main": {"max_rate": 3 * RATE},
        "a": {"parent": "main"},
        "b": {"parent": "main"},
        "c": {},
    }
    series = {name: shown(chance, steps, percent) for name, steps in truth.items()}
    gone = {name: set(chance.sample(range(720), 72)) for name in truth}
    rows = [
        line
        for name, amounts in series.items()
        for line in lines(
            name,
            [(HOUR * at, amount) for at, amount in enumerate(amounts)],
            {HOUR * at for at in gone[name]},
        )
    ]
    more = {"accuracy_percent": percent, "max_rate": RATE * 2}
    meters = [own(name, Kind.INTERVAL, HOUR, **{**more, **facts[name]}) for name in truth]

    spine = Spine(meters, [drop(rows)], UTC, checks={"c": "a"})
    hours = spine.intervals("2025-06")

    tightened = 0
    for hour in hours.iter_rows(named=True):
        name, at = hour["meter_id"], (hour["start"] - START) // timedelta(hours=1)
        assert hour["low"] <= series[name][at] <= hour["high"], (name, at)
        assert (hour["status"] == "estimated") == (at in gone[name])
        tightened += at in gone[name] and (hour["low"] > 0 or hour["high"] < 2 * RATE)
    assert tightened > 72  # not for nothing: most gaps of a, and many of the others
    assert {"parent_minus_siblings", "redundant_meter"} <= set(hours["method"])
