"""Rows refused as negative that are the meter's usual amounts with the sign turned."""

from collections.abc import Iterator
from datetime import timedelta

import polars as pl

from pipelines.steps.estimate.ticks import UNITS, ticks
from pipelines.steps.runs import HOUR_SECONDS
from pipelines.steps.validate.told import told_hours
from pipelines.steps.validate.usual import facts_of, figure
from pipelines.steps.validate.window import Finding, Window
from schemas.quantities import Kind
from schemas.rules import RULES, RuleId

_LIMITS = RULES[RuleId.SIGN_FLIP].parameters
_FEWEST = _LIMITS["rows at least"]
_OFF = _LIMITS["off by at most, × the usual"]


def sign_flip(window: Window) -> Iterator[Finding]:
    """Negative rows in a row, of about the size of the amounts that the meter else tells.

    Of a register it is what its negative readings say of each other. A row may be missing between.
    """
    facts = facts_of(window)
    for meter, first, last, cadence, rows, size, low, high in _stretches(window).iter_rows():
        unit = facts[meter].unit
        yield Finding(
            rule=RuleId.SIGN_FLIP,
            meter_id=meter,
            start=first,
            end=last + timedelta(seconds=cadence),
            detail=f"{rows} negative rows of about {figure(size, unit)} an hour, where "
            f"{figure(low, unit)} to {figure(high, unit)} are usual",
            proposal="scale -1",
        )


def _stretches(window: Window) -> pl.DataFrame:
    """``meter_id, first, last, cadence, rows, size, low, high`` of what is long enough and fits."""
    apart = pl.col("measured_at") - pl.col("measured_at").shift().over("meter_id")
    near = (apart <= pl.duration(seconds=2 * pl.col("cadence"))).fill_null(value=False)
    return (
        _sized(window)
        .with_columns(stretch=(~near).cum_sum())
        .group_by("stretch", maintain_order=True)
        .agg(
            pl.col("meter_id", "cadence", "low", "high").first(),
            pl.col("size").median(),
            first=pl.col("measured_at").min(),
            last=pl.col("measured_at").max(),
            rows=pl.len(),
        )
        .filter(
            (pl.col("rows") >= _FEWEST)
            & pl.col("size").is_between(pl.col("low") / _OFF, pl.col("high") * _OFF)
        )
        .select("meter_id", "first", "last", "cadence", "rows", "size", "low", "high")
    )


def _sized(window: Window) -> pl.DataFrame:
    """Negative rows with their ``size`` per hour, and ``low`` and ``high`` of the usual ones."""
    cadences = window.meters.group_by("meter_id").agg(
        pl.col("kind").first(), cadence=pl.col("seconds").first()
    )
    usual = (
        told_hours(window)
        .filter(pl.col("told") > 0)
        .group_by("meter_id")
        .agg(low=pl.col("told").quantile(0.1), high=pl.col("told").quantile(0.9))
    )
    following = pl.col("measured_at").shift(-1).over("meter_id")
    rise = (ticks("amount") - ticks("amount").shift(-1).over("meter_id")).cast(pl.Float64)
    seconds = (following - pl.col("measured_at")).dt.total_seconds()
    size = ticks("amount").abs().cast(pl.Float64)
    per_hour = (
        pl.when(pl.col("kind") == Kind.REGISTER)
        .then(rise * HOUR_SECONDS / seconds)
        .when(pl.col("kind") == Kind.INTERVAL)
        .then(size * HOUR_SECONDS / pl.col("cadence"))
        .otherwise(size)
    )
    return (
        window.refused.filter(pl.col("reasons") == RuleId.NEGATIVE_AMOUNT)
        .unique(["meter_id", "measured_at"], keep="first", maintain_order=True)
        .join(cadences, on="meter_id")
        .sort("meter_id", "measured_at")
        .with_columns(size=per_hour / UNITS)
        .join(usual, on="meter_id", how="left", maintain_order="left")
    )
