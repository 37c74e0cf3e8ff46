"""What to mend first, and what is left over between an upper meter and those below it."""

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

import polars as pl

from pipelines.steps.calendar import month_bounds
from pipelines.steps.meter_months import MeterMonth
from schemas.domains import QUANTITIES
from schemas.quality import BALANCES, FIXES
from schemas.quantities import Nature
from schemas.tables import INSTANT, VALUE

_HOUR = pl.duration(hours=1)
_MISSING = "missing"
_WIDTH = (pl.col("gap_high").to_physical() - pl.col("gap_low").to_physical()).cast(pl.Int128)
_OPEN_MONTHS = pl.Schema(
    {
        "meter_id": pl.String(),
        "quantity": pl.String(),
        "hours": pl.Int32(),
        "first": INSTANT,
        "last": INSTANT,
        "gap_low": VALUE,
        "gap_high": VALUE,
    }
)


def fixes(
    intervals: pl.DataFrame,
    absent: Sequence[MeterMonth],
    weights: Mapping[str, float],
    *,
    facility_id: str,
    year: int,
    zone: ZoneInfo,
) -> pl.DataFrame:
    """Causes of doubt by meter (``FIXES``), widest effect on the year's PUE first.

    An effect is the width between the bounds of a cause's hours times what the PUE changes by with
    each unit of the meter. A cause without an upper bound comes first of all. What a register
    bridges has no width and is no cause.

    Args:
        intervals: ``INTERVALS`` of the year.
        absent: meters in months of which there is no hour at all.
        weights: by meter, what one unit more changes the PUE by, without its sign. Meters that do
            not stand here are no part of the PUE and are left out.
    """
    if not weights:
        return FIXES.to_frame()
    doubts = pl.concat([_open_hours(intervals), _open_months(absent, zone)]).filter(
        pl.col("meter_id").is_in(list(weights))
        & (pl.col("ticks").is_null() | (pl.col("ticks") > 0))
    )
    known = pl.col("ticks").is_not_null().all()
    per_unit = pl.col("meter_id").replace_strict(dict(weights), return_dtype=pl.Float64)
    found = (
        doubts.group_by("meter_id", "quantity", "cause")
        .agg(
            hours=pl.col("hours").sum(),
            first=pl.col("first").min(),
            last=pl.col("last").max(),
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


def _open_hours(intervals: pl.DataFrame) -> pl.DataFrame:
    """Hours that were not read from end to end, one row each."""
    return intervals.filter(pl.col("covered_seconds") < pl.col("seconds")).select(
        "meter_id",
        "quantity",
        cause=pl.when(pl.col("withheld_by") == "").then(pl.lit(_MISSING)).otherwise("withheld_by"),
        hours=pl.lit(1, dtype=pl.Int32),
        first="start",
        last=pl.col("start") + _HOUR,
        ticks=_WIDTH,
    )


def _open_months(absent: Sequence[MeterMonth], zone: ZoneInfo) -> pl.DataFrame:
    rows = [
        (one.meter_id, one.quantity, round(one.expected_seconds / 3600),
         *month_bounds(one.month, zone), one.gap_low, one.gap_high)
        for one in absent
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=_OPEN_MONTHS, orient="row").select(
        "meter_id", "quantity", pl.lit(_MISSING).alias("cause"), "hours", "first", "last",
        ticks=_WIDTH,
    )  # fmt: skip


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
    whole = (
        intervals.lazy()
        .filter(pl.col("status") == "measured")
        .select("meter_id", "start", "value")
        .collect()
    )
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
