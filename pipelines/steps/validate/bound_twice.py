"""Two meters that tell exactly the same amounts: one measuring point under two names."""

from collections.abc import Iterator
from itertools import combinations

import polars as pl

from pipelines.steps.estimate.similar import WHOLE
from pipelines.steps.validate.usual import HOUR
from pipelines.steps.validate.window import Finding, Window
from schemas.rules import RULES, RuleId

_FEWEST = int(RULES[RuleId.BOUND_TWICE].parameters["hours at least"])
_DIFFERENT = int(RULES[RuleId.BOUND_TWICE].parameters["different amounts among them at least"])


def bound_twice(window: Window) -> Iterator[Finding]:
    """Pairs of meters of one quantity with two days of equal, changing amounts in a row.

    A check meter may well tell what the meter it checks tells, and is not asked about.
    """
    above_zero = window.hours.filter(WHOLE & (pl.col("covered") > 0)).select(
        "meter_id", "quantity", "start", "covered"
    )
    same = above_zero.filter(pl.len().over("quantity", "start", "covered") > 1)
    held = {
        str(meter): rows.select("start", "covered")
        for (meter,), rows in same.sort("meter_id", "start").group_by(
            "meter_id", maintain_order=True
        )
        if rows.height >= _FEWEST
    }
    quantity_of = dict(window.meters.select("meter_id", "quantity").unique().iter_rows())
    for one, other in combinations(held, 2):
        check = window.checks.get(one) == other or window.checks.get(other) == one
        if quantity_of[one] != quantity_of[other] or check:
            continue
        equal = held[one].join(held[other], on=["start", "covered"], how="semi")
        yield from _of_two(one, other, equal.sort("start"))


def _of_two(one: str, other: str, equal: pl.DataFrame) -> Iterator[Finding]:
    far = (pl.col("start") - pl.col("start").shift() > HOUR).fill_null(value=True)
    runs = (
        equal.with_columns(run=far.cum_sum())
        .group_by("run", maintain_order=True)
        .agg(
            first=pl.col("start").min(),
            last=pl.col("start").max(),
            hours=pl.len(),
            different=pl.col("covered").n_unique(),
        )
        .filter((pl.col("hours") >= _FEWEST) & (pl.col("different") >= _DIFFERENT))
    )
    for row in runs.iter_rows(named=True):
        yield Finding(
            rule=RuleId.BOUND_TWICE,
            meter_id=one,
            other=other,
            start=row["first"],
            end=row["last"] + HOUR,
            detail=f"{row['hours']} hours of equal amounts, {row['different']} different ones",
        )
