"""Turns: instants at which one meter goes on where another was, and the other where the one was.

Levels alone prove little: cooling follows the weather and lamps the week. The instant does: what
each meter tells leaps to what the other told the hour before, and a day on either side agrees.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from pipelines.steps.validate.leaps import CLOSE, REACH, ROUGHLY, exchanges

_HOUR = timedelta(hours=1)
_DAY = timedelta(hours=24)
#: The days beside a turn that needs no second one exchange levels as nearly as this.
_SURELY = 1 / 3
#: Where both leap exactly to the other's level, one day is a Friday and the next a Saturday.
_ANYHOW = 0.9
#: Where only days tell of a turn, it lies somewhere about these hours.
_BLUR = timedelta(hours=12)
#: Amounts nearer to each other than this may be either meter's, in logarithms.
ALIKE = 0.3
#: What hours may add up to against a turn at them, in logarithms.
_VAGUE = 1.0
#: Fewer hours of a day say nothing of it.
_FEWEST = 12
#: What a miss is worth where only days tell of the turn; any leap that is seen is better.
_UNSEEN = 1.0
_PAIR = ["first", "second"]
_BOTH = ("one", "two")
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


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two meters in the order of their names.

    Args:
        both: ``start`` and the logarithms ``one`` and ``two`` of the hours that both tell.
        turns: where they may exchange levels, in the order of time; several may be of one turn.
    """

    first: str
    second: str
    both: pl.DataFrame
    turns: Sequence[Turn]


def pairs_of(series: pl.DataFrame, views: Sequence[pl.DataFrame]) -> Iterator[Pair]:
    """Pairs of meters that leap to each other's level at least once.

    Args:
        series: ``series_of`` the window.
        views: its ``leaps_of`` in several ways.
    """
    found = pl.concat(exchanges(view) for view in views)
    for first, second in found.select(_PAIR).unique().sort(_PAIR).iter_rows():
        mine = found.filter((pl.col("first") == first) & (pl.col("second") == second))
        both = _both(series, first, second)
        yield Pair(first=first, second=second, both=both, turns=list(_turns(mine, both)))


def alternating(turns: Iterable[Turn]) -> list[Turn]:
    """Up after down and down after up: of those in a row the best."""
    found: list[Turn] = []
    for turn in turns:
        if found and found[-1].up == turn.up:
            found[-1] = min(found[-1], turn, key=lambda one: one.miss)
        else:
            found.append(turn)
    return found


def _both(series: pl.DataFrame, first: str, second: str) -> pl.DataFrame:
    one = series.filter(pl.col("meter_id") == first).select("start", one="log")
    two = series.filter(pl.col("meter_id") == second).select("start", two="log")
    return one.join(two, on="start", maintain_order="left")


def _turns(found: pl.DataFrame, both: pl.DataFrame) -> Iterator[Turn]:
    rows = pl.concat([found.select(_SEEN), _across_holes(both), _by_days(both)]).sort(_SEEN)
    for before, at, up, sure, miss in rows.iter_rows():
        old = _levels(both, before + _HOUR - _DAY, before + _HOUR)
        new = _levels(both, at, at + _DAY)
        if old is None or new is None:
            continue
        misfit = _misfit(old, new)
        if miss <= _UNSEEN and misfit > (_ANYHOW if sure else ROUGHLY):
            continue
        span = (before, at) if miss <= _UNSEEN else _located(both, before, at, old, new)
        last, first = _told_apart(both, *span)
        yield Turn(
            before=last,
            at=first,
            up=up,
            sure=sure and misfit <= _SURELY,
            miss=miss,
            old=old,
            new=new,
        )


def _across_holes(both: pl.DataFrame) -> pl.DataFrame:
    """Where nobody tells of many hours: the turn may lie in any of them."""
    return both.select(
        before=pl.col("start").shift(),
        at="start",
        up=pl.col("one") > pl.col("one").shift(),
        sure=pl.lit(value=False),
        miss=pl.lit(_UNSEEN),
    ).filter(pl.col("at") - pl.col("before") > REACH)


def _by_days(both: pl.DataFrame) -> pl.DataFrame:
    """Where a day and another soon after say so, whatever lies between.

    By night two meters may tell the same, and the weather may move one of them as they turn. Either
    both exchange levels, or one was at the steadier one's usual level, and then the other is.
    """
    spread = {name: _quantile(both, name, 0.75) - _quantile(both, name, 0.25) for name in _BOTH}
    steady = min(_BOTH, key=lambda name: spread[name])
    level = _quantile(both, steady, 0.5)
    apart = _quantile(both, "one", 0.5) - _quantile(both, "two", 0.5)
    one, two = (pl.col("one") - level).abs(), (pl.col("two") - level).abs()
    medians = [
        value.rolling_median_by("start", "24h", closed="left", min_samples=_FEWEST).alias(name)
        for name, value in {
            "one": pl.col("one"),
            "two": pl.col("two"),
            "nearer": one - two,
            "near": pl.min_horizontal(one, two),
        }.items()
    ]
    days = both.select("start", *medians).drop_nulls()
    pairs = days.join(days.with_columns(pl.col("start") - _BLUR - _DAY), on="start")
    was, now = pl.col("nearer"), pl.col("nearer_right")
    moved = (pl.col("one_right") - pl.col("one")).abs(), (pl.col("two_right") - pl.col("two")).abs()
    missed = (pl.col("one_right") - pl.col("two")).abs() + (
        pl.col("two_right") - pl.col("one")
    ).abs()
    exchanged = (missed <= _SURELY * (moved[0] + moved[1])) & (pl.min_horizontal(moved) >= ALIKE)
    passed = (
        ((was > 0) != (now > 0))
        & (pl.min_horizontal(was.abs(), now.abs()) >= abs(apart) / 4)
        & (pl.max_horizontal("near", "near_right") <= max(CLOSE, abs(apart) / 4))
    )
    leaves = now < 0 if steady == "two" else now > 0
    return pairs.filter(exchanged | passed).select(
        before=pl.col("start") - _HOUR,
        at=pl.col("start") + _BLUR,
        up=pl.when(exchanged)
        .then(pl.col("one_right") > pl.col("one"))
        .otherwise(leaves if apart < 0 else ~leaves),
        sure=pl.lit(value=False),
        miss=_UNSEEN + 1 / (1 + (now - was).abs()),
    )


def _quantile(both: pl.DataFrame, name: str, share: float) -> float:
    found = both[name].quantile(share, "linear")
    assert found is not None
    return found


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


def _told_apart(both: pl.DataFrame, before: datetime, at: datetime) -> tuple[datetime, datetime]:
    """The nearest hours on either side of a turn in which the meters tell different amounts.

    Where they tell nearly the same, nobody can say whether it lies there.
    """
    start = pl.col("start")
    apart = both.filter((pl.col("one") - pl.col("two")).abs() > ALIKE)
    last = apart.filter(start.is_between(before - _DAY, before))["start"].max()
    first = apart.filter(start.is_between(at, at + _DAY))["start"].min()
    return (
        last if isinstance(last, datetime) else before - _DAY,
        first if isinstance(first, datetime) else at + _DAY,
    )


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
