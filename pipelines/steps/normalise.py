"""Raw rows to readings: meters found, times to UTC, values to canonical units, exactly.

Nothing is dropped: every row comes out either as a candidate reading or in quarantine with every
reason that applies.
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import polars as pl

from pipelines.steps.calendar import month_numbers
from pipelines.steps.meters import with_facts
from pipelines.steps.row_rules import LASTING, row_rules, split
from pipelines.steps.times import (
    ends_to_utc,
    first_and_second_pass,
    parse_times,
    shift_local,
    to_utc,
    with_own_ends,
)
from pipelines.steps.values import to_canonical
from schemas.estate.source import Source
from schemas.tables import ESTIMATED, GOOD, QUALITIES, QUARANTINE, VALUE

#: Candidate readings: clean by themselves, not yet compared with each other. ``month`` is the
#: facility's local month as a number, 202501.
CANDIDATES = pl.Schema(
    {
        "row": pl.Int32(),
        "meter_id": pl.String(),
        "month": pl.Int32(),
        "measured_at": pl.Datetime("us", "UTC"),
        "seconds": pl.Int32(),
        "value": VALUE,
        "line": pl.UInt32(),
        "flag": pl.String(),
    }
)
#: What a refused row's cells do not show: the unit, serial or quality that nobody knows, and the
#: end that the row tells.
_DOUBTFUL = pl.concat_str(
    [
        pl.when(~pl.col("unit_known")).then(pl.format("unit '{}'", "unit_text")),
        pl.when(~pl.col("serial_known")).then(pl.format("serial '{}'", "serial")),
        pl.when(pl.col("standing").is_null()).then(pl.format("quality '{}'", "quality")),
        pl.when(pl.col("until") != "").then(pl.format("until '{}'", "until")),
    ],
    separator="; ",
    ignore_nulls=True,
)


@dataclass(frozen=True, kw_only=True)
class Context:
    """What a file's rows are judged against.

    ``zone`` overrides the facility's zone for naive times; ``arrived_at`` bounds the future;
    ``first_month`` (YYYY-MM) bounds the past.
    """

    file: str
    source: Source
    meters: pl.DataFrame
    arrived_at: datetime
    first_month: str


def normalise(
    raw: pl.DataFrame, context: Context
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Candidates, quarantine, and rows of autumn's double hour that only the whole file decides.

    The third frame goes to ``resolve_double_hour`` once the file has been read to its end.
    """
    rows = _times(_meters(raw, context.meters), context)
    double = rows.filter(pl.col("is_double"))
    good, refused = _judge(rows.filter(~pl.col("is_double")), context)
    return good, refused, double


