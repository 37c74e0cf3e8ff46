"""Turns: instants at which one meter goes on where another was, and the other where the one was.

Levels alone prove little: cooling follows the weather and lamps the week. The instant does: what
each meter tells leaps to what the other told the hour before, and a day on either side agrees.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log

import polars as pl

from pipelines.steps.validate.told import told_hours
from pipelines.steps.validate.window import Window

_HOUR = timedelta(hours=1)
_DAY = timedelta(hours=24)
#: A smaller leap may be anything; a swap's may be this small if loads move at the same hour.
_LEAST = log(1.3)
#: No leap is remarkable below this, however steady the meter is, and no level as near.
_CLOSE = 0.1
#: Levels that are further apart are told from each other whatever both did meanwhile.
_ENOUGH = log(3)
#: Levels land nearer to the other's old ones than to their own, by this share of what they moved.
_ROUGHLY, _SURELY = 0.6, 1 / 3
#: Hours without a word may lie within a leap, as where a register takes on another's count.
_REACH = timedelta(hours=6)
#: Where only days tell of a turn, it lies somewhere about these hours.
_BLUR = timedelta(hours=12)
#: What hours may add up to against a turn at them, in logarithms.
_VAGUE = 1.0
#: Share of the told hours in which a meter runs.
_RUNNING = 0.9
#: Fewer hours of a day say nothing of it.
_FEWEST = 12
#: What a miss is worth where only days tell of the turn; any leap that is seen is better.
_UNSEEN = 1.0
_PAIR = ["first", "second"]
_SEEN = ["before", "at", "up", "sure", "miss"]

_Levels = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Turn:
    """An instant at which two meters exchange levels.

    Args:
        before, at: the last hour told before it, and the first told after it.
        up: whether the first meter's level rises.
        sure: whether it needs no second turn that undoes it.
        miss: how far both are from where the other was, as a share of their leaps.
        old, new: the logarithms of both levels in the day before and in the day after.
    """

    before: datetime
    at: datetime
    up: bool
    sure: bool
    miss: float
    old: _Levels
    new: _Levels

    @property
    def seen(self) -> bool:
        """Whether the meters leap, and not only their days differ."""
        return self.miss < _UNSEEN

    @property
    def worth(self) -> tuple[bool, float]:
        """Less is better."""
        return not self.sure, self.miss


#: Both meters in the order of their names, and their turns in the order of time.
PairOfTurns = tuple[str, str, list[Turn]]


def turns_of(series: pl.DataFrame, views: Sequence[pl.DataFrame]) -> Iterator[PairOfTurns]:
    """Pairs of meters that leap to each other's level at least once, with all turns they take.

    Args:
        series: ``series_of`` the window.
        views: its ``leaps_of``, with the shape of the day and without.
    """
    found = pl.concat(_exchanges(view) for view in views)
    for first, second in found.select(_PAIR).unique().sort(_PAIR).iter_rows():
        mine = found.filter((pl.col("first") == first) & (pl.col("second") == second))
        yield first, second, _turns(mine, _both(series, first, second))


def series_of(window: Window) -> pl.DataFrame:
    """Told hours above zero, as logarithms, with the ``usual`` one of the hour of the day.

    Of meters that hardly ever stand still: a night without sun is no exchange. A lone peak is left
    out: a register that takes on another's count leaps within one hour.
    """
    alike = ("kind", "unit", "numerator", "denominator", "seconds", "calendar")
    faces = window.meters.group_by("meter_id").agg(face=pl.concat_str(alike, separator=" ").first())
    told = pl.col("told")
    beside = pl.max_horizontal(told.shift(1).over("meter_id"), told.shift(-1).over("meter_id"))
    return (
        told_hours(window)
        .filter((told > 0).mean().over("meter_id") >= _RUNNING)
        .filter((told > 0) & (told <= 5 * beside))
        .join(faces, on="meter_id", maintain_order="left")
        .with_columns(log=told.log(), before=pl.col("start").shift().over("meter_id"))
        .with_columns(usual=pl.col("log").median().over("meter_id", "local_hour"))
    )


def leaps_of(series: pl.DataFrame, *, shaped: bool) -> pl.DataFrame:
    """``leap`` of each hour from the one before; ``restless``: what nearly all hours keep below.

    ``was`` and ``now`` are the levels before and after, in logarithms above ``usual``; that is the
    shape of the day, or nothing.
    """
    usual = pl.col("usual") if shaped else pl.lit(0.0)
    now = pl.col("log") - usual
    return (
        series.with_columns(usual=usual, now=now, was=now.shift().over("meter_id"))
        .filter(pl.col("start") - pl.col("before") <= _REACH)
        .with_columns(leap=pl.col("now") - pl.col("was"))
        .with_columns(restless=pl.col("leap").abs().quantile(0.97).over("meter_id"))
    )


def _exchanges(leaps: pl.DataFrame) -> pl.DataFrame:
    """Pairs that leap against each other within the same hour, each to where the other was.

    One of them leaps as it never does by itself. Both land where the other was, but for what they
    may have moved by themselves in that hour; where the levels are far apart, not as near.
    """
    size, other = pl.col("leap").abs(), pl.col("leap_right").abs()
    calm, calm_right = (pl.col(name).clip(_CLOSE) for name in ("restless", "restless_right"))
    shift = pl.col("usual_right") - pl.col("usual")
    misses = (
        (pl.col("now_right") - pl.col("was") + shift).abs(),
        (pl.col("now") - pl.col("was_right") - shift).abs(),
    )
    apart = pl.min_horizontal(size, other)
    far = pl.max_horizontal(apart / 3, apart - _ENOUGH)
    larger = pl.max_horizontal(_CLOSE, far, 1.5 * pl.max_horizontal("restless", "restless_right"))
    smaller = pl.max_horizontal(pl.min_horizontal(calm, calm_right), apart / 9)
    landed = (pl.max_horizontal(misses) <= larger) & (pl.min_horizontal(misses) <= smaller)
    miss = (misses[0] + misses[1]) / (size + other)
    unheard = pl.max_horizontal(size / calm, other / calm_right)
    rows = leaps.filter(size >= _CLOSE)
    return (
        rows.join(rows, on=["face", "start"])
        .filter(pl.col("meter_id") < pl.col("meter_id_right"))
        .filter((pl.col("leap") > 0) != (pl.col("leap_right") > 0))
        .filter((unheard >= 2) & landed & (miss <= _ROUGHLY) & (size + other >= 2 * _LEAST))
        .select(
            before=pl.min_horizontal("before", "before_right"),
            at="start",
            first="meter_id",
            second="meter_id_right",
            up=pl.col("leap") > 0,
            sure=(pl.max_horizontal(misses) <= pl.max_horizontal(_CLOSE, apart / 6))
            & (pl.min_horizontal(size, other) >= _LEAST),
            miss=miss,
        )
    )


def _both(series: pl.DataFrame, first: str, second: str) -> pl.DataFrame:
    """The logarithms ``one`` and ``two`` of the hours that both meters tell."""
    one = series.filter(pl.col("meter_id") == first).select("start", one="log")
    two = series.filter(pl.col("meter_id") == second).select("start", two="log")
    return one.join(two, on="start", maintain_order="left")


def _turns(found: pl.DataFrame, both: pl.DataFrame) -> list[Turn]:
    """The turns of a pair in order of time; of several views of one, the best."""
    turns: list[Turn] = []
    rows = pl.concat([found.select(_SEEN), _across_holes(both), _by_days(both)]).sort(_SEEN)
    for before, at, up, sure, miss in rows.iter_rows():
        old = _levels(both, before + _HOUR - _DAY, before + _HOUR)
        new = _levels(both, at, at + _DAY)
        if old is None or new is None or _misfit(old, new) > _ROUGHLY:
            continue
        last, first = (before, at) if miss <= _UNSEEN else _located(both, before, at, old, new)
        turn = Turn(
            before=last,
            at=first,
            up=up,
            sure=sure and _misfit(old, new) <= _SURELY,
            miss=miss,
            old=old,
            new=new,
        )
        if turns and turns[-1].up == up:
            turns[-1] = min(turns[-1], turn, key=lambda one: one.worth)
        else:
            turns.append(turn)
    return turns


def _across_holes(both: pl.DataFrame) -> pl.DataFrame:
    """Where nobody tells of many hours: what was refused in another month is not at hand."""
    return both.select(
        before=pl.col("start").shift(),
        at="start",
        up=pl.col("one") > pl.col("one").shift(),
        sure=pl.lit(value=False),
        miss=pl.lit(_UNSEEN),
    ).filter(pl.col("at") - pl.col("before") > _REACH)


def _by_days(both: pl.DataFrame) -> pl.DataFrame:
    """Where the day before some hours and the day after them say so, whatever lies between: by
    night two meters may tell the same."""
    day = [
        pl.col(name).rolling_median_by("start", "24h", closed="left", min_samples=_FEWEST)
        for name in ("one", "two")
    ]
    days = both.select("start", *day).drop_nulls()
    later = days.with_columns(pl.col("start") - _BLUR - _DAY)
    moved = (pl.col("one_right") - pl.col("one")).abs() + (
        pl.col("two_right") - pl.col("two")
    ).abs()
    miss = (pl.col("one_right") - pl.col("two")).abs() + (pl.col("two_right") - pl.col("one")).abs()
    return (
        days.join(later, on="start")
        .filter((miss <= _SURELY * moved) & (moved >= 2 * _LEAST))
        .select(
            before=pl.col("start") - _HOUR,
            at=pl.col("start") + _BLUR,
            up=pl.col("one_right") > pl.col("one"),
            sure=pl.lit(value=False),
            miss=_UNSEEN + miss / moved,
        )
    )


def _located(
    both: pl.DataFrame, before: datetime, at: datetime, old: _Levels, new: _Levels
) -> tuple[datetime, datetime]:
    """The last hour that is surely before a turn which only days tell of, and the first after.

    Hours are nearer to the old levels before it and to the new ones after it. Where both meters
    tell nearly the same, it may lie anywhere.
    """
    one, two = pl.col("one"), pl.col("two")
    from_old = (one - old[0]).abs() + (two - old[1]).abs()
    from_new = (one - new[0]).abs() + (two - new[1]).abs()
    near = both.filter(pl.col("start").is_between(before - _BLUR, at + _BLUR)).select(
        "start",
        last=pl.col("start").shift(),
        sofar=(from_old - from_new).cum_sum().shift(),
    )
    near = near.drop_nulls().filter(pl.col("sofar") <= pl.col("sofar").min() + _VAGUE)
    last, first = near["last"].min(), near["start"].max()
    assert isinstance(last, datetime)
    assert isinstance(first, datetime)
    return last, first


def _levels(both: pl.DataFrame, start: datetime, end: datetime) -> _Levels | None:
    """The median logarithms of both meters over [start, end), if enough of it is told."""
    part = both.filter(pl.col("start").is_between(start, end, closed="left"))
    if part.height < _FEWEST:
        return None
    one, two = part["one"].median(), part["two"].median()
    assert isinstance(one, float)
    assert isinstance(two, float)
    return one, two


def _misfit(old: _Levels, new: _Levels) -> float:
    """How far two new levels are from the other's old ones, as a share of their changes."""
    moved = abs(new[0] - old[0]) + abs(new[1] - old[1])
    return (abs(new[0] - old[1]) + abs(new[1] - old[0])) / moved if moved else 1.0
