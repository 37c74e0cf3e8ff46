"""How an hour that nobody measured is estimated: each method in its turn, with its likely band."""

from decimal import Decimal
from math import sqrt

import pytest
from june import (
    HOUR,
    HOURS,
    INTERVAL,
    START,
    UTC,
    every_day,
    hour,
    hourly,
    june,
    number,
    weekend,
    without,
)
from spine import HEADER, Spine, drop, meter

#: Tuesday 3 June, 07:00.
GAP = number(3, 7)
MONDAY = number(2, 7)


def given(found):
    return found["value"], found["method"]


# The order of the methods. Meter a is below main, beside b; c checks a. At 07:00 a is 40 on
# workdays, once 60, and 90 on weekends; else it is 10, and 12 in the hour after the gap.

A = hourly(lambda at: 90 if weekend(at) and at % 24 == 7 else 40 if at % 24 == 7 else 10)
A[MONDAY], A[GAP + 1] = 60, 12
SITE = {
    "main": [a + 30 + 5 for a in A],
    "a": without(A, {GAP}),
    "b": [30] * 720,
    "c": [a + 1 for a in A],
}
SITE["main"][GAP], SITE["c"][GAP] = 47 + 30 + 5, 48
BELOW = {name: {"parent": "main"} for name in "abc"}
PARENT, TWIN = {"b": {GAP}}, {"c": {GAP}}
DAYS = {"a": every_day(7)}


@pytest.mark.parametrize(
    ("gone", "expected"),
    [
        pytest.param({}, (47, "parent_minus_siblings"), id="what-main-leaves-over-less-5"),
        pytest.param(PARENT, (48, "redundant_meter"), id="without-the-sibling-the-check-meter"),
        pytest.param({"main": {GAP}}, (48, "redundant_meter"), id="without-main-likewise"),
        pytest.param(PARENT | TWIN, (41, "similar_days"), id="20-workdays-of-820-kwh"),
        pytest.param(PARENT | TWIN | DAYS, (11, "linear"), id="between-10-and-12"),
        pytest.param(
            PARENT | TWIN | {"a": every_day(6, 7, 8)}, (None, "none"), id="three-hours-every-day"
        ),
    ],
)
def test_the_first_method_that_has_an_answer_gives_the_estimate(gone, expected):
    told = {name: without(amounts, gone.get(name, ())) for name, amounts in SITE.items()}

    found = hour(june(told, BELOW, {"c": "a"}), "a", GAP)

    assert given(found) == expected
    assert found["status"] == ("missing" if expected[0] is None else "estimated")
    assert (found["spread"] is None) == (expected[0] is None)
    assert (found["low"], found["high"]) == (0, 1000)


# Parent minus siblings


def over(left, a=40):
    """Main with a and b below it, and what main leaves over in each hour."""
    return {
        "main": [left(at) + a + 30 for at in HOURS],
        "a": without([a] * 720, {GAP}),
        "b": [30] * 720,
    }


def test_what_usually_is_left_over_is_taken_off_and_its_swing_is_the_band():
    """4 and 6 by turns over 718 hours, mean 5: the variance is 718 / 717, and 719 / 718 of it is
    that of the next one. The gap itself has 4, and main is missing once at 6."""
    told = over(lambda at: 4 if at % 2 else 6)
    told["main"] = without(told["main"], {GAP + 1})

    found = hour(june(told, BELOW), "a", GAP)

    assert given(found) == (39, "parent_minus_siblings")
    assert found["spread"] == pytest.approx(2 * sqrt(719 / 717), rel=1e-9)


def test_a_meter_smaller_than_what_is_left_over_swings_by_is_not_told_from_it():
    """0 and 8 by turns swing by about 8; a takes 7, or 9."""
    small, large = (over(lambda at: 8 if at % 2 else 0, a) for a in (7, 9))

    assert given(hour(june(small, BELOW), "a", GAP)) == (7, "similar_days")
    assert hour(june(large, BELOW), "a", GAP)["method"] == "parent_minus_siblings"


