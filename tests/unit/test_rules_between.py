"""Rules between meters: each at a fault it must see, and at what only looks like one."""

from dataclasses import replace

import polars as pl
import pytest
from spine import meter, utc
from windows import HOUR, changed, days, place, window

from pipelines.steps.validate.balance import children_above_parent, residual
from pipelines.steps.validate.bound_twice import bound_twice
from pipelines.steps.validate.boundary import it_above_facility, pue_below_one, ups_above_input
from pipelines.steps.validate.standstill import water_without_cooling, zero_below_parent
from schemas.quantities import Kind
from schemas.rules import RuleId
from schemas.tables import VALUE

TREE = {"a": "top", "b": "top"}


def interval(name, quantity="it_input", **facts):
    return meter(name, quantity=quantity, kind=Kind.INTERVAL, interval=HOUR, **facts)


def tree(*, top=2.2, a=1.0, b=1.0, checks=None, **facts):
    """Two meters below one that usually leaves 0.2 of theirs over; amounts may be given instead."""
    amounts = {
        name: days(told) if isinstance(told, float) else told
        for name, told in (("top", top), ("a", a), ("b", b))
    }
    meters = [interval("top", "grid_import"), interval("a", **facts), interval("b", **facts)]
    given = window(amounts, meters, parents=TREE)
    return given if checks is None else replace_checks(given, checks)


def replace_checks(given, checks):
    return replace(given, checks=checks)


def only(found):
    [one] = found
    return one


class TestChildrenAboveParent:
    def test_a_day_on_which_the_meters_below_show_more(self):
        high = changed(days(), "2025-05-14", [150.0] * 24)

        one = only(children_above_parent(tree(a=high)))

        assert (one.rule, one.meter_id) == (RuleId.CHILDREN_ABOVE_PARENT, "top")
        assert (one.start.isoformat(), one.end.isoformat()) == (
            "2025-05-13T22:00:00+00:00",
            "2025-05-14T22:00:00+00:00",
        )

    def test_days_in_a_row_are_one_finding(self):
        high = changed(days(), "2025-05-14", [150.0] * 72)

        assert only(children_above_parent(tree(a=high))).end.isoformat() == (
            "2025-05-16T22:00:00+00:00"
        )

    @pytest.mark.parametrize(
        ("share", "percent", "fires"),
        [
            pytest.param(1.015, None, False, id="within-two-percent"),
            pytest.param(1.03, None, True, id="beyond-two-percent"),
            pytest.param(1.03, 1.0, False, id="two-percent-beyond-the-limits-of-error"),
        ],
    )
    def test_limits_of_error_are_no_fault(self, share, percent, fires):
        given = tree(top=2.0, a=share, b=share, accuracy_percent=percent)

        assert bool(list(children_above_parent(given))) is fires

    def test_a_check_meter_counts_nothing_a_second_time(self):
        given = tree(top=1.2, a=1.0, b=1.0, checks={"b": "a"})

        assert list(children_above_parent(given)) == []

    def test_a_day_with_few_common_hours_says_nothing(self):
        high = changed(days(), "2025-05-14", [*[150.0] * 19, *[None] * 5])

        assert list(children_above_parent(tree(a=high))) == []


