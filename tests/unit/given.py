"""Inputs of formulas, worked by hand: totals of one facility and year, and its registers."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import polars as pl

from pipelines.metrics.compute import values_of
from pipelines.metrics.inputs import Inputs
from pipelines.steps.calendar import months_of, year_bounds
from pipelines.steps.hours import FACILITY_HOURS
from pipelines.steps.total import Period
from schemas.domains import QUANTITIES
from schemas.estate.model import Facility, Factor, Meter, Registers
from schemas.estate.registers.certificates import Certificate
from schemas.estate.registers.equipment import Equipment
from schemas.metrics import Metric, MetricValue, Status
from schemas.totals import TotalValue

ALPHA = Facility(id="alpha", name="Alpha", country="DE", timezone="Europe/Berlin", grid_zone="DE")
START, END = year_bounds(2025, ALPHA.zone)
YEAR = Period(name="2025", start=START, end=END, months=tuple(months_of(2025)))

#: Site ALPHA, 2025.
IMPORT, PV, GENERATOR, IT = 21_900_000, 350_000, 24_000, 17_520_000


def total(quantity: str, value: object, low: object = None, high: object = None, **facts):
    """A fully measured total, bounded by itself unless bounds are given."""
    exact = Decimal(str(value)) if value is not None else None
    given = {
        "facility_id": "alpha",
        "quantity": quantity,
        "period": "2025",
        "period_start": START,
        "period_end": END,
        "value": exact,
        "low": exact if low is None else Decimal(str(low)),
        "high": exact if high is None else Decimal(str(high)),
        "measured": exact,
        "unit": QUANTITIES[quantity].unit,
        "coverage": 1.0,
        "estimated_share": 0.0,
        "uncertainty": None,
        "status": Status.CLEAN,
        "reason": "",
        **facts,
    }
    return TotalValue(**given)


def inputs(
    *, facility: Facility = ALPHA, registers: Registers | None = None, given=None, **amounts
) -> Inputs:
    """Amounts by quantity: a number, or a whole ``TotalValue``; ``given`` are other inputs."""
    totals = {
        name: amount if isinstance(amount, TotalValue) else total(name, amount)
        for name, amount in amounts.items()
    }
    return Inputs(
        facility=facility,
        period=YEAR,
        totals=totals,
        registers=registers or Registers(),
        first_day=date(2025, 1, 1),
        last_day=date(2025, 12, 31),
        **(given or {}),
    )


def hours(*, start: datetime = START, **series) -> pl.DataFrame:
    """Facility-wide hours by quantity: a number, None (missing), or (value, low, high) each."""
    rows = []
    for quantity, values in series.items():
        for number, value in enumerate(values):
            at = start + timedelta(hours=number)
            told = value if isinstance(value, tuple) else (value, value, value)
            best, low, high = (None if one is None else Decimal(str(one)) for one in told)
            rows.append(
                {
                    "quantity": quantity,
                    "start": at,
                    "seconds": 3600,
                    "local_date": at.astimezone(ALPHA.zone).date(),
                    "local_hour": at.astimezone(ALPHA.zone).hour,
                    "value": best,
                    "low": low,
                    "high": high,
                    "status": "missing" if best is None else "measured",
                    "apart": True,
                }
            )
    return pl.DataFrame(rows, schema=FACILITY_HOURS)


def place(meter_id: str, quantity: str, **facts) -> Meter:
    """A meter of ALPHA, with its room, rack or tags."""
    return Meter(
        meter_id=meter_id,
        facility_id="alpha",
        quantity=quantity,
        kind=QUANTITIES[quantity].kinds[0],
        unit=QUANTITIES[quantity].unit.value,
        **facts,
    )


def metric(given: Inputs, wanted: Metric, category: str | None = None) -> MetricValue:
    """One published metric; the first category unless one is named."""
    return next(one for one in values_of(wanted, given) if category in (None, one.category))


def by_category(given: Inputs, wanted: Metric) -> dict[str, MetricValue]:
    """One published metric, by category."""
    return {one.category: one for one in values_of(wanted, given)}


def certificate(kind: str, kwh: int, status: str = "cancelled", **facts) -> Certificate:
    given = {
        "certificate_id": f"{kind}-{status}-{kwh}",
        "facility_id": "alpha",
        "production_start": date(2025, 1, 1),
        "production_end": date(2025, 12, 31),
        "zone": "DE",
        "cancelled_on": date(2026, 1, 31) if status == "cancelled" else None,
        "beneficiary": "alpha",
        "line": 2,
        **facts,
    }
    return Certificate(kind=kind, energy_kwh=Decimal(kwh), status=status, **given)


def equipment(asset_id: str, category: str, **facts) -> Equipment:
    given = {
        "asset_id": asset_id,
        "facility_id": "alpha",
        "category": category,
        "model": "",
        "count": 1,
        "rated_power_kw": None,
        "mass_kg": None,
        "storage_tb": None,
        "sert_performance": None,
        "embodied_kgco2e": None,
        "installed_on": None,
        "decommissioned_on": None,
        "route": "",
        "waste_code": "",
        "handler": "",
        "line": 2,
        **facts,
    }
    return Equipment(**given)


def factor(kind: str, key: str, value: str, unit: str, **facts) -> Factor:
    given = {
        "valid_from": date(2025, 1, 1),
        "valid_to": date(2025, 12, 31),
        "gases": "co2e",
        "source": "invented",
        "edition": "1",
        "where": f"factors/{key}.csv:2",
        **facts,
    }
    return Factor(kind=kind, key=key, value=Decimal(value), unit=unit, **given)


def days(number: int) -> timedelta:
    return timedelta(days=number)


def nearest(value: Fraction) -> float:
    """The float nearest to an exact fraction: what a published metric must be."""
    return value.numerator / value.denominator
