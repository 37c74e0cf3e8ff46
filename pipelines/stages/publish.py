"""From the lake to what people read: the warehouse, forms and pages."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import polars as pl

from pipelines.stages.accounts import files_frame, quarantine_frame
from pipelines.stages.index import intervals_place, readings_place
from pipelines.stages.partitions import totals_place
from pipelines.stages.workshop import Workshop
from pipelines.stages.years import built_years, load_year, year_place
from pipelines.steps.calendar import months_of
from pipelines.steps.meters import order
from pipelines.steps.total import METER_MONTHS
from pipelines.storage.files import read_json, write_bytes, write_json
from pipelines.storage.lake import concat, hash_of
from pipelines.storage.warehouse import NAME, publish
from reports.estate_page import estate_page
from reports.facility_page import facility_page
from reports.facts import FacilityYear
from reports.fill import fill
from reports.form import Form
from reports.regimes import REGIMES
from reports.write import WRITERS
from schemas.domains import DOMAINS
from schemas.estate.model import Facility
from schemas.published import METRICS, TOTALS
from schemas.tables import INTERVALS, READINGS

CELLS = pl.Schema(
    {
        "facility_id": pl.String(),
        "year": pl.Int32(),
        "regime": pl.String(),
        "nr": pl.Int32(),
        "code": pl.String(),
        "label": pl.String(),
        "value": pl.String(),
        "number": pl.Float64(),
        "unit": pl.String(),
        "status": pl.String(),
        "reason": pl.String(),
        "low": pl.Float64(),
        "high": pl.Float64(),
        "coverage": pl.Float64(),
    }
)


def form_of(shop: Workshop, regime: str, facility: Facility, year: int) -> Form:
    """One regime's form of one facility and year, filled from what the lake holds."""
    facts = load_year(shop, facility.id, year)
    return fill(
        REGIMES[regime],
        operator=shop.estate.operator,
        facility=facility,
        year=year,
        metrics=[one for one in facts.metrics if one.period == str(year)],
        refrigerants=shop.estate.registers.refrigerants,
        policies=shop.estate.policies,
    )


def facility_year(shop: Workshop, facility: Facility, year: int) -> FacilityYear:
    """Everything a page of one facility and year shows."""
    facts = load_year(shop, facility.id, year)
    name = str(year)
    months = [
        month for month in months_of(year) if shop.lake.inputs(totals_place(facility.id, month))
    ]
    files = files_frame(shop)
    quarantine = quarantine_frame(shop)
    own = _of_facility(shop, facility.id)
    registers = shop.estate.registers
    return FacilityYear(
        operator=shop.estate.operator,
        facility=facility,
        policies=shop.estate.policies,
        year=year,
        year_metrics=tuple(one for one in facts.metrics if one.period == name),
        month_metrics=tuple(one for one in facts.metrics if one.period != name),
        year_totals=tuple(one for one in facts.totals if one.period == name),
        month_totals=tuple(one for one in facts.totals if one.period != name),
        hours=facts.hours.with_columns(pl.col("value", "low", "high").cast(pl.Float64)),
        hourly_ratios=facts.ratios,
        meter_months=_meter_months(shop, facility, months),
        meter_days=_meter_days(shop, facility, months),
        quarantine=quarantine.filter(
            (pl.col("facility_id") == facility.id)
            | (pl.col("facility_id").is_null() & pl.col("file").is_in(list(own)))
        ).select("path", "line", "meter_id", "timestamp", "value", "reasons"),
        files=files.filter(pl.col("sha256").is_in(list(own)) & (pl.col("state") == "current"))
        .select("path", "sha256", "landed", "kept", "quarantined", "duplicate")
        .sort("path"),
        equipment=None
        if registers.equipment is None
        else tuple(one for one in registers.equipment if one.facility_id == facility.id),
        refrigerants=None
        if registers.refrigerants is None
        else tuple(one for one in registers.refrigerants if one.facility_id == facility.id),
        previous_year_metrics=tuple(
            one
            for one in load_year(shop, facility.id, year - 1).metrics
            if one.period == str(year - 1)
        ),
        code_version=shop.code_hash[:12],
        input_hash=shop.lake.inputs(year_place(facility.id, year, "metrics")),
    )


