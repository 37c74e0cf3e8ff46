"""Changes of the clocks that a source does not know: no hour in spring, one hour twice later."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import polars as pl

from pipelines.steps.validate.window import Finding, Window
from schemas.quantities import Kind
from schemas.rules import RuleId
from schemas.rules.clocks import LONGEST_SUMMER

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
#: Fine enough for every change of clocks.
_GRAIN = timedelta(minutes=15)
_HOUR_SECONDS = 3600
_STAMP = "%Y-%m-%dT%H:%MZ"


def clock_without_dst(window: Window) -> Iterator[Finding]:
    """Meters with rows in a spring hole: from there until autumn every stamp is read too early.

    A clock on winter time shows an hour less than the site's all summer, so that what is read at
    an instant happened an hour after it. What was lost in spring is made up for by the hour that
    autumn leaves empty.
    """
    zone = window.facility.zone
    for meter, at in window.holes.select("meter_id", "at").sort(pl.all()).iter_rows():
        spring = _next_change(zone, at - _DAY, at + _DAY, forward=True)
        since = at if spring is None else min(at, spring.at)
        until = _next_change(zone, since + _DAY, since + LONGEST_SUMMER, forward=False)
        by = _HOUR if spring is None else spring.by
        yield Finding(
            rule=RuleId.CLOCK_WITHOUT_DST,
            meter_id=meter,
            start=since,
            end=since + LONGEST_SUMMER if until is None else until.at,
            detail=f"rows stamped in the hour that the clocks left out, {since.strftime(_STAMP)}: "
            f"the source keeps winter time, and all summer its rows are read {_told(by)} too early",
            # Half an hour cannot be moved by whole ones: that is mended at the source.
            proposal="" if by % _HOUR else f"shift +{_told(by)}",
        )


@dataclass(frozen=True, kw_only=True)
class _Change:
    """A change of the site's clocks, forward or back, and by how much."""

    at: datetime
    by: timedelta


@lru_cache(maxsize=64)
def _next_change(
    zone: ZoneInfo, since: datetime, until: datetime, *, forward: bool
) -> _Change | None:
    """The first instant in [since, until) at which the clocks are put forward, or back."""
    day = since.replace(minute=0, second=0, microsecond=0)
    while day < until:
        if _by(zone, day, day + _DAY):
            at = day
            while not (by := _by(zone, at - _GRAIN, at)):
                at += _GRAIN
            if (by > timedelta()) == forward:
                return _Change(at=at, by=abs(by))
        day += _DAY
    return None


def _by(zone: ZoneInfo, since: datetime, until: datetime) -> timedelta:
    """What the site's clocks gain between two instants beside the time that passes."""
    before, after = (at.astimezone(zone).utcoffset() for at in (since, until))
    assert before is not None
    assert after is not None
    return after - before


def _told(by: timedelta) -> str:
    """Hours, or minutes where they are no whole hours, as an edit's rule states them."""
    minutes = int(by.total_seconds()) // 60
    return f"{minutes}min" if minutes % 60 else f"{minutes // 60}h"


def double_hour_collapsed(window: Window) -> Iterator[Finding]:
    """Meters of which one pass of autumn's double hour has rows and the other none.

    Measured time on both sides tells it from an outage. Of a register, where the time between two
    readings is bridged, the amounts tell: a reading of the second pass that stands for the first
    gives the hour before it two hours' amount, and the two passes one. A clock on winter time is
    told by the hole it leaves in spring. A mean or a level is no sum of both passes: whichever it
    is of, the bounds of the two hours together hold it, and it stands as it was read.
    """
    for change in _double_hours(window.hours):
        known = window.holes.filter(
            pl.col("at").is_between(change - LONGEST_SUMMER, change, closed="left")
        )
        for meter in _beside(window, change):
            if meter.id in known["meter_id"]:
                continue
            yield from _register_read_early(meter) if meter.is_register else _one_pass(meter)


