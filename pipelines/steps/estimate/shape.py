"""Shape: an exact amount over several hours, laid out the way similar days use it.

Readings cover such a stretch with a straight line. Its sum is exact and stays; what is moved is
moved inside the stretch and inside the month, so that its first and last border, and with them
every month's sum, are what they were. Line and profile are mixed: as much of the profile as the
bounds of every hour and every border allow.
"""

from datetime import datetime

import polars as pl

from pipelines.steps.estimate.ticks import amount, milliseconds, of_whole_hour, ticks

#: Parts into which a profile is divided: fine enough for a shape, small enough to multiply with
#: any amount.
_PARTS = 2**53
#: Steps of the mix, from the straight line to the profile.
_STEPS = 2**20
_HOUR = ["meter_id", "start"]


def shape(rows: pl.DataFrame, start: datetime, end: datetime) -> pl.DataFrame:
    """Hours of [start, end) with exact stretches shaped by ``usual``; ``profiled`` says which.

    A stretch with an hour without ``usual`` keeps the straight line.
    """
    rows = rows.with_columns(profiled=pl.lit(value=False))
    mine = pl.col("shaped") & (pl.col("start") >= start) & (pl.col("start") < end)
    stretches = _stretches(rows.filter(mine))
    known = (pl.col("usual").is_not_null().all() & (pl.col("weight").sum() > 0)).over("stretch")
    chosen = stretches.filter(known)
    if chosen.is_empty():
        return rows
    moved = _moved(_mixed(_towards_profile(chosen)))
    return rows.update(moved, on=_HOUR, maintain_order="left")


def _stretches(rows: pl.DataFrame) -> pl.DataFrame:
    """Numbers stretches; ``part`` is what of the hour's amount is shaped, ``time`` how long.

    Nobody says where a register was read within a stretch. But between two readings the line is
    straight, so where the rate changes, or the border has no slack, another stretch begins.
    """
    lost = pl.col("covered_seconds") > pl.col("measured_seconds")
    covered_time = milliseconds(pl.col("covered_seconds"))
    shaped_time = milliseconds(pl.col("shaped_seconds"))
    lost_time = covered_time - milliseconds(pl.col("measured_seconds"))
    rows = rows.with_columns(
        lost=lost,
        part=pl.when(lost)
        .then(ticks("covered") - ticks("measured"))
        .otherwise(ticks("covered") * shaped_time // covered_time),
        time=pl.when(lost).then(lost_time).otherwise(shaped_time),
    )
    part, time = pl.col("part"), pl.col("time")
    bend = (part * time.shift() - part.shift() * time).abs()
    goes_on = (
        (pl.col("meter_id") == pl.col("meter_id").shift())
        & (pl.col("start") == pl.col("until").shift())
        & (pl.col("lost") == pl.col("lost").shift())
        & (ticks("start_slack_low") + ticks("start_slack_high") > 0)
        & (bend <= 2 * (time + time.shift()))  # each part is rounded to a tick or two
    )
    return rows.with_columns(
        weight=of_whole_hour(pl.col("usual"), time),
        stretch=(~goes_on.fill_null(value=False)).cum_sum(),
    )


def _towards_profile(rows: pl.DataFrame) -> pl.DataFrame:
    """``after``: how far the profile's cumulative amount is above the line's at the hour's end;
    ``before`` at its start. Both are 0 at the ends of the stretch."""
    unit = pl.col("weight").sum().over("stretch") // _PARTS + 1
    weight = pl.col("weight") // unit
    share = weight.cum_sum().over("stretch")
    profile = pl.col("part").sum().over("stretch") * share // weight.sum().over("stretch")
    rows = rows.with_columns(after=profile - pl.col("part").cum_sum().over("stretch"))
    return rows.with_columns(before=pl.col("after").shift().over("stretch").fill_null(0))


def _mixed(rows: pl.DataFrame) -> pl.DataFrame:
    """``mix``: how many steps from the line to the profile all bounds of the stretch allow."""
    more, after = pl.col("after") - pl.col("before"), pl.col("after")
    highest = pl.min_horizontal(ticks("high"), ticks("most"))
    limits = [
        _steps(more, (highest - ticks("covered")).clip(0)),
        _steps(0 - more, ticks("covered") - ticks("low")),
        _steps(after, ticks("end_slack_high")),
        _steps(0 - after, ticks("end_slack_low")),
    ]
    mix = pl.min_horizontal(*limits).clip(0, _STEPS).min().over("stretch")
    return rows.with_columns(mix=mix).filter(pl.col("mix") > 0)


def _steps(wanted: pl.Expr, room: pl.Expr) -> pl.Expr:
    return pl.when(wanted > 0).then(room * _STEPS // wanted).otherwise(_STEPS)


def _moved(rows: pl.DataFrame) -> pl.DataFrame:
    """The changed columns. Differences of rounded-down borders stay within whole-tick bounds."""
    before, after = ((pl.col(name) * pl.col("mix")) // _STEPS for name in ("before", "after"))
    more = after - before
    return rows.select(
        *_HOUR,
        covered=amount(ticks("covered") + more),
        measured=amount(ticks("measured") + pl.when("lost").then(0).otherwise(more)),
        start_slack_low=amount(ticks("start_slack_low") + before),
        start_slack_high=amount(ticks("start_slack_high") - before),
        end_slack_low=amount(ticks("end_slack_low") + after),
        end_slack_high=amount(ticks("end_slack_high") - after),
        profiled=pl.lit(value=True),
    )
