"""A clock that was off for some days: the meter's hours come early or late beside all others."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from pipelines.steps.estimate.similar import WHOLE
from pipelines.steps.validate.window import Finding, Window
from schemas.quantities import Nature
from schemas.rules import RuleId
from schemas.rules.clocks import EVIDENCE, EVIDENCE_ALONE, SHIFT_DAYS, SHIFTS, WITNESS

_HOUR = timedelta(hours=1)
_SHORTEST = 24 * SHIFT_DAYS
#: A clock that is off for longer is usual itself.
_LONGEST = 24 * 28
_WEEK = 24 * 7
#: What is usual in a week is what was usual in these, counted from it: not in itself, nor in the
#: weeks beside it, which a fault of some days may reach into.
_WEEKS = (-4, -3, -2, 2, 3, 4)
_FRIDAY = 5
#: Fewer days say nothing of a usual hour, and fewer hours nothing of a meter.
_DAYS, _HOURS = 3, 200
#: Other meters that are heard; the ones that tell most.
_WITNESSES = 3
#: No single hour weighs more than this: a spike is no clock.
_MOST = 4.0
#: Where a shift ends is taken to be anywhere up to where this much evidence speaks against it.
_UNSURE = 3.0
_CLOCK = ("start", "local_date", "local_hour")
_OWN = "its usual days"

#: By shift in hours, how much each hour of a series speaks for it.
Evidence = Mapping[int, pl.Series]


@dataclass(frozen=True, kw_only=True)
class _Run:
    """Rows [first, after) of the series, the hole included, whose stamps are ``shift`` hours late.

    ``evidence`` is told apart by what it comes from: other meters, and the meter's usual days.
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
        """Whether it is the other meter that is off, if one of the two is: seen from each, the
        other's hours are. Then what else there is decides."""
        disputed = (
            self.shift * other.shift < 0 and other.meter in self.evidence and self.meets(other)
        )
        return disputed and self._without(other.meter) < other._without(self.meter)

    def _without(self, meter: str) -> float:
        return self.weight - self.evidence.get(meter, 0.0)


def clock_shift(window: Window) -> Iterator[Finding]:
    """Stretches of days in which a meter tells each hour an hour or two early or late.

    A clock that is put forward, or set right after it was slow, leaves hours without a row: only
    beside such a hole a stretch is looked for. Whether its hours are off is said by what the meter
    usually does at that hour of such a day, and by the meters that go up and down with it.
    """
    series = _series(window)
    names = [name for name in series.columns if name not in _CLOCK]
    holes = {name: gaps for name in names if (gaps := _holes(series[name].is_null().to_list()))}
    if not holes:
        return
    usual = _usual(series, list(holes))
    steps = {name: _steps(series[name]) for name in names}
    found: list[_Run] = []
    for name, near in holes.items():
        heard = {_OWN: _own(series[name], [one[name] for one in usual]), **_heard(steps, name)}
        found += _best(_beside_holes(name, heard, near))
    starts = series["start"].to_list()
    for run in found:
        if not any(run.is_of(other) for other in found):
            yield _finding(run, starts)


