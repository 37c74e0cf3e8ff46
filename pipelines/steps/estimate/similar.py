"""Similar days: what a meter usually does at this hour of such a day."""

from datetime import timedelta

import polars as pl

from pipelines.steps.estimate.ticks import GRAIN, half_width, nearest, ticks
from pipelines.steps.runs import HOUR_SECONDS

#: Days this far to either side are looked at.
REACH = timedelta(days=28)
#: Fewer samples say nothing of a usual day.
SAMPLES = 3
_FRIDAY = 5
_HOUR = ["meter_id", "start"]

#: Hours that a meter read from end to end: what statistics rest on.
WHOLE = (
    (pl.col("measured_seconds") == pl.col("seconds"))
    & (pl.col("seconds") == HOUR_SECONDS)
    & ~pl.col("shaped")
)


def with_usual(rows: pl.DataFrame, wanted: pl.Expr) -> pl.DataFrame:
    """Adds ``usual`` (ticks of a whole hour) and ``usual_spread`` (its likely half-width).

    The mean of the wholly measured hours at the same hour of the day on days of the same class,
    workday or weekend, within four weeks; of days of any class where those are fewer than three;
    null where these are too.

    Args:
        rows: covered hours of the month and its neighbours.
        wanted: true for the hours that need it.
    """
    samples = rows.filter(WHOLE).select(
        "meter_id",
        "local_hour",
        day="local_date",
        off=_weekend("local_date"),
        sample=ticks("covered"),
    )
    pairs = (
        rows.filter(wanted)
        .select(*_HOUR, "local_hour", "local_date", weekend=_weekend("local_date"))
        .join(samples, on=["meter_id", "local_hour"])
        .filter((pl.col("day") - pl.col("local_date")).abs() <= REACH)
    )
    alike = _means(pairs.filter(pl.col("off") == pl.col("weekend")))
    others = _means(pairs).join(alike, on=_HOUR, how="anti")
    return rows.join(pl.concat([alike, others]), on=_HOUR, how="left", maintain_order="left")


def _weekend(day: str) -> pl.Expr:
    return pl.col(day).dt.weekday() > _FRIDAY


def _means(pairs: pl.DataFrame) -> pl.DataFrame:
    """Mean and spread of each hour's samples, where there are enough."""
    grains = pl.col("sample") // GRAIN
    count, total = pl.col("count"), pl.col("total")
    return (
        pairs.group_by(_HOUR)
        .agg(
            count=pl.len().cast(pl.Int128),
            total=pl.col("sample").sum(),
            grains=grains.sum(),
            squares=(grains * grains).sum(),
        )
        .filter(count >= SAMPLES)
        .select(
            *_HOUR,
            usual=nearest(total, count),
            usual_spread=half_width(count, pl.col("grains"), pl.col("squares")),
        )
    )
