"""Hours to totals: per meter and month, then per facility, quantity and period, with bounds."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import sqrt

import polars as pl

from pipelines.steps.calendar import next_month
from pipelines.steps.meters import exact
from schemas.domains import QUANTITIES
from schemas.estate.model import Policies
from schemas.metrics import Status
from schemas.quantities import Nature
from schemas.tables import VALUE
from schemas.totals import TotalValue

HOUR_SECONDS = 3600
ZERO = Decimal(0)

#: What one meter contributes in one month. Levels are level × hours, so that they add up too.
METER_MONTHS = pl.Schema(
    {
        "meter_id": pl.String(),
        "quantity": pl.String(),
        "month": pl.String(),
        "expected_seconds": pl.Float64(),
        "measured_seconds": pl.Float64(),
        "covered_seconds": pl.Float64(),
        "measured": VALUE,
        "covered": VALUE,
        "gap_value": VALUE,
        "gap_low": VALUE,
        "gap_high": VALUE,
        "start_slack_low": VALUE,
        "start_slack_high": VALUE,
        "end_slack_low": VALUE,
        "end_slack_high": VALUE,
        "estimated": VALUE,
    }
)


@dataclass(frozen=True, kw_only=True)
class MeterMonth:
    """One row of ``METER_MONTHS``; ``gap_value`` and ``gap_high`` None where unknown."""

    meter_id: str
    quantity: str
    month: str
    expected_seconds: float
    measured_seconds: float
    covered_seconds: float
    measured: Decimal
    covered: Decimal
    gap_value: Decimal | None
    gap_low: Decimal
    gap_high: Decimal | None
    start_slack_low: Decimal
    start_slack_high: Decimal
    end_slack_low: Decimal
    end_slack_high: Decimal
    estimated: Decimal


@dataclass(frozen=True, kw_only=True)
class Sum:
    """One meter over a period: what is known, and the bounds of what is not."""

    meter_id: str
    expected_seconds: float
    measured_seconds: float
    covered_seconds: float
    measured: Decimal
    value: Decimal | None
    low: Decimal
    high: Decimal | None
    estimated: Decimal


def meter_months(intervals: pl.DataFrame, month: str) -> pl.DataFrame:
    """``METER_MONTHS`` of one facility's hours in one month, exact sums throughout."""
    known = pl.col("value").is_not_null()
    amount = pl.col("covered") + pl.col("gap_value")
    bounded = pl.col("gap_high").is_not_null().all()
    return (
        intervals.sort("meter_id", "start")
        .group_by("meter_id", "quantity", maintain_order=True)
        .agg(
            month=pl.lit(month),
            expected_seconds=pl.col("seconds").sum().cast(pl.Float64),
            measured_seconds=pl.col("measured_seconds").sum(),
            covered_seconds=pl.col("covered_seconds").sum(),
            measured=pl.col("measured").sum(),
            covered=pl.col("covered").sum(),
            gap_value=pl.when(known.all()).then(pl.col("gap_value").sum()),
            gap_low=pl.col("gap_low").sum(),
            gap_high=pl.when(bounded).then(pl.col("gap_high").sum()),
            start_slack_low=pl.col("start_slack_low").first(),
            start_slack_high=pl.col("start_slack_high").first(),
            end_slack_low=pl.col("end_slack_low").last(),
            end_slack_high=pl.col("end_slack_high").last(),
            estimated=amount.filter(pl.col("status") == "estimated").sum(),
        )
        .select(METER_MONTHS.keys())
        .cast(METER_MONTHS)
    )


def read_meter_months(frame: pl.DataFrame) -> list[MeterMonth]:
    """Rows of ``METER_MONTHS`` as values."""
    return [MeterMonth(**row) for row in frame.iter_rows(named=True)]


