"""A change: one published figure that moved, by how much, and because of which input."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A published figure as far as changes look at it; None where there was none."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    status: str = "absent"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One total or metric of one period that is not what it was.

    Args:
        kind: ``total`` or ``metric``.
        name: the quantity or metric, ``category`` the metric's category or nothing.
        period: ``YYYY`` or ``YYYY-MM``.
        before, after: the figure then and now.
        causes: what it moved for, in words: files by their path, configuration, rules.
    """

    facility_id: str
    kind: str
    name: str
    category: str
    period: str
    unit: str
    before: Figure
    after: Figure
    causes: tuple[str, ...] = ()

    @property
    def difference(self) -> float | None:
        """After − before; None where one of them has no value."""
        if self.before.value is None or self.after.value is None:
            return None
        return self.after.value - self.before.value


@dataclass(frozen=True, kw_only=True)
class TouchedFile:
    """A file that counts now and did not before, or the other way round.

    Args:
        path: its name in the inbox.
        verb: what became of it: ``arrived``, ``superseded``, ``not yet known`` (as of then).
        rows: how many rows it holds, by facility, month and quantity.
    """

    path: str
    verb: str
    rows: Mapping[tuple[str, str, str], int]
