"""Two meters that bear each other's name: from one turn to the next each shows the other's."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from math import exp

import polars as pl

from pipelines.steps.validate.leaps import leaps_of, series_of
from pipelines.steps.validate.turns import ALIKE, Pair, Turn, alternating, pairs_of
from pipelines.steps.validate.window import Finding, Window, once
from schemas.domains import QUANTITIES
from schemas.quantities import Kind
from schemas.rules import RULES, RuleId

_HOUR = timedelta(hours=1)
_SHORTEST = timedelta(hours=RULES[RuleId.SWAPPED].parameters["hours at least"])
#: Meters that change places more often do so by themselves, as pumps that take turns.
_HABIT = 6
#: Share of the hours in which the lower one of two meters may be above the other.
_SELDOM = 0.1

#: From one turn to the next; None is the window's own end.
_Stretch = tuple[Turn | None, Turn | None]
_Span = tuple[datetime, datetime]


@once
def swapped(window: Window) -> list[Finding]:
    """Pairs of meters alike that tell each other's amounts for a day or longer."""
    series = series_of(window)
    views = [
        leaps_of(series),
        leaps_of(series, shaped=True),
        leaps_of(series, shaped=True, hours=2),
    ]
    begin, last = window.hours["start"].min(), window.hours["start"].max()
    assert isinstance(begin, datetime)
    assert isinstance(last, datetime)
    span = (begin, last + _HOUR)
    found = []
    for pair in pairs_of(series, views):
        for stretch in _stretches(pair, span):
            edges = [turn for turn in stretch if turn]
            if any(map(_tells_apart, edges)) and not all(
                _is_followed(turn, pair, views[0], window) for turn in edges
            ):
                found.append(_finding(pair, stretch, span, window))
    return found


def _stretches(pair: Pair, span: _Span) -> list[_Stretch]:
    """From each turn to the one that undoes it; of the two ways to read them, the shorter time.

    If the leaps alone leave a turn that nothing undoes, days count too, but only where the meters
    never tell each other's amounts by themselves. A turn that is alone counts only if it is sure.
    """
    seen = _apart_in_time(alternating(turn for turn in pair.turns if turn.seen))
    if seen and len(seen) % 2 == 0:
        return _shorter(seen, span) if len(seen) <= _HABIT else []
    turns = _apart_in_time(alternating(pair.turns))
    if not turns or len(turns) > _HABIT or (len(turns) == 1 and not turns[0].sure):
        return []
    found = _shorter(turns, span)
    return found if _are_unlike(pair, found, span) else []


def _apart_in_time(turns: Sequence[Turn]) -> list[Turn]:
    """Turns without those that are undone within a day."""
    kept: list[Turn] = []
    for turn in turns:
        if kept and turn.at - kept[-1].at < _SHORTEST:
            kept.pop()
        else:
            kept.append(turn)
    return kept


def _shorter(turns: Sequence[Turn], span: _Span) -> list[_Stretch]:
    """Every other stretch between turns: those of less time together."""
    stretches = list(pairwise([None, *turns, None]))

    def length(side: Sequence[_Stretch]) -> timedelta:
        ends = (_ends(one, span) for one in side)
        return sum((end - start for start, end in ends), timedelta(0))

    return min(stretches[1::2], stretches[0::2], key=length)


def _ends(stretch: _Stretch, span: _Span) -> _Span:
    turn, back = stretch
    return (turn.before + _HOUR if turn else span[0], back.at if back else span[1])


def _are_unlike(pair: Pair, stretches: Sequence[_Stretch], span: _Span) -> bool:
    """Whether one meter is hardly ever above the other but within these, and there hardly below."""
    start, gap = pl.col("start"), pl.col("one") - pl.col("two")
    inside = pl.any_horizontal(
        start.is_between(*_ends(one, span), closed="left") for one in stretches
    )
    sides = pair.both.select(inside=inside, above=gap > ALIKE, below=gap < -ALIKE)
    within, beside = sides.filter("inside"), sides.filter(~pl.col("inside"))
    return any(
        beside[odd].sum() <= _SELDOM * beside.height
        and within[usual].sum() <= _SELDOM * within.height
        for usual, odd in (("above", "below"), ("below", "above"))
    )


def _tells_apart(turn: Turn) -> bool:
    """Whether the meters differ on either side of the turn. Where they are alike before and after,
    as two feeds of one load whose clocks differ, nobody can say which is which."""
    return max(abs(one - two) for one, two in (turn.old, turn.new)) > ALIKE


def _is_followed(turn: Turn, pair: Pair, leaps: pl.DataFrame, window: Window) -> bool:
    """Whether meters above, below or beside one of the two leap with it: then the load moved."""
    rows = leaps.filter(pl.col("start") == turn.at).select("meter_id", "leap", "restless")
    now = {meter: (leap, restless) for meter, leap, restless in rows.iter_rows()}
    for one, partner in ((pair.first, pair.second), (pair.second, pair.first)):
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


def _finding(pair: Pair, stretch: _Stretch, span: _Span, window: Window) -> Finding:
    first, second = pair.first, pair.second
    facts = window.meters.filter(pl.col("meter_id") == first).row(0, named=True)
    unit = QUANTITIES[facts["quantity"]].unit.value
    # A register's reading just before may be its own and the next one the other's.
    margin = _HOUR if facts["kind"] == Kind.REGISTER else timedelta(0)
    turn, back = stretch
    if turn:
        usual, shown = turn.old, turn.new
    else:
        assert back is not None
        usual, shown = back.new, back.old
    unknown = "" if turn and back else "; when it began or ended is not to be seen"
    return Finding(
        rule=RuleId.SWAPPED,
        meter_id=first,
        other=second,
        start=min(turn.before + _HOUR, turn.at - margin) if turn else span[0],
        end=max(back.at, back.before + _HOUR + margin) if back else span[1],
        detail=(
            f"{first} shows {exp(shown[0]):.4g} {unit} an hour beside {exp(usual[0]):.4g}, "
            f"{second} {exp(shown[1]):.4g} beside {exp(usual[1]):.4g}: each what the other "
            f"showed{unknown}"
        ),
        proposal=f"swap {first} {second}",
    )
