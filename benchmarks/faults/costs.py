"""What a fault does to the year's total of its quantity if nobody finds it."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from benchmarks.faults.fault import Fault
from benchmarks.faults.inject import Spoiled
from benchmarks.faults.spoil import spoil


@dataclass(frozen=True, kw_only=True)
class Cost:
    """``share``: how far the year's total of the meter's quantity moves, relative to the truth."""

    fault: str
    share: float


def costs_of(spoiled: Spoiled) -> Iterator[Cost]:
    """The cost of each fault by itself, in meters that keep no register.

    Of two swapped meters it is that of the one whose quantity suffers more.
    """
    totals = _totals(spoiled, spoiled.rows)
    for fault in spoiled.faults:
        names = [fault.meter, fault.detail]
        rows = spoiled.rows.filter(pl.col("meter_id").is_in(names))
        moved = _moved(spoiled, rows, fault)
        worst = max(abs(amount) / totals[quantity] for quantity, amount in moved.items())
        yield Cost(fault=fault.kind.value, share=worst)


def _moved(spoiled: Spoiled, rows: pl.DataFrame, fault: Fault) -> dict[str, float]:
    """How far each quantity's total is moved by one fault."""
    before = _totals(spoiled, rows)
    after = _totals(spoiled, spoil(rows, [fault], spoiled.meters, spoiled.zone))
    return {quantity: after[quantity] - amount for quantity, amount in before.items()}


def _totals(spoiled: Spoiled, rows: pl.DataFrame) -> dict[str, float]:
    """Sums of the rows by quantity, in kW × s or units × s: only their ratios matter."""
    sums = dict(rows.group_by("meter_id").agg(pl.col("micro").sum()).iter_rows())
    totals: dict[str, float] = {}
    for name, amount in sums.items():
        meter = spoiled.meters[name]
        weight = meter.cadence if meter.kind == "average" else 3600
        scale = 0.001 if meter.unit == "W" else 1.0
        totals[meter.quantity] = totals.get(meter.quantity, 0.0) + amount * weight * scale
    return totals
