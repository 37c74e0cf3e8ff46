"""What may be said in public of many data centres: groups, and never one of them.

The European act keeps the figures of each data centre confidential and publishes means of groups of
three or more (Delegated Regulation (EU) 2024/1364, Art. 5(5) and Annex IV). Two groups that are
both large enough can still tell of one site by their difference; so can what was published before.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations

from reports.aggregation import FEWEST, weighted_mean
from reports.content.cells import rounded
from schemas.size_classes import UNION

#: What is added up, and what is a mean weighted by energy consumption; each with its places.
SUMS = {"pdit": 1, "edc": 0, "win": 0}
MEANS = {"pue": 3, "wue": 3, "erf": 4, "ref": 4}
MEASURES = (*SUMS, *MEANS)
TOO_FEW = f"fewer than {FEWEST} data centres"
REVEALING = f"with what is published it would tell of fewer than {FEWEST} data centres"

#: A group of sites by what divides them and its name: ``("size", "large")``.
Key = tuple[str, str]
Members = frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Site:
    """One data centre; ``figures`` by measure, only those that have a value.

    Args:
        region: a code of a region, never an address.
    """

    facility: str
    type: str
    it_power_kw: float | None
    region: str
    figures: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Aggregate:
    """One measure of one group; without a value the reason why it is not published."""

    group: Key
    measure: str
    count: int | None
    value: float | None
    reason: str = ""


@dataclass(frozen=True)
class Publication:
    """What is published, and the sets of sites that can be told apart by it, measure by measure."""

    aggregates: tuple[Aggregate, ...]
    told: Mapping[str, tuple[Members, ...]] = field(default_factory=dict)


def publication(
    sites: Sequence[Site], before: Mapping[str, Collection[Members]] | None = None
) -> Publication:
    """The aggregates of all sites, and of each type, size and region of them.

    Args:
        before: sets of sites that earlier publications of the same year tell of, by measure.
    """
    groups = _groups(sites)
    found: list[Aggregate] = []
    told: dict[str, tuple[Members, ...]] = {}
    for measure in MEASURES:
        known = set((before or {}).get(measure, ()))
        fresh: list[Members] = []
        for key, members in groups.items():
            having = [one for one in members if _has(one, measure)]
            names = frozenset(one.facility for one in having)
            reason = "" if len(names) >= FEWEST else TOO_FEW
            if not reason and names not in known and reveals([*known, names]):
                reason = REVEALING
            if reason:
                found.append(
                    Aggregate(group=key, measure=measure, count=None, value=None, reason=reason)
                )
                continue
            known.add(names)
            fresh.append(names)
            found.append(
                Aggregate(
                    group=key, measure=measure, count=len(names), value=_value(having, measure)
                )
            )
        told[measure] = tuple(fresh)
    return Publication(tuple(found), told)


def _groups(sites: Sequence[Site]) -> dict[Key, list[Site]]:
    """All of them first, then by type, size class and region."""
    groups: dict[Key, list[Site]] = {("all", "all"): list(sites)}
    for name in sorted({one.type for one in sites if one.type}):
        groups["type", name] = [one for one in sites if one.type == name]
    for name in UNION.names:
        mine = [
            one
            for one in sites
            if one.it_power_kw is not None and UNION.name_of(one.it_power_kw) == name
        ]
        if mine:
            groups["size", name] = mine
    for name in sorted({one.region for one in sites if one.region}):
        groups["region", name] = [one for one in sites if one.region == name]
    return groups


def _has(site: Site, measure: str) -> bool:
    return measure in site.figures and (measure in SUMS or bool(site.figures.get("edc")))


def _value(sites: Sequence[Site], measure: str) -> float | None:
    if measure in SUMS:
        exact = sum((Fraction(repr(one.figures[measure])) for one in sites), Fraction(0))
        return float(rounded(float(exact), SUMS[measure]))
    mean = weighted_mean((one.figures["edc"], one.figures[measure]) for one in sites)
    return None if mean is None else float(rounded(mean, MEANS[measure]))


def reveals(sets: Iterable[Members], fewest: int = FEWEST) -> bool:
    """Whether sums over these sets, added and subtracted in any way, tell of fewer sites.

    Sites that are in the same sets cannot be told apart: they are one atom. A sum over few sites
    follows from the published ones where a combination of these vanishes on all other atoms, and
    not on theirs: there the sets without those atoms have a smaller rank.
    """
    published = [one for one in dict.fromkeys(sets) if one]
    atoms: dict[tuple[bool, ...], int] = {}
    for site in frozenset().union(*published):
        pattern = tuple(site in one for one in published)
        atoms[pattern] = atoms.get(pattern, 0) + 1
    patterns = list(atoms)
    whole = _rank(patterns)
    small = [pattern for pattern in patterns if atoms[pattern] < fewest]
    return any(
        sum(atoms[one] for one in few) < fewest
        and _rank([one for one in patterns if one not in few]) < whole
        for size in range(1, fewest)
        for few in combinations(small, size)
    )


def _rank(columns: Sequence[tuple[bool, ...]]) -> int:
    """The rank of a matrix of zeros and ones, exactly."""
    rows = [[Fraction(cell) for cell in column] for column in columns]
    rank = 0
    for place in range(len(rows[0]) if rows else 0):
        pivot = next((n for n in range(rank, len(rows)) if rows[n][place]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        for n in range(rank + 1, len(rows)):
            if rows[n][place]:
                factor = rows[n][place] / rows[rank][place]
                rows[n] = [a - factor * b for a, b in zip(rows[n], rows[rank], strict=True)]
        rank += 1
    return rank