def _of_facility(shop: Workshop, facility_id: str) -> set[str]:
    """The current files that hold rows of the facility, or lie in its inbox folder."""
    found = set()
    for file in shop.active:
        record = shop.lake.file_record(file.sha256)
        parts = record["parts"] if record else ()
        if any(part["facility_id"] == facility_id for part in parts) or file.path.startswith(
            f"{facility_id}/"
        ):
            found.add(file.sha256)
    return found


def _meter_months(shop: Workshop, facility: Facility, months: Sequence[str]) -> pl.DataFrame:
    frames = [shop.lake.read(totals_place(facility.id, month), METER_MONTHS) for month in months]
    rows = concat(frames, METER_MONTHS).with_columns(
        coverage=pl.col("measured_seconds") / pl.col("expected_seconds")
    )
    meters = pl.DataFrame(
        {
            "meter_id": [meter.meter_id for meter in shop.estate.meters],
            "label": [meter.label or meter.meter_id for meter in shop.estate.meters],
            "kind": [meter.kind.value for meter in shop.estate.meters],
        },
        schema={"meter_id": pl.String, "label": pl.String, "kind": pl.String},
    ).unique("meter_id", keep="last", maintain_order=True)
    return (
        rows.join(meters, on="meter_id", how="left", maintain_order="left")
        .select("meter_id", "label", "quantity", "kind", "month", "coverage")
        .sort("meter_id", "month")
    )


def _meter_days(shop: Workshop, facility: Facility, months: Sequence[str]) -> pl.DataFrame:
    columns = ["meter_id", "start", "seconds", "measured_seconds"]
    frames = [
        shop.lake.read(intervals_place(facility.id, month, domain.name), INTERVALS).select(columns)
        for month in months
        for domain in DOMAINS
    ]
    date = pl.col("start").dt.convert_time_zone(facility.timezone).dt.date().alias("date")
    schema = pl.Schema({name: INTERVALS[name] for name in columns})
    return (
        concat(frames, schema)
        .group_by("meter_id", date)
        .agg(coverage=pl.col("measured_seconds").sum() / pl.col("seconds").sum())
        .sort("meter_id", "date")
    )


def publish_warehouse(shop: Workshop) -> bool:
    """Rebuilds and swaps the warehouse if anything in it has changed; says whether it was."""
    years = _built(shop)
    inputs = published_inputs(shop)
    mark = shop.var / "lake" / "published.json"
    if (shop.var / NAME).exists() and (read_json(mark) or {}).get("inputs") == inputs:
        return False
    totals = [shop.lake.read(year_place(f.id, y, "totals"), TOTALS) for f, y in years]
    figures = [shop.lake.read(year_place(f.id, y, "metrics"), METRICS) for f, y in years]
    publish(
        shop.var,
        tables={
            "facilities": _facilities(shop),
            "meters": _meters(shop),
            "totals": concat(totals, TOTALS),
            "metrics": concat(figures, METRICS),
            "cells": _cells(shop, years),
            "quarantine": quarantine_frame(shop),
            "files": files_frame(shop),
        },
        views={
            "readings": pl.DataFrame(schema=READINGS),
            "intervals": pl.DataFrame(schema=INTERVALS),
        },
    )
    write_json(mark, {"inputs": inputs})
    return True


def _built(shop: Workshop) -> list[tuple[Facility, int]]:
    return [
        (facility, year)
        for facility in shop.estate.facilities
        for year in built_years(shop, facility.id)
    ]


def _state(shop: Workshop) -> list[str]:
    """What the account of files rests on: the readings that are built."""
    return [
        shop.lake.content(readings_place(facility.id, month, domain.name))
        for facility in shop.estate.facilities
        for month in shop.lake.months("readings", facility.id)
        for domain in DOMAINS
    ]


