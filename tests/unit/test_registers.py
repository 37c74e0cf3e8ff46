"""What a register's readings say of each other, reading by reading."""

import pytest

from pipelines.steps.registers import Event, judge
from pipelines.steps.trail import MICROSECONDS_PER_HOUR, Limits, Trail
from schemas.rules import RuleId

C, U, F = RuleId.CONTRADICTED, RuleId.UNCONFIRMED, RuleId.FROZEN
ROLLOVER, RESET, JUMP = Event.ROLLOVER, Event.RESET, Event.JUMP

#: Ten an hour, long enough to know that it is never much more.
STEADY = range(1000, 1140, 10)


def verdict(values, *, max_rate=None, modulus=None, count=1, hours=None):
    """Hourly readings of a register that counts in ticks of one."""
    times = [hour * MICROSECONDS_PER_HOUR for hour in hours or range(len(values))]
    limits = Limits(max_rate=max_rate, modulus=modulus, count=count)
    return judge(Trail(times=times, values=values, limits=limits))


@pytest.mark.parametrize(
    ("values", "limits", "refused", "events"),
    [
        pytest.param([], {}, {}, {}, id="nothing"),
        pytest.param([5], {}, {}, {}, id="one"),
        pytest.param([5, 6, 6, 9], {}, {}, {}, id="rising-and-standing-still"),
        pytest.param([100, 110, 0, 120, 130], {}, {2: C}, {}, id="glitch-down"),
        pytest.param([100, 110, 0, 0, 130, 140], {}, {2: C, 3: C}, {}, id="two-glitches-down"),
        pytest.param([100, 110, 999, 120, 130], {"max_rate": 20}, {2: C}, {}, id="glitch-up"),
        pytest.param([100, 110, 999, 120, 130], {}, {2: C}, {}, id="glitch-up-without-a-rate"),
        pytest.param([100, 110, 3, 12, 21, 30], {}, {}, {2: RESET}, id="reset-that-stays"),
        pytest.param([100, 110, 3, 40, 80, 120], {}, {}, {2: RESET}, id="reset-that-climbs-back"),
        pytest.param([100, 110, 3, 50, 115, 120], {}, {2: C, 3: C}, {}, id="dip-that-leaps-back"),
        pytest.param([100, 110, 900, 910, 920], {"max_rate": 20}, {}, {2: JUMP}, id="jump"),
        pytest.param([100, 110, 120, 4], {}, {3: U}, {}, id="last-fall-is-unconfirmed"),
        pytest.param([100, 110, 900], {"max_rate": 20}, {2: U}, {}, id="last-leap-is-unconfirmed"),
        pytest.param(
            [*STEADY, 1130, 1130, 1130, 1170, 1180],
            {"max_rate": 20},
            {14: F, 15: F, 16: F},
            {},
            id="frozen-until-a-leap-that-max-rate-forbids",
        ),
        pytest.param(
            [*STEADY, 1130, 1130, 1130, 1170, 1180],
            {},
            {14: F, 15: F, 16: F},
            {},
            id="frozen-where-no-rate-is-known",
        ),
        pytest.param(
            [*STEADY, 1130, 1130, 1130, 1140, 1150],
            {"max_rate": 20},
            {},
            {},
            id="stood-still-and-goes-on-as-before",
        ),
        pytest.param(
            [*STEADY, 1130, 1130, 1130, 1300, 1310],
            {"max_rate": 20},
            {},
            {17: JUMP},
            id="a-leap-too-large-to-be-made-up-for",
        ),
        pytest.param(
            [*STEADY, 1130, 1130, 1130, 1170, 1140, 1150],
            {"max_rate": 20},
            {17: C},
            {},
            id="a-glitch-up-after-a-standstill",
        ),
        pytest.param(
            [*range(1000, 1070, 10), *[1060] * 12, 1100, 1110],
            {},
            {},
            {},
            id="stands-still-again-and-again",
        ),
        pytest.param(
            [*STEADY, 1130, 1130, 1130, 1180],
            {"max_rate": 20},
            {17: U},
            {},
            id="frozen-or-not-is-open-until-it-goes-on",
        ),
        pytest.param(
            [980, 990, 5, 15], {"max_rate": 20, "modulus": 1000}, {}, {2: ROLLOVER}, id="rollover"
        ),
        pytest.param(
            [980, 990, 5], {"max_rate": 20, "modulus": 1000}, {}, {2: ROLLOVER}, id="rolled-at-last"
        ),
        pytest.param(
            [980, 990, 5, 15], {"max_rate": 20}, {}, {2: RESET}, id="no-modulus-no-rollover"
        ),
        pytest.param(
            [980, 990, 5, 15], {"modulus": 1000}, {}, {2: RESET}, id="no-rate-no-rollover"
        ),
        pytest.param(
            [*STEADY, 100_000, 101_000, 102_000, 1130, 1140],
            {"max_rate": 1_000_000},
            {14: C, 15: C, 16: C},
            {},
            id="a-higher-level-that-a-generous-rate-allows",
        ),
        pytest.param(
            [*STEADY, 100_000, 101_000, 1130, 1140],
            {},
            {14: C, 15: C},
            {},
            id="a-higher-level-without-a-rate",
        ),
        pytest.param(
            [100, 120, 140, 160, 180, 130, 150],
            {"max_rate": 30},
            {},
            {5: RESET},
            id="set-back-to-what-it-once-showed",
        ),
        pytest.param(
            [*STEADY, 0, 0, 0, 1170, 1180],
            {"max_rate": 1900, "modulus": 2000},
            {14: C, 15: C, 16: C},
            {},
            id="zeros-that-could-have-rolled-over",
        ),
        pytest.param(
            [500, 510, *[0] * 8, 600, 610],
            {"max_rate": 100, "modulus": 1000},
            dict.fromkeys(range(2, 10), C),
            {},
            id="zeros-for-so-long-that-it-could-have-rolled-over-meanwhile",
        ),
        pytest.param(
            [980, 990, 5, 15, 25, 995, 35, 45],
            {"max_rate": 900, "modulus": 1000},
            {5: C},
            {2: ROLLOVER},
            id="a-rollover-and-later-a-glitch-up",
        ),
        pytest.param(
            [1000, 1500, 5, 1600, 1700],
            {"max_rate": 1900, "modulus": 2000},
            {},
            {2: ROLLOVER},
            id="a-register-of-which-too-little-is-known-may-climb-as-fast",
        ),
        pytest.param(
            [100, 5_000, 5_010, 3_000, 3_010],
            {},
            {},
            {3: RESET},
            id="a-leap-among-few-readings-is-no-glitch",
        ),
        pytest.param(
            [500, 510, 5, 15],
            {"max_rate": 20, "modulus": 1000},
            {},
            {2: RESET},
            id="too-far-to-roll",
        ),
        pytest.param(
            [1000, 1005, 5, 15],
            {"max_rate": 20, "modulus": 1000},
            {},
            {2: RESET},
            id="a-count-that-the-register-cannot-show",
        ),
        pytest.param(
            [990, 5, 995, 10, 20],
            {"max_rate": 20, "modulus": 1000},
            {1: C},
            {3: ROLLOVER},
            id="glitch-before-a-rollover",
        ),
    ],
)
def test_each_reading_is_judged_by_both_sides(values, limits, refused, events):
    found = verdict(values, **limits)

    assert {i: rule for i, rule in enumerate(found.refused) if rule} == refused
    assert {i: event for i, event in enumerate(found.events) if event} == events


