"""Degree days from the hours of outdoor temperature."""

from collections.abc import Callable
from fractions import Fraction

import polars as pl

from pipelines.metrics.figure import Figure, merged
from pipelines.metrics.inputs import Inputs

COOLING_BASE, COOLING_FROM = 21, 24
HEATING_BASE, HEATING_TO = 18, 15


def cooling_degrees(daily_mean: Fraction) -> Fraction:
    """(mean − 21) on a day whose mean is at least 24 °C, else 0 (T3)."""
    return daily_mean - COOLING_BASE if daily_mean >= COOLING_FROM else Fraction(0)


def heating_degrees(daily_mean: Fraction) -> Fraction:
    """(18 − mean) on a day whose mean is at most 15 °C, else 0."""
    return HEATING_BASE - daily_mean if daily_mean <= HEATING_TO else Fraction(0)


def cooling_degree_days(inputs: Inputs) -> Figure:
    """Sum of the days' cooling degrees [degree-days], Eurostat/JRC method (figures unverified).

    It grows with temperature, so the hours' bounds give the sum's bounds.
    """
    return _sum_over_days(inputs, cooling_degrees, low="low", high="high")


def heating_degree_days(inputs: Inputs) -> Figure:
    """Sum of the days' heating degrees [degree-days]; it falls with temperature."""
    return _sum_over_days(inputs, heating_degrees, low="high", high="low")


def _sum_over_days(
    inputs: Inputs, degrees: Callable[[Fraction], Fraction], *, low: str, high: str
) -> Figure:
    """A day's mean is the mean of its hours by their length."""
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
                degrees(Fraction(product, seconds * 10**12))
                for product, seconds in days.select("product", "seconds").iter_rows()
            ),
            Fraction(0),
        )

    return Figure(
        **{
            **merged([total]).__dict__,
            "value": None if total.value is None else sum_of("value"),
            # Hours that no month has built yet may add to the sum, and never take from it.
            "low": sum_of(low),
            "high": None if total.value is None else sum_of(high),
        }
    )
