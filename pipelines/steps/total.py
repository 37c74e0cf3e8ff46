"""Totals: per facility, quantity and period, with bounds, doubt, and what a policy makes of it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from math import sqrt

from pipelines.steps.gaps import Gap, told
from pipelines.steps.meter_months import HOUR_SECONDS, ZERO, MeterMonth, Sum, sum_meter
from pipelines.steps.meters import exact
from schemas.domains import QUANTITIES
from schemas.estate.policies import Policies
from schemas.metrics import Status
from schemas.quantities import Nature
from schemas.totals import MeterDoubt, TotalValue


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
    checks: Mapping[str, str] | None = None,
    not_built: Sequence[str] = (),
    gaps: Sequence[Gap] = (),
) -> list[TotalValue]:
    """The totals of every quantity that has a meter in the period.

    A meter below another one of the same quantity is a sub-meter: it is shown, and not added a
    second time in months in which the upper one is in place. A check meter is never added.

    Args:
        parents: the upper meter of each meter that has one.
        accuracy: accuracy class of each meter [%], None where it is not known.
        checks: the meter that each check meter checks.
        not_built: months of the period with landed rows that no backfill has asked for.
        gaps: what no reading covers, for the reason of a total that is withheld.
    """
    chosen = [
        row for row in rows if row.month in period.months and row.meter_id not in (checks or {})
    ]
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
            limits=policies.limits(facility_id, quantity),
            not_built=not_built,
            gaps=[
                gap
                for gap in gaps
                if gap.meter_id in meters and period.start <= gap.start < period.end
            ],
        )
        for quantity, meters in by_quantity.items()
    ]


def meter_totals(
    rows: Iterable[MeterMonth],
    *,
    facility_id: str,
    period: Period,
    accuracy: Mapping[str, float | None],
    policies: Policies,
    not_built: Sequence[str] = (),
    gaps: Sequence[Gap] = (),
) -> dict[str, TotalValue]:
    """The total of each meter by itself, sub-meters and check meters too; never to be added up."""
    by_meter: dict[str, list[MeterMonth]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row.meter_id, row.month)):
        if row.month in period.months:
            by_meter[row.meter_id].append(row)
    open_by_meter: dict[str, list[Gap]] = defaultdict(list)
    for gap in gaps:
        if period.start <= gap.start < period.end:
            open_by_meter[gap.meter_id].append(gap)
    return {
        meter: _total(
            [sum_meter(months)],
            facility_id=facility_id,
            quantity=months[0].quantity,
            period=period,
            accuracy=accuracy,
            limits=policies.limits(facility_id, months[0].quantity),
            not_built=not_built,
            gaps=open_by_meter[meter],
        )
        for meter, months in by_meter.items()
    }


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
    limits: tuple[float, float],
    not_built: Sequence[str],
    gaps: Sequence[Gap],
) -> TotalValue:
    facts = QUANTITIES[quantity]
    level = facts.nature is Nature.LEVEL
    expected = sum(one.expected_seconds for one in sums)
    measured_time = sum(one.measured_seconds for one in sums)
    covered_time = sum(one.covered_seconds for one in sums)
    coverage = measured_time / expected if expected else 0.0
    low = _combined([one.low for one in sums], sums, level=level)
    high = _combined([one.high for one in sums], sums, level=level)
    best = _combined([one.value for one in sums], sums, level=level)
    estimated = sum((one.estimated for one in sums), ZERO)
    whole = sum((one.value for one in sums if one.value is not None), ZERO)
    bounded = covered_time / expected if expected else 0.0
    signed_time = sum(one.signed_seconds for one in sums)
    known = _Known(
        measured=coverage,
        bounded=bounded,
        signed_hours=signed_time / HOUR_SECONDS,
        bridged=covered_time - signed_time > measured_time,
    )
    status, reason = _status(known, best, limits, not_built)
    if status is Status.WITHHELD and bounded < limits[1]:
        release = told(gaps, (limits[1] - bounded) * expected)
        reason = _joined(reason, release)
    value = None if status is Status.WITHHELD else best
    doubts = tuple(_doubt(one, sums, accuracy.get(one.meter_id), level=level) for one in sums)
    likely = _likely(value, low, high, doubts)
    return TotalValue(
        facility_id=facility_id,
        quantity=quantity,
        period=period.name,
        period_start=period.start,
        period_end=period.end,
        value=value,
        low=low,
        high=high,
        likely_low=likely[0],
        likely_high=likely[1],
        measured=_measured(sums, level=level),
        unit=facts.unit,
        coverage=coverage,
        coverage_clean=limits[0],
        coverage_minimum=limits[1],
        estimated_share=float(estimated / whole) if whole else 0.0,
        uncertainty=_uncertainty(doubts) if value is not None and not level else None,
        status=status,
        reason=reason,
        meters=tuple(one.meter_id for one in sums),
        doubts=() if value is None else doubts,
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


def _doubt(one: Sum, sums: Sequence[Sum], percent: float | None, *, level: bool) -> MeterDoubt:
    """One meter's share of the doubt.

    Its accuracy class is an error that stays the same all year: it grows with the amount, and not
    with its root. Of a level no class is asked: it says nothing of amounts.
    """
    amount = one.value if one.value is not None else one.measured
    share = HOUR_SECONDS / one.expected_seconds / len(sums) if level else 1.0
    return MeterDoubt(
        meter_id=one.meter_id,
        accuracy=None if percent is None or level else amount * Decimal(str(percent)) / 100,
        likely=sqrt(one.likely_square) * share,
    )


def _likely(
    value: Decimal | None, low: Decimal | None, high: Decimal | None, doubts: Sequence[MeterDoubt]
) -> tuple[Decimal | None, Decimal | None]:
    """The likely band: gaps of different meters go wrong apart from each other."""
    if value is None:
        return None, None
    half = _twelve(Decimal(sqrt(sum(one.likely**2 for one in doubts))))
    floor = value - half if low is None else max(low, value - half)
    return floor, value + half if high is None else min(high, value + half)


def _uncertainty(doubts: Sequence[MeterDoubt]) -> float | None:
    """The meters' own uncertainty, independent of each other: root of the sum of squares."""
    known = [one.accuracy for one in doubts if one.accuracy is not None]
    if len(known) < len(doubts):
        return None
    return sqrt(sum(float(one) ** 2 for one in known))