def resolve_double_hour(
    double: pl.DataFrame, context: Context, *, newest_first: bool
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Naive times that exist twice: one alone is the first pass (flagged), two are both passes."""
    rows = first_and_second_pass(double, newest_first=newest_first)
    return _judge(rows, context)


def _meters(raw: pl.DataFrame, meters: pl.DataFrame) -> pl.DataFrame:
    """The first register row of each row's meter, and its facility's zone."""
    first = meters.unique("meter_id", keep="first", maintain_order=True).select(
        "meter_id", pl.col("row").alias("first_row")
    )
    rows = raw.join(first, on="meter_id", how="left", maintain_order="left")
    if rows["first_row"].null_count():
        trimmed = raw.with_columns(pl.col("meter_id").str.strip_chars())
        rows = trimmed.join(first, on="meter_id", how="left", maintain_order="left")
    return with_facts(rows, meters, "first_row", facility_zone="timezone")


def _times(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """``instant`` (UTC, null where unknown), and whether a local time is a hole or double."""
    zone = context.source.timezone
    rows = rows.with_columns(
        timezone=pl.lit(zone) if zone else pl.col("facility_zone"),
    ).with_columns(parse_times(rows["timestamp"], context.source.time_format))
    rows = to_utc(rows)
    if rows["until"].is_not_null().any():
        return ends_to_utc(rows, rows["until"], context.source)
    none = pl.lit(None, dtype=pl.Datetime("us", "UTC"))
    return rows.with_columns(
        end=none, late_end=none, local_end=pl.lit(None, dtype=pl.Datetime("us")), end_read=True
    )


def _qualities(rows: pl.DataFrame, source: Source) -> pl.DataFrame:
    """``standing``: what the file says of each value, one of ``QUALITIES``; null for a word that
    nobody explains. An estimate is flagged as one."""
    if not rows["quality"].is_not_null().any():
        return rows.with_columns(standing=pl.lit(GOOD))
    words = {"": GOOD, **{word: word for word in QUALITIES}, **dict(source.quality)}
    word = pl.col("quality").fill_null("").str.strip_chars()
    standing = word.replace_strict(words, default=None, return_dtype=pl.String)
    return rows.with_columns(
        standing=standing,
        flag=pl.when(standing == ESTIMATED).then(pl.lit(ESTIMATED)).otherwise("flag"),
    )


def _judge(rows: pl.DataFrame, context: Context) -> tuple[pl.DataFrame, pl.DataFrame]:
    if rows.is_empty():
        return pl.DataFrame(schema=CANDIDATES), pl.DataFrame(schema=QUARANTINE)
    rows = _serials(_qualities(rows, context.source), context.meters)
    rows = to_canonical(rows, context.meters, context.source)
    rows = with_own_ends(_intervals(rows, context.meters))
    rules = row_rules(
        context.meters, arrived_at=context.arrived_at, first_month=context.first_month
    )
    good, refused = split(rows, rules)
    quarantine = refused.select(
        pl.lit(context.file).alias("file"),
        "line",
        "meter_id",
        "timestamp",
        pl.col("value_text").alias("value"),
        "reasons",
        _DOUBTFUL.alias("detail"),
        pl.lit(context.meters["facility_id"]).gather(pl.col("row")).alias("facility_id"),
        "measured_at",
        pl.col("value").alias("amount"),
    )
    return _months(good).select(CANDIDATES.keys()), quarantine


def _serials(rows: pl.DataFrame, meters: pl.DataFrame) -> pl.DataFrame:
    """``row`` of the meter register: by serial if the drop names one, else by validity."""
    many = meters.filter(pl.len().over("meter_id") > 1)
    rows = rows.rename({"unit": "unit_text", "value": "value_text"})
    known_serial = pl.lit(value=True)
    stated = rows["serial"].is_not_null().any()
    if stated:
        serial = pl.col("serial").str.strip_chars()
        rows = rows.with_columns(serial=pl.when(serial != "").then(serial))
    if many.height:
        rows, known_serial = _exchanged(rows, many)
    else:
        rows = rows.with_columns(pl.col("first_row").alias("row"))
    if stated:
        rows = with_facts(rows, meters, "row", its_serial="serial")
        named = pl.col("serial").is_null() | (pl.col("its_serial") == "")
        known_serial = known_serial & (named | (pl.col("serial") == pl.col("its_serial")))
    same = ("kind", "nature", "seconds", "stamp_end", "valid_from", "valid_to", "max_rate")
    rows = with_facts(rows, meters, "row", **{name: name for name in same})
    return rows.with_columns(serial_known=known_serial)


def _exchanged(rows: pl.DataFrame, many: pl.DataFrame) -> tuple[pl.DataFrame, pl.Expr]:
    """Meters with several serials. A closing reading stands exactly at ``valid_to``."""
    rows = rows.with_row_index("nr")
    of_many = rows.filter(pl.col("meter_id").is_in(many["meter_id"].unique().implode()))
    pairs = of_many.select("nr", "meter_id", "serial", "instant").join(
        many.select(
            "meter_id",
            "row",
            "valid_from",
            "valid_to",
            pl.col("serial").alias("its_serial"),
            by_end=pl.col("stamp_end") & pl.col("kind").is_in(LASTING),
        ),
        on="meter_id",
    )
    by_serial = pl.col("serial") == pl.col("its_serial")
    at = (
        pl.when("by_end").then(pl.col("instant") - pl.duration(microseconds=1)).otherwise("instant")
    )
    begun = (pl.col("valid_from") <= at).fill_null(value=True)
    not_ended = (at < pl.col("valid_to")).fill_null(value=True)
    chosen = (
        pairs.filter(
            pl.when(pl.col("serial").is_null()).then(begun & not_ended).otherwise(by_serial)
        )
        .unique("nr", keep="first", maintain_order=True)
        .select("nr", pl.col("row").alias("exchanged_row"))
    )
    is_many = pl.col("meter_id").is_in(many["meter_id"].unique().implode())
    rows = (
        rows.join(chosen, on="nr", how="left", maintain_order="left")
        .with_columns(
            row=pl.when(is_many)
            .then(pl.col("exchanged_row").fill_null(pl.col("first_row")))
            .otherwise("first_row"),
            no_such_serial=is_many
            & pl.col("serial").is_not_null()
            & pl.col("exchanged_row").is_null(),
        )
        .drop("nr")
    )
    return rows, ~pl.col("no_such_serial")


def _intervals(rows: pl.DataFrame, meters: pl.DataFrame) -> pl.DataFrame:
    """``measured_at`` and ``seconds``: an interval's start and length; 0 s for an instant."""
    lasting = pl.col("kind").is_in(LASTING)
    length = pl.duration(seconds=pl.col("seconds"))
    rows = rows.with_columns(
        measured_at=pl.when(lasting & pl.col("stamp_end"))
        .then(pl.col("instant") - length)
        .otherwise("instant"),
        seconds=pl.when(lasting).then("seconds").otherwise(0).cast(pl.Int32),
    )
    if not (meters["calendar"] != "").any():
        return rows
    return shift_local(with_facts(rows, meters, "row", calendar="calendar"))


def _months(rows: pl.DataFrame) -> pl.DataFrame:
    """``month``: the facility's local month of the reading, or of its interval's start."""
    zones = rows["facility_zone"].unique().to_list()
    parts = []
    for zone in zones:
        part = rows if len(zones) == 1 else rows.filter(pl.col("facility_zone") == zone)
        parts.append(part.with_columns(month=month_numbers(part["measured_at"], ZoneInfo(zone))))
    return pl.concat(parts) if parts else rows.with_columns(month=pl.lit(0, dtype=pl.Int32))
