"""What a meter's readings lack, and which of them come twice."""

from collections.abc import Iterator
from datetime import timedelta

import polars as pl

from pipelines.steps.validate.window import Finding, Window, of_file
from schemas.rules import RuleId

#: Where clocks move by half an hour, an hour may be half as long again.
_NEXT = timedelta(minutes=90)
_HOUR = timedelta(hours=1)


def missing(window: Window) -> Iterator[Finding]:
    """Stretches of the month's hours that are not wholly measured, and what bridges them."""
    month = pl.col("start").is_between(window.start, window.end, closed="left")
    same = (pl.col("meter_id") == pl.col("meter_id").shift()) & (
        pl.col("start") - pl.col("start").shift() <= _NEXT
    )
    lost = pl.col("seconds") - pl.col("measured_seconds")
    stretches = (
        window.hours.filter(month & (lost > 0))
        .with_columns(stretch=(~same.fill_null(value=False)).cum_sum())
        .group_by("stretch", maintain_order=True)
        .agg(
            pl.col("meter_id").first(),
            since=pl.col("start").first(),
            last=pl.col("start").last(),
            hours=pl.len(),
            milliseconds=(lost * 1000).round().cast(pl.Int64).sum(),
            bridged=(pl.col("covered_seconds") >= pl.col("seconds")).sum(),
        )
        .drop("stretch")
    )
    for meter, since, last, hours, milliseconds, bridged in stretches.iter_rows():
        yield Finding(
            rule=RuleId.MISSING,
            meter_id=meter,
            start=since,
            end=last + _HOUR,
            detail=f"{milliseconds / 3_600_000:.6g} h of {_hours(hours)} not measured; "
            f"{_bridge(hours, bridged)}",
        )


def _hours(count: int) -> str:
    return "1 hour" if count == 1 else f"{count} hours"


def _bridge(hours: int, bridged: int) -> str:
    if not bridged:
        return "nothing bridges the gap"
    if bridged == hours:
        return "a register bridges the gap: its sum is exact"
    return f"a register bridges {bridged} of them"


def duplicate(window: Window) -> Iterator[Finding]:
    """Files with rows that stand again, in the same file or another, with the same value."""
    files = window.arrivals.filter(pl.col("duplicates") > 0)
    columns = ("file", "first", "last", "rows", "duplicates")
    for file, first, last, rows, duplicates in files.select(columns).iter_rows():
        yield of_file(
            RuleId.DUPLICATE,
            file,
            first,
            last,
            f"{duplicates} of the file's {rows} rows of this month stand again with the same "
            "value, here or in another file; each counts once",
        )