@pytest.mark.parametrize(
    ("together", "method"), [(24, "parent_minus_siblings"), (23, "similar_days")]
)
def test_a_link_is_relied_on_after_24_hours_that_all_meters_read(together, method):
    """Main was read at the gap, where a was not, and in so many hours later."""
    told = over(lambda at: 5)
    read = {GAP, *range(number(9, 0), number(9, 0) + together)}
    told["main"] = without(told["main"], set(HOURS) - read)

    assert given(hour(june(told, BELOW), "a", GAP)) == (40, method)


def test_a_link_that_one_hour_contradicts_is_not_relied_on():
    """Below main there was once more than in it."""
    told = over(lambda at: 5)
    told["main"][number(20, 12)] = 69

    assert given(hour(june(told, BELOW), "a", GAP)) == (40, "similar_days")


# Check meter


def test_the_band_of_a_check_meter_is_what_both_usually_differ_by():
    """By 1 up and down: twice the root of the mean square is 2."""
    twin = [41 if at % 2 else 39 for at in HOURS]
    told = {"a": without([40] * 720, {GAP}), "c": twin}

    found = hour(june(told, checks={"c": "a"}), "a", GAP)

    assert given(found) == (41, "redundant_meter")
    assert found["spread"] == pytest.approx(2, rel=1e-9)


def test_the_band_of_a_check_meter_is_no_narrower_than_both_limits_of_error():
    """They never differed; 1 % and 0.5 % of 40 are 0.6."""
    told = {"a": without([40] * 720, {GAP}), "c": [40] * 720}
    classes = {"a": {"accuracy_percent": 1.0}, "c": {"accuracy_percent": 0.5}}

    found = hour(june(told, classes, {"c": "a"}), "a", GAP)

    assert found["spread"] == pytest.approx(0.6, rel=1e-9)


def test_of_two_check_meters_the_first_by_name_speaks():
    told = {"a": without([40] * 720, {GAP}), "d": [42] * 720, "c": [41] * 720}

    assert hour(june(told, checks={"d": "a", "c": "a"}), "a", GAP)["value"] == 41


# Similar days


def test_the_band_of_similar_days_is_where_the_next_one_likely_lies():
    """19 days of 40 and one of 60: squares 19 × 1 + 361 = 380, over 19 is 20, and 21/20 of it."""
    found = hour(june({"a": without(A, {GAP})}), "a", GAP)

    assert given(found) == (41, "similar_days")
    assert found["spread"] == pytest.approx(2 * sqrt(21), rel=1e-9)


def test_a_weekend_is_like_weekends():
    sunday = number(8, 7)

    assert given(hour(june({"a": without(A, {sunday})}), "a", sunday)) == (90, "similar_days")


@pytest.mark.parametrize(
    ("kept", "expected"),
    [
        pytest.param([number(7, 7), number(14, 7), number(15, 7)], 53, id="three-of-its-class"),
        pytest.param([number(7, 7), number(14, 7)], 32, id="else-days-of-any-class"),
    ],
)
def test_fewer_than_three_days_of_a_class_say_nothing_of_it(kept, expected):
    """Two weekend days of 53 and 21 workdays of 30: 736 / 23 = 32."""
    usual = hourly(lambda at: 53 if weekend(at) else 30)
    weekends = {at for at in every_day(7) if weekend(at)}
    sunday = number(8, 7)

    found = hour(june({"a": without(usual, weekends - set(kept))}), "a", sunday)

    assert given(found) == (expected, "similar_days")


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        pytest.param(28, (20, "similar_days"), id="28-days-after"),
        pytest.param(29, (8, "linear"), id="29-days-after"),
    ],
)
def test_days_further_away_than_four_weeks_are_not_similar(days, expected):
    """Monday 2 June: 10 on each of the two days after it, and 40 on a workday weeks later."""
    told = [*hourly(lambda at: 8), *[8] * 48]
    samples = {MONDAY + 24: 10, MONDAY + 48: 10, MONDAY + days * 24: 40}
    for at in range(7, len(told), 24):
        told[at] = samples.get(at)

    assert given(hour(june({"a": told}), "a", MONDAY)) == expected


