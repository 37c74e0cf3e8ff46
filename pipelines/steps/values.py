"""Values: texts to exact numbers in the canonical unit. A row's unit replaces the meter's."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl

from pipelines.steps.meters import cap_of, exact, with_facts
from schemas import units
from schemas.domains import QUANTITIES
from schemas.estate.source import Source
from schemas.quantities import Kind
from schemas.tables import VALUE

#: What a mark may look like: blanks that do not break a line, thin ones, and curved apostrophes.
_MARKS = {"blank": r"[ \x{a0}\x{202f}\x{2009}]", "'": "['\u2019]", ".": r"\.", ",": ","}


def to_canonical(rows: pl.DataFrame, meters: pl.DataFrame, source: Source) -> pl.DataFrame:
    """``value`` in the canonical unit; a row's unit replaces the meter's, not its multiplier."""
    text = _plain(pl.col("value_text"), source)
    rows = rows.with_columns(number=text.str.to_decimal(scale=12))
    if rows["number"].null_count():
        spaced = text.str.strip_chars().str.to_decimal(scale=12)
        rows = rows.with_columns(number=pl.col("number").fill_null(spaced))
    facts = ("numerator", "denominator", "offset", "cap")
    rows = with_facts(rows, meters, "row", **{name: name for name in facts})
    numerator, denominator = pl.col("numerator"), pl.col("denominator")
    offset = pl.col("offset")
    cap = pl.col("cap")
    rows = rows.with_columns(unit_known=pl.lit(value=True))
    if rows["unit_text"].is_not_null().any():
        rows = _units_of_rows(rows, meters)
        numerator = pl.coalesce("row_numerator", "numerator")
        denominator = pl.coalesce("row_denominator", "denominator")
        offset = pl.coalesce("row_offset", "offset")
        cap = pl.coalesce("row_cap", "cap")
    in_reach = pl.col("number").abs() <= cap
    ticks = (pl.when(in_reach).then(pl.col("number")) + offset).to_physical()
    scaled = (ticks * numerator * 2 + denominator) // (denominator * 2)
    return rows.with_columns(value=scaled.reinterpret(dtype=VALUE), in_reach=in_reach)


def _plain(text: pl.Expr, source: Source) -> pl.Expr:
    """A number without marks between thousands and with a decimal point; null where the marks do
    not stand where they must. A number of that form without any mark is as it stands."""
    grouping = source.grouping or ("." if source.decimal == "," else "")
    if not grouping:
        return text
    mark, point = _MARKS[grouping], _MARKS[source.decimal]
    text = text.str.strip_chars()
    grouped = text.str.contains(rf"^[+-]?\d{{1,3}}({mark}\d{{3}})+({point}\d*)?$")
    bare = text.str.contains(rf"^[+-]?\d*({point}\d*)?$")
    parted = text.str.replace_all(mark, "").str.replace(source.decimal, ".", literal=True)
    return pl.when(grouped | bare).then(parted)


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
