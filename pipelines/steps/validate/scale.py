"""Amounts in another scale: a unit or a multiplier that changed for a while."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from math import log
from statistics import median, quantiles

import polars as pl

from pipelines.steps.estimate.similar import WHOLE
from pipelines.steps.validate.usual import Facts, facts_of, figure, runs_of, stretch, usual_hours
from pipelines.steps.validate.window import Finding, Window, once
from schemas import units
from schemas.domains import QUANTITIES
from schemas.quantities import Kind, Nature
from schemas.rules import RULES, RuleId

_LIMITS = RULES[RuleId.SCALE_CHANGE].parameters
_FEWEST = int(_LIMITS["hours at least"])
_OFF = log(_LIMITS["off by at most, × the factor"])
#: A multiplier below the first is no more than a load may do, and neither is MJ for kWh; one below
#: the second needs a meter that keeps close to its usual amounts, and half a day of them.
_LEAST = log(_LIMITS["multiplier at least"])
_PLAIN = log(_LIMITS["multiplier that needs no steady meter"])
_CLOSE, _HALF_A_DAY = log(1.3), _LIMITS["hours at least of a smaller one"]
_THOUSAND = Fraction(1000)
#: A meter that changes much from day to day, and that is as far off as that again and again, does
#: so by habit.
_UNSTEADY, _HABIT = log(2), 3
#: Amounts a thousand times too large are above all others, but perhaps for another fault's hour.
_ABOVE_OTHERS = 3


@dataclass(frozen=True, kw_only=True)
class _Hours:
    """The hours above zero that one meter tells, in order of time.

    ``offs`` are the logarithms of amount ÷ usual amount.
    """

    starts: Sequence[datetime]
    told: Sequence[float]
    usual: Sequence[float]
    offs: Sequence[float]


@dataclass(frozen=True, kw_only=True)
class _Stretch:
    """Hours from ``first`` to ``last`` (places) that are off by about ``factor``."""

    first: int
    last: int
    factor: Fraction
    miss: float


@once
def scale_change(window: Window) -> list[Finding]:
    """Stretches in which a meter tells about a known factor times what it usually tells.

    Hours of zero and hours without a reading neither begin nor break a stretch. Of what a register
    tells, only hours that its accepted readings tell count: refused ones are bridged exactly.
    """
    facts = facts_of(window)
    factors = _factors(window.meters)
    found = []
    for (name,), mine in _far_off(window, facts, factors).group_by("meter_id", maintain_order=True):
        meter = str(name)
        hours = _Hours(
            starts=mine["start"].to_list(),
            told=mine["told"].to_list(),
            usual=mine["usual"].to_list(),
            offs=mine["off"].to_list(),
        )
        stretches = _stretches(hours, factors[meter])
        found += [_finding(meter, facts[meter], hours, one) for one in stretches]
    return found


def _far_off(
    window: Window, facts: Mapping[str, Facts], factors: Mapping[str, Sequence[Fraction]]
) -> pl.DataFrame:
    """The hours above zero of meters with enough of them half way to a factor: ``off`` is the
    logarithm of ``told`` ÷ ``usual``."""
    halves = {meter: min(abs(log(one)) for one in known) / 2 for meter, known in factors.items()}
    half = pl.col("meter_id").replace_strict(halves, return_dtype=pl.Float64)
    known = window.hours.select("meter_id", "start", whole=WHOLE)
    registers = [name for name, one in facts.items() if one.is_register]
    return (
        usual_hours(window)
        .filter((pl.col("told") > 0) & pl.col("usual").is_not_null())
        .with_columns(off=(pl.col("told") / pl.col("usual")).log())
        .filter((pl.col("off").abs() >= half).sum().over("meter_id") >= _FEWEST)
        .join(known, on=["meter_id", "start"], maintain_order="left")
        .filter(pl.col("whole") | ~pl.col("meter_id").is_in(registers))
    )


def _factors(meters: pl.DataFrame) -> dict[str, list[Fraction]]:
    """By what each meter's amounts may be off: a thousand, its multiplier, and their inverses."""
    found: dict[str, set[Fraction]] = {}
    columns = ("meter_id", "quantity", "unit", "kind", "numerator", "denominator")
    amounts = meters.filter(pl.col("nature") == Nature.AMOUNT).select(columns)
    for meter, quantity, unit, kind, numerator, denominator in amounts.iter_rows():
        canonical = QUANTITIES[quantity].unit
        own = units.conversion(unit, canonical=canonical, rate=kind == Kind.AVERAGE)
        assert own is not None  # the meter register was checked
        multiplier = Fraction(numerator, denominator) / own.factor
        known = found.setdefault(meter, {_THOUSAND, 1 / _THOUSAND})
        if abs(log(multiplier)) >= _LEAST:
            known.update((multiplier, 1 / multiplier))
    return {meter: sorted(known) for meter, known in found.items()}


