"""Hours: what was covered, what was not, and an honest estimate with bounds for the rest."""

from datetime import datetime

import polars as pl

from pipelines.steps.cover import cover
from schemas.domains import DOMAINS
from schemas.quantities import Nature
from schemas.tables import INTERVALS, VALUE, intervals_table

_TABLES = {domain.name: intervals_table(domain) for domain in DOMAINS}
HOUR_SECONDS = 3600
_SLACK = ("start_slack_low", "start_slack_high", "end_slack_low", "end_slack_high")


def estimate(
    readings: pl.DataFrame, meters: pl.DataFrame, hours: pl.DataFrame, domain: str
) -> pl.DataFrame:
    """The hours of every meter of one facility and domain in one month (``INTERVALS``).

    Time without a reading is uncovered: at least nothing, at most the meter's maximum rate (for
    a level: what is physically possible). Its best estimate is the mean of the fully measured
    hours at the same hour of the day in that month, else of the month; without any, the hour
    stays missing.

    Args:
        readings: ``READINGS`` with ``row``, the month's own and the nearest around it.
        meters: the facility's and domain's rows of the meter table.
        hours: the month's hours on the site's clock.
        domain: the domain's name; its table validates the result.
    """
    covered = cover(readings, meters, hours)
    rows = _expected(meters, hours).join(
        _by_meter(covered, meters), on=["meter_id", "start"], how="left", maintain_order="left"
    )
    rows = _bounds(_estimates(_filled(rows)))
    intervals = _finish(rows)
    _TABLES[domain].validate(intervals, lazy=True)
    return intervals


def _expected(meters: pl.DataFrame, hours: pl.DataFrame) -> pl.DataFrame:
    """Every hour in which a meter is valid, with the seconds of it that are."""
    begin, finish = hours["start"].min(), hours["end"].max()
    assert isinstance(begin, datetime)
    assert isinstance(finish, datetime)
    rows = meters.join(hours, how="cross").with_columns(
        since=pl.max_horizontal("start", pl.col("valid_from").fill_null(begin)),
        until=pl.min_horizontal("end", pl.col("valid_to").fill_null(finish)),
    )
    seconds = (pl.col("until") - pl.col("since")).dt.total_milliseconds() / 1000
    return (
        rows.filter(pl.col("until") > pl.col("since"))
        .group_by("meter_id", "start", maintain_order=True)
        .agg(
            pl.col("facility_id", "quantity", "nature", "local_hour", "lowest", "highest").first(),
            max_rate=pl.when(pl.col("max_rate").is_null().any())
            .then(None)
            .otherwise(pl.col("max_rate").max()),
            seconds=seconds.sum(),
        )
        .sort("meter_id", "start")
    )


def _by_meter(covered: pl.DataFrame, meters: pl.DataFrame) -> pl.DataFrame:
    named = covered.join(meters.select("row", "meter_id"), on="row")
    amounts = ("covered", "measured", "low", "high", *_SLACK, "covered_seconds", "measured_seconds")
    return named.group_by("meter_id", "start").agg(pl.col(amounts).sum(), pl.col("shaped").any())


def _filled(rows: pl.DataFrame) -> pl.DataFrame:
    """Nothing covered is zero covered: here 0 is a time and its content, not a reading."""
    amounts = ("covered", "measured", "low", "high", *_SLACK)
    return (
        rows.with_columns(
            pl.col(amounts).fill_null(pl.lit(0).cast(VALUE)),
            pl.col("covered_seconds", "measured_seconds").fill_null(0.0),
            pl.col("shaped").fill_null(value=False),
        )
        .with_columns(
            pl.min_horizontal(name, "seconds").alias(name)
            for name in ("covered_seconds", "measured_seconds")
        )
        .with_columns(uncovered=(pl.col("seconds") - pl.col("covered_seconds")).clip(0))
    )


