"""Two meters that bear each other's name: at one instant each goes on where the other was.

Levels alone prove little: cooling follows the weather and lamps the week. The instant does: what
each meter tells leaps to what the other told the hour before, and a day on either side agrees.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp, log

import polars as pl

from pipelines.steps.validate.told import told_hours
from pipelines.steps.validate.window import Finding, Window
from schemas.domains import QUANTITIES
from schemas.quantities import Kind
from schemas.rules import RULES, RuleId

_HOUR = timedelta(hours=1)
_DAY = timedelta(hours=24)
_SHORTEST = timedelta(hours=RULES[RuleId.SWAPPED].parameters["hours at least"])
#: A smaller leap may be anything; a swap's may be this small if loads move at the same hour.
_LEAST = log(1.3)
#: No leap is remarkable below this, however steady the meter is, and no level as near.
_CLOSE = 0.1
#: Hours without a word may lie within a leap, as where a register takes on another's count.
_REACH = timedelta(hours=6)
#: Fewer hours of a day say nothing of it.
_FEWEST = 12
_PAIR = ["first", "second"]


@dataclass(frozen=True, kw_only=True)
class _Turn:
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
    old: tuple[float, float]
    new: tuple[float, float]


def swapped(window: Window) -> Iterator[Finding]:
    """Pairs of meters alike that tell each other's amounts for a day or longer."""
    series = _series(window)
    leaps = [_leaps(series, shaped=shaped) for shaped in (True, False)]
    found = pl.concat(_exchanges(view) for view in leaps)
    for first, second in found.select(_PAIR).unique().sort(_PAIR).iter_rows():
        mine = found.filter((pl.col("first") == first) & (pl.col("second") == second))
        for turn, back in _stretches(_turns(mine, series, first, second)):
            edges = [turn, back] if back else [turn]
            if not any(_is_followed(edge, first, second, leaps[0], window) for edge in edges):
                yield _finding(first, second, turn, back, window)


def _series(window: Window) -> pl.DataFrame:
    """Told hours above zero, as logarithms, with the ``usual`` one of the hour of the day.

    A lone peak is left out: a register that takes on another's count leaps within one hour.
    """
    alike = ("kind", "unit", "numerator", "denominator", "seconds", "calendar")
    faces = window.meters.group_by("meter_id").agg(face=pl.concat_str(alike, separator=" ").first())
    told = pl.col("told")
    beside = pl.max_horizontal(told.shift(1).over("meter_id"), told.shift(-1).over("meter_id"))
    return (
        told_hours(window)
        .filter((told > 0) & (told <= 5 * beside))
        .join(faces, on="meter_id", maintain_order="left")
        .with_columns(log=told.log(), before=pl.col("start").shift().over("meter_id"))
        .with_columns(usual=pl.col("log").median().over("meter_id", "local_hour"))
    )


def _leaps(series: pl.DataFrame, *, shaped: bool) -> pl.DataFrame:
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
        .with_columns(restless=pl.col("leap").abs().quantile(0.99).over("meter_id"))
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
    far = pl.min_horizontal(size, other) / 8
    larger = pl.max_horizontal(_CLOSE, 1.5 * pl.max_horizontal("restless", "restless_right"), far)
    smaller = pl.max_horizontal(pl.min_horizontal(calm, calm_right), far)
    landed = (pl.max_horizontal(misses) <= larger) & (pl.min_horizontal(misses) <= smaller)
    miss = (misses[0] + misses[1]) / (size + other)
    unheard = pl.max_horizontal(size / calm, other / calm_right)
    rows = leaps.filter(size >= _CLOSE)
    return (
        rows.join(rows, on=["face", "start", "before"])
        .filter(pl.col("meter_id") < pl.col("meter_id_right"))
        .filter((pl.col("leap") > 0) != (pl.col("leap_right") > 0))
        .filter((unheard >= 2) & landed & (miss <= 0.5) & (size + other >= 2 * _LEAST))
        .select(
            "before",
            at="start",
            first="meter_id",
            second="meter_id_right",
            up=pl.col("leap") > 0,
            sure=(pl.max_horizontal(misses) <= pl.max_horizontal(_CLOSE, far))
            & (pl.min_horizontal(size, other) >= _LEAST),
            miss=miss,
        )
    )