@dataclass(frozen=True, kw_only=True)
class _Known:
    """Shares of the time that are measured, and covered at all; and by what else: hours that edits
    sign, registers that bridge."""

    measured: float
    bounded: float
    signed_hours: float
    bridged: bool


def _status(
    known: _Known,
    value: Decimal | None,
    limits: tuple[float, float],
    not_built: Sequence[str],
) -> tuple[Status, str]:
    clean, minimum = limits
    percent = f"{_percent(known.measured)} of the time was measured"
    hours = known.signed_hours
    signed = f"{hours:g} meter hours stand on signed edits" if hours else ""
    if not_built:
        months = f"{', '.join(not_built[:3])}{' …' if len(not_built) > 3 else ''}"
        return Status.WITHHELD, f"not every month was backfilled ({months}); {percent}"
    if known.bounded < minimum:
        return Status.WITHHELD, _joined(
            f"only {percent}", signed, f"the policy asks for at least {_percent(minimum)}"
        )
    if value is None:
        return Status.WITHHELD, f"{percent}; nothing measured that an estimate could rest on"
    if known.measured >= clean:
        return Status.CLEAN, signed
    register = "registers on both sides make the sum of the rest exact" if known.bridged else ""
    return Status.FLAGGED, _joined(percent, signed, register)


def _joined(*parts: str) -> str:
    return "; ".join(part for part in parts if part)


def _percent(share: float) -> str:
    """A share as a percentage that never rounds up to a limit it misses."""
    return f"{int(share * 10000) / 100:g} %"
