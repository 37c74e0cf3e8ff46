"""Hours to what each meter contributes: per month, then over a period, with bounds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import polars as pl

from pipelines.steps.calendar import next_month
from schemas.domains import QUANTITIES
from schemas.methods import SIGNED
from schemas.quantities import Nature
from schemas.tables import VALUE

HOUR_SECONDS = 3600
ZERO = Decimal(0)
#: Spreads are added as whole millionths, so that no order of summing changes a sum.
GRAIN = 10**6
_NEXT = timedelta(minutes=90)

#: What one meter contributes in one month. Levels are level × hours, so that they add up too.
#: ``signed_seconds`` are those of the covered ones that stand on edits.
#: ``likely_square`` is the sum over gaps of the square of each gap's likely half-width (k = 2).
METER_MONTHS = pl.Schema(
    {
        "meter_id": pl.String(),
        "quantity": pl.String(),
        "month": pl.String(),
        "expected_seconds": pl.Float64(),
        "measured_seconds": pl.Float64(),
        "covered_seconds": pl.Float64(),
        "signed_seconds": pl.Float64(),
        "measured": VALUE,
        "covered": VALUE,
        "gap_value": VALUE,
        "gap_low": VALUE,
        "gap_high": VALUE,
        "start_slack_low": VALUE,
        "start_slack_high": VALUE,
        "end_slack_low": VALUE,
        "end_slack_high": VALUE,
        "estimated": VALUE,
        "likely_square": pl.Float64(),
    }
)


@dataclass(frozen=True, kw_only=True)
class MeterMonth:
    """One row of ``METER_MONTHS``; ``gap_value`` and ``gap_high`` None where unknown."""

    meter_id: str
    quantity: str
    month: str
    expected_seconds: float
    measured_seconds: float
    covered_seconds: float
    measured: Decimal
    covered: Decimal
    gap_value: Decimal | None
    gap_low: Decimal
    gap_high: Decimal | None
    start_slack_low: Decimal
    start_slack_high: Decimal
    end_slack_low: Decimal
    end_slack_high: Decimal
    estimated: Decimal
    likely_square: float
    signed_seconds: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Sum:
    """One meter over a period: what is known, and the bounds of what is not."""

    meter_id: str
    expected_seconds: float
    measured_seconds: float
    covered_seconds: float
    measured: Decimal
    value: Decimal | None
    low: Decimal
    high: Decimal | None
    estimated: Decimal
    likely_square: float
    signed_seconds: float = 0.0


def meter_months(intervals: pl.DataFrame, month: str) -> pl.DataFrame:
    """``METER_MONTHS`` of one facility's hours in one month, exact sums throughout."""
    known = pl.col("value").is_not_null()
    amount = pl.col("covered") + pl.col("gap_value")
    bounded = pl.col("gap_high").is_not_null().all()
    rows = intervals.sort("meter_id", "start")
    return (
        rows.group_by("meter_id", "quantity", maintain_order=True)
        .agg(
            month=pl.lit(month),
            expected_seconds=pl.col("seconds").sum().cast(pl.Float64),
            measured_seconds=pl.col("measured_seconds").sum(),
            covered_seconds=pl.col("covered_seconds").sum(),
            signed_seconds=pl.col("covered_seconds").filter(pl.col("method").is_in(SIGNED)).sum(),
            measured=pl.col("measured").sum(),
            covered=pl.col("covered").sum(),
            gap_value=pl.when(known.all()).then(pl.col("gap_value").sum()),
            gap_low=pl.col("gap_low").sum(),
            gap_high=pl.when(bounded).then(pl.col("gap_high").sum()),
            start_slack_low=pl.col("start_slack_low").first(),
            start_slack_high=pl.col("start_slack_high").first(),
            end_slack_low=pl.col("end_slack_low").last(),
            end_slack_high=pl.col("end_slack_high").last(),
            estimated=amount.filter(pl.col("status") == "estimated").sum(),
        )
        .join(_likely_squares(rows), on="meter_id", how="left", maintain_order="left")
        .with_columns(pl.col("likely_square").fill_null(0.0))
        .select(METER_MONTHS.keys())
        .cast(METER_MONTHS)
    )


