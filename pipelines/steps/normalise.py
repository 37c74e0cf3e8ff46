"""Raw rows to readings: meters found, times to UTC, values to canonical units, exactly.

Nothing is dropped: every row comes out either as a candidate reading or in quarantine with every
reason that applies.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl
from pandera.errors import SchemaErrors

from pipelines.steps.meters import cap_of, exact
from pipelines.steps.times import first_and_second_pass, parse_times, shift_local, to_utc
from schemas import units
from schemas.domains import QUANTITIES
from schemas.errors import AccountingError
from schemas.estate.model import Source
from schemas.quantities import Kind
from schemas.rules import RuleId
from schemas.tables import QUARANTINE, VALUE, rule_table

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
ARRIVAL_SLACK = timedelta(days=1)
#: What a refused row's cells do not show: the unit or serial that nobody knows.
_DOUBTFUL = pl.concat_str(
    [
        pl.when(~pl.col("unit_known")).then(pl.format("unit '{}'", "unit_text")),
        pl.when(~pl.col("serial_known")).then(pl.format("serial '{}'", "serial")),
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
    return _with_facts(rows, meters, "first_row", facility_zone="timezone")


def _with_facts(rows: pl.DataFrame, meters: pl.DataFrame, by: str, **facts: str) -> pl.DataFrame:
    """Facts of the meter table beside each row, looked up by its number, which is its place."""
    place = pl.col(by)
    return rows.with_columns(
        pl.lit(meters[column]).gather(place).alias(name) for name, column in facts.items()
    )


def _times(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """``instant`` (UTC, null where unknown), and whether a local time is a hole or double."""
    zone = context.source.timezone
    rows = rows.with_columns(
        timezone=pl.lit(zone) if zone else pl.col("facility_zone"),
    ).with_columns(parse_times(rows["timestamp"], context.source.time_format))
    return to_utc(rows)


def _judge(rows: pl.DataFrame, context: Context) -> tuple[pl.DataFrame, pl.DataFrame]:
    if rows.is_empty():
        return pl.DataFrame(schema=CANDIDATES), pl.DataFrame(schema=QUARANTINE)
    rows = _values(_serials(rows, context.meters), context)
    rows = _intervals(rows, context.meters)
    good, refused = split(rows, _rules(context))
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
        rows = _with_facts(rows, meters, "row", its_serial="serial")
        named = pl.col("serial").is_null() | (pl.col("its_serial") == "")
        known_serial = known_serial & (named | (pl.col("serial") == pl.col("its_serial")))
    same = ("kind", "nature", "seconds", "stamp_end", "valid_from", "valid_to", "max_rate")
    rows = _with_facts(rows, meters, "row", **{name: name for name in same})
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
            by_end=pl.col("stamp_end") & pl.col("kind").is_in([Kind.INTERVAL, Kind.AVERAGE]),
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


def _values(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """``value`` in the canonical unit; a row's unit replaces the meter's, not its multiplier."""
    text = pl.col("value_text")
    if context.source.decimal == ",":
        text = text.str.strip_chars()
        grouped = text.str.contains(r"^[+-]?\d{1,3}(\.\d{3})+(,\d*)?$")
        plain = text.str.contains(r"^[+-]?\d*(,\d*)?$")
        text = (
            pl.when(grouped | plain)
            .then(text.str.replace_all(".", "", literal=True))
            .str.replace(",", ".", literal=True)
        )
    rows = rows.with_columns(number=text.str.to_decimal(scale=12))
    if rows["number"].null_count():
        spaced = text.str.strip_chars().str.to_decimal(scale=12)
        rows = rows.with_columns(number=pl.col("number").fill_null(spaced))
    facts = ("numerator", "denominator", "offset", "cap")
    rows = _with_facts(rows, context.meters, "row", **{name: name for name in facts})
    numerator, denominator = pl.col("numerator"), pl.col("denominator")
    offset = pl.col("offset")
    cap = pl.col("cap")
    rows = rows.with_columns(unit_known=pl.lit(value=True))
    if rows["unit_text"].is_not_null().any():
        rows = _units_of_rows(rows, context.meters)
        numerator = pl.coalesce("row_numerator", "numerator")
        denominator = pl.coalesce("row_denominator", "denominator")
        offset = pl.coalesce("row_offset", "offset")
        cap = pl.coalesce("row_cap", "cap")
    in_reach = pl.col("number").abs() <= cap
    ticks = (pl.when(in_reach).then(pl.col("number")) + offset).to_physical()
    scaled = (ticks * numerator * 2 + denominator) // (denominator * 2)
    return rows.with_columns(value=scaled.reinterpret(dtype=VALUE), in_reach=in_reach)


def _units_of_rows(rows: pl.DataFrame, meters: pl.DataFrame) -> pl.DataFrame:
    """Exact factors for the units that stand in the rows themselves."""
    facts = {row["row"]: row for row in meters.iter_rows(named=True)}
    pairs = rows.select("row", pl.col("unit_text").str.strip_chars()).unique().drop_nulls()
    found = [(row, unit, *_factor_of(unit, facts[row])) for row, unit in pairs.iter_rows() if unit]
    table = pl.DataFrame(
        found,
        schema={
            "row": pl.Int32,
            "unit_text": pl.String,
            "row_numerator": pl.Int128,
            "row_denominator": pl.Int128,
            "row_offset": VALUE,
            "row_cap": VALUE,
            "row_unit_known": pl.Boolean,
        },
        orient="row",
    )
    return (
        rows.with_columns(pl.col("unit_text").str.strip_chars())
        .join(table, on=["row", "unit_text"], how="left", maintain_order="left")
        .with_columns(unit_known=pl.col("row_unit_known").fill_null(value=True))
    )


def _factor_of(
    unit: str, meter: Mapping[str, Any]
) -> tuple[int | None, int | None, Decimal | None, Decimal | None, bool]:
    """Numerator, denominator, offset and cap of a row's unit with the meter's multiplier."""
    rate = meter["kind"] == Kind.AVERAGE
    canonical = QUANTITIES[meter["quantity"]].unit
    own = units.conversion(meter["unit"], canonical=canonical, rate=rate)
    given = units.conversion(unit, canonical=canonical, rate=rate)
    if own is None or given is None:
        return None, None, None, None, False
    factor = Fraction(meter["numerator"], meter["denominator"]) / own.factor * given.factor
    return factor.numerator, factor.denominator, exact(given.offset), cap_of(factor), True


def _intervals(rows: pl.DataFrame, meters: pl.DataFrame) -> pl.DataFrame:
    """``measured_at`` and ``seconds``: an interval's start and length; 0 s for an instant."""
    lasting = pl.col("kind").is_in([Kind.INTERVAL, Kind.AVERAGE])
    length = pl.duration(seconds=pl.col("seconds"))
    rows = rows.with_columns(
        measured_at=pl.when(lasting & pl.col("stamp_end"))
        .then(pl.col("instant") - length)
        .otherwise("instant"),
        seconds=pl.when(lasting).then("seconds").otherwise(0).cast(pl.Int32),
    )
    if not (meters["calendar"] != "").any():
        return rows
    return shift_local(_with_facts(rows, meters, "row", calendar="calendar"))


