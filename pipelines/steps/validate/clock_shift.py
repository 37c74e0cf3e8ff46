"""A clock that was off for some days: the meter's hours come early or late beside all others."""

from collections.abc import Iterator, Sequence
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
#: What is usual in a week is what was usual in these, counted from it: not in itself, nor in the
#: weeks beside it, which a fault of some days may reach into.
_WEEKS = (-4, -3, -2, 2, 3, 4)
_FRIDAY = 5
#: Fewer days say nothing of a usual hour, and fewer hours nothing of a meter.
_DAYS, _HOURS = 3, 200
#: Other meters that are heard; the ones whose steps are most alike.
_WITNESSES = 3
#: No single hour weighs more than this: a spike is no clock.
_MOST = 4.0
#: Where a shift ends is taken to be anywhere up to where this much evidence speaks against it.
_UNSURE = 3.0


@dataclass(frozen=True, kw_only=True)
class _Run:
    """Rows [first, after) of the series, the hole included, whose stamps are ``shift`` hours late.

    ``surplus`` is the evidence beyond what is asked for; ``witnesses`` the meters it rests on.
    """

    meter: str
    first: int
    after: int
    shift: int
    surplus: float
    witnesses: tuple[str, ...]

    def contradicts(self, other: "_Run") -> bool:
        """Whether only one of two can be: of one meter, or of two each early beside the other."""
        meet = self.first < other.after and other.first < self.after
        beside = self.shift * other.shift < 0 and other.meter in self.witnesses
        return meet and (self.meter == other.meter or beside)


def clock_shift(window: Window) -> Iterator[Finding]:
    """Stretches of days in which a meter tells each hour an hour or two early or late.

    A clock that is put forward, or set right after it was slow, leaves hours without a row: only
    beside such a hole a stretch is looked for. Whether its hours are off is said by what the meter
    usually does at that hour of such a day, and by the meters that go up and down with it: the
    hours are more likely with the shift than without by a factor of e to the ``EVIDENCE``.
    """
    series = _series(window)
    names = series.columns[_FACTS:]
    holes = {name: _holes(series[name].is_null().to_list()) for name in names}
    if not any(holes.values()):
        return
    steps = {name: _steps(series[name]) for name in names}
    found = [
        run for name in names if holes[name] for run in _runs(series, steps, name, holes[name])
    ]
    taken: list[_Run] = []
    for run in sorted(found, key=lambda run: (-run.surplus, run.meter, run.first, run.shift)):
        if not any(run.contradicts(other) for other in taken):
            taken.append(run)
    starts = series["start"].to_list()
    for run in sorted(taken, key=lambda run: (run.meter, run.first)):
        yield _finding(run, starts)


#: Columns of the series before those of the meters.
_FACTS = 3


