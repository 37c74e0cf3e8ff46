"""Levels that add up over the points at which they are measured: bandwidth, batteries."""

from fractions import Fraction

import polars as pl

from pipelines.metrics.figure import Figure, added, scaled
from pipelines.metrics.inputs import Inputs
from pipelines.metrics.nesting import counted


def over_points(inputs: Inputs, quantity: str) -> Figure:
    """The mean of a level over the period, summed over its points.

        Σ over points: mean while its meter was in place × that time's share of the period

    A level's total is the mean of its meters; here all links, or all batteries, add up. Check
    meters and meters below another one of the same quantity do not count.

    Source:
        Delegated Regulation (EU) 2024/1364, Annex II 1(g), 3(a) and (b).
    """
    points = _points(inputs, quantity)
    if len(points) < 2:
        return inputs.total(quantity)
    return added(*(scaled(inputs.total_of(name), presence(inputs, name)) for name in points))


def hours_over_points(inputs: Inputs, quantity: str) -> pl.DataFrame:
    """The hours of a level, summed over its points; null where one of them is."""
    points = _points(inputs, quantity)
    if len(points) < 2:
        return inputs.hours_of(quantity)

    def together(name: str) -> pl.Expr:
        ticks = pl.col(name).to_physical()
        amount = ticks.sum().reinterpret(dtype=pl.Decimal(38, 12))
        return pl.when(ticks.is_not_null().all()).then(amount).alias(name)

    return (
        inputs.meter_hours.filter(pl.col("meter_id").is_in(points))
        .group_by("start")
        .agg(pl.col("seconds").max(), together("value"), together("low"), together("high"))
        .sort("start")
    )


def _points(inputs: Inputs, quantity: str) -> list[str]:
    return counted(inputs, [one for one in inputs.meters if one.quantity == quantity])


def presence(inputs: Inputs, meter_id: str) -> Fraction:
    """The share of the period in which a meter was in place; all of it where no hours are given."""
    hours = inputs.meter_hours.filter(pl.col("meter_id") == meter_id)
    if hours.is_empty():
        return Fraction(1)
    return Fraction(int(hours["seconds"].cast(pl.Int64).sum()), inputs.seconds)