def _turns(found: pl.DataFrame, series: pl.DataFrame, first: str, second: str) -> list[_Turn]:
    """The turns of a pair in order of time: of several views of one, the best."""
    both = series.filter(pl.col("meter_id") == first).select("start", one="log")
    both = both.join(
        series.filter(pl.col("meter_id") == second).select("start", two="log"), on="start"
    )
    turns: list[_Turn] = []
    rows = found.sort("at", "before", "up", "sure", "miss")
    for before, at, up, sure, miss in rows.select("before", "at", "up", "sure", "miss").iter_rows():
        old = _levels(both, at - _DAY, at)
        new = _levels(both, at, at + _DAY)
        if old is None or new is None or not _are_exchanged(old, new):
            continue
        turn = _Turn(before=before, at=at, up=up, sure=sure, miss=miss, old=old, new=new)
        if turns and turns[-1].up == up and at - turns[-1].at <= _REACH:
            turns[-1] = min(turns[-1], turn, key=lambda one: (not one.sure, one.miss))
        else:
            turns.append(turn)
    return turns


def _levels(both: pl.DataFrame, start: datetime, end: datetime) -> tuple[float, float] | None:
    """The median logarithms of both meters over [start, end), if enough of it is told."""
    part = both.filter(pl.col("start").is_between(start, end, closed="left"))
    if part.height < _FEWEST:
        return None
    one, two = part["one"].median(), part["two"].median()
    assert isinstance(one, float)
    assert isinstance(two, float)
    return one, two


def _are_exchanged(old: tuple[float, float], new: tuple[float, float]) -> bool:
    """Whether the one that was above is now below, by about as much."""
    was, now = old[0] - old[1], new[0] - new[1]
    return abs(was - now) >= 2 * _LEAST and abs(was + now) <= abs(was - now) / 2


def _stretches(turns: Sequence[_Turn]) -> Iterator[tuple[_Turn, _Turn | None]]:
    """Each turn with the one that undoes it a day later or more, or with none to the end."""
    begun: _Turn | None = None
    for turn in turns:
        if begun is None or turn.up == begun.up:
            begun = turn if begun is None or turn.sure else begun
        elif turn.at - begun.at >= _SHORTEST:
            yield begun, turn
            begun = None
    if begun is not None and begun.sure:
        yield begun, None


def _is_followed(turn: _Turn, first: str, second: str, leaps: pl.DataFrame, window: Window) -> bool:
    """Whether meters above, below or beside one of the two leap with it: then the load moved."""
    rows = leaps.filter(pl.col("start") == turn.at).select("meter_id", "leap", "restless")
    now = {meter: (leap, restless) for meter, leap, restless in rows.iter_rows()}
    for one, partner in ((first, second), (second, first)):
        for other in _relatives(one, window):
            if other == partner or other not in now or one not in now:
                continue
            leap, usual = now[other]
            if abs(leap) > usual and abs(leap - now[one][0]) <= abs(now[one][0]) / 4:
                return True
    return False


def _relatives(meter: str, window: Window) -> set[str]:
    links = [*window.parents.items(), *window.checks.items()]
    return {upper for lower, upper in links if lower == meter} | {
        lower for lower, upper in links if upper == meter
    }


def _finding(first: str, second: str, turn: _Turn, back: _Turn | None, window: Window) -> Finding:
    facts = window.meters.filter(pl.col("meter_id") == first).row(0, named=True)
    unit = QUANTITIES[facts["quantity"]].unit.value
    #: A register's reading just before may be its own and the next one the other's.
    margin = _HOUR if facts["kind"] == Kind.REGISTER else timedelta(0)
    last = window.hours["start"].max()
    assert isinstance(last, datetime)
    start = min(turn.before + _HOUR, turn.at - margin)
    end = max(back.at, back.before + _HOUR + margin) if back else last + _HOUR
    (one, two), (now_one, now_two) = turn.old, turn.new
    return Finding(
        rule=RuleId.SWAPPED,
        meter_id=first,
        other=second,
        start=start,
        end=end,
        detail=(
            f"{first} goes from {exp(one):.4g} to {exp(now_one):.4g} {unit} an hour and {second} "
            f"from {exp(two):.4g} to {exp(now_two):.4g}: each shows what the other showed"
            + ("" if back else "; nothing says that it ended")
        ),
        proposal=f"swap {first} {second}",
    )
