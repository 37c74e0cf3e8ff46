"""What each meter usually tells at an hour of the day, whatever faults are among it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import polars as pl

from pipelines.steps.estimate.similar import REACH
from pipelines.steps.runs import HOUR_SECONDS
from pipelines.steps.validate.told import told_hours
from pipelines.steps.validate.window import Window, once
from schemas.domains import QUANTITIES
from schemas.quantities import Kind, Nature

HOUR = timedelta(hours=1)
#: A day and four weeks on either side of it.
_DAYS = 2 * REACH.days + 1
#: Fewer samples say nothing of an hour of the day.
_SAMPLES = 7
#: A meter that tells of fewer hours above zero has no usual amount.
RUNNING_HOURS = 24


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What rules need to know of a meter, all its serials together.

    ``cadence`` is the longest of its rows [s]; ``is_register`` whether any serial counts.
    """

    quantity: str
    unit: str
    cadence: int
    is_register: bool


@once
def facts_of(window: Window) -> dict[str, Facts]:
    """Each meter that tells amounts, by its name."""
    rows = (
        window.meters.filter(pl.col("nature") == Nature.AMOUNT)
        .group_by("meter_id")
        .agg(
            pl.col("quantity").first(),
            pl.col("seconds").max(),
            register=(pl.col("kind") == Kind.REGISTER).any(),
        )
        .sort("meter_id")
    )
    return {
        meter: Facts(
            quantity=quantity,
            unit=QUANTITIES[quantity].unit.value,
            cadence=seconds,
            is_register=register,
        )
        for meter, quantity, seconds, register in rows.iter_rows()
    }


@once
def usual_hours(window: Window) -> pl.DataFrame:
    """Told hours (``told_hours``) with ``usual`` beside ``told``.

    The median of the hours above zero at the same hour of the day, of the 28 days on either side;
    where those are fewer than seven, of all the meter's hours above zero; null where there are
    fewer than 24 of these.
    """
    told = pl.when(pl.col("told") > 0).then("told")
    at_this_hour = told.rolling_median(_DAYS, center=True, min_samples=_SAMPLES)
    at_any = pl.when(told.count().over("meter_id") >= RUNNING_HOURS).then(
        pl.coalesce(at_this_hour.over("meter_id", "local_hour"), told.median().over("meter_id"))
    )
    return told_hours(window).with_columns(usual=at_any)


def stretch(first: datetime, last: datetime, facts: Facts) -> tuple[datetime, datetime]:
    """From the first of some hours to the end of the last one.

    Where rows are shorter than an hour, what is wrong may begin and end within the hours beside:
    their sums cannot tell, so these belong to it too.
    """
    beside = HOUR if facts.cadence < HOUR_SECONDS else timedelta(0)
    return first - beside, last + HOUR + beside


def runs_of(flags: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """First and last place of each unbroken run of true ones."""
    first = None
    for place, flag in enumerate([*flags, False]):
        if flag and first is None:
            first = place
        elif not flag and first is not None:
            yield first, place - 1
            first = None


def figure(value: float, unit: str) -> str:
    """Four digits of an amount, never with an exponent."""
    return f"{Decimal(f'{value:.4g}'):f} {unit}"
