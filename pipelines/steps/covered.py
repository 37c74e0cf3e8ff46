"""Covered hours: every hour a meter should tell of, and what its readings tell, unjudged."""

from datetime import datetime

import polars as pl

from pipelines.steps.cover import SLACK, cover
from pipelines.steps.runs import HOUR_SECONDS
from pipelines.steps.settle import by_standing
from schemas.domains import DOMAINS
from schemas.quantities import Nature
from schemas.tables import COVERED, VALUE, covered_table

_TABLES = {domain.name: covered_table(domain) for domain in DOMAINS}
_AMOUNTS = ("covered", "measured", "low", "high", *SLACK)
_TIMES = ("covered_seconds", "measured_seconds", "shaped_seconds")


def covered(
    readings: pl.DataFrame, meters: pl.DataFrame, hours: pl.DataFrame, domain: str
) -> pl.DataFrame:
    """What readings cover of each hour of each meter in one month (``COVERED``).

    An hour that no reading tells of is there too, with no time covered: its amount of 0 is the
    content of no time, not a reading.

    Args:
        readings: ``READINGS`` with ``row``, the month's own and the nearest around it, sorted by
            row and time.
        meters: the facility's and domain's rows of the meter table.
        hours: the month's hours on the site's clock.
        domain: the domain's name; its table validates the result.
    """
    read, made_up = by_standing(readings)
    found = _by_meter(cover(read, meters, hours), meters)
    rows = _filled(
        _extremes(expected(meters, hours)).join(
            found, on=["meter_id", "start"], how="left", maintain_order="left"
        )
    )
    if made_up.height:
        rows = _delivered(rows, _by_meter(cover(made_up, meters, hours), meters))
    else:
        rows = rows.with_columns(delivered=pl.lit(None, dtype=VALUE))
    frame = rows.select(COVERED.keys()).cast(COVERED)
    return _TABLES[domain].validate(frame, lazy=True)


def expected(meters: pl.DataFrame, hours: pl.DataFrame) -> pl.DataFrame:
    """Every hour in which a meter is valid, with the seconds of it that are."""
    begin, finish = hours["start"].min(), hours["end"].max()
    assert isinstance(begin, datetime)
    assert isinstance(finish, datetime)
    rows = meters.join(hours.drop("seconds"), how="cross").with_columns(
        since=pl.max_horizontal("start", pl.col("valid_from").fill_null(begin)),
        until=pl.min_horizontal("end", pl.col("valid_to").fill_null(finish)),
    )
    milliseconds = (pl.col("until") - pl.col("since")).dt.total_milliseconds().sum()
    facts = ("facility_id", "quantity", "nature", "local_date", "local_hour", "lowest", "highest")
    return (
        rows.filter(pl.col("until") > pl.col("since"))
        .group_by("meter_id", "start", maintain_order=True)
        .agg(
            pl.col(facts).first(),
            max_rate=pl.when(pl.col("max_rate").is_not_null().all()).then(pl.col("max_rate").max()),
            seconds=(milliseconds / 1000).round().cast(pl.Int32),
        )
        .sort("meter_id", "start")
    )


def _extremes(rows: pl.DataFrame) -> pl.DataFrame:
    """``least`` and ``most`` of the whole hour, rounded outwards."""
    level = pl.col("nature") == Nature.LEVEL
    lowest = pl.when(level).then("lowest").otherwise(pl.lit(0).cast(VALUE)).to_physical()
    highest = pl.when(level).then("highest").otherwise("max_rate").to_physical()
    seconds = pl.col("seconds").cast(pl.Int128)
    least = (lowest * seconds) // HOUR_SECONDS
    most = (highest * seconds + HOUR_SECONDS - 1) // HOUR_SECONDS
    return rows.with_columns(
        least=least.reinterpret(dtype=VALUE), most=most.reinterpret(dtype=VALUE)
    )


def _by_meter(pieces: pl.DataFrame, meters: pl.DataFrame) -> pl.DataFrame:
    """Pieces of one hour added up; where two meet within it, the border between has no slack.

    Times are rounded to the microsecond, so that the parts of a whole hour make a whole hour.
    """
    shaped = pl.when("shaped").then("covered_seconds").otherwise(0.0)
    named = pieces.join(meters.select("row", "meter_id"), on="row", maintain_order="left")
    return (
        named.with_columns(shaped_seconds=shaped)
        .sort("meter_id", "start", maintain_order=True)
        .group_by("meter_id", "start", maintain_order=True)
        .agg(pl.col(_AMOUNTS).sum(), pl.col(_TIMES).sum().round(6), pl.col("shaped").any())
    )


def _delivered(rows: pl.DataFrame, estimates: pl.DataFrame) -> pl.DataFrame:
    """The source's own estimates, each laid out over its time: those of all time of an hour that
    readings leave open. An estimate of a whole hour is cut down to the open part of it."""
    told = estimates.select("meter_id", "start", amount="covered", time="covered_seconds")
    rows = rows.join(told, on=["meter_id", "start"], how="left", maintain_order="left")
    open_time = pl.col("seconds") - pl.col("covered_seconds")
    milli, whole = ((time * 1000).round().cast(pl.Int128) for time in (open_time, pl.col("time")))
    ticks = pl.col("amount").to_physical()
    cut = ((ticks * milli * 2 + whole) // (whole * 2)).reinterpret(dtype=VALUE)
    speaks = (open_time > 0) & (pl.col("time") >= open_time)
    return rows.with_columns(delivered=pl.when(speaks).then(cut))


def _filled(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(
        pl.col(_AMOUNTS).fill_null(pl.lit(0).cast(VALUE)),
        pl.col(_TIMES).fill_null(0.0),
        pl.col("shaped").fill_null(value=False),
    ).with_columns(pl.min_horizontal(name, "seconds").alias(name) for name in _TIMES)
