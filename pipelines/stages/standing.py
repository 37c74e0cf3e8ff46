"""How an estate stands: every file's account, quarantine by reason, open figures, deadlines."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import polars as pl

from pipelines.stages.accounts import files_frame, quarantine_frame
from pipelines.stages.edits_told import edits_in_brief
from pipelines.stages.publish import findings_frame
from pipelines.stages.readiness import readiness_of
from pipelines.stages.workshop import Workshop
from pipelines.stages.years import built_years, load_year
from reports.readiness import Readiness
from schemas.estate.model import Facility
from schemas.metrics import Status
from schemas.rules import RULES, RuleId, Severity

Row = dict[str, Any]
#: So many causes are named first.
FIRST = 5


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What ``wattledger status`` shows."""

    operator: str
    as_of: str
    files: list[Row]
    quarantine: list[Row]
    years: list[Row]
    rules: list[Row]
    fixes: list[Row]
    edits: list[Row]
    deadlines: list[Row]

    def document(self) -> dict[str, Any]:
        return asdict(self)


def standing(shop: Workshop, today: date) -> Standing:
    """The estate as the last backfill left it; ``today`` is the day deadlines count from."""
    files = files_frame(shop)
    return Standing(
        operator=shop.estate.operator.name,
        as_of=shop.as_of.isoformat() if shop.as_of else "",
        files=files.with_columns(
            arrived_at=pl.col("arrived_at").dt.strftime("%Y-%m-%dT%H:%M:%SZ")
        ).to_dicts(),
        quarantine=_by_reason(quarantine_frame(shop)),
        years=[
            row
            for facility in shop.estate.facilities
            for year in built_years(shop, facility.id)
            for row in _year(shop, facility, year)
        ],
        rules=_by_rule(findings_frame(shop)),
        fixes=[
            row
            for facility in shop.estate.facilities
            for year in built_years(shop, facility.id)
            for row in _fixes(shop, facility, year)
        ],
        edits=edits_in_brief(shop, today),
        deadlines=_deadlines(shop, today),
    )


def _by_reason(rows: pl.DataFrame) -> list[Row]:
    place = pl.format("{}:{}", "path", "line")
    return (
        rows.group_by("reasons")
        .agg(rows=pl.len(), first_at=place.first())
        .sort("rows", "reasons", descending=[True, False])
        .to_dicts()
    )


def _by_rule(findings: pl.DataFrame) -> list[Row]:
    """What the rules found, the loudest and longest first."""
    order = {one.value: place for place, one in enumerate(Severity)}
    hours = (pl.col("end") - pl.col("start")).dt.total_hours()
    return (
        findings.group_by("rule", "severity", "action")
        .agg(found=pl.len(), meters=pl.col("meter_id").n_unique(), hours=hours.sum())
        .sort(
            [pl.col("severity").replace_strict(order, return_dtype=pl.Int8), "hours", "rule"],
            descending=[True, True, False],
        )
        .to_dicts()
    )


def _fixes(shop: Workshop, facility: Facility, year: int) -> list[Row]:
    """The few causes that widen the bounds of the year's PUE most, and what to do about each."""
    rows = load_year(shop, facility.id, year).fixes.head(FIRST).iter_rows(named=True)
    return [
        {
            "facility": facility.id,
            "year": year,
            **{name: row[name] for name in ("meter_id", "cause", "hours", "effect")},
            "first": row["first"].astimezone(facility.zone).isoformat(),
            "last": row["last"].astimezone(facility.zone).isoformat(),
            "remedy": RULES[RuleId(row["cause"])].remedy,
        }
        for row in rows
    ]


def _year(shop: Workshop, facility: Facility, year: int) -> list[Row]:
    facts = load_year(shop, facility.id, year)
    totals = [one for one in facts.totals if one.period == str(year)]
    metrics = [one for one in facts.metrics if one.period == str(year)]
    if not totals:
        return []
    worst = min(totals, key=lambda one: one.coverage or 0.0)
    return [
        {
            "facility": facility.id,
            "year": year,
            "coverage": worst.coverage,
            "quantity": worst.quantity,
            "metrics": len(metrics),
            "withheld": sum(one.status is Status.WITHHELD for one in metrics),
        }
    ]


def _deadlines(shop: Workshop, today: date) -> list[Row]:
    return [
        {
            "due": one.due.isoformat(),
            "days": one.days,
            "regime": one.regime,
            "facility": one.facility,
            "year": one.year,
            "state": _state(one),
        }
        for one in readiness_of(shop, today)
        if one.due is not None and one.in_scope is not False
    ]


def _state(one: Readiness) -> str:
    count = len(one.holes)
    return f"{count} hole{'s' * (count > 1)}" if count else "ready"