def _series(window: Window) -> pl.DataFrame:
    """``start, local_date, local_hour`` and a column for each meter of amounts: wholly measured
    hours, null where an hour is not. Meters on winter time all summer are left to their rule."""
    amounts = window.meters.filter(pl.col("nature") == Nature.AMOUNT)
    told = pl.when(WHOLE).then(pl.col("covered").cast(pl.Float64))
    return (
        window.hours.join(amounts, on="meter_id", how="semi")
        .join(window.holes, on="meter_id", how="anti")
        .select("start", "local_date", "local_hour", "meter_id", told=told)
        .pivot("meter_id", index=["start", "local_date", "local_hour"], values="told")
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


def _steps(told: pl.Series) -> pl.Series:
    """What each hour has more than the one before, on the meter's own scale, without outliers."""
    steps = told.diff()
    steps = _capped(steps - (steps.median() or 0.0))
    scale = _mean(steps * steps) ** 0.5
    return steps / scale if scale else steps * 0.0


def _capped(values: pl.Series) -> pl.Series:
    highest = values.abs().quantile(0.99) or 0.0
    return values.clip(-highest, highest)


def _mean(values: pl.Series) -> float:
    found = values.mean()
    return found if isinstance(found, float) else 0.0


# Evidence


def _runs(
    series: pl.DataFrame, steps: dict[str, pl.Series], name: str, holes: list[tuple[int, int]]
) -> Iterator[_Run]:
    """The stretches of one meter that have evidence enough."""
    own = _own_evidence(series.select("start", "local_date", "local_hour", told=name))
    telling = sorted(
        (-telling, other)
        for other in steps
        if other != name and (telling := _telling(steps[name], steps[other])) >= WITNESS
    )
    witnesses = tuple(other for _, other in telling[:_WITNESSES])
    heard = [_evidence(steps[name], steps[other]) for other in witnesses]
    for shift in SHIFTS:
        together = own[shift]
        for one in heard:
            together = together + one[shift]
        yield from _beside_holes(together, name, shift, holes, EVIDENCE, witnesses)
        if witnesses:
            yield from _beside_holes(own[shift], name, shift, holes, EVIDENCE_ALONE, ())


def _telling(steps: pl.Series, others: pl.Series) -> float:
    """How much more of a meter's steps another one explains at the hour itself than an hour off."""
    there, before, after = (_mean(steps * others.shift(by)) ** 2 for by in (0, -1, 1))
    return there - max(before, after)


def _own_evidence(hours: pl.DataFrame) -> dict[int, pl.Series]:
    """How much each hour speaks for each shift, beside the meter's usual days.

    Usual by the site's clock or by the sun's, whichever suits the meter better where clocks change.
    What a meter has too much in one hour it mostly has in the next: that part says nothing.
    """
    told = hours["told"]
    by_sun = pl.col("start").dt.hour()
    usual = min(
        (_usual(hours, clock) for clock in (pl.col("local_hour"), by_sun)),
        key=lambda usual: _mean(_capped(told - usual).abs()),
    )
    rest = told - usual
    rest = _capped(rest - (rest.median() or 0.0))
    scale = _mean(rest * rest)
    lasting = min(1.0, max(0.0, _mean(rest * rest.shift()) / scale)) if scale else 0.0
    return _evidence(told - told.shift() * lasting, usual - usual.shift() * lasting)


def _usual(hours: pl.DataFrame, clock: pl.Expr) -> pl.Series:
    """The median of the same hour on days of the same class, some weeks before and after."""
    day = pl.col("local_date")
    rows = hours.select(
        "start",
        "told",
        clock=clock,
        week=(day - day.min()).dt.total_days() // 7,
        weekend=day.dt.weekday() > _FRIDAY,
    )
    key = ["week", "weekend", "clock"]
    shifted = [rows.with_columns(pl.col("week") + weeks) for weeks in _WEEKS]
    usual = (
        pl.concat(shifted)
        .group_by(key)
        .agg(usual=pl.when(pl.col("told").count() >= _DAYS).then(pl.col("told").median()))
    )
    return rows.join(usual, on=key, how="left", maintain_order="left")["usual"]


def _evidence(seen: pl.Series, told: pl.Series) -> dict[int, pl.Series]:
    """How much each hour speaks for each shift: by how much ``seen`` is more likely if ``told``
    stands so many hours later in it (logarithm of a ratio of likelihoods)."""
    both = seen.is_not_null() & told.is_not_null()
    nothing = pl.repeat(0.0, len(seen), eager=True)
    if both.sum() < _HOURS:
        return dict.fromkeys(SHIFTS, nothing)
    seen, told = seen - (seen.median() or 0.0), told - (told.median() or 0.0)
    level, other = (_capped(one.filter(both)) for one in (seen, told))
    size = _mean(other * other)
    if not size:
        return dict.fromkeys(SHIFTS, nothing)
    slope = _mean(level * other) / size
    misses = (seen - told * slope).pow(2)
    usual = _mean(misses.clip(upper_bound=misses.quantile(0.8)))
    spread = max(2 * usual, _mean(misses) / 10)
    if not spread:
        return dict.fromkeys(SHIFTS, nothing)
    return {
        shift: ((misses - (seen - told.shift(shift) * slope).pow(2)) / (2 * spread))
        .clip(-_MOST, _MOST)
        .fill_null(0.0)
        for shift in SHIFTS
    }


def _beside_holes(
    evidence: pl.Series,
    name: str,
    shift: int,
    holes: list[tuple[int, int]],
    asked: float,
    witnesses: tuple[str, ...],
) -> Iterator[_Run]:
    """For each hole the stretch after it (stamps late) or before it (early) that has most evidence,
    if that is as much as is asked for."""
    sums = pl.concat([pl.Series([0.0]), evidence.cum_sum()])
    for begun, ended in holes:
        if ended - begun < abs(shift):
            continue
        first, after = ended, begun
        if shift > 0:
            rest = sums[ended + _SHORTEST : ended + _LONGEST]
            after = ended + _SHORTEST + (rest.arg_max() or 0)
        else:
            since = max(0, begun - _LONGEST)
            rest = sums[since : max(0, begun - _SHORTEST)]
            first = since + (rest.arg_min() or 0)
        if rest.is_empty():
            continue
        surplus = sums[after] - sums[first] - asked
        if surplus >= 0:
            yield _Run(
                meter=name,
                first=begun if shift > 0 else _outwards(sums, first, -1),
                after=ended if shift < 0 else _outwards(sums, after, 1),
                shift=shift,
                surplus=surplus,
                witnesses=witnesses,
            )


def _outwards(sums: pl.Series, place: int, step: int) -> int:
    """How far out the free end of a stretch may be: a day beyond where much evidence is against."""
    best, last = sums[place], len(sums) - 1
    while 0 < place < last and (sums[place + step] - best) * step >= -_UNSURE:
        place += step
    return min(last, max(0, place + 24 * step))


def _finding(run: _Run, starts: Sequence[datetime]) -> Finding:
    hours, late = abs(run.shift), run.shift > 0
    beside = ", ".join(("its usual days", *run.witnesses))
    return Finding(
        rule=RuleId.CLOCK_SHIFT,
        meter_id=run.meter,
        start=starts[run.first],
        end=starts[run.after - 1] + _HOUR,
        detail=f"stamps {hours} h {'late' if late else 'early'} beside {beside}",
        proposal=f"shift {'-' if late else '+'}{hours}h",
    )
