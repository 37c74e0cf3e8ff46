"""Rows that were refused for their value, and which a signed scale makes possible.

Seven times 1000 is more than a meter can show, and less than nothing no amount can be; both were
refused as they were read. Signed with 0.001 or -1 they count, with the edit's method and status.
They stay in quarantine, where every file's account has them.
"""

from collections.abc import Iterable

import polars as pl

from pipelines.steps.estimate.ticks import amount, nearest, ticks
from pipelines.steps.meters import NUMBERED
from pipelines.steps.runs import HOUR_SECONDS
from pipelines.steps.settle import by_row_and_time, settle_duplicates
from schemas.estate.edit import Deed, Edit
from schemas.quantities import Kind
from schemas.rules import RuleId

_LASTING = (Kind.INTERVAL.value, Kind.AVERAGE.value)
#: More ticks than this in a row are no amount, and could not bear every factor.
_MOST = 10**24
_REASONS = (RuleId.NEGATIVE_AMOUNT.value, RuleId.IMPOSSIBLE_RATE.value)


def readmitted(
    edits: Iterable[Edit], refused: pl.DataFrame, readings: pl.DataFrame, meters: pl.DataFrame
) -> pl.DataFrame:
    """The rows as readings (``NUMBERED``), scaled, sorted by row and time.

    Left out are rows that are refused for another reason too, that the scale does not make
    possible, that stand where a reading stands, that contradict or overlap each other, and those
    of registers and of intervals of whole days: these do not stand for themselves.

    Args:
        edits: edits that count; those that scale are looked at.
        refused: ``QUARANTINE``.
        readings: ``READINGS`` of the same time.
        meters: the facility's rows of the meter table.
    """
    short = meters.filter(pl.col("kind").is_in(_LASTING) & (pl.col("calendar") == ""))
    known = refused.filter(pl.col("reasons").is_in(_REASONS) & pl.col("amount").is_not_null()).join(
        readings, on=["meter_id", "measured_at"], how="anti"
    )
    scaled = [_scaled(edit, known, short) for edit in edits if edit.ruling.deed is Deed.SCALE]
    if not scaled:
        return pl.DataFrame(schema=NUMBERED)
    unique, _, _ = settle_duplicates(pl.concat(scaled))
    return _apart(unique).select(NUMBERED.keys()).cast(NUMBERED)


def _scaled(edit: Edit, refused: pl.DataFrame, meters: pl.DataFrame) -> pl.DataFrame:
    factor, at = edit.ruling.factor, pl.col("measured_at")
    facts = ("row", "serial", "kind", "seconds", "max_rate", "valid_from", "valid_to")
    value = nearest(ticks("amount") * factor.numerator, factor.denominator)
    length = pl.when(pl.col("kind") == Kind.INTERVAL).then("seconds").otherwise(HOUR_SECONDS)
    most = ticks("max_rate")
    possible = value * HOUR_SECONDS <= (most + most // 10**9) * length.cast(pl.Int128)
    return (
        refused.filter((pl.col("meter_id") == edit.meter_id) & (at >= edit.start) & (at < edit.end))
        .join(meters.select("meter_id", *facts), on="meter_id")
        .filter(
            (pl.col("valid_from") <= at).fill_null(value=True)
            & (at < pl.col("valid_to")).fill_null(value=True)
            & (ticks("amount").abs() <= _MOST)
            & (value >= 0)
            & possible.fill_null(value=True)
        )
        .select(
            "file",
            "line",
            "row",
            "meter_id",
            "serial",
            "measured_at",
            "seconds",
            value=amount(value),
            event=pl.lit(None, dtype=pl.String),
            flag=pl.lit(None, dtype=pl.String),
        )
    )


def _apart(rows: pl.DataFrame) -> pl.DataFrame:
    """Without rows that begin before the one above ends, and without those above them."""
    rows = by_row_and_time(rows)
    ends = pl.col("measured_at") + pl.duration(seconds=pl.col("seconds"))
    same = pl.col("row") == pl.col("row").shift()
    early = (same & (pl.col("measured_at") < ends.shift())).fill_null(value=False)
    return rows.filter(~early & ~early.shift(-1, fill_value=False))
