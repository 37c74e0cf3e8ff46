"""Behaviour: what the values of a series do over time, whatever its title says."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from statistics import median

from schemas.quantities import Kind

#: A register falls now and then: it is reset, exchanged, or read wrongly.
_FALLS = 0.02
#: A count that goes on is many times what a step adds to it.
_MANY = 20


def kind_of(values: Sequence[Decimal]) -> str:
    """``register`` or ``interval`` of amounts, in the order of time; empty where they stand still.

    A register hardly ever falls, and shows many times what it rises by.
    """
    steps = [after - before for before, after in pairwise(values)]
    moved = [step for step in steps if step]
    if not moved:
        return Kind.REGISTER.value if values and values[0] else ""
    falls = sum(step < 0 for step in moved)
    shown = median(abs(value) for value in values)
    if falls <= max(1, _FALLS * len(moved)) and shown > _MANY * median(abs(s) for s in moved):
        return Kind.REGISTER.value
    return Kind.INTERVAL.value


def step_of(times: Sequence[datetime]) -> timedelta:
    """The most common distance of one time to the next; none of fewer than two."""
    steps = (abs(after - before) for before, after in pairwise(times) if after != before)
    return usual(steps)


def usual(lengths: Iterable[timedelta]) -> timedelta:
    """The most common length, the first one of several; none where there is none."""
    [(length, _)] = Counter(lengths).most_common(1) or [(timedelta(0), 0)]
    return length


def interval_of(step: timedelta) -> str:
    """A usual step as ``meters.csv`` writes it: minutes, days, or a calendar month."""
    days = step // timedelta(days=1)
    if days in (28, 29, 30, 31):
        return "P1M"
    if days:
        return f"P{days}D"
    minutes = step // timedelta(minutes=1)
    return f"{minutes}min" if minutes else f"{round(step.total_seconds()) or 3600}s"
