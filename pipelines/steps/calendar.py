"""Site time: the facility's months, and the hours of its clock, as instants in UTC."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import polars as pl

from schemas.tables import INSTANT

HOURS = pl.Schema(
    {
        "start": INSTANT,
        "end": INSTANT,
        "seconds": pl.Int32(),
        "local_date": pl.Date(),
        "local_hour": pl.Int8(),
    }
)
_GRAIN = timedelta(minutes=15)


def month_bounds(month: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """[start, end) of a local month, in UTC."""
    start = _midnight(month, zone)
    return start, _midnight(next_month(month), zone)


def year_bounds(year: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """[start, end) of a local year, in UTC."""
    return _midnight(f"{year:04d}-01", zone), _midnight(f"{year + 1:04d}-01", zone)


def _midnight(month: str, zone: ZoneInfo) -> datetime:
    year, number = map(int, month.split("-"))
    return datetime(year, number, 1, tzinfo=zone).astimezone(UTC)


def next_month(month: str, step: int = 1) -> str:
    """The month ``step`` months later (earlier where negative)."""
    year, number = map(int, month.split("-"))
    count = year * 12 + number - 1 + step
    return f"{count // 12:04d}-{count % 12 + 1:02d}"


def months_between(first: str, last: str) -> Iterator[str]:
    """First to last, both included."""
    month = first
    while month <= last:
        yield month
        month = next_month(month)


def months_of(year: int) -> list[str]:
    """The twelve months of a year."""
    return [f"{year:04d}-{number:02d}" for number in range(1, 13)]


def month_numbers(instants: pl.Series, zone: ZoneInfo) -> pl.Series:
    """The local month of each instant as a number, 202501.

    Instants are compared with the few borders of months among them: asking a clock for each costs
    ten times as much.
    """
    first, last = instants.min(), instants.max()
    if not isinstance(first, datetime) or not isinstance(last, datetime):
        return pl.Series([None] * len(instants), dtype=pl.Int32)
    ends = (at.astimezone(zone).strftime("%Y-%m") for at in (first, last))
    months = list(months_between(*ends))
    borders = pl.Series([_midnight(month, zone) for month in months[1:]], dtype=INSTANT)
    numbers = pl.Series([int(month.replace("-", "")) for month in months], dtype=pl.Int32)
    return numbers.gather(borders.search_sorted(instants, side="right"))


@lru_cache(maxsize=64)
def hours_of(month: str, zone: ZoneInfo) -> pl.DataFrame:
    """The hours of the site's clock in a local month: days of 23 and 25 hours are normal days.

    An hour begins where the local clock shows a full hour. Where clocks move by half an hour, one
    interval of the year is longer or shorter than 3600 s.
    """
    start, end = month_bounds(month, zone)
    edges = [start]
    instant = start + _GRAIN
    while instant < end:
        if instant.astimezone(zone).minute == 0:
            edges.append(instant)
        instant += _GRAIN
    starts = pl.Series("start", edges, dtype=INSTANT)
    frame = starts.to_frame().with_columns(
        end=pl.col("start").shift(-1).fill_null(pl.lit(end, dtype=INSTANT))
    )
    local = pl.col("start").dt.convert_time_zone(zone.key)
    return frame.with_columns(
        seconds=(pl.col("end") - pl.col("start")).dt.total_seconds().cast(pl.Int32),
        local_date=local.dt.date(),
        local_hour=local.dt.hour(),
    ).cast(HOURS)