def _double_hours(hours: pl.DataFrame) -> list[datetime]:
    """Instants at which an hour of the site's clock begins for the second time."""
    local = ["local_date", "local_hour"]
    clock = hours.select("start", *local).unique().sort("start")
    again = pl.all_horizontal(pl.col(name) == pl.col(name).shift() for name in local)
    next_to = pl.col("start") - pl.col("start").shift() == _HOUR
    return clock.filter(again & next_to)["start"].to_list()


@dataclass(frozen=True, kw_only=True)
class _Hour:
    seconds: int
    measured: float
    bridged: bool
    covered: int


@dataclass(frozen=True, kw_only=True)
class _Meter:
    """A meter read at least every hour, with the hours from three before a change of clocks to
    the one that begins an hour after it. ``lag`` is from an interval's start to its stamp."""

    id: str
    is_register: bool
    lag: timedelta
    change: datetime
    hours: tuple[_Hour, ...]


def _beside(window: Window, change: datetime) -> Iterator[_Meter]:
    """The meters whose hours around the change are all there."""
    first = change - 3 * _HOUR
    near = window.hours.filter(
        pl.col("start").is_between(first, change + 2 * _HOUR, closed="left")
    ).select(
        "meter_id",
        "seconds",
        "measured_seconds",
        bridged=pl.col("covered_seconds") == pl.col("seconds"),
        covered=pl.col("covered").to_physical(),
    )
    facts = window.meters.unique("meter_id", keep="last", maintain_order=True)
    counting = pl.col("kind").is_in([Kind.INTERVAL, Kind.REGISTER])
    quick = facts.filter(counting & pl.col("seconds").is_between(1, _HOUR_SECONDS))
    for meter, kind, seconds, by_end in quick.select(
        "meter_id", "kind", "seconds", "stamp_end"
    ).iter_rows():
        rows = near.filter(pl.col("meter_id") == meter).drop("meter_id").rows()
        if len(rows) != 5:
            continue
        yield _Meter(
            id=meter,
            is_register=kind == Kind.REGISTER,
            lag=timedelta(seconds=seconds) if kind == Kind.INTERVAL and by_end else timedelta(),
            change=change,
            hours=tuple(
                _Hour(seconds=whole, measured=measured, bridged=bridged, covered=covered)
                for whole, measured, bridged, covered in rows
            ),
        )


def _one_pass(meter: _Meter) -> Iterator[Finding]:
    """Intervals: the rows of one pass are there, those of the other are not."""
    second = meter.change - meter.lag
    for name, lost in (("second", second), ("first", second - _HOUR)):
        if all(
            _fits(hour, _overlap(meter.change + place * _HOUR, lost))
            for place, hour in enumerate(meter.hours, start=-3)
        ):
            yield _collapsed(meter, second - _HOUR, f"no row stands for the {name} pass")


def _overlap(hour: datetime, lost: datetime) -> float:
    """Seconds of the hour that lie within one hour from ``lost``."""
    return max(0.0, (_HOUR - abs(hour - lost)).total_seconds())


def _fits(hour: _Hour, lost: float) -> bool:
    """Nothing of what is lost was measured, and something of the rest, if there is any."""
    rest = hour.seconds - lost
    return hour.measured <= rest and (rest <= 0 or hour.measured > 0)


def _register_read_early(meter: _Meter) -> Iterator[Finding]:
    """A register of which one reading or more of the second pass stand for the first."""
    earlier, before, first, second, after = meter.hours
    read = earlier.measured > 0 and after.measured > 0
    bridged = second.bridged and second.measured == 0 and first.measured < first.seconds
    leapt = not before.bridged or before.covered > first.covered + second.covered
    if read and bridged and leapt:
        reason = "the hour before shows more than both passes"
        yield _collapsed(meter, meter.change - 2 * _HOUR, reason)


def _collapsed(meter: _Meter, since: datetime, reason: str) -> Finding:
    until = meter.change + _HOUR - meter.lag
    return Finding(
        rule=RuleId.DOUBLE_HOUR_COLLAPSED,
        meter_id=meter.id,
        start=since,
        end=until,
        detail=f"of the hour that came twice, again at {meter.change.strftime(_STAMP)}, {reason}",
    )