def _stretches(hours: _Hours, factors: Sequence[Fraction]) -> list[_Stretch]:
    """Stretches that do not overlap, each with the factor that it fits best; by time."""
    steady = _spread(hours.offs)
    fits = [
        one
        for factor in factors
        if abs(log(factor)) >= _PLAIN or steady <= _CLOSE
        for one in _fitting(hours, factor)
    ]
    chosen: list[_Stretch] = []
    for one in sorted(fits, key=lambda fit: (fit.miss, fit.first)):
        if all(one.last < other.first or one.first > other.last for other in chosen):
            chosen.append(one)
    if steady > _UNSTEADY and len(chosen) > _HABIT:
        return []
    return sorted(chosen, key=lambda one: one.first)


def _spread(offs: Sequence[float]) -> float:
    """Between which the middle half of the hours lies."""
    low, _, high = quantiles(offs, n=4) if len(offs) > 1 else (0.0, 0.0, 0.0)
    return high - low


def _fitting(hours: _Hours, factor: Fraction) -> Iterator[_Stretch]:
    """Runs of hours more than half way off, whose middle one is off by the factor."""
    off = log(factor)
    up = 1 if off > 0 else -1
    plain = abs(off) >= _PLAIN
    fewest, close = (_FEWEST, _OFF) if plain else (_HALF_A_DAY, _CLOSE)
    far = [up * one >= abs(off) / 2 for one in hours.offs]
    runs = [(first, last) for first, last in runs_of(far) if last - first + 1 >= fewest]
    others = _second_highest(hours.told, runs)
    for first, last in runs:
        miss = abs(median(hours.offs[first : last + 1]) - off)
        comes_back = first > 0 and last < len(far) - 1
        above = up < 0 or median(hours.told[first : last + 1]) > _ABOVE_OTHERS * others
        if miss <= close and (comes_back or plain) and (above or not plain):
            yield _Stretch(first=first, last=last, factor=factor, miss=miss)


def _second_highest(told: Sequence[float], runs: Sequence[tuple[int, int]]) -> float:
    """The second highest amount outside of all runs."""
    outside = list(told)
    for first, last in reversed(runs):
        del outside[first : last + 1]
    return sorted(outside)[-2] if len(outside) > 1 else 0.0


def _finding(meter: str, facts: Facts, hours: _Hours, found: _Stretch) -> Finding:
    places = slice(found.first, found.last + 1)
    start, end = stretch(hours.starts[found.first], hours.starts[found.last], facts)
    told, usual = median(hours.told[places]), median(hours.usual[places])
    return Finding(
        rule=RuleId.SCALE_CHANGE,
        meter_id=meter,
        start=start,
        end=end,
        detail=f"{found.last - found.first + 1} hours of about {figure(told, facts.unit)} where "
        f"{figure(usual, facts.unit)} are usual: about {_plain(found.factor)} times as much",
        proposal=f"scale {_plain(1 / found.factor)}",
    )


def _plain(factor: Fraction) -> str:
    """A factor as an edit would say it: a decimal where it ends, else a fraction."""
    scaled = factor * 10**6
    if scaled.denominator > 1:
        return str(factor)
    return f"{scaled.numerator / 10**6:.6f}".rstrip("0").rstrip(".")
