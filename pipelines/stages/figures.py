"""Totals and metrics of a year and of each of its months, from all that they rest on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypedDict

import polars as pl

from pipelines.metrics.compute import metrics_of
from pipelines.metrics.incidents import incidents_frame
from pipelines.metrics.inputs import Inputs
from pipelines.metrics.ledger import ledger_frame
from pipelines.metrics.tenants import tenants_frame
from pipelines.stages.workshop import Workshop
from pipelines.steps.calendar import month_bounds, months_of, year_bounds
from pipelines.steps.gaps import Gap
from pipelines.steps.meter_months import MeterMonth
from pipelines.steps.total import Period, meter_totals, totals_of
from schemas.estate.model import Facility
from schemas.estate.policies import Policies
from schemas.incidents import INCIDENTS
from schemas.ledger import LEDGER
from schemas.metrics import MetricValue
from schemas.totals import TotalValue


@dataclass(frozen=True, kw_only=True)
class Rests:
    """What all periods of a year rest on; ``absent`` are those of ``rows`` that no
    file tells of."""

    rows: Sequence[MeterMonth]
    absent: Sequence[MeterMonth]
    intervals: pl.DataFrame
    hours: pl.DataFrame
    gaps: Sequence[Gap]
    not_built: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What a year and its months come to; ledger and incidents are of the year."""

    totals: list[TotalValue]
    metrics: list[MetricValue]
    tenants: pl.DataFrame
    ledger: pl.DataFrame
    incidents: pl.DataFrame


def figures(shop: Workshop, facility: Facility, year: int, facts: Rests) -> Figures:
    """Everything computed of the year and of each of its months."""
    totals: list[TotalValue] = []
    metrics: list[MetricValue] = []
    tenants: list[pl.DataFrame] = []
    ledger, incidents = LEDGER.to_frame(), INCIDENTS.to_frame()
    for inputs in _periods(shop, facility, year, facts):
        totals += inputs.totals.values()
        metrics += metrics_of(inputs)
        tenants.append(tenants_frame(inputs))
        if inputs.is_year:
            ledger = ledger_frame(inputs)
            incidents = incidents_frame(inputs, facts.gaps)
    return Figures(
        totals=totals,
        metrics=metrics,
        tenants=pl.concat(tenants),
        ledger=ledger,
        incidents=incidents,
    )


def _periods(shop: Workshop, facility: Facility, year: int, facts: Rests) -> Iterator[Inputs]:
    """What formulas are given: of the year, then of each of its months; one at a time in memory."""
    for period in [_whole(facility, year), *(_month(facility, one) for one in months_of(year))]:
        totals = _totals(shop, facility, period, facts)
        yield _inputs(shop, facility, period, totals, facts)


def _whole(facility: Facility, year: int) -> Period:
    start, end = year_bounds(year, facility.zone)
    return Period(name=f"{year:04d}", start=start, end=end, months=tuple(months_of(year)))


def _month(facility: Facility, month: str) -> Period:
    start, end = month_bounds(month, facility.zone)
    return Period(name=month, start=start, end=end, months=(month,))


def _totals(shop: Workshop, facility: Facility, period: Period, year: Rests) -> list[TotalValue]:
    return totals_of(
        year.rows,
        parents=shop.parents,
        checks=shop.checks,
        **_told(shop, facility, period, year),
    )


class _Told(TypedDict):
    """What totals of quantities and of single meters are told alike."""

    facility_id: str
    period: Period
    accuracy: Mapping[str, float | None]
    policies: Policies
    not_built: Sequence[str]
    gaps: Sequence[Gap]


def _told(shop: Workshop, facility: Facility, period: Period, year: Rests) -> _Told:
    return {
        "facility_id": facility.id,
        "period": period,
        "accuracy": {meter.meter_id: meter.accuracy_percent for meter in shop.estate.meters},
        "policies": shop.estate.policies,
        "not_built": [month for month in year.not_built if month in period.months],
        "gaps": year.gaps,
    }


def _inputs(
    shop: Workshop, facility: Facility, period: Period, totals: Sequence[TotalValue], year: Rests
) -> Inputs:
    first = period.start.astimezone(facility.zone).date()
    last = (period.end.astimezone(facility.zone) - timedelta(days=1)).date()
    inside = (pl.col("start") >= period.start) & (pl.col("start") < period.end)
    # All hours are of the year: of all of them no second copy is made.
    whole = period.months == tuple(months_of(period.start.astimezone(facility.zone).year))
    return Inputs(
        facility=facility,
        period=period,
        totals={total.quantity: total for total in totals},
        registers=shop.estate.registers,
        first_day=first,
        last_day=last,
        hours=year.hours if whole else year.hours.filter(inside),
        meters=shop.last_rows_of(facility.id),
        meter_totals=meter_totals(year.rows, **_told(shop, facility, period, year)),
        meter_hours=year.intervals if whole else year.intervals.filter(inside),
        policies=shop.estate.policies,
        operator=shop.estate.operator.name,
    )
