"""Figures of many data centres as the European database publishes them (Annex IV)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from schemas.size_classes import UNION

#: A class of fewer data centres than this is not shown by itself.
FEWEST = 3


def weighted_mean(members: Iterable[tuple[float, float]]) -> float | None:
    """Σ(ratio × energy) ÷ Σ energy: a mean of ratios, because the act says so.

    It is another number than the ratio of sums. None without members or energy.

    Args:
        members: energy consumption [kWh] and ratio of each data centre.
    """
    known = list(members)
    energy = sum(each for each, _ in known)
    return sum(each * ratio for each, ratio in known) / energy if energy else None


@dataclass(frozen=True, kw_only=True)
class Member:
    """One data centre: energy [kWh], installed IT power [kW], type, and its ratio."""

    energy: float
    it_power_kw: float | None
    type: str
    ratio: float


@dataclass(frozen=True, kw_only=True)
class Mean:
    """The mean of a group; None where the group is too small to be shown."""

    group: str
    count: int
    mean: float | None


def means(members: Sequence[Member]) -> tuple[Mean, ...]:
    """The mean of all, of each type and of each size class."""
    groups: dict[str, list[Member]] = {}
    for one in members:
        if one.type:
            groups.setdefault(one.type, []).append(one)
    by_size: dict[str, list[Member]] = {}
    for one in members:
        if one.it_power_kw is not None:
            by_size.setdefault(UNION.name_of(one.it_power_kw), []).append(one)
    ordered = [(name, groups[name]) for name in sorted(groups)]
    ordered += [(name, by_size[name]) for name in UNION.names if name in by_size]
    return (
        Mean(group="all", count=len(members), mean=_mean(members)),
        *(
            Mean(
                group=name,
                count=len(some),
                mean=_mean(some) if len(some) >= FEWEST else None,
            )
            for name, some in ordered
        ),
    )


def _mean(members: Sequence[Member]) -> float | None:
    return weighted_mean((one.energy, one.ratio) for one in members)