class TestResidual:
    def test_a_load_without_a_meter(self):
        """A tenth of 2.2 is 0.22: 60 kWh more each hour are a quarter of the parent."""
        more = [one + 60 for one in days(2.2)]
        top = changed(days(2.2), "2025-05-14", more[place("2025-05-14") :][:24])

        one = only(residual(tree(top=top)))

        assert (one.rule, one.meter_id) == (RuleId.RESIDUAL, "top")
        assert "where 9." in one.detail

    def test_a_meter_below_that_fails(self):
        half = changed(days(), "2025-05-14", [40.0] * 48)

        one = only(residual(tree(a=half)))

        assert one.end - one.start == 48 * HOUR

    def test_a_new_load_that_stays_is_told_only_as_long_as_it_is_new(self):
        """Three days later two of those before it are no longer what is usual alone."""
        later = [one + 60 for one in days(2.2)]
        top = changed(days(2.2), "2025-05-05", later[place("2025-05-05") :])

        one = only(residual(tree(top=top)))

        assert one.start == utc("2025-05-04T22:00")
        assert one.end - one.start == 72 * HOUR

    def test_a_balance_that_swings_by_itself_is_let_swing(self):
        swings = [one + (80 if (number // 24) % 2 else 0) for number, one in enumerate(days(2.2))]

        assert list(residual(tree(top=swings))) == []


class TestBoundTwice:
    def test_two_meters_with_equal_amounts(self):
        one = only(bound_twice(window({"a": days(), "b": days()})))

        assert (one.rule, one.meter_id, one.other) == (RuleId.BOUND_TWICE, "a", "b")

    def test_two_days_are_enough_and_less_is_not(self):
        other = days(1.3)
        equal = days()[place("2025-05-14") :]

        enough = window({"a": days(), "b": changed(other, "2025-05-14", equal[:48])})
        less = window({"a": days(), "b": changed(other, "2025-05-14", equal[:47])})

        assert only(bound_twice(enough)).start == utc("2025-05-13T22:00")
        assert list(bound_twice(less)) == []

    def test_a_check_meter_may_tell_the_same(self):
        given = replace_checks(window({"a": days(), "b": days()}), {"b": "a"})

        assert list(bound_twice(given)) == []

    def test_two_constant_meters_of_one_level_are_two(self):
        flat = [1.0] * len(days())

        assert list(bound_twice(window({"a": flat, "b": flat}))) == []

    def test_another_quantity_is_another_point(self):
        meters = [interval("a", "ups_input"), interval("b", "it_input")]

        assert list(bound_twice(window({"a": days(), "b": days()}, meters))) == []


SITE = [
    interval("grid", "grid_import", accuracy_percent=1.0),
    interval("ups.in", "ups_input", accuracy_percent=1.0),
    interval("ups.out", "ups_output", accuracy_percent=1.0),
]


def site(*, grid=1.5, taken=1.05, given=1.0, more=(), amounts=()):
    told = {"grid": grid, "ups.in": taken, "ups.out": given, **dict(amounts)}
    shown = {name: days(one) if isinstance(one, float) else one for name, one in told.items()}
    return window(shown, [*SITE, *more])


HIGH = changed(days(), "2025-05-14T10:00", [200.0])
HIGH_DAY = changed(days(), "2025-05-14", [200.0] * 24)


class TestBoundary:
    def test_a_day_on_which_it_used_more_than_entered(self):
        one = only(it_above_facility(site(given=HIGH_DAY)))

        assert (one.rule, one.meter_id) == (RuleId.IT_ABOVE_FACILITY, "")
        assert one.end - one.start == 24 * HOUR

    def test_one_such_hour_is_no_such_day_but_a_pue_below_one(self):
        given = site(given=HIGH)

        assert list(it_above_facility(given)) == []
        one = only(pue_below_one(given))
        assert (one.rule, one.start.isoformat()) == (
            RuleId.PUE_BELOW_ONE,
            "2025-05-14T08:00:00+00:00",
        )
        assert one.end - one.start == HOUR

    def test_what_generators_and_sun_bring_has_entered_too(self):
        pv = changed([0.0] * len(days()), "2025-05-14", [120.0] * 24)
        more = (interval("pv", "onsite_renewable"),)

        given = site(given=HIGH_DAY, more=more, amounts={"pv": pv})

        assert list(it_above_facility(given)) == []
        assert list(pue_below_one(given)) == []

    def test_what_was_exported_has_not_been_used(self):
        out = changed([0.0] * len(days()), "2025-05-14", [80.0] * 24)
        more = (interval("export", "grid_export"),)

        given = site(more=more, amounts={"export": out})

        assert only(it_above_facility(given)).end - only(it_above_facility(given)).start
        assert len(list(pue_below_one(given))) >= 1

    def test_limits_of_error_are_no_fault(self):
        """1.5 % more out than in lies within one percent of each; three do not."""
        assert list(it_above_facility(site(grid=1.0, given=1.015))) == []
        assert list(it_above_facility(site(grid=1.0, given=1.03)))

    def test_an_hour_whose_border_may_have_cut_off_less_is_no_fault(self):
        """A register read at half past: what it gave in the hour lies between bounds."""
        given = site(given=HIGH)
        mine = (pl.col("meter_id") == "ups.out") & (pl.col("covered") == 200)
        low = pl.when(mine).then(pl.lit(90)).otherwise("low").cast(VALUE)

        assert list(pue_below_one(given))
        assert list(pue_below_one(replace(given, hours=given.hours.with_columns(low=low)))) == []

    def test_hours_without_one_of_the_meters_say_nothing(self):
        grid = changed(days(1.5), "2025-05-14", [None] * 24)

        given = site(grid=grid, given=HIGH_DAY)

        assert list(it_above_facility(given)) == []
        assert list(pue_below_one(given)) == []

    def test_without_a_boundary_meter_nothing_is_asked(self):
        given = window({"ups.out": days()}, [SITE[2]])

        assert list(it_above_facility(given)) == []
        assert list(pue_below_one(given)) == []

    def test_fuel_for_generators_without_a_meter_may_be_where_it_came_from(self):
        given = site(given=HIGH_DAY, more=(interval("gas", "fuel_gas"),), amounts={"gas": 1.0})

        assert list(it_above_facility(given)) == []

    def test_ups_that_gave_more_than_they_took(self):
        one = only(
            ups_above_input(site(taken=HIGH_DAY, given=changed(days(), "2025-05-15", [99.0] * 24)))
        )

        assert (one.rule, one.start.isoformat()) == (
            RuleId.UPS_ABOVE_INPUT,
            "2025-05-14T22:00:00+00:00",
        )
        assert list(ups_above_input(site())) == []


class TestZeroBelowParent:
    def test_a_dead_meter_whose_amount_its_parent_leaves_over(self):
        dead = changed(days(), "2025-05-14T10:00", [0.0] * 5)

        one = only(zero_below_parent(tree(a=dead)))

        assert (one.rule, one.meter_id, one.other) == (RuleId.ZERO_BELOW_PARENT, "a", "top")
        assert one.start.isoformat() == "2025-05-14T08:00:00+00:00"
        assert one.end - one.start == 5 * HOUR

    def test_a_true_standstill_is_missing_from_the_parent_too(self):
        dead = changed(days(), "2025-05-14T10:00", [0.0] * 5)
        first = place("2025-05-14T10:00")
        less = [top - own for top, own in zip(days(2.2), days(), strict=True)]
        top = changed(days(2.2), "2025-05-14T10:00", less[first : first + 5])

        assert list(zero_below_parent(tree(top=top, a=dead))) == []

    def test_one_hour_is_below_the_limit(self):
        dead = changed(days(), "2025-05-14T10:00", [0.0])

        assert list(zero_below_parent(tree(a=dead))) == []

    def test_a_register_that_stands_still_is_evidence(self):
        dead = changed(days(), "2025-05-14T10:00", [0.0] * 5)
        meters = [
            interval("top", "grid_import"),
            meter("a", quantity="it_input"),
            interval("b"),
        ]
        given = window({"top": days(2.2), "a": dead, "b": days()}, meters, parents=TREE)

        assert list(zero_below_parent(given)) == []

    def test_a_parent_that_leaves_as_much_over_every_fifth_hour_says_nothing(self):
        first = place("2025-05-14T10:00")
        first += (1 - first) % 5
        dead = days()
        dead[first : first + 4] = [0.0] * 4
        swings = [top + 250.0 * (n % 5 == 0) for n, top in enumerate(days(2.2))]

        assert only(zero_below_parent(tree(a=dead))).end
        assert list(zero_below_parent(tree(top=swings, a=dead))) == []

    def test_load_that_went_over_to_the_other_meter_is_no_fault(self):
        first = place("2025-05-14T10:00")
        dead = changed(days(), "2025-05-14T10:00", [0.0] * 5)
        both = changed(days(), "2025-05-14T10:00", [2 * one for one in days()[first : first + 5]])

        assert list(zero_below_parent(tree(a=dead, b=both))) == []


COOLED = [
    interval("cool", "cooling_electricity"),
    interval("water", "potable_water", unit="m3"),
]


class TestWaterWithoutCooling:
    def test_a_day_of_water_without_cooling(self):
        still = changed(days(), "2025-05-14", [0.0] * 30)

        one = only(water_without_cooling(window({"cool": still, "water": days()}, COOLED)))

        assert one.rule is RuleId.WATER_WITHOUT_COOLING
        assert one.end - one.start == 30 * HOUR

    @pytest.mark.parametrize(
        ("cool", "water"),
        [
            pytest.param([0.0] * 23, None, id="less-than-a-day"),
            pytest.param([0.0] * 30, [1.0] * 30, id="hardly-any-water"),
            pytest.param([None] * 30, None, id="a-gap-is-no-standstill"),
        ],
    )
    def test_what_only_looks_like_it(self, cool, water):
        told = {
            "cool": changed(days(), "2025-05-14", cool),
            "water": days() if water is None else changed(days(), "2025-05-14", water),
        }

        assert list(water_without_cooling(window(told, COOLED))) == []

    def test_cooling_that_often_stands_still_says_nothing(self):
        idle = [one if number % 3 == 0 else 0.0 for number, one in enumerate(days())]
        still = changed(idle, "2025-05-14", [0.0] * 48)

        assert list(water_without_cooling(window({"cool": still, "water": days()}, COOLED))) == []