def _facilities(shop: Workshop) -> pl.DataFrame:
    rows = []
    for facility in shop.estate.facilities:
        row = asdict(facility)
        for nested in ("redundancy", "boundary"):
            row |= {f"{nested}_{name}": value for name, value in row.pop(nested).items()}
        rows.append({"facility_id": row.pop("id"), **row})
    return pl.DataFrame(rows, infer_schema_length=None)


def _meters(shop: Workshop) -> pl.DataFrame:
    """The register as it was read, with what conversion made of it; numbers kept exact as text."""
    facts = shop.meters.with_columns(pl.col("numerator", "denominator").cast(pl.String)).drop(
        "row", "offset", "cap"
    )
    meters = sorted(shop.estate.meters, key=order)
    labels = pl.DataFrame(
        {
            "label": [meter.label for meter in meters],
            "parent": [meter.parent for meter in meters],
            "line": [meter.line for meter in meters],
        },
        schema={"label": pl.String, "parent": pl.String, "line": pl.Int32},
    )
    return facts.hstack(labels)


def _cells(shop: Workshop, years: Sequence[tuple[Facility, int]]) -> pl.DataFrame:
    rows = []
    for facility, year in years:
        for key, regime in REGIMES.items():
            if year < regime.first_year:
                continue
            for number, cell in enumerate(form_of(shop, key, facility, year).cells, start=1):
                rows.append(
                    {
                        "facility_id": facility.id,
                        "year": year,
                        "regime": key,
                        "nr": number,
                        "code": cell.code,
                        "label": cell.label,
                        "value": cell.value,
                        "number": None if cell.number is None else float(cell.number),
                        "unit": cell.unit,
                        "status": cell.status.value,
                        "reason": cell.reason,
                        "low": None if cell.low is None else float(cell.low),
                        "high": None if cell.high is None else float(cell.high),
                        "coverage": cell.coverage,
                    }
                )
    return pl.DataFrame(rows, schema=CELLS)


def page_path(shop: Workshop, name: str, year: int) -> Path:
    """Where the page of a facility, or of the estate, lies."""
    return shop.var / "reports" / f"{name}-{year}.html"


def publish_forms(shop: Workshop) -> list[Path]:
    """Every regime's form of each facility and year, in every format, complete or not."""
    found = []
    for facility, year in _built(shop):
        for key, regime in REGIMES.items():
            if year < regime.first_year:
                continue
            form = form_of(shop, key, facility, year)
            for ending, written in WRITERS.items():
                path = shop.var / "reports" / "forms" / f"{facility.id}-{year}-{key}.{ending}"
                write_bytes(path, written(form))
                found.append(path)
    return found


def published_inputs(shop: Workshop) -> str:
    """The hash of all that pages and forms rest on."""
    return hash_of(
        [shop.lake.inputs(year_place(f.id, y, "metrics")) for f, y in _built(shop)],
        [(one.sha256, one.path, one.superseded) for one in shop.files],
        shop.configuration_hash,
        _state(shop),
        shop.code_hash,
        shop.forms_hash,
    )


def publish_pages(shop: Workshop) -> list[Path]:
    """The page of each facility and year, the estate's page of each year, and the forms."""
    inputs = published_inputs(shop)
    mark = shop.var / "lake" / "pages.json"
    if (read_json(mark) or {}).get("inputs") == inputs:
        return []
    years = _built(shop)
    found = []
    for year in sorted({year for _, year in years}):
        facts = [facility_year(shop, facility, y) for facility, y in years if y == year]
        for one in facts:
            path = page_path(shop, one.facility.id, year)
            write_bytes(path, facility_page(one).encode())
            found.append(path)
        estate = page_path(shop, "estate", year)
        page = estate_page(shop.estate.operator, shop.estate.policies, year, facts)
        write_bytes(estate, page.encode())
        found.append(estate)
    found += publish_forms(shop)
    write_json(mark, {"inputs": inputs})
    return found
