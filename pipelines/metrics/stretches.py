"""Meters that tenants share, in stretches of a period in which nobody's share changes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import polars as pl

from pipelines.metrics.figure import Figure, known, of_total, withheld
from pipelines.metrics.inputs import Inputs
from pipelines.steps.calendar import month_bounds
from pipelines.steps.meter_months import (
    HOUR_SECONDS,
    ZERO,
    MeterMonth,
    meter_months,
    read_meter_months,
)
from pipelines.steps.total import Period, meter_totals
from schemas.estate.model import Meter
from schemas.estate.registers.tenants import TenantShare, stands
from schemas.totals import TotalValue

_DAY = timedelta(days=1)
Span = tuple[datetime, datetime]


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """One meter over local days [since, until) of the period, and who holds which share of it."""

    meter_id: str
    since: date
    until: date
    energy: Figure
    held: Mapping[str, Fraction]

    @property
    def left(self) -> Fraction:
        """The share that nobody holds."""
        return 1 - sum(self.held.values(), Fraction(0))


def stretches_of(inputs: Inputs, shares: Sequence[TenantShare]) -> Iterator[Stretch]:
    """Every meter of these shares over the whole period, cut where a share begins or ends.

    A meter whose shares hold all along is one stretch, and its energy the meter's total. Parts of
    it are summed from its hours; what has no hour there is bounded by the meter's maximum rate.
    """
    by_meter: dict[str, list[TenantShare]] = {}
    for one in shares:
        by_meter.setdefault(one.meter_id, []).append(one)
    after = inputs.last_day + _DAY
    for meter_id, mine in sorted(by_meter.items()):
        days = {day for one in mine for day in (one.valid_from, one.valid_to) if day is not None}
        edges = [inputs.first_day, *sorted(d for d in days if inputs.first_day < d < after), after]
        for since, until in pairwise(edges):
            held: dict[str, Fraction] = {}
            for one in mine:
                if stands(one, since):
                    share = Fraction(one.share)
                    held[one.tenant_id] = held.get(one.tenant_id, Fraction(0)) + share
            energy = _energy(inputs, meter_id, since, until, whole=len(edges) == 2)
            yield Stretch(meter_id=meter_id, since=since, until=until, energy=energy, held=held)


def in_service(inputs: Inputs, meter_id: str) -> bool:
    """Whether a meter was in place in the period; one that nobody knows may have been."""
    meter = next((one for one in inputs.meters if one.meter_id == meter_id), None)
    return (
        meter is None
        or meter_id in inputs.meter_totals
        or not (
            (meter.valid_from is not None and meter.valid_from >= inputs.period.end)
            or (meter.valid_to is not None and meter.valid_to <= inputs.period.start)
        )
    )


def _energy(inputs: Inputs, meter_id: str, since: date, until: date, *, whole: bool) -> Figure:
    total = inputs.meter_totals.get(meter_id)
    meter = next((one for one in inputs.meters if one.meter_id == meter_id), None)
    if total is None or meter is None:
        return withheld(f"no hours of {meter_id} in {inputs.period.name}", meter_id)
    if whole:
        return _told(total, meter_id)
    start, end = (_midnight(day, inputs) for day in (since, until))
    hours = inputs.meter_hours.filter(
        (pl.col("meter_id") == meter_id) & (pl.col("start") >= start) & (pl.col("start") < end)
    )
    rows = [
        row
        for month in inputs.period.months
        for row in _month(meter, hours, month, _clipped(month, inputs, start, end))
    ]
    found = meter_totals(
        rows,
        facility_id=inputs.facility.id,
        period=Period(name=inputs.period.name, start=start, end=end, months=inputs.period.months),
        accuracy={meter_id: meter.accuracy_percent},
        policies=inputs.policies,
    ).get(meter_id)
    if found is None:
        return known(0, meter_id)  # not in service on any of these days
    return _told(found, f"{meter_id} from {since} to {until - _DAY}")


def _told(total: TotalValue, place: str) -> Figure:
    """The total of a meter, whose reason names the meter."""
    words = f"{place}: {total.reason}" if total.reason else ""
    return replace(of_total(total), inputs=total.meters, reason=words)


def _midnight(day: date, inputs: Inputs) -> datetime:
    return datetime.combine(day, time(), tzinfo=inputs.facility.zone).astimezone(UTC)


def _clipped(month: str, inputs: Inputs, start: datetime, end: datetime) -> Span:
    first, last = month_bounds(month, inputs.facility.zone)
    return max(first, start), min(last, end)


def _month(meter: Meter, hours: pl.DataFrame, month: str, span: Span) -> list[MeterMonth]:
    """The meter's part of a month inside a span, with what has no hour at all."""
    first, last = span
    if first >= last:
        return []
    mine = hours.filter((pl.col("start") >= first) & (pl.col("start") < last))
    rows = read_meter_months(meter_months(mine, month))
    if meter.valid_from is not None and mine.is_empty():
        first = max(first, meter.valid_from)
    elif meter.valid_from is not None:
        # An older serial may have been there before: then there are hours before this one's.
        first = max(first, min(meter.valid_from, mine["start"][0]))
    if meter.valid_to is not None:
        last = min(last, meter.valid_to)
    there = sum((Decimal(str(row.expected_seconds)) for row in rows), Decimal(0))
    lacking = Decimal(round((last - first).total_seconds())) - there
    if lacking <= 0:
        return rows
    most = None if meter.max_rate is None else meter.max_rate * lacking / HOUR_SECONDS
    return [_with_unknown(rows[0] if rows else _nothing(meter, month), lacking, most)]


def _nothing(meter: Meter, month: str) -> MeterMonth:
    return MeterMonth(
        meter_id=meter.meter_id,
        quantity=meter.quantity,
        month=month,
        expected_seconds=0.0,
        measured_seconds=0.0,
        covered_seconds=0.0,
        measured=ZERO,
        covered=ZERO,
        gap_value=ZERO,
        gap_low=ZERO,
        gap_high=ZERO,
        start_slack_low=ZERO,
        start_slack_high=ZERO,
        end_slack_low=ZERO,
        end_slack_high=ZERO,
        estimated=ZERO,
        likely_square=0.0,
    )


def _with_unknown(row: MeterMonth, seconds: Decimal, most: Decimal | None) -> MeterMonth:
    """The row with so many seconds more of which nothing is known but what is the most."""
    return replace(
        row,
        expected_seconds=row.expected_seconds + float(seconds),
        gap_value=None,
        gap_high=None if most is None or row.gap_high is None else row.gap_high + most,
    )
