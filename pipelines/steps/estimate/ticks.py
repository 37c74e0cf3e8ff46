"""Exact arithmetic on amounts as integers: a tick is 10⁻¹² of the canonical unit."""

import polars as pl

from pipelines.steps.runs import HOUR_SECONDS
from schemas.tables import PLACES, VALUE

MILLISECONDS = HOUR_SECONDS * 1000
#: Statistics look at millionths of the unit, so that sums of squares fit the integers.
GRAIN = 10**6
UNITS: int = 10**PLACES


def ticks(name: str) -> pl.Expr:
    """An amount's integers; they add, multiply and divide exactly."""
    return pl.col(name).to_physical().cast(pl.Int128)


def amount(expression: pl.Expr) -> pl.Expr:
    """Integers as an amount again."""
    return expression.cast(pl.Int128).reinterpret(dtype=VALUE)


def milliseconds(expression: pl.Expr) -> pl.Expr:
    """Seconds as whole milliseconds."""
    return (expression * 1000).round().cast(pl.Int64).cast(pl.Int128)


def nearest(numerator: pl.Expr, denominator: pl.Expr | int) -> pl.Expr:
    """A quotient rounded half up; the denominator is above zero."""
    return (numerator * 2 + denominator) // (denominator * 2)


def upwards(numerator: pl.Expr, denominator: pl.Expr | int) -> pl.Expr:
    """A quotient rounded up; the denominator is above zero."""
    return (numerator + denominator - 1) // denominator


def of_whole_hour(mean: pl.Expr, time: pl.Expr) -> pl.Expr:
    """The part of a whole hour's integers that falls to some of its milliseconds."""
    return nearest(mean * time, MILLISECONDS)


def as_float(expression: pl.Expr) -> pl.Expr:
    """Integers in the canonical unit, for spreads only."""
    return expression.cast(pl.Float64) / UNITS


def half_width(count: pl.Expr, total: pl.Expr, squares: pl.Expr) -> pl.Expr:
    """Where the next sample likely lies around the mean of ``count`` samples (k = 2).

    Twice the sample's standard deviation, the doubt about the mean included, in the canonical
    unit. ``total`` and ``squares`` are sums of the samples and their squares in grains, whole
    numbers, so that no order of summing can change the result.
    """
    deviation = (count * squares - total * total).cast(pl.Float64) * (count + 1)
    variance = deviation / (count * count * (count - 1)).cast(pl.Float64)
    return pl.when(count > 1).then(2 * variance.clip(0).sqrt() * (GRAIN / UNITS))
