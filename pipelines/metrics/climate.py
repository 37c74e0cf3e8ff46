"""Cooling degree days from the hours of outdoor temperature."""

from fractions import Fraction

import polars as pl

from pipelines.metrics.figure import Figure, merged
from pipelines.metrics.inputs import Inputs

BASE = 21
THRESHOLD = 24


def degree_days(daily_mean: Fraction) -> Fraction:
    """(mean − 21) on a day whose mean is at least 24 °C, else 0 (T3)."""
    return daily_mean - BASE if daily_mean >= THRESHOLD else Fraction(0)


def cooling_degree_days(inputs: Inputs) -> Figure:
    """Sum of the days' degree days [degree-days], Eurostat/JRC method (figures unverified).

    A day's mean is the mean of its hours by their length. The sum grows with temperature, so the
    hours' bounds give the sum's bounds.
    """
    total = inputs.total("outdoor_temperature")
    if not inputs.has("outdoor_temperature"):
        return total
    hours = inputs.hours_of("outdoor_temperature").with_columns(
        weight=pl.col("seconds").cast(pl.Int128)
    )

    def sum_of(column: str) -> Fraction | None:
        known = hours.filter(pl.col(column).is_not_null())
        if known.height < hours.height or known.is_empty():
            return None
        days = known.group_by("local_date", maintain_order=True).agg(
            product=(pl.col(column).to_physical() * pl.col("weight")).sum(),
            seconds=pl.col("seconds").sum(),
        )
        return sum(
            (
                degree_days(Fraction(product, seconds * 10**12))
                for product, seconds in days.select("product", "seconds").iter_rows()
            ),
            Fraction(0),
        )

    doubt = merged([total])
    return Figure(
        **{
            **doubt.__dict__,
            "value": None if total.value is None else sum_of("value"),
            "low": sum_of("low"),
            "high": None if total.value is None else sum_of("high"),
        }
    )
