"""The pages of every facility and year, and of the estate."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from pipelines.stages.accounts import files_frame, quarantine_frame
from pipelines.stages.index import intervals_place
from pipelines.stages.intervals import findings_place
from pipelines.stages.outlook import build_outlooks, load_outlook
from pipelines.stages.partitions import totals_place
from pipelines.stages.publication import view_file, viewer_folder
from pipelines.stages.publish import published_inputs
from pipelines.stages.workshop import Workshop
from pipelines.stages.years import all_years, load_year, year_place
from pipelines.steps.calendar import months_of
from pipelines.steps.meter_months import METER_MONTHS
from pipelines.storage.files import read_json, write_bytes, write_json
from pipelines.storage.lake import concat
from reports.dictionary_page import NAME as DICTIONARY
from reports.dictionary_page import dictionary_page
from reports.estate_page import estate_page
from reports.facility_page import facility_view
from reports.facts import FacilityYear
from reports.regimes_page import NAME as REGIMES_PAGE
from reports.regimes_page import regimes_page
from reports.view import page_of
from schemas.domains import DOMAINS
from schemas.estate.model import Facility
from schemas.tables import FINDINGS, INTERVALS


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
    expected = load_outlook(shop, [facility.id])
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
        findings=concat(
            (shop.lake.read(findings_place(facility.id, month), FINDINGS) for month in months),
            FINDINGS,
        ),
        fixes=facts.fixes,
        balances=facts.balances,
        ledger=facts.ledger,
        forecasts=expected.forecasts,
        limits=expected.limits,
        capacities=expected.capacities,
        tenants=facts.tenants,
        incidents=facts.incidents,
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
    columns = ["meter_id", "start", "seconds", "measured_seconds", "status"]
    frames = [
        shop.lake.read(intervals_place(facility.id, month, domain.name), INTERVALS).select(columns)
        for month in months
        for domain in DOMAINS
    ]
    date = pl.col("start").dt.convert_time_zone(facility.timezone).dt.date().alias("date")
    schema = pl.Schema({name: INTERVALS[name] for name in columns})
    unread = pl.col("seconds") - pl.col("measured_seconds")
    return (
        concat(frames, schema)
        .group_by("meter_id", date)
        .agg(
            coverage=pl.col("measured_seconds").sum() / pl.col("seconds").sum(),
            estimated=unread.filter(pl.col("status") == "estimated").sum()
            / pl.col("seconds").sum(),
        )
        .sort("meter_id", "date")
    )


def page_path(shop: Workshop, name: str, year: int) -> Path:
    """Where the page of a facility, or of the estate, lies."""
    return shop.var / "reports" / f"{name}-{year}.html"


def publish_pages(shop: Workshop) -> list[Path]:
    """The page of each facility and year, the estate's page of each year, and the dictionaries;
    and the parts of them that the viewer puts together."""
    inputs = published_inputs(shop)
    mark = shop.var / "lake" / "pages.json"
    before = read_json(mark) or {}
    kept = [viewer_folder(shop) / file for file in before.get("views", {}).values()]
    if before.get("inputs") == inputs and all(path.exists() for path in kept):
        return []
    years = all_years(shop)
    build_outlooks(shop)
    dictionary = shop.var / "reports" / DICTIONARY
    write_bytes(dictionary, dictionary_page().encode())
    regimes = shop.var / "reports" / REGIMES_PAGE
    write_bytes(regimes, regimes_page().encode())
    found = [dictionary, regimes]
    views = {}
    for year in sorted({year for _, year in years}):
        facts = [facility_year(shop, facility, y) for facility, y in years if y == year]
        for one in facts:
            path = page_path(shop, one.facility.id, year)
            view = facility_view(one)
            write_bytes(path, page_of(view).encode())
            views[path.stem] = view_file(shop, path.stem, view)
            found.append(path)
        estate = page_path(shop, "estate", year)
        page = estate_page(shop.estate.operator, shop.estate.policies, year, facts)
        write_bytes(estate, page.encode())
        found.append(estate)
    write_json(mark, {"inputs": inputs, "views": views})
    return found


def published_views(shop: Workshop) -> dict[str, str]:
    """The files of the viewer's pages, as the last ``publish_pages`` wrote them."""
    found: dict[str, str] = (read_json(shop.var / "lake" / "pages.json") or {}).get("views", {})
    return found
