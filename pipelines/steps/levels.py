"""Levels: what a gauge held, or a mean over an interval was, as level × hours."""

import polars as pl

from pipelines.steps.runs import HOUR_SECONDS, JITTER
from schemas.quantities import Kind
from schemas.tables import INSTANT, VALUE


def held_levels(rows: pl.DataFrame, hours: pl.DataFrame) -> pl.DataFrame:
    """Levels as level × hours: a reading holds until the next one, or as long as its cadence.

    A gauge that is read later than its cadence leaves the time after that uncovered. A mean over
    an interval holds for its interval. Nothing is interpolated between readings.

    Returns:
        ``row, start, covered, covered_seconds``: one row per meter row and hour.
    """
    begin, finish = hours["start"].min(), hours["end"].max()
    at = pl.col("measured_at")
    later = at.shift(-1).over("row")
    gauge = pl.col("kind") == Kind.GAUGE
    length = pl.when(gauge).then("cadence").otherwise("seconds")
    in_time = gauge & ((later - at).dt.total_milliseconds() <= length * 1000 * JITTER)
    alone = at + pl.duration(seconds=length)
    held = rows.with_columns(
        until=pl.min_horizontal(
            pl.when(in_time).then(later).otherwise(pl.min_horizontal(alone, later)), "valid_to"
        )
    )
    held = held.filter((pl.col("until") > begin) & (at < finish)).with_columns(
        measured_at=pl.max_horizontal(at, pl.lit(begin, dtype=INSTANT)),
        until=pl.min_horizontal("until", pl.lit(finish, dtype=INSTANT)),
    )
    edges = pl.concat(
        [
            held.select("row", "measured_at"),
            held.select("row").unique().join(hours.select(measured_at="start"), how="cross"),
        ]
    ).unique()
    pieces = (
        edges.sort("measured_at")
        .join_asof(
            held.select("row", "measured_at", "until", "value").sort("measured_at"),
            on="measured_at",
            by="row",
            check_sortedness=False,
        )
        .sort("row", "measured_at")
        .with_columns(following=pl.col("measured_at").shift(-1).over("row"))
        .with_columns(
            upto=pl.min_horizontal("until", "following"),
        )
        .filter(pl.col("until").is_not_null() & (pl.col("upto") > pl.col("measured_at")))
        .sort("measured_at")
        .join_asof(hours.select("start"), left_on="measured_at", right_on="start")
    )
    microseconds = (pl.col("upto") - pl.col("measured_at")).dt.total_microseconds()
    product = pl.col("value").to_physical() * microseconds.cast(pl.Int128)
    per_hour = HOUR_SECONDS * 1_000_000
    return (
        pieces.with_columns(product=product, microseconds=microseconds)
        .group_by("row", "start")
        .agg(
            ticks=(pl.col("product").sum() * 2 + per_hour) // (2 * per_hour),
            covered_seconds=pl.col("microseconds").sum() / 1_000_000,
        )
        .with_columns(covered=pl.col("ticks").reinterpret(dtype=VALUE))
    )
