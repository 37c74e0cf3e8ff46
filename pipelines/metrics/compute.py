"""Every metric of one facility and period, in the catalogue's order.

A metric is its facts in ``schemas/metrics``, and a formula that its topic lists here.
"""

from dataclasses import replace
from fractions import Fraction

from pipelines.metrics import (
    carbon,
    chain,
    cost,
    energy,
    heat,
    ict,
    idle,
    lifecycle,
    power,
    refrigerants,
    renewables,
    scope3,
    usage,
    water,
)
from pipelines.metrics.figure import Figure
from pipelines.metrics.formula import Formula
from pipelines.metrics.inputs import Inputs
from schemas.metrics import FACTS, Metric, MetricValue, Status

_LISTS = (
    *(energy.COMPUTED, usage.COMPUTED, chain.COMPUTED, power.COMPUTED, idle.COMPUTED),
    *(heat.COMPUTED, water.COMPUTED, renewables.COMPUTED, carbon.COMPUTED),
    *(refrigerants.COMPUTED, scope3.COMPUTED),
    *(lifecycle.COMPUTED, ict.COMPUTED, cost.COMPUTED),
)
_LISTED = {metric: formula for listed in _LISTS for metric, formula in listed.items()}
COMPUTED: dict[Metric, Formula] = {
    metric: _LISTED[metric] for metric in Metric if metric in _LISTED
}


def metrics_of(inputs: Inputs) -> list[MetricValue]:
    """Every metric, one row per category; null with a reason where there is no honest number."""
    return [value for metric in COMPUTED for value in values_of(metric, inputs)]


def values_of(metric: Metric, inputs: Inputs) -> list[MetricValue]:
    """One metric, a row for each category it has here."""
    return [
        _published(metric, category, figure, inputs)
        for category, figure in COMPUTED[metric](inputs)
    ]


def _published(metric: Metric, category: str, figure: Figure, inputs: Inputs) -> MetricValue:
    status = Status.WITHHELD if figure.value is None else figure.status
    if status is not Status.WITHHELD and figure.raw is not None and figure.raw != figure.value:
        figure = replace(
            figure,
            reason="; ".join(
                part
                for part in (
                    f"capped; before the cap it was {float(figure.raw):.6f}",
                    figure.reason,
                )
                if part
            ),
        )
    likely_low, likely_high = _likely(figure)
    return MetricValue(
        facility_id=inputs.facility.id,
        metric=metric,
        category=category,
        period=inputs.period.name,
        period_start=inputs.period.start,
        period_end=inputs.period.end,
        value=_float(figure.value),
        low=_float(figure.low),
        high=_float(figure.high),
        unit=figure.unit or FACTS[metric].unit,
        coverage=figure.coverage,
        estimated_share=figure.estimated_share,
        status=status,
        reason=figure.reason,
        likely_low=likely_low,
        likely_high=likely_high,
        uncertainty=None if figure.value is None else figure.doubt.uncertainty,
        raw=None if figure.raw == figure.value else _float(figure.raw),
        inputs=figure.inputs,
    )


def _likely(figure: Figure) -> tuple[float | None, float | None]:
    """The likely band, within the hard bounds."""
    if figure.value is None:
        return None, None
    value, half = float(figure.value), figure.doubt.half_width
    low = value - half if figure.low is None else max(float(figure.low), value - half)
    high = value + half if figure.high is None else min(float(figure.high), value + half)
    return min(low, value), max(high, value)


def _float(value: Fraction | None) -> float | None:
    return None if value is None else float(value)
