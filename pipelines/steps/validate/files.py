"""What files tell by the way they come: in what order, how late, and of which meters no more."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import polars as pl

from pipelines.steps.validate.window import Finding, Window, of_file
from schemas.rules import RuleId
from schemas.rules.files import LATE_DAYS, STALE_DAYS

_HOUR = timedelta(hours=1)
_DAY_SECONDS = 86_400
_STAMP = "%Y-%m-%dT%H:%MZ"


def out_of_order(window: Window) -> Iterator[Finding]:
    """Files whose rows of the month go back and forth in time."""
    files = window.arrivals.filter(pl.col("disordered") > 0)
    columns = ("file", "first", "last", "rows", "disordered")
    for file, first, last, rows, disordered in files.select(columns).iter_rows():
        yield of_file(
            RuleId.OUT_OF_ORDER,
            file,
            first,
            last,
            f"{disordered} of the file's {rows} rows of this month stand against the order of the "
            "others",
        )


def late_arrival(window: Window) -> Iterator[Finding]:
    """Files that came long after the month, after their own newest row, and after another file.

    Without another file that came in time there is nothing to be late for: whoever loads years of
    history at once is told nothing.
    """
    wait = timedelta(days=LATE_DAYS)
    arrived = pl.col("arrived_at")
    due = pl.max_horizontal("newest", pl.lit(window.end), pl.col("first_arrival"))
    files = window.arrivals.with_columns(first_arrival=arrived.min()).filter(arrived - due >= wait)
    columns = ("file", "first", "last", "rows", "arrived_at", "first_arrival")
    for file, first, last, rows, at, other in files.select(columns).iter_rows():
        yield of_file(
            RuleId.LATE_ARRIVAL,
            file,
            first,
            last,
            f"{rows} rows of this month arrived on {at:%Y-%m-%d}, {(at - window.end).days} days "
            f"after its end and {(at - other).days} days after its first file",
        )


def stale_meter(window: Window) -> Iterator[Finding]:
    """Meters in place that have told nothing for days while others of the facility went on.

    Only the last month that the facility has files of tells it: of every other one, later files
    say whether the meter went on.
    """
    measured = pl.col("measured_seconds") > 0
    newest = window.hours.filter(measured)["start"].max()
    goes_on = not window.hours.filter(pl.col("start") >= window.end).is_empty()
    if goes_on or not isinstance(newest, datetime):
        return
    in_place = pl.col("valid_to").is_null() | (pl.col("valid_to") > newest)
    slow = (pl.col("seconds") > _DAY_SECONDS) | pl.col("calendar").str.ends_with("mo")
    silent = (
        window.hours.join(window.meters.filter(in_place & ~slow), on="meter_id", how="semi")
        .group_by("meter_id")
        .agg(earliest=pl.col("start").min(), last=pl.col("start").filter(measured).max())
        .with_columns(since=pl.coalesce(pl.col("last") + _HOUR, "earliest"))
        .filter(pl.lit(newest + _HOUR) - pl.col("since") >= timedelta(days=STALE_DAYS))
        .sort("meter_id")
    )
    for meter, last, since in silent.select("meter_id", "last", "since").iter_rows():
        yield Finding(
            rule=RuleId.STALE_METER,
            meter_id=meter,
            start=since,
            end=window.end,
            detail=f"no reading since {since.strftime(_STAMP)}{'' if last else ' at least'}; "
            f"others go on until {(newest + _HOUR).strftime(_STAMP)}",
        )
