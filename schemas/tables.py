"""Tables: Pandera schemas derived from the catalogue, validated on collected frames only.

Pandera on a LazyFrame checks names and types and nothing else, so every caller passes a
DataFrame; a test fails if the data-level checks are lost.
"""

import pandera.polars as pa
import polars as pl

from schemas.quantities import Domain, Nature
from schemas.rules import RuleId

#: Every amount and level in the lake: exact, 12 places after the point.
VALUE = pl.Decimal(38, 12)
INSTANT = pl.Datetime("us", "UTC")
PLACES = 12

#: Raw rows as sources deliver them: text, with the line of the file each came from. A malformed
#: row has another number of cells than its header and carries its whole line as value.
RAW = pl.Schema(
    {
        "line": pl.UInt32(),
        "meter_id": pl.String(),
        "timestamp": pl.String(),
        "value": pl.String(),
        "unit": pl.String(),
        "serial": pl.String(),
        "malformed": pl.Boolean(),
    }
)
#: Rows that were refused before or while they became readings.
QUARANTINE = pl.Schema(
    {
        "file": pl.String(),
        "line": pl.UInt32(),
        "meter_id": pl.String(),
        "timestamp": pl.String(),
        "value": pl.String(),
        "reasons": pl.String(),
        "detail": pl.String(),
    }
)
READINGS = pl.Schema(
    {
        "facility_id": pl.String(),
        "meter_id": pl.String(),
        "serial": pl.String(),
        "quantity": pl.String(),
        "measured_at": INSTANT,
        "seconds": pl.Int32(),
        "value": VALUE,
        "event": pl.String(),
        "flag": pl.String(),
        "file": pl.String(),
        "line": pl.UInt32(),
    }
)
INTERVALS = pl.Schema(
    {
        "facility_id": pl.String(),
        "meter_id": pl.String(),
        "quantity": pl.String(),
        "start": INSTANT,
        "seconds": pl.Int32(),
        "value": VALUE,
        "low": VALUE,
        "high": VALUE,
        "status": pl.String(),
        "method": pl.String(),
        "measured_seconds": pl.Float64(),
        "covered_seconds": pl.Float64(),
        "measured": VALUE,
        "covered": VALUE,
        "gap_value": VALUE,
        "gap_low": VALUE,
        "gap_high": VALUE,
        "start_slack_low": VALUE,
        "start_slack_high": VALUE,
        "end_slack_low": VALUE,
        "end_slack_high": VALUE,
    }
)

STATUSES = ("measured", "estimated", "missing")
EVENTS = ("rollover", "reset", "jump")


def rule_table(rules: dict[RuleId, pl.Expr]) -> pa.DataFrameSchema:
    """A table whose rows pass or fail named rules; each expression is true where a row is fine.

    A null verdict passes: a rule that cannot be judged (no maximum rate known) refuses nothing.
    """
    return pa.DataFrameSchema(
        name="screened_rows",
        checks=[_check(expression, rule.value) for rule, expression in rules.items()],
    )


def _check(expression: pl.Expr, name: str) -> pa.Check:
    def verdict(data: pa.PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(expression.fill_null(value=True).alias(name))

    return pa.Check(verdict, name=name)


def _columns(
    types: pl.Schema, nullable: frozenset[str], **checks: list[pa.Check]
) -> dict[str, pa.Column]:
    return {
        name: pa.Column(kind, checks.get(name, []), nullable=name in nullable)
        for name, kind in types.items()
    }


def _within_bounds(domain: Domain) -> pl.Expr:
    """Levels within what is physically possible; amounts not below zero."""
    verdict = pl.lit(value=True)
    for quantity in domain.quantities:
        inside = pl.col("value") >= quantity.lowest
        if quantity.nature is Nature.LEVEL and quantity.highest is not None:
            inside &= pl.col("value") <= quantity.highest
        verdict = pl.when(pl.col("quantity") == quantity.name).then(inside).otherwise(verdict)
    return verdict


def _ascending(*keys: str) -> pl.Expr:
    """True where a row's key is above the previous row's: unique and sorted in one look."""
    same = pl.lit(value=True)
    above = pl.lit(value=False)
    for key in keys:
        above = above | (same & (pl.col(key) > pl.col(key).shift()))
        same = same & (pl.col(key) == pl.col(key).shift())
    return above.fill_null(value=True)


def readings_table(domain: Domain) -> pa.DataFrameSchema:
    """Clean readings of one domain and partition, sorted by meter, serial and time."""
    names = [quantity.name for quantity in domain.quantities]
    known = pl.col("quantity").is_in(names)
    return pa.DataFrameSchema(
        name=f"{domain.name}_readings",
        columns=_columns(READINGS, frozenset({"event", "flag"})),
        checks=[
            _check(known, "quantity_of_domain"),
            _check(_within_bounds(domain), "within_bounds"),
            _check(pl.col("event").is_in(EVENTS), "known_event"),
            _check(pl.col("seconds") >= 0, "length_not_negative"),
            _check(_ascending("meter_id", "serial", "measured_at"), "unique_and_sorted"),
        ],
        strict=True,
        ordered=True,
    )


def intervals_table(domain: Domain) -> pa.DataFrameSchema:
    """Hours of one domain and partition, sorted by meter and start."""
    names = [quantity.name for quantity in domain.quantities]
    ordered = (pl.col("low") <= pl.col("value")) & (pl.col("value") <= pl.col("high"))
    return pa.DataFrameSchema(
        name=f"{domain.name}_intervals",
        columns=_columns(
            INTERVALS, frozenset({"value", "high", "gap_value", "gap_high", "low", "gap_low"})
        ),
        checks=[
            _check(pl.col("quantity").is_in(names), "quantity_of_domain"),
            _check(pl.col("status").is_in(STATUSES), "known_status"),
            _check(ordered, "value_within_bounds"),
            _check((pl.col("status") == "missing") == pl.col("value").is_null(), "missing_is_null"),
            _check(pl.col("measured_seconds") <= pl.col("seconds"), "no_more_than_the_hour"),
            _check(_ascending("meter_id", "start"), "unique_and_sorted"),
        ],
        strict=True,
        ordered=True,
    )