def test_no_band_is_wider_than_the_bounds():
    """0 and 4 by turns, mean 2, would swing by more than 4; a cannot exceed 5."""
    told = hourly(lambda at: 4 if at // 24 % 2 else 0)
    workdays = [at for at in every_day(7) if not weekend(at) and at != GAP]
    for place, at in enumerate(sorted(workdays)):
        told[at] = 4 * (place % 2)
    told[GAP] = None

    found = hour(june({"a": told}, {"a": {"max_rate": Decimal(5)}}), "a", GAP)

    assert found["value"] == 2
    assert found["spread"] == 3


# Straight line


def test_a_line_over_two_hours_goes_by_thirds():
    """10 before and 16 after: 12 and 14; between hours that are otherwise alike."""
    told = without(hourly(lambda at: 10, {GAP + 2: 16}), every_day(7, 8))

    spine = june({"a": told})

    assert [given(hour(spine, "a", at)) for at in (GAP, GAP + 1)] == [
        (12, "linear"),
        (14, "linear"),
    ]
    for at in (GAP, GAP + 1):
        assert hour(spine, "a", at)["spread"] == pytest.approx(6, rel=1e-9)


def test_a_line_is_as_doubtful_as_lines_of_this_meter_usually_are():
    """30 and 10 by turns: a line between neighbours misses by 20, so the band is twice that."""
    told = without(hourly(lambda at: 30 if at % 2 else 10), every_day(7))

    found = hour(june({"a": told}), "a", GAP)

    assert given(found) == (10, "linear")
    assert found["spread"] == pytest.approx(40, rel=1e-9)


def test_three_hours_are_too_many_for_a_line():
    spine = june({"a": without([10] * 720, every_day(6, 7, 8))})

    assert {hour(spine, "a", GAP + step)["method"] for step in (-1, 0, 1)} == {"none"}


def test_at_the_edge_of_what_is_known_there_is_no_line():
    """The month's last hour, and nothing of July."""
    told = without([10] * 720, every_day(23))

    found = hour(june({"a": told}), "a", number(30, 23))

    assert (found["value"], found["status"], found["method"]) == (None, "missing", "none")


def test_hours_with_days_between_them_have_no_line():
    """The meter was taken out at midnight before the 10th and came back two days later."""
    gap, back = number(9, 23), number(12, 0)
    away = range(gap + 1, back)
    told = without([10] * 720, every_day(23), away)
    rows = [("a", START + at * HOUR, amount) for at, amount in enumerate(told) if amount]
    facts = {"meter_id": "a", **INTERVAL}
    meters = [
        meter(**facts, serial="A", valid_to=START + away.start * HOUR),
        meter(**facts, serial="B", valid_from=START + back * HOUR),
    ]
    serials = [(*row, "A" if row[1] < START + away.start * HOUR else "B") for row in rows]

    spine = Spine(meters, [drop(serials, f"{HEADER},serial")], UTC)

    assert hour(spine, "a", gap)["method"] == "none"
    assert hour(spine, "a", number(12, 23))["method"] == "linear"


def test_another_meter_s_hour_is_not_the_next_one():
    """a was taken out at the midnight at which b came: their rows stand one below the other."""
    last, midnight = number(9, 23), number(10, 0)
    facts = {
        "a": {"valid_to": START + midnight * HOUR},
        "b": {"valid_from": START + midnight * HOUR},
    }
    told = {
        "a": without([10] * 720, every_day(23), range(midnight, 720)),
        "b": without([10] * 720, range(midnight)),
    }

    assert hour(june(told, facts), "a", last)["method"] == "none"
