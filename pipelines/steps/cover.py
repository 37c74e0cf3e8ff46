"""What readings cover: exact amounts by the hour, and how sure each hour's borders are.

A run is a stretch over which the cumulative amount is known at its points: the readings of one
register between two breaks, or the two ends of one long interval. Between points the amount is
exact and its shape is not: at an hour's border inside, the cumulative amount is a straight line's
best guess with a lowest and highest possible value (slack). Slack cancels inside a period and
counts once at each of its ends; this is how a year is exact across a gap that leaves its hours
uncertain.
"""

from datetime import timedelta

import polars as pl

from pipelines.steps.levels import held_levels
from pipelines.steps.runs import HOUR_SECONDS, runs
from schemas.quantities import Kind, Nature
from schemas.tables import INSTANT, VALUE

#: A closing reading this close before the end of validity is the value at that end.
CLOSING = timedelta(hours=1)

#: One row per run (or exact interval) and hour: the part of the hour it covers.
COVER = pl.Schema(
    {
        "row": pl.Int32(),
        "start": INSTANT,
        "covered": VALUE,
        "measured": VALUE,
        "low": VALUE,
        "high": VALUE,
        "covered_seconds": pl.Float64(),
        "measured_seconds": pl.Float64(),
        "shaped": pl.Boolean(),
        "start_slack_low": VALUE,
        "start_slack_high": VALUE,
        "end_slack_low": VALUE,
        "end_slack_high": VALUE,
    }
)
SLACK = ("start_slack_low", "start_slack_high", "end_slack_low", "end_slack_high")
#: Runs are numbered so that they ascend: intervals first, then registers by meter and break.
_OF_INTERVALS = 2**40
_RUNS_OF_A_METER = 2**32
_POINTS = ("run", "row", "at", "amount", "cadence", "measured")


def cover(readings: pl.DataFrame, meters: pl.DataFrame, hours: pl.DataFrame) -> pl.DataFrame:
    """Covered amounts by meter row and hour (``COVER``; several rows may share an hour).

    Args:
        readings: accepted readings of the month and, for each meter row, the nearest before and
            after it, with ``row`` of the meter table; sorted by row and time.
        meters: the meter table.
        hours: the month's hours.
    """
    level = pl.col("nature") == Nature.LEVEL
    register = pl.col("kind") == Kind.REGISTER

    def rows_of(which: pl.Expr, *facts: str) -> pl.DataFrame:
        chosen = meters.filter(which).select("row", *facts, cadence="seconds")
        return readings.join(chosen, on="row", maintain_order="left", how="inner")

    parts = []
    levels = rows_of(level, "kind", "valid_to")
    if levels.height:
        parts.append(_certain(held_levels(levels, hours)))
    lasting = _as_amounts(rows_of(~level & ~register, "kind"))
    inside, crossing = _inside_one_hour(lasting, hours)
    parts.append(inside)
    registers = _register_points(rows_of(~level & register, "modulus", "max_rate", "count"), meters)
    points = pl.concat([_interval_points(crossing), registers])
    if points.height:
        parts.append(runs(points, meters, hours))
    return pl.concat([part.select(COVER.keys()).cast(COVER) for part in parts])


def _as_amounts(rows: pl.DataFrame) -> pl.DataFrame:
    """``amount`` of each interval: the value itself, or mean rate × duration, rounded once."""
    product = pl.col("value").to_physical() * pl.col("seconds").cast(pl.Int128)
    of_average = (product * 2 + HOUR_SECONDS) // (2 * HOUR_SECONDS)
    return rows.with_columns(
        amount=pl.when(pl.col("kind") == Kind.AVERAGE)
        .then(of_average)
        .otherwise(pl.col("value").to_physical())
        .reinterpret(dtype=VALUE),
        until=pl.col("measured_at") + pl.duration(seconds=pl.col("seconds")),
    )


