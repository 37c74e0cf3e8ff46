"""What to mend first, and what is left over between an upper meter and those below it."""

from collections.abc import Mapping

import polars as pl

from schemas.domains import QUANTITIES
from schemas.quality import BALANCES, FIXES
from schemas.quantities import Nature
from schemas.tables import VALUE

_HOUR = pl.duration(hours=1)
_MISSING = "missing"


def fixes(
    intervals: pl.DataFrame, weights: Mapping[str, float], *, facility_id: str, year: int
) -> pl.DataFrame:
    """Causes of doubt by meter (``FIXES``), widest effect on the year's PUE first.

    An effect is the width between the bounds of a cause's hours times what the PUE changes by with
    each unit of the meter. A cause without an upper bound comes first of all. What a register
    bridges has no width and is no cause.

    Args:
        intervals: ``INTERVALS`` of the year.
        weights: by meter, what one unit more changes the PUE by, without its sign. Meters that do
            not stand here are no part of the PUE and are left out.
    """
    if not weights:
        return FIXES.to_frame()
    width = pl.col("gap_high").to_physical() - pl.col("gap_low").to_physical()
    open_hours = intervals.filter(
        pl.col("meter_id").is_in(list(weights))
        & (pl.col("covered_seconds") < pl.col("seconds"))
        & (pl.col("gap_high").is_null() | (width > 0))
    ).with_columns(
        cause=pl.when(pl.col("withheld_by") == "").then(pl.lit(_MISSING)).otherwise("withheld_by"),
        ticks=width.cast(pl.Int128),
    )
    known = pl.col("ticks").is_not_null().all()
    per_unit = pl.col("meter_id").replace_strict(dict(weights), return_dtype=pl.Float64)
    found = (
        open_hours.group_by("meter_id", "quantity", "cause")
        .agg(
            hours=pl.len().cast(pl.Int32),
            first=pl.col("start").min(),
            last=pl.col("start").max() + _HOUR,
            width=pl.when(known).then(pl.col("ticks").sum()).reinterpret(dtype=VALUE),
        )
        .with_columns(effect=pl.col("width").cast(pl.Float64) * per_unit)
        .sort(
            ["effect", "hours", "meter_id", "cause"],
            descending=[True, True, False, False],
            nulls_last=False,
        )
    )
    return (
        found.with_row_index("place", offset=1)
        .with_columns(facility_id=pl.lit(facility_id), year=pl.lit(year))
        .select(FIXES.keys())
        .cast(FIXES)
    )


def balances(
    intervals: pl.DataFrame,
    parents: Mapping[str, str],
    checks: Mapping[str, str],
    *,
    facility_id: str,
    year: int,
) -> pl.DataFrame:
    """Every upper meter's balance (``BALANCES``), sorted by meter.

    Only amounts of one unit are added; check meters count nothing a second time. An upper meter
    without an hour in which all were read has null sums.
    """
    quantity_of = dict(intervals.select("meter_id", "quantity").unique().iter_rows())
    whole = intervals.filter(pl.col("status") == "measured").select("meter_id", "start", "value")
    rows = []
    for upper, below in sorted(_links(quantity_of, parents, checks).items()):
        through = whole.filter(pl.col("meter_id") == upper)
        shown = (
            whole.filter(pl.col("meter_id").is_in(below))
            .group_by("start")
            .agg(read=pl.len(), shown=pl.col("value").sum())
            .filter(pl.col("read") == len(below))
        )
        both = through.join(shown, on="start")
        sums = both.select(pl.col("value", "shown").sum()).row(0) if both.height else (None, None)
        residual = None if sums[0] is None else sums[0] - sums[1]
        rows.append(
            {
                "facility_id": facility_id,
                "year": year,
                "meter_id": upper,
                "quantity": quantity_of[upper],
                "unit": QUANTITIES[quantity_of[upper]].unit.value,
                "below": below,
                "hours": both.height,
                "through": sums[0],
                "shown_below": sums[1],
                "residual": residual,
                "share": float(residual / sums[0]) if residual is not None and sums[0] else None,
            }
        )
    return pl.DataFrame(rows, schema=BALANCES)


def _links(
    quantity_of: Mapping[str, str], parents: Mapping[str, str], checks: Mapping[str, str]
) -> dict[str, list[str]]:
    """The meters right below each upper meter, of its unit."""
    found: dict[str, list[str]] = {}
    for meter, quantity in sorted(quantity_of.items()):
        upper = parents.get(meter, "")
        if upper not in quantity_of or meter in checks:
            continue
        one, other = QUANTITIES[quantity], QUANTITIES[quantity_of[upper]]
        if one.unit is other.unit and one.nature is Nature.AMOUNT:
            found.setdefault(upper, []).append(meter)
    return found