def absent_month(
    meters: pl.DataFrame, month: str, bounds: tuple[datetime, datetime]
) -> list[MeterMonth]:
    """A month without any hours: nothing covered, bounded by each meter's maximum rate."""
    rows: dict[str, MeterMonth] = {}
    for meter in meters.iter_rows(named=True):
        since = max(bounds[0], meter["valid_from"] or bounds[0])
        until = min(bounds[1], meter["valid_to"] or bounds[1])
        seconds = (until - since).total_seconds()
        if seconds <= 0:
            continue
        level = meter["nature"] == Nature.LEVEL
        most = meter["highest"] if level else meter["max_rate"]
        least = meter["lowest"] if level else ZERO
        hours = Decimal(str(seconds)) / HOUR_SECONDS
        earlier = rows.get(meter["meter_id"])
        row = MeterMonth(
            meter_id=meter["meter_id"],
            quantity=meter["quantity"],
            month=month,
            expected_seconds=seconds + (earlier.expected_seconds if earlier else 0),
            measured_seconds=0,
            covered_seconds=0,
            measured=ZERO,
            covered=ZERO,
            gap_value=None,
            gap_low=least * hours + (earlier.gap_low if earlier else ZERO),
            gap_high=_add(
                None if most is None else most * hours, earlier.gap_high if earlier else ZERO
            ),
            start_slack_low=ZERO,
            start_slack_high=ZERO,
            end_slack_low=ZERO,
            end_slack_high=ZERO,
            estimated=ZERO,
        )
        rows[row.meter_id] = row
    return list(rows.values())


def _add(left: Decimal | None, right: Decimal | None) -> Decimal | None:
    return None if left is None or right is None else left + right


def sum_meter(months: Sequence[MeterMonth]) -> Sum:
    """One meter over consecutive or scattered months, sorted; inner borders cancel exactly.

    Slack is counted where a stretch of consecutive covered months begins and ends, nowhere else.
    """
    first, last = months[0], months[-1]
    low_slack = first.start_slack_high + last.end_slack_low
    high_slack = first.start_slack_low + last.end_slack_high
    for earlier, later in pairwise(months):
        apart = next_month(earlier.month) != later.month
        if apart or not earlier.covered_seconds or not later.covered_seconds:
            low_slack += earlier.end_slack_low + later.start_slack_high
            high_slack += earlier.end_slack_high + later.start_slack_low
    covered = sum((row.covered for row in months), ZERO)
    gap_low = sum((row.gap_low for row in months), ZERO)
    gap_high: Decimal | None = ZERO
    gap_value: Decimal | None = ZERO
    for row in months:
        gap_high = _add(gap_high, row.gap_high)
        gap_value = _add(gap_value, row.gap_value)
    level = QUANTITIES[first.quantity].nature is Nature.LEVEL
    floor = covered + gap_low - low_slack
    return Sum(
        meter_id=first.meter_id,
        expected_seconds=sum(row.expected_seconds for row in months),
        measured_seconds=sum(row.measured_seconds for row in months),
        covered_seconds=sum(row.covered_seconds for row in months),
        measured=sum((row.measured for row in months), ZERO),
        value=_add(covered, gap_value),
        low=floor if level else max(ZERO, floor),
        high=_add(covered + high_slack, gap_high),
        estimated=sum((row.estimated for row in months), ZERO),
    )


@dataclass(frozen=True, kw_only=True)
class Period:
    """A local month (``YYYY-MM``) or year (``YYYY``), with the months it holds."""

    name: str
    start: datetime
    end: datetime
    months: tuple[str, ...]


def totals_of(
    rows: Iterable[MeterMonth],
    *,
    facility_id: str,
    period: Period,
    parents: Mapping[str, str],
    accuracy: Mapping[str, float | None],
    policies: Policies,
    not_built: Sequence[str] = (),
) -> list[TotalValue]:
    """The totals of every quantity that has a meter in the period.

    A meter below another one of the same quantity is a sub-meter: it is shown, and not added a
    second time in months in which the upper one is in place.
    """
    chosen = [row for row in rows if row.month in period.months]
    counted = _without_sub_meters(chosen, parents)
    by_quantity: dict[str, dict[str, list[MeterMonth]]] = defaultdict(lambda: defaultdict(list))
    for row in sorted(counted, key=lambda row: (row.quantity, row.meter_id, row.month)):
        by_quantity[row.quantity][row.meter_id].append(row)
    return [
        _total(
            [sum_meter(months) for months in meters.values()],
            facility_id=facility_id,
            quantity=quantity,
            period=period,
            accuracy=accuracy,
            policies=policies,
            not_built=not_built,
        )
        for quantity, meters in by_quantity.items()
    ]


def _without_sub_meters(rows: Sequence[MeterMonth], parents: Mapping[str, str]) -> list[MeterMonth]:
    present = {(row.meter_id, row.month): row.quantity for row in rows}

    def has_upper(row: MeterMonth) -> bool:
        upper = parents.get(row.meter_id, "")
        while upper:
            if present.get((upper, row.month)) == row.quantity:
                return True
            upper = parents.get(upper, "")
        return False

    return [row for row in rows if not has_upper(row)]


