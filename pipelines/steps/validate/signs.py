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
    """Negative rows in a row, of about the size that is usual at their hours of the day.

    Of a register it is what its negative readings say of each other. A row may be missing between.
    """
    facts = facts_of(window)
    for meter, first, last, cadence, rows, size, usual in _stretches(window).iter_rows():
        unit = facts[meter].unit
        yield Finding(
            rule=RuleId.SIGN_FLIP,
            meter_id=meter,
            start=first,
            end=last + timedelta(seconds=cadence),
            detail=f"{rows} negative rows of about {figure(size, unit)} an hour, where "
            f"{figure(usual, unit)} are usual",
            proposal="scale -1",
        )


def _stretches(window: Window) -> pl.DataFrame:
    """``meter_id, first, last, cadence, rows, size, usual`` of what is long enough and fits."""
    apart = pl.col("measured_at") - pl.col("measured_at").shift().over("meter_id")
    near = (apart <= pl.duration(seconds=2 * pl.col("cadence"))).fill_null(value=False)
    return (
        _sized(window)
        .with_columns(stretch=(~near).cum_sum())
        .group_by("stretch", maintain_order=True)
        .agg(
            pl.col("meter_id", "cadence").first(),
            pl.col("size", "usual").median(),
            first=pl.col("measured_at").min(),
            last=pl.col("measured_at").max(),
            rows=pl.len(),
            ratio=(pl.col("size") / pl.col("usual")).median(),
        )
        .filter(
            (pl.col("rows") >= _FEWEST) & pl.col("ratio").is_between(1 / _OFF, _OFF)
        )
        .select("meter_id", "first", "last", "cadence", "rows", "size", "usual")
    )


def _sized(window: Window) -> pl.DataFrame:
    """Negative rows with their ``size`` per hour, and what is ``usual`` at that hour of the day."""
    cadences = window.meters.group_by("meter_id").agg(
        pl.col("kind").first(), cadence=pl.col("seconds").first()
    )
    usual = (
        told_hours(window)
        .filter(pl.col("told") > 0)
        .group_by("meter_id", "local_hour")
        .agg(usual=pl.col("told").median())
    )
    local = pl.col("measured_at").dt.convert_time_zone(window.facility.timezone)
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
        .with_columns(size=per_hour / UNITS, local_hour=local.dt.hour())
        .join(usual, on=["meter_id", "local_hour"], how="left", maintain_order="left")
    )
