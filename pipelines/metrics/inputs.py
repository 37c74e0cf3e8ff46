"""What the formulas are given: one facility and period, its totals, its hours and registers."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import polars as pl

from pipelines.metrics.figure import Figure, added, known, of_total, withheld
from pipelines.steps.total import Period
from schemas.estate.model import Facility, Registers
from schemas.totals import TotalValue


def no_hours() -> pl.DataFrame:
    """An empty frame of hours, for formulas that need none."""
    return pl.DataFrame(
        schema={
            "start": pl.Datetime("us", "UTC"),
            "seconds": pl.Int32,
            "local_date": pl.Date,
            "quantity": pl.String,
            "value": pl.Decimal(38, 12),
            "low": pl.Decimal(38, 12),
            "high": pl.Decimal(38, 12),
            "apart": pl.Boolean,
        }
    )


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """One facility over one period.

    Args:
        totals: by quantity; a quantity without a meter is absent, which is not zero.
        hours: facility-wide hours of the period (sum or mean of meters), sorted by start.
        first_day, last_day: local days of the period, both included.
    """

    facility: Facility
    period: Period
    totals: Mapping[str, TotalValue]
    registers: Registers
    first_day: date
    last_day: date
    hours: pl.DataFrame = field(default_factory=no_hours)

    @property
    def is_year(self) -> bool:
        return len(self.period.name) == 4

    @property
    def days(self) -> int:
        return (self.last_day - self.first_day).days + 1

    def has(self, quantity: str) -> bool:
        return quantity in self.totals

    def total(self, quantity: str) -> Figure:
        """The quantity's total, or why there is none; nothing where the site is without it."""
        found = self.totals.get(quantity)
        if found is None and quantity in self.facility.without:
            stated = f"estate.yaml says that {self.facility.id} is without {quantity}"
            return replace(known(0, "estate.yaml:without"), reason=stated)
        if found is None:
            return withheld(f"no meter measures {quantity}", quantity)
        return of_total(found)

    def present(self, *quantities: str) -> Figure | None:
        """The sum of those that have a meter; None where none has."""
        found = [self.total(quantity) for quantity in quantities if self.has(quantity)]
        return added(*found) if found else None

    def hours_of(self, quantity: str) -> pl.DataFrame:
        return self.hours.filter(pl.col("quantity") == quantity)
