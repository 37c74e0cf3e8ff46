"""Tables: Pandera schemas derived from the catalogue, validated on collected frames only.

Pandera on a LazyFrame checks names and types and nothing else, so every caller passes a
DataFrame; a test fails if the data-level checks are lost.
"""

from collections.abc import Mapping

import polars as pl

from schemas.checked import Table
from schemas.quantities import Domain, Nature
from schemas.rules import RuleId

#: Every amount and level in the lake: exact, 12 places after the point.
VALUE = pl.Decimal(38, 12)
INSTANT = pl.Datetime("us", "UTC")
PLACES = 12

#: Raw rows as sources deliver them: text, with the line of the file each came from. ``until`` is
#: the end of the row's own interval, exclusive and written like ``timestamp``, where the file tells
#: one; ``quality`` what the file says of the value: nothing, one of ``QUALITIES``, or a word that
#: the source explains. A malformed row has another number of cells than its header and carries its
#: whole line as value.
RAW = pl.Schema(
    {
        "line": pl.UInt32(),
        "meter_id": pl.String(),
        "timestamp": pl.String(),
        "until": pl.String(),
        "value": pl.String(),
        "unit": pl.String(),
        "serial": pl.String(),
        "quality": pl.String(),
        "malformed": pl.Boolean(),
    }
)
#: What a value can be by its own file: read, made up by the source, or known to be wrong.
QUALITIES = (GOOD, ESTIMATED, BAD) = ("good", "estimated", "bad")
#: Rows that were refused before or while they became readings. ``facility_id``, ``measured_at``
#: and ``amount`` (canonical unit) are null where the row does not tell them.
QUARANTINE = pl.Schema(
    {
        "file": pl.String(),
        "line": pl.UInt32(),
        "meter_id": pl.String(),
        "timestamp": pl.String(),
        "value": pl.String(),
        "reasons": pl.String(),
        "detail": pl.String(),
        "facility_id": pl.String(),
        "measured_at": INSTANT,
        "amount": VALUE,
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
#: What readings cover of each hour of each meter, before anything is judged or estimated. ``low``
#: and ``high`` bound ``covered``. ``shaped`` marks an hour whose amount is a part of a longer,
#: exact one; ``shaped_seconds`` is how much of the hour that part takes. ``least`` and ``most``
#: bound the whole hour whatever happens: nothing, and the meter's maximum rate (``most`` null where
#: unknown); for a level what is physically possible, × hours. ``delivered`` is what the source
#: itself estimates of the time that no reading covers; null where it does not speak of all of it.
COVERED = pl.Schema(
    {
        "facility_id": pl.String(),
        "meter_id": pl.String(),
        "quantity": pl.String(),
        "start": INSTANT,
        "seconds": pl.Int32(),
        "local_date": pl.Date(),
        "local_hour": pl.Int8(),
        "covered": VALUE,
        "measured": VALUE,
        "low": VALUE,
        "high": VALUE,
        "least": VALUE,
        "most": VALUE,
        "start_slack_low": VALUE,
        "start_slack_high": VALUE,
        "end_slack_low": VALUE,
        "end_slack_high": VALUE,
        "covered_seconds": pl.Float64(),
        "measured_seconds": pl.Float64(),
        "shaped_seconds": pl.Float64(),
        "shaped": pl.Boolean(),
        "delivered": VALUE,
    }
)
#: What the rules found: which meter, from when to when, in words, and what a person could sign.
#: ``other`` is the meter a rule about two meters names beside the first; ``factor`` a proposed
#: scale; ``proposal`` the repair as a line for ``edits.csv`` would say it.
FINDINGS = pl.Schema(
    {
        "facility_id": pl.String(),
        "month": pl.String(),
        "rule": pl.String(),
        "severity": pl.String(),
        "action": pl.String(),
        "meter_id": pl.String(),
        "other": pl.String(),
        "start": INSTANT,
        "end": INSTANT,
        "detail": pl.String(),
        "proposal": pl.String(),
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
        "withheld_by": pl.String(),
        "spread": pl.Float64(),
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


def rule_table(rules: Mapping[RuleId, pl.Expr]) -> Table:
    """A table whose rows pass or fail named rules."""
    return Table("screened_rows", {rule.value: check for rule, check in rules.items()})


def _within_bounds(domain: Domain) -> pl.Expr:
    """Levels within what is physically possible; amounts not below zero."""
    verdict = pl.col("value") >= 0
    for quantity in domain.quantities:
        if quantity.nature is Nature.LEVEL:
            inside = pl.col("value") >= quantity.lowest
            if quantity.highest is not None:
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


def readings_table(domain: Domain) -> Table:
    """Clean readings of one domain and partition, sorted by meter, serial and time."""
    names = [quantity.name for quantity in domain.quantities]
    rules = {
        "quantity_of_domain": pl.col("quantity").is_in(names),
        "within_bounds": _within_bounds(domain),
        "known_event": pl.col("event").is_in(EVENTS),
        "length_not_negative": pl.col("seconds") >= 0,
        "unique_and_sorted": _ascending("meter_id", "serial", "measured_at"),
    }
    return Table(f"{domain.name}_readings", rules, READINGS, frozenset({"event", "flag"}))


def covered_table(domain: Domain) -> Table:
    """Covered hours of one domain and partition, sorted by meter and start."""
    names = [quantity.name for quantity in domain.quantities]
    slacks = [name for name in COVERED if "slack" in name]
    rules = {
        "quantity_of_domain": pl.col("quantity").is_in(names),
        "covered_within_bounds": (pl.col("low") <= pl.col("covered"))
        & (pl.col("covered") <= pl.col("high")),
        "least_below_most": pl.col("least") <= pl.col("most"),
        "slack_not_negative": pl.all_horizontal(pl.col(name) >= 0 for name in slacks),
        "no_more_than_the_hour": pl.col("covered_seconds") <= pl.col("seconds"),
        "measured_is_covered": pl.col("measured_seconds") <= pl.col("covered_seconds"),
        "shaped_is_covered": (pl.col("shaped_seconds") <= pl.col("covered_seconds"))
        & (pl.col("shaped") == (pl.col("shaped_seconds") > 0)),
        "unique_and_sorted": _ascending("meter_id", "start"),
    }
    return Table(f"{domain.name}_covered", rules, COVERED, frozenset({"most", "delivered"}))


def intervals_table(domain: Domain) -> Table:
    """Hours of one domain and partition, sorted by meter and start."""
    names = [quantity.name for quantity in domain.quantities]
    rules = {
        "quantity_of_domain": pl.col("quantity").is_in(names),
        "known_status": pl.col("status").is_in(STATUSES),
        "value_within_bounds": (pl.col("low") <= pl.col("value"))
        & (pl.col("value") <= pl.col("high")),
        "missing_is_null": (pl.col("status") == "missing") == pl.col("value").is_null(),
        "no_more_than_the_hour": pl.col("measured_seconds") <= pl.col("seconds"),
        "unique_and_sorted": _ascending("meter_id", "start"),
    }
    nullable = frozenset({"value", "high", "gap_value", "gap_high", "spread"})
    return Table(f"{domain.name}_intervals", rules, INTERVALS, nullable)
