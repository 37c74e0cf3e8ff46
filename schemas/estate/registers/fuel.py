"""``fuel.csv``: deliveries, levels and consumption of fuel."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from schemas.estate.record import Record

REQUIRED = ("facility_id", "date", "fuel", "event")
COLUMNS = ("facility_id", "date", "fuel", "litres", "kwh", "event")


@dataclass(frozen=True, kw_only=True)
class FuelEvent:
    """One event of the fuel log: litres or kWh, the other is None."""

    facility_id: str
    date: date
    fuel: str
    litres: Decimal | None
    kwh: Decimal | None
    event: str
    line: int


def fuel_event(record: Record) -> FuelEvent:
    """One row of ``fuel.csv``."""
    record.required("event")
    litres = record.decimal("litres", lowest=Decimal(0))
    kwh = record.decimal("kwh", lowest=Decimal(0))
    if litres is None and kwh is None:
        record.refuse("litres", "neither litres nor kwh is given.", "Give one of them.")
    return FuelEvent(
        facility_id=record.text("facility_id"),
        date=record.needed_day("date"),
        fuel=record.required("fuel"),
        litres=litres,
        kwh=kwh,
        event=record.choice("event", ("opening", "delivery", "consumption", "closing")),
        line=record.line,
    )
