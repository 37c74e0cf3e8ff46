"""A clock that was off for some days: the meter's hours come early or late beside all others."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product

import polars as pl

from pipelines.steps.estimate.similar import WHOLE
from pipelines.steps.validate.clock_evidence import CLOCK, Source, sources
from pipelines.steps.validate.window import Finding, Window
from schemas.quantities import Nature
from schemas.rules import RuleId
from schemas.rules.clocks import EVIDENCE, EVIDENCE_ALONE, SHIFT_DAYS, SHIFTS

_HOUR = timedelta(hours=1)
_SHORTEST = 24 * SHIFT_DAYS
_WEEK = 24 * 7
#: A clock that is off for longer is usual itself.
_LONGEST = 4 * _WEEK
#: Where a shift ends is taken to be anywhere up to where this much evidence speaks against it.
_UNSURE = 3.0
#: On quiet days nothing tells.
_BEYOND = 48


@dataclass(frozen=True, kw_only=True)
class _Run:
    """Rows [first, after) of the series, the hole included, whose stamps are ``shift`` hours late.

    ``evidence`` is told apart by what it comes from: the meter's usual days, and other meters.
    """

    meter: str
    first: int
    after: int
    shift: int
    evidence: Mapping[str, float]

    @property
    def weight(self) -> float:
        return sum(self.evidence.values())

    def meets(self, other: "_Run") -> bool:
        return self.first < other.after and other.first < self.after

    def is_of(self, other: "_Run") -> bool:
        """Whether it is the other meter that is off: seen from each of two, the other is. What
        speaks for either of them besides decides."""
        disputed = self.shift * other.shift < 0 and other.meter in self.evidence
        return disputed and self.meets(other) and self._besides(other) < other._besides(self)

    def _besides(self, other: "_Run") -> float:
        return self.weight - self.evidence.get(other.meter, 0.0)


def clock_shift(window: Window) -> Iterator[Finding]:
    """Stretches of days in which a meter tells each hour an hour or two early or late.

    A clock that is put forward, or set right after it was slow, leaves hours without a row: only
    beside such a hole a stretch is looked for. Whether its hours are off is said by what the meter
    usually does at that hour of such a day, and by the meters that go up and down with it.
    """
    series = _series(window)
    names = [name for name in series.columns if name not in CLOCK]
    holes = {name: near for name in names if (near := _holes(series[name].is_null().to_list()))}
    if not holes:
        return
    heard = list(sources(series, list(holes)))
    found = [run for name in holes for run in _best(_beside_holes(name, heard, holes[name]))]
    starts = series["start"].to_list()
    for run in found:
        if not any(run.is_of(other) for other in found):
            yield _finding(run, starts)


def _series(window: Window) -> pl.DataFrame:
    """``CLOCK`` and a column for each meter of amounts: its wholly measured hours, null where an
    hour is not. Meters on winter time all summer are left to their rule."""
    amounts = window.meters.filter(pl.col("nature") == Nature.AMOUNT)["meter_id"].unique()
    names = sorted(set(amounts) - set(window.holes["meter_id"]))
    return (
        window.hours.lazy()
        .filter(pl.col("meter_id").is_in(names))
        .select(*CLOCK, "meter_id", told=pl.when(WHOLE).then(pl.col("covered").cast(pl.Float64)))
        .collect()
        .pivot("meter_id", index=CLOCK, values="told")
        .sort("start")
    )


def _holes(lost: Sequence[bool]) -> list[tuple[int, int]]:
    """First place of each stretch of lost hours with hours on both sides, and the place after."""
    found = []
    begun: int | None = None
    for place, one in enumerate(lost):
        if one and begun is None:
            begun = place
        elif not one and begun is not None:
            if begun:
                found.append((begun, place))
            begun = None
    return found


def _beside_holes(
    meter: str, heard: Sequence[Source], holes: Sequence[tuple[int, int]]
) -> Iterator[_Run]:
    """For each hole and shift the stretch with most evidence, if it has as much as is asked for, of
    all sources together or of the usual days alone, and no other shift has more there."""
    mine = [source for source in heard if meter in source.names]
    for asking, asked in ((mine, EVIDENCE), (mine[:1], EVIDENCE_ALONE))[: len(mine)]:
        sums = {shift: _together([one.sums[shift][meter] for one in asking]) for shift in SHIFTS}
        for shift, (begun, ended) in product(SHIFTS, holes):
            if ended - begun < abs(shift):
                continue
            first, after = _most(sums[shift], begun, ended, late=shift > 0)
            found = {other: _within(sums[other], first, after) for other in SHIFTS}
            enough = max(asked, asked * (after - first) / _WEEK)
            if found[shift] < max(enough, *found.values()):
                continue
            yield _Run(
                meter=meter,
                first=_outwards(sums[shift], begun if shift > 0 else first, -1, free=shift < 0),
                after=_outwards(sums[shift], ended if shift < 0 else after, 1, free=shift > 0),
                shift=shift,
                evidence={
                    one.names[meter]: _within(one.sums[shift][meter], first, after)
                    for one in asking
                },
            )


def _together(parts: Sequence[pl.Series]) -> pl.Series:
    whole = parts[0]
    for part in parts[1:]:
        whole = whole + part
    return whole


def _within(sums: pl.Series, first: int, after: int) -> float:
    """The evidence of rows [first, after)."""
    return float(sums[after - 1]) - (float(sums[first - 1]) if first else 0.0)


def _most(sums: pl.Series, begun: int, ended: int, *, late: bool) -> tuple[int, int]:
    """The stretch after the hole, where stamps are late, or before it, where they are early."""
    if late:
        shortest = ended + _SHORTEST
        place = sums.slice(shortest - 1, _LONGEST - _SHORTEST + 1).arg_max()
        return ended, ended if place is None else shortest + place
    longest = max(1, begun - _LONGEST)
    place = sums.slice(longest - 1, max(0, begun - _SHORTEST - longest + 1)).arg_min()
    return begun if place is None else longest + place, begun


def _outwards(evidence: pl.Series, place: int, step: int, *, free: bool) -> int:
    """How far out an end of a stretch may be: up to where much evidence is against it; and where
    no hole tells, some days further."""
    sums = [0.0, *evidence]
    best, last = sums[place], len(sums) - 1
    while 0 < place < last and (sums[place + step] - best) * step >= -_UNSURE:
        place += step
    return min(last, max(0, place + (_BEYOND if free else 0) * step))


def _best(runs: Iterator[_Run]) -> list[_Run]:
    """Of the stretches of one meter that meet the one with most evidence; in order of time."""
    taken: list[_Run] = []
    for run in sorted(runs, key=lambda run: (-run.weight, run.first, run.shift)):
        if not any(run.meets(other) for other in taken):
            taken.append(run)
    return sorted(taken, key=lambda run: run.first)


def _finding(run: _Run, starts: Sequence[datetime]) -> Finding:
    hours, late = abs(run.shift), run.shift > 0
    return Finding(
        rule=RuleId.CLOCK_SHIFT,
        meter_id=run.meter,
        start=starts[run.first],
        end=starts[run.after - 1] + _HOUR,
        detail=f"stamps {hours} h {'late' if late else 'early'} beside {', '.join(run.evidence)}",
        proposal=f"shift {'-' if late else '+'}{hours}h",
    )
