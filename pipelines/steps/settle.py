"""Candidates that stand beside each other: equal ones count once, others contradict or overlap.

What the source made up is settled apart from what was read, and yields to it.
"""

from datetime import timedelta

import polars as pl

from schemas.rules import RuleId
from schemas.tables import ESTIMATED

KEY = ("row", "measured_at")
#: How time and value of a refused candidate are written.
_AS_KEPT = pl.lit("canonical unit, UTC")


def by_standing(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What was read, and what the source made up: an estimate contradicts no reading."""
    made_up = rows["flag"].eq_missing(ESTIMATED)
    return (rows.filter(~made_up), rows.filter(made_up)) if made_up.any() else (rows, rows.clear())


def settled(
    rows: pl.DataFrame, around: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Rows without duplicates and overlaps; what is refused of them; equal duplicates. Those around
    have been settled themselves."""
    unique, doubles, conflicts = settle_duplicates(rows)
    unique, overlaps = settle_overlaps(unique, around)
    return unique, pl.concat([conflicts, overlaps]), doubles


def settle_duplicates(
    candidates: pl.DataFrame,
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Unique rows, sorted; equal duplicates (all but the smallest file and line); conflicts."""
    rows = by_row_and_time(candidates)
    same_as_previous = pl.all_horizontal(pl.col(key) == pl.col(key).shift() for key in KEY)
    rows = rows.with_columns(follows=same_as_previous.fill_null(value=False))
    if not rows["follows"].any():
        unique = rows.drop("follows")
        return unique, unique.clear(), _conflicting(unique.clear())
    in_group = pl.col("follows") | pl.col("follows").shift(-1, fill_value=False)
    several = rows.filter(in_group).with_columns(
        clash=(pl.col("value").min() != pl.col("value").max()).over(KEY)
        | (pl.col("seconds").min() != pl.col("seconds").max()).over(KEY)
    )
    conflicts = several.filter("clash")
    equal = several.filter(~pl.col("clash"))
    kept = equal.sort(*KEY, "file", "line").unique(KEY, keep="first", maintain_order=True)
    doubles = equal.join(kept.select("file", "line", *KEY), on=["file", "line", *KEY], how="anti")
    unique = pl.concat([rows.filter(~in_group), kept.drop("clash")]).sort(*KEY).drop("follows")
    columns = unique.columns
    return unique, doubles.select(columns), _conflicting(conflicts)


def _conflicting(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows that contradict each other, each with what another one of its time says."""
    lowest, highest = pl.col("value").min().over(KEY), pl.col("value").max().over(KEY)
    other = pl.when(pl.col("value") == highest).then(lowest).otherwise(highest)
    says = pl.format("another row of this time says {}", _plain(other))
    lasts = pl.lit("another row of this time is of another length")
    detail = pl.when(lowest == highest).then(lasts).otherwise(says)
    return quarantined(rows, pl.lit(RuleId.CONFLICT.value), pl.format("{}; {}", _AS_KEPT, detail))


def _plain(value: pl.Expr) -> pl.Expr:
    """A decimal as text without zeros at its end."""
    return value.cast(pl.String).str.strip_chars_end("0").str.strip_chars_end(".")


def settle_overlaps(rows: pl.DataFrame, around: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Intervals that begin before the meter's last accepted one ends are refused.

    Only meters with an overlap are walked; the rest pass in one look.
    """
    suspects = sorted(_overlapping(rows) | _overlapping(borders(rows, around)))
    if not suspects:
        return rows, refused_for(rows.clear(), RuleId.OVERLAP)
    walked = joined(rows, around, suspects)
    early: list[bool] = []
    of_row, end = None, None
    for row, start, seconds in walked.select("row", "measured_at", "seconds").iter_rows():
        overlaps = row == of_row and end is not None and start < end
        early.append(overlaps)
        if not overlaps:
            of_row, end = row, start + timedelta(seconds=seconds)
    marked = walked.with_columns(pl.Series("early", early, pl.Boolean)).filter("here")
    mine = pl.col("row").is_in(suspects)
    kept = marked.filter(~pl.col("early")).select(rows.columns)
    refused = refused_for(marked.filter("early"), RuleId.OVERLAP)
    return by_row_and_time(pl.concat([rows.filter(~mine), kept])), refused


def _overlapping(rows: pl.DataFrame) -> set[int]:
    """Meters with an interval that begins before the one above it ends."""
    ends = pl.col("measured_at").shift() + pl.duration(seconds=pl.col("seconds").shift())
    early = (pl.col("row") == pl.col("row").shift()) & (pl.col("measured_at") < ends)
    return set(rows.filter((pl.col("seconds") > 0) & early)["row"].unique().to_list())


def beside_readings(
    estimates: pl.DataFrame, judged: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Estimates of times that no reading has, and the others refused."""
    replaced = estimates.join(judged, on=KEY, how="semi")
    added = estimates.join(judged, on=KEY, how="anti")
    no_event = pl.lit(None, dtype=pl.String).alias("event")
    return added.with_columns(no_event).select(judged.columns), refused_for(
        replaced, RuleId.ESTIMATE_REPLACED
    )


def by_row_and_time(rows: pl.DataFrame) -> pl.DataFrame:
    """Sorted by meter row and time: two stable sorts by one key cost half of one by two."""
    return rows.sort("measured_at", maintain_order=True).sort("row", maintain_order=True)


def borders(rows: pl.DataFrame, around: pl.DataFrame) -> pl.DataFrame:
    """Each register's first and last reading with the nearest of its context beside them."""
    ends = pl.concat(
        [
            rows.group_by("row", maintain_order=True).head(1).select(around.columns),
            rows.group_by("row", maintain_order=True).tail(1).select(around.columns),
        ]
    )
    return pl.concat([ends, around]).unique(KEY).sort(*KEY)


def joined(rows: pl.DataFrame, around: pl.DataFrame, meters: list[int]) -> pl.DataFrame:
    """Rows of some meters with their context, in order; ``here`` marks the partition's own."""
    mine = pl.col("row").is_in(meters)
    return by_row_and_time(
        pl.concat(
            [
                rows.filter(mine).with_columns(here=pl.lit(value=True)),
                around.filter(mine).with_columns(here=pl.lit(value=False)),
            ]
        )
    )


def refused_for(rows: pl.DataFrame, reason: RuleId) -> pl.DataFrame:
    """Candidates as quarantine rows of one rule."""
    return quarantined(rows, pl.lit(reason.value))


def quarantined(rows: pl.DataFrame, reason: pl.Expr, detail: pl.Expr | None = None) -> pl.DataFrame:
    """Refused candidates as quarantine rows: time in UTC, value in the canonical unit."""
    return rows.select(
        "file",
        "line",
        "row",
        pl.col("measured_at").dt.strftime("%Y-%m-%dT%H:%M:%SZ").alias("timestamp"),
        pl.col("value").cast(pl.String).alias("value"),
        reason.alias("reasons"),
        (_AS_KEPT if detail is None else detail).alias("detail"),
        "measured_at",
        pl.col("value").alias("amount"),
    )