def _series(window: Window) -> pl.DataFrame:
    """``_CLOCK`` and a column for each meter of amounts: its wholly measured hours, null where an
    hour is not. Meters on winter time all summer are left to their rule."""
    amounts = window.meters.filter(pl.col("nature") == Nature.AMOUNT)
    told = pl.when(WHOLE).then(pl.col("covered").cast(pl.Float64))
    return (
        window.hours.join(amounts, on="meter_id", how="semi")
        .join(window.holes, on="meter_id", how="anti")
        .select(*_CLOCK, "meter_id", told=told)
        .pivot("meter_id", index=_CLOCK, values="told")
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


# Evidence


def _usual(series: pl.DataFrame, names: Sequence[str]) -> list[pl.DataFrame]:
    """The median of the same hour on days of the same class, some weeks before and after: by the
    site's clock and, where that changes, by the sun's."""
    day = pl.col("local_date")
    sun = pl.col("start").dt.hour()
    by_site, by_sun = (
        series.select(
            *names,
            clock=clock,
            week=(day - day.min()).dt.total_days() // 7,
            weekend=day.dt.weekday() > _FRIDAY,
        )
        for clock in (pl.col("local_hour"), sun.cast(pl.Int8))
    )
    changes = series.select(((pl.col("local_hour") - sun) % 24).n_unique()).item() > 1
    return [_medians(rows, names) for rows in ([by_site, by_sun] if changes else [by_site])]


def _medians(rows: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    key = ["week", "weekend", "clock"]
    usual = (
        pl.concat(rows.with_columns(pl.col("week") + weeks) for weeks in _WEEKS)
        .group_by(key)
        .agg(pl.when(pl.col(name).count() >= _DAYS).then(pl.col(name).median()) for name in names)
    )
    return rows.select(key).join(usual, on=key, how="left", maintain_order="left").drop(key)


def _own(told: pl.Series, usuals: Sequence[pl.Series]) -> Evidence:
    """The evidence of the meter's usual days, by the clock that suits it better.

    What a meter has too much in one hour it mostly has in the next: that part says nothing.
    """
    usual = min(usuals, key=lambda one: _mean(_capped(told - one).abs()))
    rest = told - usual
    rest = _capped(rest - (rest.median() or 0.0))
    scale = _mean(rest * rest)
    lasting = min(1.0, max(0.0, _mean(rest * rest.shift()) / scale)) if scale else 0.0
    return _evidence(told - told.shift() * lasting, usual - usual.shift() * lasting)


def _heard(steps: Mapping[str, pl.Series], name: str) -> dict[str, Evidence]:
    """The evidence of the meters whose steps tell most of this one's, hour by hour."""
    mine = steps[name]
    telling = sorted(
        (-telling, other)
        for other, others in steps.items()
        if other != name and (telling := _telling(mine, others)) >= WITNESS
    )
    return {other: _evidence(mine, steps[other]) for _, other in telling[:_WITNESSES]}


def _steps(told: pl.Series) -> pl.Series:
    """What each hour has more than the one before, on the meter's own scale, without outliers."""
    steps = told.diff()
    steps = _capped(steps - (steps.median() or 0.0))
    scale = _mean(steps * steps) ** 0.5
    return steps / scale if scale else steps


def _telling(steps: pl.Series, others: pl.Series) -> float:
    """How much more of a meter's steps another one explains at the hour itself than an hour off."""
    there = _mean(steps * others) ** 2
    if there < WITNESS:
        return there - 1
    return there - max(_mean(steps * others.shift(by)) ** 2 for by in (-1, 1))


def _evidence(seen: pl.Series, told: pl.Series) -> Evidence:
    """How much each hour speaks for each shift: by how much ``seen`` is more likely if ``told``
    stands so many hours later in it (logarithm of a ratio of likelihoods)."""
    nothing = dict.fromkeys(SHIFTS, pl.repeat(0.0, len(seen), eager=True))
    seen, told = seen - (seen.median() or 0.0), told - (told.median() or 0.0)
    both = seen.is_not_null() & told.is_not_null()
    level, other = (_capped(one.filter(both)) for one in (seen, told))
    size = _mean(other * other)
    if len(level) < _HOURS or not size:
        return nothing
    slope = _mean(level * other) / size
    misses = (seen - told * slope).pow(2)
    usual = _mean(misses.clip(upper_bound=misses.quantile(0.8)))
    spread = max(1.6 * usual, _mean(misses) / 10)
    if not spread:
        return nothing
    return {
        shift: ((misses - (seen - told.shift(shift) * slope).pow(2)) / (2 * spread))
        .clip(-_MOST, _MOST)
        .fill_null(0.0)
        for shift in SHIFTS
    }


def _capped(values: pl.Series) -> pl.Series:
    highest = values.abs().quantile(0.99) or 0.0
    return values.clip(-highest, highest)


def _mean(values: pl.Series) -> float:
    found = values.mean()
    return found if isinstance(found, float) else 0.0


# Stretches


def _beside_holes(
    name: str, heard: Mapping[str, Evidence], holes: Sequence[tuple[int, int]]
) -> Iterator[_Run]:
    """For each hole and shift the stretch with most evidence, if it has as much as is asked for."""
    alone = {_OWN: heard[_OWN]}
    for sources, asked in ((heard, EVIDENCE), (alone, EVIDENCE_ALONE))[: len(heard)]:
        for shift in SHIFTS:
            parts = {source: _sums(one[shift]) for source, one in sources.items()}
            sums = [sum(place) for place in zip(*parts.values(), strict=True)]
            for hole in holes:
                if hole[1] - hole[0] < abs(shift):
                    continue
                first, after = _most(sums, hole, late=shift > 0)
                if sums[after] - sums[first] < max(asked, asked * (after - first) / _WEEK):
                    continue
                yield _Run(
                    meter=name,
                    first=hole[0] if shift > 0 else _outwards(sums, first, -1),
                    after=hole[1] if shift < 0 else _outwards(sums, after, 1),
                    shift=shift,
                    evidence={source: part[after] - part[first] for source, part in parts.items()},
                )


def _sums(evidence: pl.Series) -> list[float]:
    """Evidence of all rows before each place, and of all rows at the end."""
    return [0.0, *evidence.cum_sum()]


def _most(sums: Sequence[float], hole: tuple[int, int], *, late: bool) -> tuple[int, int]:
    """The stretch after the hole, where stamps are late, or before it, where they are early."""
    begun, ended = hole
    if late:
        places = range(ended + _SHORTEST, min(len(sums), ended + _LONGEST + 1))
        return ended, max(places, key=sums.__getitem__, default=ended)
    places = range(max(0, begun - _LONGEST), begun - _SHORTEST + 1)
    return min(places, key=sums.__getitem__, default=begun), begun


def _outwards(sums: Sequence[float], place: int, step: int) -> int:
    """How far out the free end of a stretch may be: a day beyond where much evidence is against."""
    best, last = sums[place], len(sums) - 1
    while 0 < place < last and (sums[place + step] - best) * step >= -_UNSURE:
        place += step
    return min(last, max(0, place + 24 * step))


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
