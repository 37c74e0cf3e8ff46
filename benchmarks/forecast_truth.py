"""Simulated facilities over some years: their true months and years, as published metrics."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from sample_data.certificates import Certificate, certificates_of, counted
from sample_data.clock import HOUR, months_of
from sample_data.facilities import Facility as Simulated
from sample_data.facilities import facilities_of
from sample_data.factors import HOURLY_ZONE, diesel_factor, hourly_location, location_factor
from sample_data.meter_fleet import meters_of
from sample_data.meters import Paces
from sample_data.site import site_of
from sample_data.true_metrics import TrueMetric, metrics_of
from sample_data.truth import PeriodTruth, month_truth, periods_of
from schemas.estate.model import Facility
from schemas.metrics import Metric, MetricValue, Status
from schemas.units import Unit

#: What is forecast of each facility: the categories that are filed.
WANTED = (
    *((Metric.PUE, "1"), (Metric.WUE, "2"), (Metric.CUE, "location"), (Metric.REF, "")),
    *((Metric.ERF, ""), (Metric.EDC, ""), (Metric.EIT, "1"), (Metric.WIN, "2")),
    (Metric.CO2_LOCATION, ""),
)
#: The simulator tells IT energy at UPS outputs without a category.
_CATEGORIES = {Metric.EIT: "1"}
NAMES = {metric.value for metric, _ in WANTED}
FIRST_YEAR, YEARS = 2021, 5


def true_histories(seed: int, facilities: int = 3) -> list[tuple[Facility, list[MetricValue]]]:
    """Each facility of a seed, and its five true years by the month and by the year."""
    return [_history(one, seed) for one in facilities_of(count=facilities, seed=seed)]


def _history(simulated: Simulated, seed: int) -> tuple[Facility, list[MetricValue]]:
    meters = meters_of(simulated, Paces(main=HOUR, slow=HOUR))
    months = months_of(first_year=FIRST_YEAR, months=12 * YEARS, timezone=simulated.timezone)
    site = site_of(simulated, meters, months, (), with_faults=False)
    truths = []
    for month in months:
        span, channels = site.life(month.start, month.end, HOUR)
        hours = np.arange(month.start, month.end, HOUR, dtype=np.int64)
        by_hour = simulated.archetype.grid_zone == HOURLY_ZONE
        factor = hourly_location(seed, hours) if by_hour else None
        truths.append(month_truth(meters, channels, span, month=month, hourly_factor=factor))
    periods = periods_of(simulated.id, meters, truths)
    bought = certificates_of(simulated, periods)
    facility = Facility(
        id=simulated.id,
        name=simulated.name,
        country=simulated.archetype.country,
        timezone=simulated.timezone,
    )
    values = [
        value
        for period in periods
        for one in _metrics(simulated, period, bought)
        if one.metric in NAMES
        and ((value := _value(simulated.id, period.period, one)).metric, value.category) in WANTED
    ]
    return facility, values


def _metrics(
    simulated: Simulated, period: PeriodTruth, bought: Sequence[Certificate]
) -> list[TrueMetric]:
    """The metrics of a period; of a month, those too that the simulator tells of years only."""
    zone, year = simulated.archetype.grid_zone, period.year
    within = [
        one
        for one in bought
        if period.is_year or (one.year, one.month) == (year, int(period.period[5:]))
    ]
    by_hour = period.grid_carbon_g is not None
    return metrics_of(
        replace(period, period=f"{year}"),
        location_factor=None if by_hour else location_factor(zone, year),
        diesel_factor=diesel_factor(),
        certificates=counted(within, year),
    )


def _value(facility_id: str, period: str, one: TrueMetric) -> MetricValue:
    value, metric = float(one.value), Metric(one.metric)
    beginning = datetime(int(period[:4]), int(period[5:] or 1), 1, tzinfo=UTC)
    return MetricValue(
        facility_id=facility_id,
        metric=metric,
        category=_CATEGORIES.get(metric, one.category),
        period=period,
        period_start=beginning,
        period_end=beginning,
        value=value,
        low=value,
        high=value,
        unit=Unit(one.unit),
        coverage=1.0,
        estimated_share=0.0,
        status=Status.CLEAN,
        reason="",
    )
