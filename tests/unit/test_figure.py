"""Arithmetic on figures: bounds hold for every number that is possible."""

from fractions import Fraction

import pytest
from given import total
from hypothesis import assume, given
from hypothesis import strategies as st

from pipelines.metrics.figure import (
    ZERO_DENOMINATOR,
    Figure,
    added,
    clipped,
    known,
    merged,
    negative,
    of_total,
    ratio,
    scaled,
    withheld,
)
from schemas.metrics import Status

F = Fraction


def figure(low, value, high, **facts):
    def exact(one):
        return None if one is None else F(one)

    return Figure(low=exact(low), value=exact(value), high=exact(high), **facts)


def bounds(one):
    return one.low, one.value, one.high


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [
        pytest.param((2, 3, 4), (1, 2, 4), (F(1, 2), F(3, 2), 4), id="widest-of-both"),
        pytest.param((2, 3, None), (1, 2, 4), (F(1, 2), F(3, 2), None), id="open-numerator"),
        pytest.param((2, 3, 4), (1, 2, None), (0, F(3, 2), 4), id="open-denominator"),
        pytest.param((2, 3, 4), (0, 2, 4), (F(1, 2), F(3, 2), None), id="may-be-zero-below"),
        pytest.param((2, None, 4), (1, 2, 4), (F(1, 2), None, 4), id="unknown-but-bounded"),
        pytest.param((0, 0, 0), (1, 2, 4), (0, 0, 0), id="nothing-by-something"),
        pytest.param((-8, -4, -2), (1, 2, 4), (-8, -2, F(-1, 2)), id="below-zero"),
        pytest.param((-8, 1, 8), (1, 2, 4), (-8, F(1, 2), 8), id="on-both-sides-of-zero"),
        pytest.param((-8, 1, 8), (1, 2, None), (-8, F(1, 2), 8), id="both-sides-and-open"),
    ],
)
def test_ratio(numerator, denominator, expected):
    assert bounds(ratio(figure(*numerator), figure(*denominator))) == expected


def test_a_zero_denominator_has_no_ratio_and_says_so():
    none = ratio(figure(2, 3, 4), figure(0, 0, 1, status=Status.FLAGGED, reason="thin"))

    assert (none.value, none.high, none.status) == (None, None, Status.WITHHELD)
    assert none.reason == f"{ZERO_DENOMINATOR}; thin"
    assert none.low == 2


def test_sums_signs_and_factors():
    one, two = figure(1, 2, 3), figure(10, None, None)

    assert bounds(added(one, one, one)) == (3, 6, 9)
    assert bounds(added(one, two)) == (11, None, None)
    assert bounds(negative(one)) == (-3, -2, -1)
    assert bounds(scaled(one, F(1, 2))) == (F(1, 2), 1, F(3, 2))
    assert bounds(added(one, negative(one))) == (-2, 0, 2)


def test_a_cap_keeps_what_was_before():
    assert bounds(clipped(figure(F(1, 2), 2, 3), highest=1)) == (F(1, 2), 1, 1)
    assert clipped(figure(F(1, 2), 2, 3), highest=1).raw == 2
    assert bounds(clipped(figure(-3, -1, None))) == (0, 0, None)
    assert bounds(clipped(figure(None, None, None), highest=1)) == (0, None, 1)


def test_doubt_travels():
    clear = figure(1, 1, 1, coverage=1.0, estimated_share=0.1, inputs=("a", "b"))
    thin = figure(
        1,
        1,
        1,
        coverage=0.96,
        estimated_share=0.0,
        status=Status.FLAGGED,
        reason="thin",
        inputs=("b", "c"),
    )

    both = merged([clear, thin, thin, known(1, "d")])

    assert (both.coverage, both.estimated_share) == (0.96, 0.1)
    assert (both.status, both.reason) == (Status.FLAGGED, "thin")
    assert both.inputs == ("a", "b", "c", "d")
    assert merged([]).status is Status.CLEAN
    assert added(clear, withheld("no meter")).status is Status.WITHHELD


def test_a_total_names_itself_in_its_reason():
    one = of_total(total("grid_import", "0.1", status=Status.FLAGGED, reason="thin"))

    assert (one.value, one.reason, one.inputs) == (F(1, 10), "grid_import: thin", ("grid_import",))


NUMBERS = st.fractions(min_value=-20, max_value=20, max_denominator=6)


@st.composite
def samples(draw, lowest=-20):
    """A figure, and one number that it may turn out to be."""
    numbers = st.fractions(min_value=lowest, max_value=20, max_denominator=6)
    low, value, actual, high = sorted(draw(st.tuples(numbers, numbers, numbers, numbers)))
    if draw(st.booleans()):
        value, actual = actual, value
    return figure(low, value, draw(st.sampled_from([high, high, high, None]))), actual


def holds(one, actual):
    return (one.low is None or one.low <= actual) and (one.high is None or actual <= one.high)


@given(samples(), samples())
def test_sums_and_signs_contain_every_possible_sum(one, other):
    (a, x), (b, y) = one, other

    assert holds(added(a, b), x + y)
    assert holds(negative(a), -x)
    assert holds(added(a, negative(b)), x - y)
    assert holds(clipped(a), max(F(0), x))
    assert holds(clipped(a, highest=1), min(F(1), max(F(0), x)))


@given(samples(), st.fractions(min_value=0, max_value=9))
def test_factors_contain_every_possible_product(one, factor):
    assert holds(scaled(one[0], factor), one[1] * factor)


@given(samples(lowest=0), samples(lowest=0))
def test_ratios_of_amounts_contain_every_possible_ratio(one, other):
    (a, x), (b, y) = one, other
    assume(y > 0)

    found = ratio(a, b)

    assert holds(found, x / y)
    if found.value is not None:
        assert holds(found, found.value)


@given(samples(), samples(lowest=0))
def test_ratios_of_differences_contain_every_possible_ratio(one, other):
    """Import less export may be below zero before it is measured well."""
    (a, x), (b, y) = one, other
    assume(y > 0)

    assert holds(ratio(a, b), x / y)
