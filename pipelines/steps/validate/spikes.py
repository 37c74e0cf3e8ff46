"""Single hours far above everything that a meter shows in the weeks around them."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime
from heapq import nlargest
from itertools import pairwise
from statistics import median

import polars as pl

from pipelines.steps.estimate.similar import REACH
from pipelines.steps.validate.scale import scale_change
from pipelines.steps.validate.swapped import swapped
from pipelines.steps.validate.usual import HOUR, RUNNING_HOURS, Facts, facts_of, figure
from pipelines.steps.validate.window import Finding, Window
from schemas.rules import RULES, RuleId

_LIMITS = RULES[RuleId.SPIKE].parameters
_TIMES = _LIMITS["× the highest other hour"]
_MOST = int(_LIMITS["hours at most"])
#: A day of hours: a spike is far above all but two others of these, or it is none.
_NEAR = 25


def spike(window: Window) -> Iterator[Finding]:
    """Hours more than twice as high as all others within four weeks, up to three of them.

    Hours of another scale, or of another meter, are no measure of this one and left out.
    """
    facts = facts_of(window)
    # What hardly runs at all is no spike anywhere: nothing need be asked of it.
    running = (pl.col("told") > 0).sum().over("meter_id") >= RUNNING_HOURS + _MOST
    rows = _without(_read(window, facts).filter(running), [*scale_change(window), *swapped(window)])
    above = pl.col("told") > _TIMES * pl.col("told").rolling_quantile(
        1 - _MOST / (_NEAR - 1), "lower", window_size=_NEAR, center=True, min_samples=1
    ).over("meter_id")
    for (name,), mine in (
        rows.with_columns(above=above)
        .filter(pl.col("above").any().over("meter_id"))
        .group_by("meter_id", maintain_order=True)
    ):
        meter = str(name)
        starts, told = mine["start"].to_list(), mine["told"].to_list()
        for place in mine["above"].arg_true():
            detail = _evidence(starts, told, place, facts[meter])
            if detail:
                start = starts[place]
                yield Finding(
                    rule=RuleId.SPIKE,
                    meter_id=meter,
                    start=start,
                    end=start + HOUR,
                    detail=detail,
                )


def _read(window: Window, facts: dict[str, Facts]) -> pl.DataFrame:
    """Hours whose amount is no part of a longer one: ``meter_id, start, told``."""
    read = (pl.col("measured_seconds") > 0) & ~pl.col("shaped")
    return window.hours.filter(read & pl.col("meter_id").is_in(list(facts))).select(
        "meter_id", "start", told=pl.col("covered").cast(pl.Float64)
    )


def _without(rows: pl.DataFrame, found: Sequence[Finding]) -> pl.DataFrame:
    """The hours outside of what others found, of either meter they name."""
    outside = pl.lit(value=True)
    for one in found:
        inside = (pl.col("start") < one.end) & (pl.col("start") + HOUR > one.start)
        outside &= ~(inside & pl.col("meter_id").is_in([one.meter_id, one.other]))
    return rows.filter(outside)


def _evidence(starts: Sequence[datetime], told: Sequence[float], place: int, facts: Facts) -> str:
    """Why the hour is a spike, in words; nothing if it is none."""
    value = told[place]
    first = bisect_left(starts, starts[place] - REACH)
    end = bisect_right(starts, starts[place] + REACH)
    near = told[first:end]
    if sum(one > 0 for one in near) < RUNNING_HOURS + _MOST:
        return ""
    if not _MOST <= place < len(told) - _MOST:
        return ""  # a new level may begin with the last hours, or the old one end with the first
    top = nlargest(_MOST + 1, near)
    for lowest_spike, highest_other in pairwise(top):
        if value >= lowest_spike > _TIMES * highest_other:
            if facts.is_register and value <= highest_other * (1 + _zeros_before(told, place)):
                return ""  # it catches up with hours in which its readings stood still
            hour = starts[place].weekday(), starts[place].hour
            alike = [
                amount
                for at, amount in zip(starts[first:end], near, strict=True)
                if (at.weekday(), at.hour) == hour and at != starts[place]
            ]
            text = (
                f"{figure(value, facts.unit)} where no other hour within four weeks has more than "
            )
            text += figure(highest_other, facts.unit)
            if alike:
                text += f"; at this hour of the week usually {figure(median(alike), facts.unit)}"
            return text
    return ""


def _zeros_before(told: Sequence[float], place: int) -> int:
    """How many hours of zero stand right before this one."""
    count = 0
    while count < place and told[place - 1 - count] == 0:
        count += 1
    return count