def _inside_one_hour(rows: pl.DataFrame, hours: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Intervals that lie in one hour, summed exactly by hour; and the ones that cross a border."""
    placed = rows.sort("measured_at").join_asof(
        hours.select("start", "end"), left_on="measured_at", right_on="start"
    )
    fits = (pl.col("until") <= pl.col("end")).fill_null(value=False)
    crossing = placed.filter(~fits).drop("start", "end")
    inside = (
        placed.filter(fits)
        .group_by("row", "start")
        .agg(
            covered=pl.col("amount").sum(),
            covered_seconds=pl.col("seconds").sum().cast(pl.Float64),
        )
    )
    return _certain(inside), crossing


def _certain(rows: pl.DataFrame) -> pl.DataFrame:
    """What is covered without a doubt: wholly measured, no slack, no shape to guess."""
    zero = pl.lit(0).cast(VALUE)
    return rows.with_columns(
        measured=pl.col("covered"),
        low=pl.col("covered"),
        high=pl.col("covered"),
        measured_seconds=pl.col("covered_seconds"),
        shaped=pl.lit(value=False),
        **dict.fromkeys(SLACK, zero),
    )


def _interval_points(rows: pl.DataFrame) -> pl.DataFrame:
    """An interval that crosses an hour's border: a run of its own, from 0 to its amount."""
    numbered = rows.with_row_index("nr").with_columns(
        run=pl.col("nr").cast(pl.Int64) - _OF_INTERVALS,
        cadence=pl.col("seconds"),
        measured=pl.lit(value=True),
    )
    zero = pl.lit(0).cast(VALUE)
    begin = numbered.select(
        "run", "row", at="measured_at", amount=zero, cadence="cadence", measured="measured"
    )
    finish = numbered.select(
        "run", "row", at="until", amount="amount", cadence="cadence", measured="measured"
    )
    return pl.concat([begin, finish]).sort("run", "at").select(_POINTS)


def _register_points(rows: pl.DataFrame, meters: pl.DataFrame) -> pl.DataFrame:
    """Register readings as runs: rollovers unwound; resets and jumps begin a new run.

    So does a fall or leap that no event explains: months are judged one by one, and two that judge
    their border differently must not make an amount between them.
    """
    rolled = pl.when(pl.col("event") == "rollover").then(pl.col("modulus"))
    rows = rows.with_columns(
        amount=pl.col("value") + rolled.fill_null(pl.lit(0).cast(VALUE)).cum_sum().over("row")
    )
    told = pl.col("event").is_in(["reset", "jump"]).fill_null(value=False)
    broken = told | (pl.col("event").is_null() & _cannot_follow()).fill_null(value=False)
    rows = rows.with_columns(part=broken.cast(pl.Int64).cum_sum().over("row"))
    return _closed(rows, meters).select(
        run=pl.col("row").cast(pl.Int64) * _RUNS_OF_A_METER + pl.col("part"),
        row="row",
        at="measured_at",
        amount="amount",
        cadence="cadence",
        measured=pl.lit(value=False),
    )


def _cannot_follow() -> pl.Expr:
    """Whether a reading is below the one before, or above it by more than the maximum rate and one
    count allow."""
    ticks = pl.col("amount").to_physical().cast(pl.Int128)
    rise = ticks - ticks.shift().over("row")
    time = (
        pl.col("measured_at") - pl.col("measured_at").shift().over("row")
    ).dt.total_milliseconds()
    reach = pl.col("max_rate").to_physical().cast(pl.Int128) * time.cast(pl.Int128)
    leap = (rise - pl.col("count").to_physical()) * (HOUR_SECONDS * 1000) > reach
    return (rise < 0) | leap.fill_null(value=False)


def _closed(rows: pl.DataFrame, meters: pl.DataFrame) -> pl.DataFrame:
    """At an exchange the last and first readings stand for the instant of the exchange."""
    exchanged = meters.filter(pl.len().over("meter_id") > 1)
    if exchanged.is_empty():
        return rows
    begins = exchanged.select("meter_id", valid_to="valid_from", next_row="row").drop_nulls()
    joints = exchanged.drop_nulls("valid_to").join(begins, on=["meter_id", "valid_to"])
    closing = joints.select("row", closes="valid_to")
    opening = joints.select(pl.col("next_row").alias("row"), opens="valid_to")
    rows = rows.join(closing, on="row", how="left", maintain_order="left")
    rows = rows.join(opening, on="row", how="left", maintain_order="left")
    at = pl.col("measured_at")
    last = at == at.max().over("row")
    first = at == at.min().over("row")
    is_closing = last & (at >= pl.col("closes") - CLOSING) & (at < pl.col("closes"))
    is_opening = first & (at <= pl.col("opens") + CLOSING) & (at > pl.col("opens"))
    return rows.with_columns(
        measured_at=pl.when(is_closing.fill_null(value=False))
        .then("closes")
        .when(is_opening.fill_null(value=False))
        .then("opens")
        .otherwise(at)
    ).drop("closes", "opens")