def _rules(context: Context) -> dict[RuleId, pl.Expr]:
    """Each rule as an expression that is true where a row is fine. Null means: cannot be judged."""
    year, month = map(int, context.first_month.split("-"))
    known = pl.col("row").is_not_null()
    at = pl.col("instant")
    amount = pl.col("nature") == "amount"
    lasting = pl.col("seconds") > 0
    low, high = (
        pl.lit(context.meters[side]).gather(pl.col("row")) for side in ("lowest", "highest")
    )
    ticks, most = pl.col("value").to_physical(), pl.col("max_rate").to_physical()
    length = pl.when(pl.col("kind") == Kind.INTERVAL).then("seconds").otherwise(3600)
    possible = ticks * 3600 <= (most + most // 10**9) * length.cast(pl.Int128)
    ends = at <= pl.col("valid_to")
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
            .otherwise(pl.col("measured_at") < pl.col("valid_to"))
        ),
        RuleId.FUTURE_TIME: at <= context.arrived_at + ARRIVAL_SLACK,
        RuleId.ANCIENT_TIME: at >= pl.datetime(year, month, 1, time_zone="UTC") - timedelta(days=1),
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


def _months(rows: pl.DataFrame) -> pl.DataFrame:
    """``month``: the facility's local month of the reading, or of its interval's start."""
    zones = rows["facility_zone"].unique().to_list()
    parts = []
    for zone in zones:
        local = pl.col("measured_at").dt.convert_time_zone(zone)
        month = (local.dt.year() * 100 + local.dt.month()).cast(pl.Int32)
        part = rows if len(zones) == 1 else rows.filter(pl.col("facility_zone") == zone)
        parts.append(part.with_columns(month=month))
    return pl.concat(parts) if parts else rows.with_columns(month=pl.lit(0, dtype=pl.Int32))
