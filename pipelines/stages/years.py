"""What the lake holds of a facility's years."""

from dataclasses import dataclass, replace

import polars as pl

from pipelines.stages.workshop import Workshop
from pipelines.steps.hours import FACILITY_HOURS, RATIOS
from pipelines.storage.lake import Place
from schemas.estate.model import Facility
from schemas.incidents import INCIDENTS
from schemas.ledger import LEDGER
from schemas.metrics import MetricValue
from schemas.published import (
    METRICS,
    TOTALS,
    metrics_of_frame,
    totals_of_frame,
)
from schemas.quality import BALANCES, FIXES
from schemas.tenants import TENANTS
from schemas.totals import TotalValue

#: The tables of a year.
YEARLY = (
    "metrics",
    "totals",
    "ratios",
    "hours",
    "fixes",
    "balances",
    "ledger",
    "tenants",
    "incidents",
    "cells",
)
#: Those that a year has besides where an edit reaches it: what they were without any.
UNEDITED = ("totals_without_edits", "metrics_without_edits")


def year_place(facility_id: str, year: int, table: str) -> Place:
    """Where one table of a facility's year lies."""
    return Place(table="years", parts=(facility_id, str(year), table))


@dataclass(frozen=True)
class YearFacts:
    """What the lake holds of one facility and year."""

    totals: tuple[TotalValue, ...]
    metrics: tuple[MetricValue, ...]
    hours: pl.DataFrame
    ratios: pl.DataFrame
    fixes: pl.DataFrame
    balances: pl.DataFrame
    ledger: pl.DataFrame
    tenants: pl.DataFrame
    incidents: pl.DataFrame


def drop_years(shop: Workshop, facility_id: str) -> None:
    """Takes out years none of whose months is built any more."""
    months = shop.lake.months("totals", facility_id)
    for year in built_years(shop, facility_id):
        if not any(month.startswith(f"{year:04d}-") for month in months):
            for table in (*YEARLY, *UNEDITED):
                shop.lake.remove(year_place(facility_id, year, table))


def load_year(shop: Workshop, facility_id: str, year: int) -> YearFacts:
    """What the last backfill published for the year; empty where it has not been built."""
    lake = shop.lake
    return YearFacts(
        totals=totals_of_frame(lake.read(year_place(facility_id, year, "totals"), TOTALS)),
        metrics=metrics_of_frame(lake.read(year_place(facility_id, year, "metrics"), METRICS)),
        hours=lake.read(year_place(facility_id, year, "hours"), FACILITY_HOURS),
        ratios=lake.read(year_place(facility_id, year, "ratios"), RATIOS),
        fixes=lake.read(year_place(facility_id, year, "fixes"), FIXES),
        balances=lake.read(year_place(facility_id, year, "balances"), BALANCES),
        ledger=lake.read(year_place(facility_id, year, "ledger"), LEDGER),
        tenants=lake.read(year_place(facility_id, year, "tenants"), TENANTS),
        incidents=lake.read(year_place(facility_id, year, "incidents"), INCIDENTS),
    )


def without_edits(shop: Workshop, facts: YearFacts, facility_id: str, year: int) -> YearFacts:
    """The year with the totals and metrics that it has without any edit."""
    lake = shop.lake
    totals, metrics = (year_place(facility_id, year, table) for table in UNEDITED)
    if not lake.inputs(metrics):
        return facts
    return replace(
        facts,
        totals=totals_of_frame(lake.read(totals, TOTALS)),
        metrics=metrics_of_frame(lake.read(metrics, METRICS)),
    )


def built_years(shop: Workshop, facility_id: str) -> list[int]:
    """The years of a facility that the lake holds, sorted."""
    folder = shop.lake.folder / "years" / facility_id
    years = [int(entry.name) for entry in folder.iterdir()] if folder.is_dir() else []
    return sorted(
        year for year in years if shop.lake.inputs(year_place(facility_id, year, "metrics"))
    )


def all_years(shop: Workshop) -> list[tuple[Facility, int]]:
    """Every facility and year that is built."""
    return [
        (facility, year)
        for facility in shop.estate.facilities
        for year in built_years(shop, facility.id)
    ]
