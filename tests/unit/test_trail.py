"""How fast a register ever rose, asked for at any time, whatever was taken back meanwhile."""

from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pipelines.steps.trail import Chain, Limits, Trail

READINGS = st.lists(st.tuples(st.integers(1, 5), st.integers(0, 9)), min_size=4, max_size=30)
#: At each step: how many readings are taken back, and whether the fastest rise is asked for.
STEPS = st.lists(st.tuples(st.integers(0, 3), st.booleans()), min_size=4, max_size=30)


def naive(trail, places):
    return max(trail.rate(i, j) for i, j in pairwise(places))


@given(READINGS, STEPS)
def test_the_fastest_rise_is_the_highest_of_all_rates(readings, steps):
    times, values = [0], [0]
    for time, rise in readings:
        times.append(times[-1] + time)
        values.append(values[-1] + rise)
    trail = Trail(times=times, values=values, limits=Limits(max_rate=None, modulus=None, count=1))
    chain = Chain(trail, 0)

    for place, (back, asked) in zip(range(1, len(times)), steps, strict=False):
        chain.places.append(place)
        if asked:
            assert chain.fastest(len(chain)) == naive(trail, chain.places)
            size = max(2, len(chain) - 1)
            assert chain.fastest(size) == naive(trail, chain.places[:size])
        if back and back < len(chain) - 1:
            gone = chain.places[-back:]
            assert chain.take_back(back) == gone
    assert chain.fastest(len(chain)) == naive(trail, chain.places)


def test_a_rollover_is_unwound():
    trail = Trail(
        times=[0, 10, 20], values=[90, 95, 5], limits=Limits(max_rate=1, modulus=100, count=1)
    )
    chain = Chain(trail, 0)
    chain.places += [1, 2]

    assert trail.rate(1, 2) == Fraction(10, 10)
    assert chain.fastest(3) == 1
    assert chain.fastest(2) == Fraction(1, 2)
