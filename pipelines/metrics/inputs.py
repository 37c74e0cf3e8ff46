"""What the formulas are given: one facility and period, its totals, its hours and registers."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property

import polars as pl

from pipelines.metrics.figure import Figure, added, known, of_total, withheld
from pipelines.steps.total import Period
from schemas.estate.model import Facility, Meter, Registers
from schemas.estate.policies import Policies
from schemas.estate.registers.certificates import Certificate
from schemas.tables import INTERVALS
from schemas.totals import TotalValue

_HOUR = timedelta(hours=1)
_TICKS = 3600 * 10**12  # trillionths of a kWh, times the seconds of an hour


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


def no_meter_hours() -> pl.DataFrame:
    """An empty frame of meters' hours, for formulas that need none."""
    return pl.DataFrame(schema=INTERVALS)


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """One facility over one period.

    Args:
        totals: by quantity; a quantity without a meter is absent, which is not zero.
        hours: facility-wide hours of the period (sum or mean of meters), sorted by start.
        first_day, last_day: local days of the period, both included.
        meters: the facility's, one for each id: with several serials the last row.
        meter_totals: of each meter by itself, sub-meters too: for rooms, racks and tenants.
        meter_hours: each meter's hours of the period, as ``INTERVALS``.
        operator: the operator's name, for whom certificates may be cancelled.
        products: amounts × factors worked out so far, by quantity, kind and key (``by_factor``).
    """

    facility: Facility
    period: Period
    totals: Mapping[str, TotalValue]
    registers: Registers
    first_day: date
    last_day: date
    hours: pl.DataFrame = field(default_factory=no_hours)
    meters: tuple[Meter, ...] = ()
    meter_totals: Mapping[str, TotalValue] = field(default_factory=dict)
    meter_hours: pl.DataFrame = field(default_factory=no_meter_hours)
    policies: Policies = field(default_factory=Policies)
    operator: str = ""
    products: dict[tuple[str, str, str], Figure | None] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @property
    def is_year(self) -> bool:
        return len(self.period.name) == 4

    @property
    def days(self) -> int:
        return (self.last_day - self.first_day).days + 1

    @property
    def seconds(self) -> int:
        """The length of the period: a day of the site may have 23 or 25 hours."""
        return round((self.period.end - self.period.start).total_seconds())

    def has(self, quantity: str) -> bool:
        return quantity in self.totals

    def without(self, name: str) -> bool:
        """Whether estate.yaml says that the site does not have it."""
        return name in self.facility.without

    def total(self, quantity: str) -> Figure:
        """The quantity's total, or why there is none; nothing where the site is without it."""
        found = self.totals.get(quantity)
        if found is None and self.without(quantity):
            return self.stated_nothing(quantity)
        if found is None:
            return withheld(f"no meter measures {quantity}", quantity)
        return of_total(found)

    def stated_nothing(self, name: str) -> Figure:
        """Zero by the operator's word, and not for want of a meter."""
        stated = f"estate.yaml says that {self.facility.id} is without {name}"
        return replace(known(0, "estate.yaml:without"), reason=stated)

    def total_of(self, *meter_ids: str) -> Figure:
        """The sum of meters, whatever they measure; withheld where one has no hours here."""
        lacking = [meter for meter in meter_ids if meter not in self.meter_totals]
        if lacking or not meter_ids:
            return withheld(f"no hours of {', '.join(lacking) or 'any meter'}")
        return added(*(of_total(self.meter_totals[meter]) for meter in meter_ids))

    def present(self, *quantities: str) -> Figure | None:
        """The sum of those that have a meter; None where none has."""
        found = [self.total(quantity) for quantity in quantities if self.has(quantity)]
        return added(*found) if found else None

    @cached_property
    def _hours(self) -> dict[str, pl.DataFrame]:
        return {
            str(name): rows
            for (name,), rows in self.hours.partition_by(
                "quantity", as_dict=True, maintain_order=True
            ).items()
        }

    def hours_of(self, quantity: str) -> pl.DataFrame:
        """The facility's hours of one quantity, sorted by start."""
        return self._hours.get(quantity, self.hours.clear())

    @cached_property
    def certificates(self) -> tuple[Certificate, ...]:
        """The facility's certificates, of any period; none where there is no register."""
        mine = self.facility.id
        return tuple(one for one in self.registers.certificates or () if one.facility_id == mine)

    @cached_property
    def certificate_hours(self) -> pl.DataFrame:
        """Hours of certificates that lie in the period, wholly or in part: ``certificate_id``,
        ``start``, ``ticks`` (trillionths of a kWh) and how many ``seconds`` of it lie inside."""
        start, end = pl.lit(self.period.start), pl.lit(self.period.end)
        begins = pl.col("start")
        inside = pl.min_horizontal(begins + _HOUR, end) - pl.max_horizontal(begins, start)
        return self.registers.certificate_hours.filter(
            begins > start - _HOUR, begins < end
        ).with_columns(seconds=inside.dt.total_seconds().cast(pl.Int128))

    @cached_property
    def certificate_energy(self) -> dict[str, Fraction]:
        """Energy inside the period of every certificate whose hours are known [kWh]; of one with
        hours elsewhere only it is nothing."""
        timed = self.registers.certificate_hours["certificate_id"].unique()
        inside = self.certificate_hours.group_by("certificate_id").agg(
            (pl.col("ticks") * pl.col("seconds")).sum()
        )
        found = {name: Fraction(ticks, _TICKS) for name, ticks in inside.iter_rows()}
        return dict.fromkeys(timed.to_list(), Fraction(0)) | found