def _estimates(rows: pl.DataFrame) -> pl.DataFrame:
    """``gap_value``: uncovered time at the mean rate of the same hour of day in this month.

    The mean is an exact integer division of exact sums, so no order of summing can change it.
    """
    whole = (
        (pl.col("measured_seconds") == pl.col("seconds"))
        & (pl.col("seconds") == HOUR_SECONDS)
        & ~pl.col("shaped")
    )
    measured = rows.filter(whole).with_columns(ticks=pl.col("covered").to_physical())
    mean = (pl.col("ticks").sum() * 2 + pl.len()) // (pl.len() * 2)
    by_hour = measured.group_by("meter_id", "local_hour").agg(hour_mean=mean)
    by_month = measured.group_by("meter_id").agg(month_mean=mean)
    rows = rows.join(by_hour, on=["meter_id", "local_hour"], how="left", maintain_order="left")
    rows = rows.join(by_month, on="meter_id", how="left", maintain_order="left")
    missing = (pl.col("uncovered") * 1000).round().cast(pl.Int64).cast(pl.Int128)
    per_hour = HOUR_SECONDS * 1000
    ticks = (pl.coalesce("hour_mean", "month_mean") * missing * 2 + per_hour) // (2 * per_hour)
    return rows.with_columns(gap_ticks=pl.when(missing == 0).then(0).otherwise(ticks))


def _bounds(rows: pl.DataFrame) -> pl.DataFrame:
    """``gap_low`` and ``gap_high``; the estimate is kept between them."""
    missing = (pl.col("uncovered") * 1000).round().cast(pl.Int64).cast(pl.Int128)
    per_hour = HOUR_SECONDS * 1000
    level = pl.col("nature") == Nature.LEVEL
    most = pl.when(level).then("highest").otherwise("max_rate").to_physical()
    least = pl.when(level).then("lowest").otherwise(pl.lit(0).cast(VALUE)).to_physical()
    nothing = pl.lit(0).cast(pl.Int128)
    rows = rows.with_columns(
        gap_low=pl.when(missing == 0).then(nothing).otherwise((least * missing) // per_hour),
        gap_high=pl.when(missing == 0)
        .then(nothing)
        .otherwise((most * missing + per_hour - 1) // per_hour),
    )
    kept = pl.max_horizontal("gap_low", pl.min_horizontal("gap_ticks", "gap_high"))
    return rows.with_columns(
        gap_value=pl.when(pl.col("gap_ticks").is_not_null()).then(kept)
    ).with_columns(pl.col("gap_value", "gap_low", "gap_high").reinterpret(dtype=VALUE))


def _finish(rows: pl.DataFrame) -> pl.DataFrame:
    """Published columns: an amount's value, or a level's mean over the hour."""
    touched = (pl.col("measured_seconds") < pl.col("seconds")) | pl.col("shaped")
    ticks = {
        "value": (pl.col("covered") + pl.col("gap_value")).to_physical(),
        "low": (pl.col("low") + pl.col("gap_low")).to_physical(),
        "high": (pl.col("high") + pl.col("gap_high")).to_physical(),
    }
    milliseconds = (pl.col("seconds") * 1000).round().cast(pl.Int64).cast(pl.Int128)
    per_hour = HOUR_SECONDS * 1000
    level = pl.col("nature") == Nature.LEVEL
    published = {
        name: pl.when(level)
        .then((value * per_hour * 2 + milliseconds) // (milliseconds * 2))
        .otherwise(value)
        .reinterpret(dtype=VALUE)
        for name, value in ticks.items()
    }
    return (
        rows.with_columns(**published)
        .with_columns(
            status=pl.when(pl.col("value").is_null())
            .then(pl.lit("missing"))
            .when(touched)
            .then(pl.lit("estimated"))
            .otherwise(pl.lit("measured")),
            method=pl.when(pl.col("value").is_null())
            .then(pl.lit("none"))
            .when(pl.col("uncovered") > 0)
            .then(pl.lit("same_hour_mean"))
            .when(touched)
            .then(pl.lit("exact_sum_even_shape"))
            .otherwise(pl.lit("measured")),
            seconds=pl.col("seconds").round().cast(pl.Int32),
        )
        .select(INTERVALS.keys())
        .cast(INTERVALS)
    )
