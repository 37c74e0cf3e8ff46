"""Hours without a reading that two totals share: what one holds limits what the other can hold."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import polars as pl

from pipelines.metrics.inputs import Inputs

Bounds = tuple[Decimal, Decimal | None]


@dataclass(frozen=True, kw_only=True)
class Overlap:
    """Energy of hours without a reading that numerator and denominator share [kWh].

    Args:
        raised: by how much the entering energy's lowest value is too low, if IT used its highest.
        lowered: by how much the IT energy's highest value is more than could have entered.
    """

    raised: Fraction = Fraction(0)
    lowered: Fraction = Fraction(0)


def overlap(
    inputs: Inputs, *, entering: Sequence[str], leaving: Sequence[str], within: str
) -> Overlap:
    """What the boundary and the meters of one quantity within it share.

    Only hours count in which every meter is either exact or without any reading: there an hour's
    bounds stand for themselves in the period's. Batteries are taken to give back what they took
    within the hours without a reading.

    Args:
        inputs: with the hours of the period.
        entering, leaving: quantities that cross the boundary.
        within: the quantity that is a part of what entered.
    """
    raised = lowered = Fraction(0)
    for hour in _open_hours(inputs, [*entering, *leaving, within]):
        least, most = _net([hour[name] for name in entering], [hour[name] for name in leaving])
        highest = hour[within][1]
        if highest is None:
            continue
        reached = highest if most is None else min(highest, most)
        raised += Fraction(max(Decimal(0), reached - least))
        lowered += Fraction(highest - reached)
    return Overlap(raised=raised, lowered=lowered)


def _net(entering: Sequence[Bounds], leaving: Sequence[Bounds]) -> Bounds:
    """Bounds of what stayed: never below nothing."""
    least = sum((low for low, _ in entering), Decimal(0))
    out = [high for _, high in leaving]
    least = Decimal(0) if None in out else least - sum((one for one in out if one), Decimal(0))
    tops = [high for _, high in entering]
    if None in tops:
        return max(Decimal(0), least), None
    most = sum((one for one in tops if one), Decimal(0)) - sum(
        (low for low, _ in leaving), Decimal(0)
    )
    return max(Decimal(0), least), most


def _open_hours(inputs: Inputs, names: Sequence[str]) -> Iterator[dict[str, Bounds]]:
    """Bounds by quantity of each hour in which the grid's import was not read."""
    rows = inputs.hours.filter(pl.col("quantity").is_in(list(names)))
    whole = (pl.len() == len(names)) & pl.col("apart").all()
    unread = ((pl.col("quantity") == "grid_import") & (pl.col("low") != pl.col("high"))).any()
    found = rows.filter((whole & unread.fill_null(value=True)).over("start")).sort("start")
    for _, hour in found.group_by("start", maintain_order=True):
        yield {
            name: (low, high)
            for name, low, high in hour.select("quantity", "low", "high").iter_rows()
        }
