"""Gaps: which hours of which meter no reading covers, and which of them would release a total."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from pipelines.steps.calendar import month_bounds
from pipelines.steps.meter_months import MeterMonth
from schemas.estate.registers.incidents import Incident

_NEXT = timedelta(minutes=90)
_HOUR = timedelta(hours=1)
_NAMED = 3
_STAMP = "%Y-%m-%dT%H:%MZ"


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A stretch [start, end) of one meter with ``seconds`` that neither a reading nor a register
    on both sides covers; ``during`` which incidents, each as ``I-7, battery failure``."""

    meter_id: str
    quantity: str
    start: datetime
    end: datetime
    seconds: float
    during: tuple[str, ...] = ()

    def __str__(self) -> str:
        span = f"{self.start.strftime(_STAMP)} to {self.end.strftime(_STAMP)}"
        why = f" (during incident {' and '.join(self.during)})" if self.during else ""
        return f"{self.meter_id} {span}{why}"


def gaps_of(intervals: pl.DataFrame) -> list[Gap]:
    """The gaps in ``INTERVALS`` of one facility, by meter and start.

    A gap that a register bridges is none: its sum is exact.
    """
    near = pl.col("start") - pl.col("start").shift() <= _NEXT
    same = (pl.col("meter_id") == pl.col("meter_id").shift()) & near
    rows = (
        intervals.select("meter_id", "quantity", "start", "seconds", "covered_seconds")
        .filter(pl.col("covered_seconds") < pl.col("seconds"))
        .sort("meter_id", "start")
        .with_columns(gap=(~same.fill_null(value=False)).cum_sum())
        .group_by("gap", maintain_order=True)
        .agg(
            pl.col("meter_id", "quantity").first(),
            start=pl.col("start").min(),
            last=pl.col("start").max(),
            open=(pl.col("seconds") - pl.col("covered_seconds")).sum(),
        )
    )
    columns = ("meter_id", "quantity", "start", "last", "open")
    return [
        Gap(meter_id=meter, quantity=quantity, start=start, end=last + _HOUR, seconds=seconds)
        for meter, quantity, start, last, seconds in rows.select(columns).iter_rows()
    ]


def absent_gaps(absent: Iterable[MeterMonth], zone: ZoneInfo) -> list[Gap]:
    """Meters in months of which there is no hour at all, each a gap."""
    found = []
    for one in absent:
        start, end = month_bounds(one.month, zone)
        found.append(
            Gap(
                meter_id=one.meter_id,
                quantity=one.quantity,
                start=start,
                end=end,
                seconds=one.expected_seconds,
            )
        )
    return found


def explained(gaps: Iterable[Gap], incidents: Iterable[Incident]) -> list[Gap]:
    """The gaps, each with the incidents of its facility that overlap it."""
    known = sorted(incidents, key=lambda one: (one.start, one.incident_id))
    return [
        replace(
            gap,
            during=tuple(
                f"{one.incident_id}, {one.cause.replace('_', ' ')}"
                for one in known
                if one.start < gap.end and gap.start < one.end
            ),
        )
        for gap in gaps
    ]


def told(gaps: Sequence[Gap], seconds: float) -> str:
    """Which meters and hours would release a total that lacks so many seconds of coverage."""
    if not gaps:
        return ""
    gaps = _joined(gaps)
    longest = sorted(gaps, key=lambda one: (-one.seconds, one.meter_id, one.start))
    named = ", ".join(str(one) for one in longest[:_NAMED])
    more = f" and {len(gaps) - _NAMED} more gaps" if len(gaps) > _NAMED else ""
    hours = f"{seconds / 3600:.0f} more meter hours" if seconds >= 3600 else "one more meter hour"
    return f"released by {hours} of: {named}{more}"


def _joined(gaps: Iterable[Gap]) -> list[Gap]:
    """Gaps of one meter that touch, as one."""
    found: list[Gap] = []
    for one in sorted(gaps, key=lambda one: (one.meter_id, one.start)):
        if found and (found[-1].meter_id, found[-1].end) == (one.meter_id, one.start):
            last = found.pop()
            during = tuple(dict.fromkeys((*last.during, *one.during)))
            seconds = last.seconds + one.seconds
            found.append(replace(last, end=one.end, seconds=seconds, during=during))
        else:
            found.append(one)
    return found