def _total(
    sums: Sequence[Sum],
    *,
    facility_id: str,
    quantity: str,
    period: Period,
    accuracy: Mapping[str, float | None],
    policies: Policies,
    not_built: Sequence[str],
) -> TotalValue:
    facts = QUANTITIES[quantity]
    level = facts.nature is Nature.LEVEL
    expected = sum(one.expected_seconds for one in sums)
    measured_time = sum(one.measured_seconds for one in sums)
    covered_time = sum(one.covered_seconds for one in sums)
    coverage = measured_time / expected if expected else 0.0
    value = _combined([one.value for one in sums], sums, level=level)
    estimated = sum((one.estimated for one in sums), ZERO)
    whole = sum((one.value for one in sums if one.value is not None), ZERO)
    status, reason = _status(
        coverage, covered_time / expected if expected else 0.0, value, policies, not_built
    )
    return TotalValue(
        facility_id=facility_id,
        quantity=quantity,
        period=period.name,
        period_start=period.start,
        period_end=period.end,
        value=None if status is Status.WITHHELD else value,
        low=_combined([one.low for one in sums], sums, level=level),
        high=_combined([one.high for one in sums], sums, level=level),
        measured=_measured(sums, level=level),
        unit=facts.unit,
        coverage=coverage,
        estimated_share=float(estimated / whole) if whole else 0.0,
        uncertainty=_uncertainty(sums, accuracy) if not level else None,
        status=status,
        reason=reason,
        meters=tuple(one.meter_id for one in sums),
    )


def _combined(
    values: Sequence[Decimal | None], sums: Sequence[Sum], *, level: bool
) -> Decimal | None:
    """The sum of amounts; of levels the plain mean of each meter's mean over time."""
    known = [value for value in values if value is not None]
    if len(known) < len(values) or not known:
        return None
    if not level:
        return sum(known, ZERO)
    means = [
        value * HOUR_SECONDS / Decimal(str(one.expected_seconds))
        for value, one in zip(known, sums, strict=True)
    ]
    return _twelve(sum(means, ZERO) / len(means))


def _measured(sums: Sequence[Sum], *, level: bool) -> Decimal | None:
    if not any(one.measured_seconds for one in sums):
        return None
    if not level:
        return sum((one.measured for one in sums), ZERO)
    means = [
        one.measured * HOUR_SECONDS / Decimal(str(one.measured_seconds))
        for one in sums
        if one.measured_seconds
    ]
    return _twelve(sum(means, ZERO) / len(means))


def _twelve(value: Decimal) -> Decimal:
    return exact(Fraction(value))


def _uncertainty(sums: Sequence[Sum], accuracy: Mapping[str, float | None]) -> float | None:
    """The meters' own uncertainty, independent of each other: root of the sum of squares."""
    parts = []
    for one in sums:
        percent = accuracy.get(one.meter_id)
        if percent is None:
            return None
        parts.append(
            (percent / 100 * float(one.value if one.value is not None else one.measured)) ** 2
        )
    return sqrt(sum(parts))


def _status(
    coverage: float,
    bounded: float,
    value: Decimal | None,
    policies: Policies,
    not_built: Sequence[str],
) -> tuple[Status, str]:
    percent = f"{_percent(coverage)} of the time was measured"
    if not_built:
        months = f"{', '.join(not_built[:3])}{' …' if len(not_built) > 3 else ''}"
        return Status.WITHHELD, f"not every month was backfilled ({months}); {percent}"
    if bounded < policies.coverage_minimum:
        return Status.WITHHELD, (
            f"only {percent}; the policy asks for at least {_percent(policies.coverage_minimum)}"
        )
    if value is None:
        return Status.WITHHELD, f"{percent}; nothing measured that an estimate could rest on"
    if coverage >= policies.coverage_clean:
        return Status.CLEAN, ""
    bridged = (
        "; registers on both sides make the sum of the rest exact" if bounded > coverage else ""
    )
    return Status.FLAGGED, f"{percent}{bridged}"


def _percent(share: float) -> str:
    """A share as a percentage that never rounds up to a limit it misses."""
    return f"{int(share * 10000) / 100:g} %"
