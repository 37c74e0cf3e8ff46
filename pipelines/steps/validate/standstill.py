"""A meter that says zero while others show that it cannot be."""

from collections.abc import Iterator

import polars as pl

from pipelines.steps.estimate.accuracy import meter_facts
from pipelines.steps.estimate.similar import WHOLE
from pipelines.steps.estimate.ticks import UNITS, ticks
from pipelines.steps.estimate.tree import links_of
from pipelines.steps.validate.usual import HOUR, RUNNING_HOURS, facts_of, figure, stretch
from pipelines.steps.validate.usual import usual_hours as hours_with_usual
from pipelines.steps.validate.window import Finding, Window
from schemas.rules import RULES, RuleId

_HOUR = ["meter_id", "start"]
_FEWEST = int(RULES[RuleId.ZERO_BELOW_PARENT].parameters["hours at least"])
_PART = RULES[RuleId.ZERO_BELOW_PARENT].parameters["of the usual amount missing in the balance"]
_DRY = int(RULES[RuleId.WATER_WITHOUT_COOLING].parameters["hours at least"])
_FLOWS = RULES[RuleId.WATER_WITHOUT_COOLING].parameters["of the usual water"]
_WATER = ("potable_water", "surface_water", "ground_water", "rain_water", "reclaimed_water")


def zero_below_parent(window: Window) -> Iterator[Finding]:
    """Hours of zero of a meter whose usual amount turns up in what its parent leaves over.

    The parent was read, and so were all other meters below it; what they leave over is more than
    usual by at least half of what the meter usually shows. A meter that usually shows nothing at
    that hour is not asked, nor a register: one that stands still is evidence, and when it goes on
    its sum is exact.
    """
    facts = facts_of(window)
    zeros = _zeros_with_balance(window)
    missing = pl.col("more") >= pl.max_horizontal(_PART * pl.col("usual"), "swing")
    lies = zeros.filter(missing).sort(_HOUR)
    far = (pl.col("start") - pl.col("start").shift() > HOUR) | (
        pl.col("meter_id") != pl.col("meter_id").shift()
    )
    runs = (
        lies.with_columns(run=far.fill_null(value=True).cum_sum())
        .group_by("run", maintain_order=True)
        .agg(
            pl.col("meter_id", "upper").first(),
            pl.col("usual").median(),
            first=pl.col("start").min(),
            last=pl.col("start").max(),
            hours=pl.len(),
        )
        .filter(pl.col("hours") >= _FEWEST)
    )
    for row in runs.iter_rows(named=True):
        meter = row["meter_id"]
        start, end = stretch(row["first"], row["last"], facts[meter])
        yield Finding(
            rule=RuleId.ZERO_BELOW_PARENT,
            meter_id=meter,
            other=row["upper"],
            start=start,
            end=end,
            detail=f"{row['hours']} hours of zero, where {figure(row['usual'], facts[meter].unit)} "
            f"is usual and {row['upper']} leaves that much more over",
        )


def _zeros_with_balance(window: Window) -> pl.DataFrame:
    """Hours of zero with the meter's ``usual`` amount, by how much the parent leaves ``more`` over
    than usual, and the ``swing`` that this keeps within, in the canonical unit."""
    facts = facts_of(window)
    links = links_of(meter_facts(window.meters), window.parents, window.checks)
    asked = [name for name, one in facts.items() if not one.is_register]
    usual = hours_with_usual(window).select(*_HOUR, "told", "usual")
    zeros = usual.filter(
        pl.col("meter_id").is_in(asked) & (pl.col("told") == 0) & (pl.col("usual") > 0)
    ).join(links, on="meter_id")
    if zeros.is_empty():
        return zeros.with_columns(more=pl.lit(0.0), swing=pl.lit(0.0))
    left = _left_over(window, links.filter(pl.col("upper").is_in(zeros["upper"].implode())))
    return zeros.join(left, on=["upper", "start"])


def _left_over(window: Window, links: pl.DataFrame) -> pl.DataFrame:
    """``upper, start, more, swing`` of hours that parent and children read.

    ``more`` is what the parent leaves over above the median at that hour of the day; in nine hours
    of ten it is below ``swing``.
    """
    whole = window.hours.filter(WHOLE).select(
        *_HOUR, "local_hour", amount=ticks("covered").cast(pl.Float64)
    )
    children = links.group_by("upper").agg(children=pl.len())
    below = (
        whole.join(links, on="meter_id")
        .sort("upper", "start", "meter_id")
        .group_by("upper", "start", maintain_order=True)
        .agg(read=pl.len(), shown=pl.col("amount").sum())
        .join(children, on="upper")
        .filter(pl.col("read") == pl.col("children"))
    )
    through = whole.select("start", "local_hour", upper="meter_id", through="amount")
    left = (pl.col("through") - pl.col("shown")) / UNITS
    return (
        below.join(through, on=["upper", "start"])
        .with_columns(left=left)
        .with_columns(
            more=pl.col("left") - pl.col("left").median().over("upper", "local_hour"),
        )
        .with_columns(swing=pl.col("more").quantile(0.9).over("upper"))
        .select("upper", "start", "more", "swing")
    )


def water_without_cooling(window: Window) -> Iterator[Finding]:
    """A day and more of water as ever while all cooling stands still that else never does."""
    whole = window.hours.filter(WHOLE)
    cooling = (
        whole.filter(pl.col("quantity") == "cooling_electricity")
        .group_by("start")
        .agg(cooling=ticks("covered").sum())
        .sort("start")
    )
    running = cooling.filter(pl.col("cooling") > 0).height
    if running < max(RUNNING_HOURS, cooling.height / 2):
        return
    for name in _WATER:
        water = (
            whole.filter(pl.col("quantity") == name)
            .group_by("start")
            .agg(water=ticks("covered").sum().cast(pl.Float64) / UNITS)
            .sort("start")
        )
        flowing = water.filter(pl.col("water") > 0)
        if flowing.height < RUNNING_HOURS:
            continue
        usual = pl.lit(flowing["water"].median())
        rows = water.join(cooling, on="start", how="left", maintain_order="left").with_columns(
            odd=(pl.col("cooling") == 0) & (pl.col("water") > _FLOWS * usual)
        )
        yield from _dry(name, rows.filter("odd"))


def _dry(name: str, odd: pl.DataFrame) -> Iterator[Finding]:
    far = (pl.col("start") - pl.col("start").shift() > HOUR).fill_null(value=True)
    runs = (
        odd.with_columns(run=far.cum_sum())
        .group_by("run", maintain_order=True)
        .agg(
            pl.col("water").sum(),
            first=pl.col("start").min(),
            last=pl.col("start").max(),
            hours=pl.len(),
        )
        .filter(pl.col("hours") >= _DRY)
    )
    for row in runs.iter_rows(named=True):
        yield Finding(
            rule=RuleId.WATER_WITHOUT_COOLING,
            meter_id="",
            start=row["first"],
            end=row["last"] + HOUR,
            detail=f"{figure(row['water'], 'm3')} of {name.replace('_', ' ')} in {row['hours']} "
            "hours without any cooling electricity",
        )
