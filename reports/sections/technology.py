"""Cooling technologies side by side, over the facilities that use them."""

from collections.abc import Sequence
from dataclasses import replace

from reports.charts import Table
from reports.facts import FacilityYear
from reports.numbers import DASH, number
from reports.sections.headline import metric_scale
from reports.sections.section import Section
from reports.sections.sums import estate_ratio, estate_sum
from schemas.metrics import Metric, MetricValue

UNKNOWN = "not stated"


def technologies(facilities: Sequence[FacilityYear]) -> Section:
    """Energy and water of each technology: ratios of sums over its facilities, never means."""
    groups: dict[str, list[FacilityYear]] = {}
    for facts in facilities:
        groups.setdefault(facts.facility.cooling or UNKNOWN, []).append(facts)
    rows = tuple(
        (
            name,
            number(len(some)),
            *(_text(value) for value in _figures(some)),
            ", ".join(facts.facility.name for facts in some),
        )
        for name, some in sorted(groups.items())
    )
    return Section(
        id="technologies",
        title="Cooling technologies",
        lead="Ratios of the sums over all facilities of a technology; climate and load differ "
        "between them, so the technology is not the only reason for a difference.",
        blocks=(
            Table(
                caption="Efficiency by cooling technology",
                head=("Technology", "Facilities", "IT energy", "PUE", "WUE", "CER", "Which"),
                rows=rows,
                text=(6,),
            ),
        ),
    )


def _figures(some: Sequence[FacilityYear]) -> tuple[MetricValue | None, ...]:
    return (
        estate_sum(some, Metric.EIT),
        estate_ratio(some, Metric.PUE, top=Metric.EDC),
        estate_ratio(some, Metric.WUE, top=Metric.WIN, factor=1000.0),
        _cer(some),
    )


def _cer(some: Sequence[FacilityYear]) -> MetricValue | None:
    """Heat and electricity of cooling are totals and no metrics: of several facilities there is
    a ratio of sums only where each has both."""
    if len(some) == 1:
        return next((v for v in some[0].year_metrics if v.metric is Metric.CER), None)
    sums = [_total(some, name) for name in ("heat_removed", "cooling_electricity")]
    like = next((v for v in some[0].year_metrics if v.metric is Metric.CER), None)
    if like is None or None in sums or not sums[1]:
        return None
    removed, used = (one or 0.0 for one in sums)
    return replace(like, value=removed / used, low=None, high=None)


def _total(some: Sequence[FacilityYear], quantity: str) -> float | None:
    found = [t.value for facts in some for t in facts.year_totals if t.quantity == quantity]
    known = [float(value) for value in found if value is not None]
    return sum(known) if len(known) == len(some) else None


def _text(value: MetricValue | None) -> str:
    return DASH if value is None else metric_scale(value).text(value.value)
