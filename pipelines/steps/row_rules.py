"""Rules about one row alone, as expressions, and rows split by them."""

from datetime import datetime, timedelta

import polars as pl

from pipelines.steps.times import LONGEST
from schemas.errors import AccountingError
from schemas.quantities import Kind
from schemas.rules import RuleId
from schemas.tables import BAD, ESTIMATED, rule_table

ARRIVAL_SLACK = timedelta(days=1)
LASTING = (Kind.INTERVAL.value, Kind.AVERAGE.value)


def row_rules(
    meters: pl.DataFrame, *, arrived_at: datetime, first_month: str
) -> dict[RuleId, pl.Expr]:
    """Each rule as an expression that is true where a row is fine. Null means: cannot be judged."""
    year, month = map(int, first_month.split("-"))
    known = pl.col("row").is_not_null()
    at = pl.col("instant")
    amount = pl.col("nature") == "amount"
    lasting = pl.col("seconds") > 0
    low, high = (pl.lit(meters[side]).gather(pl.col("row")) for side in ("lowest", "highest"))
    ticks, most = pl.col("value").to_physical(), pl.col("max_rate").to_physical()
    length = pl.when(pl.col("kind") == Kind.INTERVAL).then("seconds").otherwise(3600)
    possible = ticks * 3600 <= (most + most // 10**9) * length.cast(pl.Int128)
    ends = at <= pl.col("valid_to")
    told, own = pl.col("until").fill_null("").str.strip_chars() != "", pl.col("lasts")
    fits = pl.col("seconds").is_between(1, int(LONGEST.total_seconds()))
    made_up = pl.col("standing") == ESTIMATED
    begins = pl.col("measured_at") < pl.col("valid_to")
    return {
        RuleId.MALFORMED_ROW: ~pl.col("malformed"),
        RuleId.UNKNOWN_METER: pl.col("malformed") | known,
        RuleId.UNKNOWN_SERIAL: pl.col("serial_known"),
        RuleId.UNKNOWN_UNIT: pl.col("unit_known"),
        RuleId.UNPARSABLE_TIME: pl.col("malformed") | pl.col("time_read"),
        RuleId.DST_HOLE: ~pl.col("is_hole"),
        RuleId.AMBIGUOUS_TIME: ~pl.col("is_undecided"),
        RuleId.UNPARSABLE_VALUE: pl.col("malformed") | pl.col("number").is_not_null(),
        RuleId.OUTSIDE_VALIDITY: (
            (pl.col("valid_from") <= pl.col("measured_at")).fill_null(value=True)
            & pl.when(pl.col("kind") == Kind.REGISTER)
            .then(ends)
            .when(own)
            .then(pl.col("end") <= pl.col("valid_to"))
            .otherwise(begins)
        ),
        RuleId.FUTURE_TIME: pl.max_horizontal(at, "end") <= arrived_at + ARRIVAL_SLACK,
        RuleId.ANCIENT_TIME: at >= pl.datetime(year, month, 1, time_zone="UTC") - timedelta(days=1),
        RuleId.INVALID_END: ~told | ~known | (pl.col("end_read") & own & fits),
        RuleId.UNKNOWN_QUALITY: pl.col("standing").is_not_null(),
        RuleId.BAD_QUALITY: pl.col("standing") != BAD,
        RuleId.ESTIMATED_LEVEL: ~made_up | pl.col("kind").is_in(LASTING),
        RuleId.NEGATIVE_AMOUNT: ~amount | (pl.col("value") >= 0),
        RuleId.OUT_OF_RANGE: pl.col("number").is_null()
        | (
            pl.col("in_reach")
            & (
                amount
                | ((pl.col("value") >= low) & (pl.col("value") <= high).fill_null(value=True))
            )
        ),
        RuleId.IMPOSSIBLE_RATE: ~(amount & lasting) | possible,
    }


def split(rows: pl.DataFrame, rules: dict[RuleId, pl.Expr]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows that pass every rule, and those that do not with ``reasons``, in the rules' order.

    Pandera judges; its failure cases name row and rule. Rows are split by them, never dropped.
    """
    from pandera.errors import SchemaErrors

    try:
        rule_table(rules).validate(rows, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases.select(
            pl.col("index").cast(pl.UInt32).alias("nr"), pl.col("check").alias("reason")
        )
        if cases["nr"].null_count():
            raise AccountingError(f"a rule could not be checked: {errors}") from errors
    else:
        return rows, rows.clear().with_columns(reasons=pl.lit("", dtype=pl.String))
    order = {rule.value: number for number, rule in enumerate(rules)}
    reasons = (
        cases.with_columns(rank=pl.col("reason").replace_strict(order, return_dtype=pl.Int32))
        .sort("nr", "rank")
        .group_by("nr", maintain_order=True)
        .agg(pl.col("reason").str.join("; ").alias("reasons"))
    )
    numbered = rows.with_row_index("nr")
    return (
        numbered.join(reasons, on="nr", how="anti", maintain_order="left").drop("nr"),
        numbered.join(reasons, on="nr", how="inner", maintain_order="left").drop("nr"),
    )
