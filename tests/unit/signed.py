"""Edits over windows written by hand: what is signed, and what becomes of the hours."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import polars as pl
from spine import BERLIN
from windows import HOUR, MONTH

from pipelines.steps.calendar import month_bounds
from pipelines.steps.edits import decided
from pipelines.steps.estimate import estimate
from pipelines.steps.meter_months import meter_months, read_meter_months, sum_meter
from pipelines.steps.validate import Finding, findings_frame
from schemas.estate.edit import Deed, Edit, Ruling, ruling_of
from schemas.tables import COVERED

START, END = month_bounds(MONTH, BERLIN.zone)


def at(stamp):
    return datetime.fromisoformat(stamp).replace(tzinfo=BERLIN.zone).astimezone(UTC)


def edit(start, end, what, meter_id="m"):
    """A value, or a rule as it is written."""
    value = Decimal(what) if what[0].isdigit() else None
    return Edit(
        edit_id="e1",
        meter_id=meter_id,
        facility_id="fra1",
        start=at(start),
        end=at(end),
        value=value,
        rule="" if value is not None else what,
        ruling=Ruling(deed=Deed.VALUE) if value is not None else ruling_of(what, meter_id),
        author="Ada",
        reason="outage",
        evidence="",
        expires=None,
        reviewed_by="",
        line=2,
    )


def found(rule, start, end, meter_id="m", other=""):
    return Finding(
        rule=rule, meter_id=meter_id, start=at(start), end=at(end), detail="", other=other
    )


def hours(seen, *edits, findings=(), readmits=None, checks=None):
    """The month's hours of a window with edits and findings."""
    decisions = decided(
        edits,
        seen.hours,
        COVERED.to_frame() if readmits is None else readmits,
        seen.meters,
        BERLIN.zone,
    )
    return estimate(
        seen.hours,
        seen.meters,
        seen.parents,
        checks or {},
        findings_frame(seen, findings),
        start=START,
        end=END,
        decided=decisions,
    )


def of(frame, start, end=None, meter_id="m"):
    """Rows of a meter from one local time until before another, or of the one hour."""
    since, until = at(start), at(end) if end else at(start) + HOUR
    inside = (pl.col("start") >= since) & (pl.col("start") < until)
    return frame.filter(inside & (pl.col("meter_id") == meter_id)).to_dicts()


def values(frame, start, end=None, meter_id="m"):
    return [row["value"] for row in of(frame, start, end, meter_id)]


def total(frame, meter_id="m"):
    """What the meter contributes to the month."""
    [month] = read_meter_months(meter_months(frame.filter(pl.col("meter_id") == meter_id), MONTH))
    return sum_meter([month])


def half_read(seen, stamp, covered):
    """The window with only half of the hour at a local time read."""
    here = pl.col("start") == at(stamp)
    half = pl.lit(covered).cast(COVERED["covered"])
    hours = seen.hours.with_columns(
        *(
            pl.when(here).then(half).otherwise(name).alias(name)
            for name in ("covered", "measured", "low", "high")
        ),
        *(
            pl.when(here).then(1800.0).otherwise(name).alias(name)
            for name in ("covered_seconds", "measured_seconds")
        ),
    )
    return replace(seen, hours=hours)
