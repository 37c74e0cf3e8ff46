"""Totals and metrics of one facility and year, from its months."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from pipelines.metrics.compute import metrics_of
from pipelines.metrics.inputs import Inputs
from pipelines.stages.index import build_index, intervals_place
from pipelines.stages.partitions import totals_place
from pipelines.stages.workshop import Workshop
from pipelines.steps.calendar import month_bounds, months_of, year_bounds
from pipelines.steps.gaps import Gap, gaps_of
from pipelines.steps.hours import FACILITY_HOURS, RATIOS, facility_hours, hourly_ratios
from pipelines.steps.meter_months import (
    METER_MONTHS,
    MeterMonth,
    absent_month,
    read_meter_months,
)
from pipelines.steps.total import Period, totals_of
from pipelines.storage.lake import Place, concat, hash_of
from schemas.domains import DOMAINS
from schemas.estate.model import Facility
from schemas.metrics import MetricValue
from schemas.published import (
    METRICS,
    TOTALS,
    metrics_frame,
    metrics_of_frame,
    totals_frame,
    totals_of_frame,
)
from schemas.tables import INTERVALS
from schemas.totals import TotalValue


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


def build_year(shop: Workshop, facility_id: str, year: int) -> bool:
    """Builds the year's totals, metrics and hours if anything they rest on has changed."""
    lake = shop.lake
    months = [month for month in months_of(year) if lake.inputs(totals_place(facility_id, month))]
    hours = [
        intervals_place(facility_id, month, domain.name) for month in months for domain in DOMAINS
    ]
    not_built = _not_built(shop, facility_id, year, months)
    inputs = hash_of(
        [lake.content(totals_place(facility_id, month)) for month in months],
        [lake.content(place) for place in hours],
        not_built,
        shop.configuration_hash,
        shop.code_hash,
    )
    last = year_place(facility_id, year, "metrics")
    if lake.inputs(last) == inputs:
        return False
    facility = shop.facilities[facility_id]
    intervals = concat((lake.read(place, INTERVALS) for place in hours), INTERVALS)
    by_hour = facility_hours(intervals, shop.parents, facility.timezone, checks=shop.checks)
    facts = _Year(
        rows=_meter_months(shop, facility, year, months),
        hours=by_hour,
        gaps=gaps_of(intervals),
        not_built=not_built,
    )
    periods = [_whole(facility, year), *(_month(facility, month) for month in months_of(year))]
    totals: list[TotalValue] = []
    metrics: list[MetricValue] = []
    for period in periods:
        found = _totals(shop, facility, period, facts)
        totals += found
        metrics += metrics_of(_inputs(shop, facility, period, found, by_hour))
    lake.write(year_place(facility_id, year, "hours"), by_hour, inputs=inputs)
    lake.write(year_place(facility_id, year, "ratios"), hourly_ratios(by_hour), inputs=inputs)
    lake.write(year_place(facility_id, year, "totals"), totals_frame(totals), inputs=inputs)
    lake.write(last, metrics_frame(metrics), inputs=inputs)
    return True


def _not_built(
    shop: Workshop, facility_id: str, year: int, months: Sequence[str]
) -> tuple[str, ...]:
    """Months of the year with landed rows that no backfill has asked for yet."""
    landed = build_index(shop).months_of(facility_id)
    return tuple(
        month for month in landed if month.startswith(f"{year:04d}-") and month not in months
    )


def _meter_months(
    shop: Workshop, facility: Facility, year: int, months: Sequence[str]
) -> list[MeterMonth]:
    rows: list[MeterMonth] = []
    for month in months_of(year):
        if month in months:
            frame = shop.lake.read(totals_place(facility.id, month), METER_MONTHS)
            rows += read_meter_months(frame)
        else:
            bounds = month_bounds(month, facility.zone)
            rows += absent_month(shop.meters_of(facility.id), month, bounds)
    return rows


def _whole(facility: Facility, year: int) -> Period:
    start, end = year_bounds(year, facility.zone)
    return Period(name=f"{year:04d}", start=start, end=end, months=tuple(months_of(year)))


def _month(facility: Facility, month: str) -> Period:
    start, end = month_bounds(month, facility.zone)
    return Period(name=month, start=start, end=end, months=(month,))


@dataclass(frozen=True, kw_only=True)
class _Year:
    """What all periods of a year rest on."""

    rows: Sequence[MeterMonth]
    hours: pl.DataFrame
    gaps: Sequence[Gap]
    not_built: Sequence[str]


def _totals(shop: Workshop, facility: Facility, period: Period, year: _Year) -> list[TotalValue]:
    return totals_of(
        year.rows,
        facility_id=facility.id,
        period=period,
        parents=shop.parents,
        checks=shop.checks,
        accuracy={meter.meter_id: meter.accuracy_percent for meter in shop.estate.meters},
        policies=shop.estate.policies,
        not_built=[month for month in year.not_built if month in period.months],
        gaps=year.gaps,
    )


def _inputs(
    shop: Workshop,
    facility: Facility,
    period: Period,
    totals: Sequence[TotalValue],
    hours: pl.DataFrame,
) -> Inputs:
    first = period.start.astimezone(facility.zone).date()
    last = (period.end.astimezone(facility.zone) - timedelta(days=1)).date()
    return Inputs(
        facility=facility,
        period=period,
        totals={total.quantity: total for total in totals},
        registers=shop.estate.registers,
        first_day=first,
        last_day=last,
        hours=hours.filter((pl.col("start") >= period.start) & (pl.col("start") < period.end)),
    )


def drop_years(shop: Workshop, facility_id: str) -> None:
    """Takes out years none of whose months is built any more."""
    months = shop.lake.months("totals", facility_id)
    for year in built_years(shop, facility_id):
        if not any(month.startswith(f"{year:04d}-") for month in months):
            for table in ("metrics", "totals", "ratios", "hours"):
                shop.lake.remove(year_place(facility_id, year, table))


def load_year(shop: Workshop, facility_id: str, year: int) -> YearFacts:
    """What the last backfill published for the year; empty where it has not been built."""
    lake = shop.lake
    return YearFacts(
        totals=totals_of_frame(lake.read(year_place(facility_id, year, "totals"), TOTALS)),
        metrics=metrics_of_frame(lake.read(year_place(facility_id, year, "metrics"), METRICS)),
        hours=lake.read(year_place(facility_id, year, "hours"), FACILITY_HOURS),
        ratios=lake.read(year_place(facility_id, year, "ratios"), RATIOS),
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
