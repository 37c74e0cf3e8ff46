"""From a figure back to file and line: metric → totals → meters → files → quoted lines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from pipelines.stages.index import build_index, readings_place
from pipelines.stages.workshop import Workshop
from pipelines.stages.years import load_year
from pipelines.storage.lake import concat
from schemas.domains import DOMAIN_OF, QUANTITIES
from schemas.estate.model import Facility, Meter
from schemas.estate.registers import register_file
from schemas.metrics import FACTS, Metric, MetricValue
from schemas.quantities import Kind
from schemas.tables import READINGS
from schemas.totals import TotalValue


@dataclass(frozen=True, kw_only=True)
class Quote:
    """One line of a landed file, as it stands there, and the value that was read from it."""

    path: str
    sha256: str
    line: int
    text: str
    measured_at: str
    value: str
    unit: str


@dataclass(frozen=True, kw_only=True)
class FileShare:
    """A landed file's part of a meter's readings: the range of its lines and how many were kept."""

    path: str
    sha256: str
    first_line: int
    last_line: int
    readings: int


@dataclass(frozen=True, kw_only=True)
class MeterTrail:
    """One meter's readings of a period: files and line ranges, first and last line quoted."""

    meter_id: str
    kind: str
    unit: str
    multiplier: str
    register_line: int
    files: tuple[FileShare, ...]
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """A metric, the totals and registers it rests on, and each meter's trail."""

    metric: MetricValue
    formula: str
    standard: str
    totals: tuple[tuple[TotalValue, tuple[MeterTrail, ...]], ...]
    registers: tuple[str, ...]


def explain(
    shop: Workshop, facility: Facility, year: int, metric: Metric, period: str
) -> list[Explanation]:
    """One explanation for each category of the metric."""
    facts = load_year(shop, facility.id, year)
    totals = {one.quantity: one for one in facts.totals if one.period == period}
    return [
        Explanation(
            metric=one,
            formula=FACTS[metric].meaning,
            standard=FACTS[metric].standard,
            totals=tuple(
                (totals[name], tuple(_trails(shop, facility, totals[name])))
                for name in one.inputs
                if name in totals
            ),
            registers=(
                *_register_lines(shop, facility, one),
                *_edit_lines(shop, [totals[name] for name in one.inputs if name in totals]),
            ),
        )
        for one in facts.metrics
        if one.metric is metric and one.period == period
    ]


def _trails(shop: Workshop, facility: Facility, total: TotalValue) -> Iterable[MeterTrail]:
    domain = DOMAIN_OF[total.quantity].name
    readings = _readings(shop, facility, total, domain)
    paths = {file.sha256: file.path for file in shop.files}
    for meter_id in total.meters:
        meter = next(one for one in shop.estate.meters if one.meter_id == meter_id)
        own = _used(readings.filter(pl.col("meter_id") == meter_id), total, meter)
        yield MeterTrail(
            meter_id=meter_id,
            kind=meter.kind.value,
            unit=meter.unit,
            multiplier=format(meter.multiplier.normalize(), "f"),
            register_line=meter.line,
            files=tuple(_shares(own, paths)),
            quotes=tuple(_quotes(shop, own, paths)),
        )


def _readings(shop: Workshop, facility: Facility, total: TotalValue, domain: str) -> pl.DataFrame:
    """Readings of the period's months, and of the nearest months around them."""
    held = shop.lake.months("readings", facility.id)
    index = build_index(shop)
    inside = [month for month in held if month.startswith(total.period)]
    rows = shop.meters_of(facility.id, domain)["row"].to_list()
    near = {m for month in inside for m in index.neighbours(facility.id, month, rows)}
    months = sorted({*inside, *(near & set(held))})
    frames = [
        shop.lake.read(readings_place(facility.id, month, domain), READINGS) for month in months
    ]
    return concat(frames, READINGS).filter(pl.col("quantity") == total.quantity)


def _used(rows: pl.DataFrame, total: TotalValue, meter: Meter) -> pl.DataFrame:
    """The readings inside the period; for a register also the nearest on either side."""
    at = pl.col("measured_at")
    inside = rows.filter((at >= total.period_start) & (at < total.period_end))
    if meter.kind is not Kind.REGISTER:
        return inside.sort("measured_at")
    before = rows.filter(at < total.period_start).sort("measured_at").tail(1)
    after = rows.filter(at >= total.period_end).sort("measured_at").head(1)
    starts = inside.filter(at == total.period_start).height > 0
    return pl.concat([before.clear() if starts else before, inside.sort("measured_at"), after])


def _shares(rows: pl.DataFrame, paths: dict[str, str]) -> Iterable[FileShare]:
    spans = rows.group_by("file").agg(
        first=pl.col("line").min(), last=pl.col("line").max(), count=pl.len()
    )
    found = [
        FileShare(
            path=paths.get(file, "?"),
            sha256=file,
            first_line=first,
            last_line=last,
            readings=count,
        )
        for file, first, last, count in spans.iter_rows()
    ]
    return sorted(found, key=lambda share: share.path)


def _quotes(shop: Workshop, rows: pl.DataFrame, paths: dict[str, str]) -> Iterable[Quote]:
    """The first and the last reading, each with the line of the landed file it was read from."""
    ends = rows.head(1) if rows.height < 2 else pl.concat([rows.head(1), rows.tail(1)])
    for row in ends.iter_rows(named=True):
        text = shop.lake.landing.lines(row["file"], [row["line"]]).get(row["line"], "")
        yield Quote(
            path=paths.get(row["file"], "?"),
            sha256=row["file"],
            line=row["line"],
            text=text,
            measured_at=row["measured_at"].isoformat(),
            value=format(row["value"].normalize(), "f"),
            unit=QUANTITIES[row["quantity"]].unit.value,
        )


def _register_lines(shop: Workshop, facility: Facility, metric: MetricValue) -> Iterable[str]:
    """Where in the registers the rest of the inputs stand."""
    registers = shop.estate.registers
    if "certificates" in metric.inputs:
        for one in registers.certificates or ():
            year = int(metric.period[:4])
            if one.facility_id == facility.id and year in (
                one.production_start.year,
                one.production_end.year,
            ):
                yield (
                    f"registers/certificates.csv:{one.line}: {one.certificate_id} {one.kind} "
                    f"{one.energy_kwh} kWh {one.status}"
                )
    if "equipment" in metric.inputs:
        for asset in registers.equipment or ():
            if asset.facility_id == facility.id:
                yield (
                    f"registers/equipment.csv:{asset.line}: {asset.asset_id} {asset.category} "
                    f"{asset.count} × {asset.rated_power_kw} kW"
                )
    for name in metric.inputs:
        if name.startswith(("factor ", "factors ")):
            yield name.split(" ", 1)[1]
        elif name == "estate.yaml":
            yield f"estate.yaml: facility {facility.id}"


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
            "totals": [
                {
                    "quantity": total.quantity,
                    "value": None if total.value is None else float(total.value),
                    "unit": total.unit.value,
                    "coverage": total.coverage,
                    "meters": [
                        {
                            "meter_id": trail.meter_id,
                            "kind": trail.kind,
                            "unit": trail.unit,
                            "multiplier": trail.multiplier,
                            "meters_line": trail.register_line,
                            "files": [vars(share) for share in trail.files],
                            "quotes": [vars(quote) for quote in trail.quotes],
                        }
                        for trail in trails
                    ],
                }
                for total, trails in one.totals
            ],
        }
        for one in explanations
    ]
