"""Hard bounds of hours that nobody measured: the rate, the meter tree, the check meter.

Limits of error of 10 % keep the arithmetic in the head: a reading of 99 may stand for 90 (99 / 1.1)
to 110 (99 / 0.9), and of a truth of 100 a meter shows 90 to 110.
"""

from decimal import Decimal

import pytest
from june import HOUR, INTERVAL, START, UTC, hour, june, number, without
from spine import Spine, drop, meter

GAP = number(3, 7)
BELOW = {name: {"parent": "main"} for name in "ab"}


def classes(percent, *names):
    return {name: {"accuracy_percent": percent} for name in names}


def both(*facts):
    """Facts of meters, from several tables."""
    found = {}
    for table in facts:
        for name, more in table.items():
            found[name] = found.get(name, {}) | more
    return found


def site(main, a, b, gap="a"):
    """Main 100, a 40 and b 40, but for the hour of the gap, in which one of them was not read."""
    told = {"main": [100] * 720, "a": [40] * 720, "b": [40] * 720}
    for name, shown in (("main", main), ("a", a), ("b", b)):
        told[name][GAP] = shown
    return {**told, gap: without(told[gap], {GAP})}


def bounds(spine, name="a", at=GAP):
    found = hour(spine, name, at)
    return found["low"], found["high"]


TEN = classes(10.0, "main", "a", "b")
EXACT = classes(0.0, "main", "a", "b")


def test_a_gap_is_bounded_by_nothing_and_the_maximum_rate():
    assert bounds(june(site(100, None, 40))) == (0, 1000)
    assert bounds(june(site(100, None, 40), {"a": {"max_rate": Decimal(75)}})) == (0, 75)
    assert bounds(june(site(100, None, 40), {"a": {"max_rate": None}})) == (0, None)


def test_what_lies_below_cannot_take_more_than_went_in_less_what_its_siblings_took():
    """Main shows 81: at most 90 went in. b shows 33: at least 30 went there. a shows at most 66."""
    assert bounds(june(site(81, None, 33), both(BELOW, TEN))) == (0, 66)
    assert bounds(june(site(81, None, 33), both(BELOW, EXACT))) == (0, 48)


def test_an_upper_meter_shows_no_less_than_its_children_let_through():
    """a shows 33 and b 22: at least 30 and 20 went there, of which main shows at least 45."""
    assert bounds(june(site(None, 33, 22, "main"), both(BELOW, TEN)), "main") == (45, 1000)


def test_an_estimate_is_held_inside_the_bounds_of_the_tree():
    """Similar days say 40. b was not read either, so main's 22 say what a took at most only."""
    told = site(22, None, None)
    told["b"] = without(told["b"], {GAP})

    found = hour(june(told, both(BELOW, EXACT)), "a", GAP)

    assert (found["value"], found["high"], found["method"]) == (22, 22, "similar_days")


@pytest.mark.parametrize("unknown", ["main", "a"])
def test_a_meter_without_a_limit_of_error_bounds_nobody(unknown):
    known = {name: facts for name, facts in TEN.items() if name != unknown}

    assert bounds(june(site(81, None, 33), both(BELOW, known))) == (0, 1000)


def test_a_sibling_without_a_limit_of_error_takes_nothing_off():
    """At most 90 went in; b may have taken nothing; of 90 a shows at most 99."""
    known = classes(10.0, "main", "a")

    assert bounds(june(site(81, None, 33), both(BELOW, known))) == (0, 99)


def test_a_tree_that_one_hour_contradicts_bounds_nobody():
    """Of 45 at most 50 went in; of 100 and 40 at least 90.9 and 36.4 went out."""
    told = site(81, None, 33)
    told["main"][number(20, 12)], told["a"][number(20, 12)] = 45, 100

    assert bounds(june(told, both(BELOW, TEN))) == (0, 1000)


def test_a_check_meter_bounds_what_it_checks_by_both_limits():
    """It shows 49.5: 45 to 55, of which a shows 40.5 to 60.5."""
    told = {"a": without([50] * 720, {GAP}), "c": [Decimal("49.5")] * 720}

    spine = june(told, classes(10.0, "a", "c"), {"c": "a"})

    assert bounds(spine) == (Decimal("40.5"), Decimal("60.5"))


def test_a_check_meter_that_once_broke_both_limits_bounds_nobody():
    """50 stands for at least 45.5, and 36 for at most 40."""
    told = {"a": without([50] * 720, {GAP}), "c": [50] * 720}
    told["c"][number(20, 12)] = 36
    spine = june(told, classes(10.0, "a", "c"), {"c": "a"})

    assert bounds(spine) == (0, 1000)
    assert hour(spine, "a", GAP)["method"] == "redundant_meter"


def test_a_check_meter_without_a_limit_of_error_bounds_nobody():
    told = {"a": without([50] * 720, {GAP}), "c": [50] * 720}

    assert bounds(june(told, classes(10.0, "a"), {"c": "a"})) == (0, 1000)
    assert bounds(june(told, classes(10.0, "c"), {"c": "a"})) == (0, 1000)


def test_the_tightest_bounds_of_tree_and_check_meter_are_taken():
    """The tree leaves a at most 48; the check meter says 45 and has no error."""
    told = {**site(81, None, 33), "c": [40] * 720}
    told["c"][GAP] = 45
    facts = both(BELOW, EXACT, classes(0.0, "c"))

    assert bounds(june(told, facts, {"c": "a"})) == (45, 45)
    told["c"] = without(told["c"], {GAP})
    assert bounds(june(told, facts, {"c": "a"})) == (0, 48)


def test_bounds_that_contradict_each_other_are_not_used():
    """The tree leaves a at most 48, its check meter shows 60: one of them lies."""
    told = {**site(81, None, 33), "c": [40] * 720}
    told["c"][GAP] = 60
    facts = both(BELOW, EXACT, classes(0.0, "c"))

    assert bounds(june(told, facts, {"c": "a"})) == (0, 1000)


def test_bounds_of_half_an_hour_add_to_what_the_other_half_told():
    """a told 20 in the first half; of main's 81 at most 28 are left beside that and b's 33.

    Main usually leaves over 20, so 8 are likely.
    """
    told = site(81, None, 33)
    rows = [
        (name, START + at * HOUR, amount)
        for name in ("main", "b")
        for at, amount in enumerate(told[name])
    ]
    rows += [("a", START + at * HOUR / 2, 20) for at in range(1440) if at != 2 * GAP + 1]
    facts = both(BELOW, EXACT, {"a": {"interval": HOUR / 2}})
    meters = [meter(name, **{**INTERVAL, **facts[name]}) for name in told]

    found = hour(Spine(meters, [drop(rows)], UTC), "a", GAP)

    assert (found["value"], found["low"], found["high"]) == (28, 20, 48)
    assert (found["gap_value"], found["gap_low"], found["gap_high"]) == (8, 0, 28)
    assert (found["measured"], found["method"]) == (20, "parent_minus_siblings")
