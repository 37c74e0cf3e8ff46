"""June of 2025 in UTC, hour by hour: what some meters told, and what is made of it.

1 June is a Sunday; the month has 21 workdays and 9 days of weekends.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal

import polars as pl
from spine import Spine, drop, meter, site, utc

from schemas.quantities import Kind

HOUR = timedelta(hours=1)
START = utc("2025-06-01T00:00")
HOURS = range(720)
UTC = site("UTC")
INTERVAL = {
    "facility_id": "site",
    "kind": Kind.INTERVAL,
    "interval": HOUR,
    "max_rate": Decimal(1000),
}
#: Hours by their number in the month that are told at all, or None.
Told = Sequence[object | None]


def number(day: int, hour: int) -> int:
    """The number of an hour of a day of June."""
    return (day - 1) * 24 + hour


def weekend(at: int) -> bool:
    """Whether an hour by its number lies on a Saturday or Sunday."""
    return at // 24 % 7 in (0, 6)


def hourly(value: Callable[[int], object], but: Mapping[int, object] | None = None) -> list[object]:
    """An amount for each hour by its number, with others where they are named."""
    return [(but or {}).get(at, value(at)) for at in HOURS]


def without(told: Told, *hours: Iterable[int]) -> list[object | None]:
    """The amounts without those of some hours."""
    gone = {at for some in hours for at in some}
    return [None if at in gone else amount for at, amount in enumerate(told)]


def every_day(*hours: int) -> set[int]:
    """The same hours of every day."""
    return {at for at in HOURS if at % 24 in hours}


def june(
    told: Mapping[str, Told],
    facts: Mapping[str, Mapping[str, object]] | None = None,
    checks: Mapping[str, str] | None = None,
) -> Spine:
    """Grid meters that tell an interval each hour, in kWh, unless ``facts`` say otherwise."""
    rows = [
        (name, START + at * HOUR, amount)
        for name, amounts in told.items()
        for at, amount in enumerate(amounts)
        if amount is not None
    ]
    meters = [meter(name, **{**INTERVAL, **(facts or {}).get(name, {})}) for name in told]
    return Spine(meters, [drop(rows)], UTC, checks=checks or {})


def hour(spine: Spine, name: str, at: int) -> dict[str, object]:
    """One hour of one meter as it is published."""
    mine = (pl.col("meter_id") == name) & (pl.col("start") == START + at * HOUR)
    return spine.intervals("2025-06").filter(mine).row(0, named=True)
