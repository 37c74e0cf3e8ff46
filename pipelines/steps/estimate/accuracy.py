"""Limits of error: what a reading says of the truth, and the truth of a reading.

A meter of class 1 shows at most one percent more or less than there was. What has no class has
no limit: its expressions are null.
"""

from collections.abc import Mapping

import polars as pl

from pipelines.steps.estimate.ticks import upwards
from schemas.domains import QUANTITIES
from schemas.quantities import Nature
from schemas.units import Unit

_MILLION = 10**6


def meter_facts(meters: pl.DataFrame) -> pl.DataFrame:
    """Per meter ``unit``, ``nature`` and ``error``: its limit of error in millionths, rounded up.

    Of several serials the widest limit counts, and none if one of them has none.
    """
    percent = pl.col("accuracy_percent")
    error = (percent.max() * (_MILLION // 100)).ceil().cast(pl.Int128)
    units: Mapping[str, Unit] = {name: one.unit for name, one in QUANTITIES.items()}
    return (
        meters.group_by("meter_id")
        .agg(
            pl.col("quantity", "nature").first(),
            error=pl.when(percent.is_not_null().all() & (percent.max() < 100)).then(error),
        )
        .with_columns(
            unit=pl.col("quantity").replace_strict(
                {name: unit.value for name, unit in units.items()}, return_dtype=pl.String
            ),
            error=pl.when(pl.col("nature") == Nature.AMOUNT).then("error"),
        )
        .select("meter_id", "unit", "nature", "error")
        .sort("meter_id")
    )


def truth_below(reading: pl.Expr, error: pl.Expr) -> pl.Expr:
    """The least there can have been where a meter shows this many ticks."""
    return reading * _MILLION // (_MILLION + error)


def truth_above(reading: pl.Expr, error: pl.Expr) -> pl.Expr:
    """The most there can have been where a meter shows this many ticks."""
    return upwards(reading * _MILLION, _MILLION - error)


def shown_below(truth: pl.Expr, error: pl.Expr) -> pl.Expr:
    """The least a meter shows of so many ticks."""
    return truth * (_MILLION - error) // _MILLION


def shown_above(truth: pl.Expr, error: pl.Expr) -> pl.Expr:
    """The most a meter shows of so many ticks."""
    return upwards(truth * (_MILLION + error), _MILLION)


def share(error: pl.Expr) -> pl.Expr:
    """A limit of error as a share of the reading, for spreads."""
    return error.cast(pl.Float64) / _MILLION
