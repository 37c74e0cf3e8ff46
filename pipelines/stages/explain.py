"""From a figure back to file and line: metric → totals → meters → files → quoted lines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pipelines.stages.evidence import evidence
from pipelines.stages.trails import MeterTrail, trails_of
from pipelines.stages.workshop import Workshop
from pipelines.stages.years import load_year
from schemas.estate.model import Facility
from schemas.estate.registers.read import register_file
from schemas.metrics import FACTS, Metric, MetricValue
from schemas.totals import TotalValue


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """A metric, the totals and registers it rests on, and each meter's trail."""

    metric: MetricValue
    formula: str
    standard: str
    totals: tuple[tuple[TotalValue, tuple[MeterTrail, ...]], ...]
    registers: tuple[str, ...]


def explain(
    shop: Workshop, facility: Facility, year: int, metrics: Iterable[Metric], period: str
) -> list[Explanation]:
    """One explanation for each category of the metrics; a total's trails are followed once."""
    facts = load_year(shop, facility.id, year)
    totals = {one.quantity: one for one in facts.totals if one.period == period}
    trails: dict[str, tuple[MeterTrail, ...]] = {}

    def followed(name: str) -> tuple[MeterTrail, ...]:
        if name not in trails:
            trails[name] = tuple(trails_of(shop, facility, totals[name]))
        return trails[name]

    return [
        Explanation(
            metric=one,
            formula=FACTS[metric].meaning,
            standard=FACTS[metric].standard,
            totals=tuple((totals[name], followed(name)) for name in one.inputs if name in totals),
            registers=(
                *evidence(shop, facility, one.inputs),
                *_edit_lines(shop, [totals[name] for name in one.inputs if name in totals]),
            ),
        )
        for metric in metrics
        for one in facts.metrics
        if one.metric is metric and one.period == period
    ]


def _edit_lines(shop: Workshop, totals: Sequence[TotalValue]) -> Iterable[str]:
    """Edits of the totals' meters and time: where they stand, what they do, who signed them."""
    path = register_file(shop.estate.folder, "edits")
    for edit in shop.edits:
        if path is not None and any(
            edit.start < one.period_end
            and one.period_start < edit.end
            and set(edit.meters) & set(one.meters)
            for one in totals
        ):
            zone = shop.facilities[edit.facility_id].zone
            stretch = " to ".join(at.astimezone(zone).isoformat() for at in (edit.start, edit.end))
            reviewed = f", reviewed by {edit.reviewed_by}" if edit.reviewed_by else ""
            yield (
                f"registers/{path.name}:{edit.line}: edit {edit.edit_id}, {edit.meter_id} "
                f"{stretch}: {edit.does}, signed by {edit.author}{reviewed}: {edit.reason}"
            )


def as_rows(explanations: Sequence[Explanation]) -> list[dict[str, Any]]:
    """Plain values for JSON."""
    return [
        {
            "metric": one.metric.metric.value,
            "category": one.metric.category,
            "period": one.metric.period,
            "value": one.metric.value,
            "low": one.metric.low,
            "high": one.metric.high,
            "unit": one.metric.unit.value,
            "reason": one.metric.reason,
            "formula": one.formula,
            "standard": one.standard,
            "registers": list(one.registers),
            "totals": [total_row(total, trails) for total, trails in one.totals],
        }
        for one in explanations
    ]


def explain_total(
    shop: Workshop, facility: Facility, year: int, quantity: str, period: str
) -> dict[str, Any] | None:
    """A total with its meters' trails, as plain values; None where there is no such total."""
    for one in load_year(shop, facility.id, year).totals:
        if one.quantity == quantity and one.period == period:
            edits = list(_edit_lines(shop, [one]))
            trails = tuple(trails_of(shop, facility, one))
            return total_row(one, trails) | {"registers": edits, "reason": one.reason}
    return None


def total_row(total: TotalValue, trails: Sequence[MeterTrail]) -> dict[str, Any]:
    """A total and its meters' trails as plain values for JSON."""
    return {
        "quantity": total.quantity,
        "value": _plain(total.value),
        "low": _plain(total.low),
        "high": _plain(total.high),
        "unit": total.unit.value,
        "coverage": total.coverage,
        "meters": [
            {
                "meter_id": trail.meter_id,
                "kind": trail.kind,
                "unit": trail.unit,
                "multiplier": trail.multiplier,
                "meters_lines": list(trail.register_lines),
                "files": [vars(share) for share in trail.files],
                "quotes": [vars(quote) for quote in trail.quotes],
            }
            for trail in trails
        ],
    }


def _plain(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
