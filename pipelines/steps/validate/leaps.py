"""Leaps: how far each meter's hours are from the ones before, and who leaps to whose level.

Amounts are logarithms here: meters of any size leap by factors.
"""

from datetime import timedelta
from math import log

import polars as pl

from pipelines.steps.validate.told import told_hours
from pipelines.steps.validate.window import Window, once

#: A smaller leap may be anything; a swap's may be this small if loads move at the same hour.
_LEAST = log(1.3)
#: No leap is remarkable below this, however steady the meter is, and no level as near.
CLOSE = 0.1
#: A weekend that begins, or a load that both carry, may move both at that hour by this much.
_TOGETHER = 0.25
#: Levels that are further apart are told from each other whatever both did meanwhile.
_ENOUGH = log(3)
#: Levels land nearer to the other's old ones than to their own, by this share of what they moved.
ROUGHLY = 0.6
#: Hours without a word may lie within a leap, as where a register takes on another's count.
REACH = timedelta(hours=6)
#: Share of the told hours in which a meter runs.
_RUNNING = 0.9


@once
def series_of(window: Window) -> pl.DataFrame:
    """Told hours above zero, as logarithms, with the ``usual`` one of the hour of the day.

    Of meters that hardly ever stand still: a night without sun is no exchange. A lone peak is left
    out: a register that takes on another's count leaps within one hour.
    """
    alike = ("kind", "unit", "numerator", "denominator", "seconds", "calendar")
    faces = window.meters.group_by("meter_id").agg(face=pl.concat_str(alike, separator=" ").first())
    told = pl.col("told")
    beside = pl.max_horizontal(told.shift(1).over("meter_id"), told.shift(-1).over("meter_id"))
    return (
        told_hours(window)
        .filter((told > 0).mean().over("meter_id") >= _RUNNING)
        .filter((told > 0) & (told <= 5 * beside))
        .join(faces, on="meter_id", maintain_order="left")
        .with_columns(log=told.log())
        .with_columns(usual=pl.col("log").median().over("meter_id", "local_hour"))
    )


def leaps_of(series: pl.DataFrame, *, shaped: bool = False, hours: int = 1) -> pl.DataFrame:
    """``leap`` of each hour from one before; ``restless``: what nearly all hours keep below.

    ``was`` and ``now`` are the levels before and after, in logarithms above ``usual``; that is the
    shape of the day, or nothing. Two hours apart, a turn within the hour between is seen too.
    """
    usual = pl.col("usual") if shaped else pl.lit(0.0)
    now = pl.col("log") - usual
    before = pl.col("start").shift(hours).over("meter_id")
    return (
        series.with_columns(
            usual=usual,
            now=now,
            was=now.shift(hours).over("meter_id"),
            before=before,
            late=pl.lit(hours - 1),
        )
        .filter(pl.col("start") - pl.col("before") <= REACH)
        .with_columns(leap=pl.col("now") - pl.col("was"))
        .with_columns(restless=pl.col("leap").abs().quantile(0.97).over("meter_id"))
    )


def exchanges(leaps: pl.DataFrame) -> pl.DataFrame:
    """Pairs that leap against each other within the same hour, each to where the other was.

    One of them leaps as it never does by itself. Both land where the other was, but for what they
    may have moved by themselves in that hour, or both together; where the levels are far apart, not
    as near.
    """
    size, other = pl.col("leap").abs(), pl.col("leap_right").abs()
    calm, calm_right = (pl.col(name).clip(CLOSE) for name in ("restless", "restless_right"))
    shift = pl.col("usual_right") - pl.col("usual")
    one = pl.col("now_right") - pl.col("was") + shift
    two = pl.col("now") - pl.col("was_right") - shift
    apart = pl.min_horizontal(size, other)
    far = pl.max_horizontal(apart / 3, apart - _ENOUGH)
    larger = pl.max_horizontal(CLOSE, far, 1.5 * pl.max_horizontal("restless", "restless_right"))
    smaller = pl.max_horizontal(pl.min_horizontal(calm, calm_right), apart / 9)
    common = ((one + two) / 2).clip(-_TOGETHER, _TOGETHER)
    alone = (one.abs(), two.abs())
    together = ((one - common).abs(), (two - common).abs())

    def land(misses: tuple[pl.Expr, pl.Expr]) -> pl.Expr:
        return (pl.max_horizontal(misses) <= larger) & (pl.min_horizontal(misses) <= smaller)

    landed = land(alone) | land(together)
    furthest = pl.min_horizontal(pl.max_horizontal(alone), pl.max_horizontal(together))
    miss = pl.min_horizontal(alone[0] + alone[1], together[0] + together[1]) / (size + other)
    unheard = pl.max_horizontal(size / calm, other / calm_right)
    rows = leaps.filter(size >= CLOSE)
    return (
        rows.join(rows, on=["face", "start"])
        .filter(pl.col("meter_id") < pl.col("meter_id_right"))
        .filter((pl.col("leap") > 0) != (pl.col("leap_right") > 0))
        .filter((unheard >= 1.5) & landed & (miss <= ROUGHLY) & (size + other >= 2 * _LEAST))
        .select(
            before=pl.min_horizontal("before", "before_right"),
            at="start",
            first="meter_id",
            second="meter_id_right",
            up=pl.col("leap") > 0,
            sure=(furthest <= pl.max_horizontal(CLOSE, apart / 6))
            & (pl.min_horizontal(size, other) >= _LEAST),
            # What is seen two hours apart only is better than nothing.
            miss=(pl.col("late") + miss) / 2,
        )
    )