def _likely_squares(rows: pl.DataFrame) -> pl.DataFrame:
    """Hours of one gap go wrong together, gaps apart: sums within a gap, squares between them."""
    wide = rows.filter(pl.col("spread") > 0)
    same = (pl.col("meter_id") == pl.col("meter_id").shift()) & (
        pl.col("start") - pl.col("start").shift() <= _NEXT
    )
    widths = (
        wide.with_columns(gap=(~same.fill_null(value=False)).cum_sum())
        .group_by("meter_id", "gap", maintain_order=True)
        .agg(width=(pl.col("spread") * GRAIN).round().cast(pl.Int64).sum())
    )
    squares: dict[str, int] = {}
    for meter_id, width in widths.select("meter_id", "width").iter_rows():
        squares[meter_id] = squares.get(meter_id, 0) + width * width
    return pl.DataFrame(
        [(meter_id, square / GRAIN**2) for meter_id, square in squares.items()],
        schema={"meter_id": pl.String, "likely_square": pl.Float64},
        orient="row",
    )


def read_meter_months(frame: pl.DataFrame) -> list[MeterMonth]:
    """Rows of ``METER_MONTHS`` as values."""
    return [MeterMonth(**row) for row in frame.iter_rows(named=True)]


def absent_month(
    meters: pl.DataFrame, month: str, bounds: tuple[datetime, datetime]
) -> list[MeterMonth]:
    """A month without any hours: nothing covered, bounded by each meter's maximum rate."""
    rows: dict[str, MeterMonth] = {}
    for meter in meters.iter_rows(named=True):
        since = max(bounds[0], meter["valid_from"] or bounds[0])
        until = min(bounds[1], meter["valid_to"] or bounds[1])
        seconds = (until - since).total_seconds()
        if seconds <= 0:
            continue
        level = meter["nature"] == Nature.LEVEL
        most = meter["highest"] if level else meter["max_rate"]
        least = meter["lowest"] if level else ZERO
        hours = Decimal(str(seconds)) / HOUR_SECONDS
        earlier = rows.get(meter["meter_id"])
        row = MeterMonth(
            meter_id=meter["meter_id"],
            quantity=meter["quantity"],
            month=month,
            expected_seconds=seconds + (earlier.expected_seconds if earlier else 0),
            measured_seconds=0,
            covered_seconds=0,
            measured=ZERO,
            covered=ZERO,
            gap_value=None,
            gap_low=least * hours + (earlier.gap_low if earlier else ZERO),
            gap_high=_add(
                None if most is None else most * hours, earlier.gap_high if earlier else ZERO
            ),
            start_slack_low=ZERO,
            start_slack_high=ZERO,
            end_slack_low=ZERO,
            end_slack_high=ZERO,
            estimated=ZERO,
            likely_square=0.0,
        )
        rows[row.meter_id] = row
    return list(rows.values())


def _add(left: Decimal | None, right: Decimal | None) -> Decimal | None:
    return None if left is None or right is None else left + right


def sum_meter(months: Sequence[MeterMonth]) -> Sum:
    """One meter over consecutive or scattered months, sorted; inner borders cancel exactly.

    Slack is counted where a stretch of consecutive covered months begins and ends, nowhere else.
    """
    first, last = months[0], months[-1]
    low_slack = first.start_slack_high + last.end_slack_low
    high_slack = first.start_slack_low + last.end_slack_high
    for earlier, later in pairwise(months):
        apart = next_month(earlier.month) != later.month
        if apart or not earlier.covered_seconds or not later.covered_seconds:
            low_slack += earlier.end_slack_low + later.start_slack_high
            high_slack += earlier.end_slack_high + later.start_slack_low
    covered = sum((row.covered for row in months), ZERO)
    gap_low = sum((row.gap_low for row in months), ZERO)
    gap_high: Decimal | None = ZERO
    gap_value: Decimal | None = ZERO
    for row in months:
        gap_high = _add(gap_high, row.gap_high)
        gap_value = _add(gap_value, row.gap_value)
    level = QUANTITIES[first.quantity].nature is Nature.LEVEL
    floor = covered + gap_low - low_slack
    return Sum(
        meter_id=first.meter_id,
        expected_seconds=sum(row.expected_seconds for row in months),
        measured_seconds=sum(row.measured_seconds for row in months),
        covered_seconds=sum(row.covered_seconds for row in months),
        signed_seconds=sum(row.signed_seconds for row in months),
        measured=sum((row.measured for row in months), ZERO),
        value=_add(covered, gap_value),
        low=floor if level else max(ZERO, floor),
        high=_add(covered + high_slack, gap_high),
        estimated=sum((row.estimated for row in months), ZERO),
        likely_square=sum(row.likely_square for row in months),
    )
