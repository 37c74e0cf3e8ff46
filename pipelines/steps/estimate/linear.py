"""Short gaps: a straight line between the hours before and after."""

import polars as pl

from pipelines.steps.estimate.similar import WHOLE
from pipelines.steps.estimate.ticks import GRAIN, UNITS, as_float, nearest, ticks

_HOUR_APART = pl.duration(hours=1)


def with_line(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds ``line`` (ticks of a whole hour) and ``line_spread`` to gaps of one or two hours.

    Both hours beside the gap must be read from end to end. The likely half-width is the distance
    between these two, or, if that is more, what such lines miss over the meter's read hours
    (k = 2).

    Args:
        rows: covered hours with ``missing``, sorted by meter and start.
    """
    level = pl.when(WHOLE).then(ticks("covered"))
    rows = rows.with_columns(
        **{f"hour{step:+}": _beside(level, step) for step in (-2, -1, 1, 2)},
        gap_before=_beside(pl.col("missing") > 0, -1),
        gap_after=_beside(pl.col("missing") > 0, 1),
        miss=(2 * level - _beside(level, -1) - _beside(level, 1)) // GRAIN,
    )
    last, following = pl.col("hour-1"), pl.col("hour+1")
    alone = last.is_not_null() & following.is_not_null()
    first_of_two = last.is_not_null() & pl.col("gap_after") & pl.col("hour+2").is_not_null()
    second_of_two = following.is_not_null() & pl.col("gap_before") & pl.col("hour-2").is_not_null()
    apart = (
        pl.when(alone)
        .then(following - last)
        .when(first_of_two)
        .then(pl.col("hour+2") - last)
        .when(second_of_two)
        .then(following - pl.col("hour-2"))
    )
    line = (
        pl.when(alone)
        .then(nearest(last + following, 2))
        .when(first_of_two)
        .then(nearest(2 * last + pl.col("hour+2"), 3))
        .when(second_of_two)
        .then(nearest(pl.col("hour-2") + 2 * following, 3))
    )
    squares, count = (pl.col("miss") * pl.col("miss")).sum(), pl.col("miss").count()
    missed = (squares.cast(pl.Float64) / count).sqrt() * (GRAIN / UNITS)  # twice half the miss
    spread = pl.max_horizontal(as_float(apart.abs()), missed.over("meter_id").fill_nan(None))
    gap = pl.col("missing") > 0
    return rows.with_columns(
        line=pl.when(gap).then(line), line_spread=pl.when(gap & line.is_not_null()).then(spread)
    ).drop("hour-2", "hour-1", "hour+1", "hour+2", "gap_before", "gap_after", "miss")


def _beside(value: pl.Expr, step: int) -> pl.Expr:
    """A value so many hours later (earlier where negative); null where hours are not in a row."""
    in_a_row = pl.col("start").shift(-step) - pl.col("start") == step * _HOUR_APART
    return pl.when(in_a_row & (pl.col("meter_id").shift(-step) == pl.col("meter_id"))).then(
        value.shift(-step)
    )