@pytest.mark.parametrize(
    ("rise", "rolls"),
    [
        pytest.param(24, True, id="1.2-times-the-rate"),
        pytest.param(25, False, id="above-1.2-times-the-rate"),
    ],
)
def test_a_rollover_stays_within_the_rate(rise, rolls):
    """20 an hour at most: 1.2 × 20 = 24 in one hour."""
    found = verdict([990, (990 + rise) % 1000], max_rate=20, modulus=1000)

    assert found.events[1] is (ROLLOVER if rolls else None)
    assert found.refused[1] is (None if rolls else U)


@pytest.mark.parametrize(
    ("gap", "event"),
    [
        pytest.param(49, ROLLOVER, id="one-turn-at-most"),
        pytest.param(50, RESET, id="a-whole-turn-is-possible"),
    ],
)
def test_a_gap_that_could_hide_a_turn_is_ambiguous(gap, event):
    """20 an hour turn 1000 counts in 50 hours: then nobody can count the turns."""
    found = verdict([900, 400, 410], max_rate=20, modulus=1000, hours=[0, gap, gap + 1])

    assert found.events[1] is event


def test_one_count_above_the_rate_is_the_grain_of_the_register():
    """20 an hour: a register that counts in fives may show 25 and then 15."""
    assert verdict([0, 25, 40], max_rate=20, count=5).refused == [None] * 3
    assert verdict([0, 26, 40], max_rate=20, count=5).refused[1] is C


def test_a_dead_register_stays_flat_and_good():
    assert verdict([7] * 50, max_rate=20).refused == [None] * 50


def test_a_frozen_count_first_seen_after_a_gap_is_older_than_its_reading():
    hours = [*range(13), 15, 16, 17, 18, 19]
    found = verdict([*range(1000, 1130, 10), 1130, 1130, 1130, 1180, 1190], hours=hours)

    assert {i for i, rule in enumerate(found.refused) if rule is F} == {13, 14, 15}
