"""Sums over the estate, only where every member has a number; ratios are ratios of sums."""

from collections.abc import Sequence
from dataclasses import replace
from math import hypot

from reports.facts import FacilityYear
from reports.sections.section import filed
from schemas.metrics import FACTS, Metric, MetricValue, Status

ESTATE = "estate"


def estate_sum(facilities: Sequence[FacilityYear], metric: Metric) -> MetricValue | None:
    """An amount summed over all facilities.

    Returns:
        The sum with its bounds. Withheld, naming them, where any member is withheld or has no such
        figure: a sum of the others would look like the whole. ``high`` is None where one member has
        no upper bound. None where no member has such a figure.
    """
    members = [(facts, filed(facts.year_metrics, metric)) for facts in facilities]
    found = [value for _, value in members if value is not None]
    if not found:
        return None
    values = [value.value for value in found if value.value is not None]
    lows = [value.low for value in found if value.low is not None]
    highs = [value.high for value in found if value.high is not None]
    coverages = [value.coverage for value in found if value.coverage is not None]
    shares = [value.estimated_share for value in found if value.estimated_share is not None]
    # Meters of different sites err independently of each other.
    doubts = [value.uncertainty for value in found if value.uncertainty is not None]
    categories = sorted({value.category for value in found if value.category})
    whole = len(values) == len(members)
    reasons = _reasons(facilities, metric)
    status = Status.FLAGGED if reasons else Status.CLEAN
    return replace(
        found[0],
        facility_id=ESTATE,
        category=categories[0] if len(categories) == 1 else "",
        value=sum(values) if whole else None,
        low=sum(lows),
        high=sum(highs) if len(highs) == len(members) else None,
        raw=None,
        likely_low=None,
        likely_high=None,
        uncertainty=hypot(*doubts) if len(doubts) == len(members) else None,
        coverage=min(coverages, default=None),
        estimated_share=max(shares, default=None),
        status=status if whole else Status.WITHHELD,
        reason=" ".join(reasons),
        inputs=tuple(facts.facility.id for facts in facilities),
    )


def estate_ratio(
    facilities: Sequence[FacilityYear],
    metric: Metric,
    *,
    top: Metric,
    bottom: Metric = Metric.EIT,
    factor: float = 1.0,
    most: float | None = None,
) -> MetricValue | None:
    """An amount of the whole estate per another one, most often per IT energy.

        ratio = factor × Σ top / Σ bottom

    Args:
        top, bottom: the metrics summed above and below the line.
        factor: from the units of the sums to the unit of the ratio; 1000 for m³ per MWh.
        most: the limit that the standard sets; ``raw`` keeps what the ratio was before it.

    Returns:
        The ratio of the sums, with bounds from theirs; withheld as they are. None without them.
    """
    above = estate_sum(facilities, top)
    below = estate_sum(facilities, bottom)
    if above is None or below is None:
        return None
    known = above.value is not None and below.value is not None and below.value > 0
    status = max((above.status, below.status), key=list(Status).index)
    reasons = dict.fromkeys((*_reasons(facilities, top), *_reasons(facilities, bottom)))
    coverages = [c for c in (above.coverage, below.coverage) if c is not None]
    shares = [s for s in (above.estimated_share, below.estimated_share) if s is not None]
    value = factor * (above.value or 0.0) / (below.value or 1.0) if known else None
    low = factor * above.low / below.high if above.low is not None and below.high else None
    high = factor * above.high / below.low if above.high is not None and below.low else None
    return replace(
        above,
        metric=metric,
        category=below.category if metric is Metric.PUE else "",
        unit=FACTS[metric].unit,
        value=_limited(value, most),
        low=_limited(low, most),
        high=_limited(high, most),
        raw=None if value == _limited(value, most) else value,
        uncertainty=None,
        coverage=min(coverages, default=None),
        estimated_share=max(shares, default=None),
        status=status if known else Status.WITHHELD,
        reason=" ".join(reasons) or ("" if known else f"{FACTS[bottom].name} is nothing."),
    )


def _limited(value: float | None, most: float | None) -> float | None:
    return value if value is None or most is None else min(value, most)


def _reasons(facilities: Sequence[FacilityYear], metric: Metric) -> tuple[str, ...]:
    """Why a sum is withheld or flagged, one sentence each, naming the facilities."""
    absent, withheld, flagged = [], [], []
    categories = set()
    for facts in facilities:
        value = filed(facts.year_metrics, metric)
        if value is None:
            absent.append(facts.facility.name)
        elif value.value is None:
            withheld.append(facts.facility.name)
        elif value.status is Status.FLAGGED:
            flagged.append(facts.facility.name)
        categories.add(value.category if value else "")
    categories.discard("")
    sentences = (
        (absent, f"No figure from {_listed(absent)}."),
        (withheld, f"Withheld at {_listed(withheld)}."),
        (flagged, f"Flagged at {_listed(flagged)}."),
        (
            len(categories) > 1,
            f"The categories differ: {_listed(sorted(categories))}.",
        ),
    )
    return tuple(sentence for holds, sentence in sentences if holds)


def _listed(names: Sequence[str]) -> str:
    return "".join(names) if len(names) < 2 else f"{', '.join(names[:-1])} and {names[-1]}"
