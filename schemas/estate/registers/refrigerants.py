"""``refrigerants.csv``: the stock's events; ``refrigerant_systems.csv``: what is filled with it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from schemas.estate.record import Record

#: Of the mass balance; then of a system in service, which the balance does not count again.
BALANCE = ("opening", "purchase", "charge_increase", "returned", "closing")
SERVICE = ("topup", "recovered")
REQUIRED = ("facility_id", "date", "refrigerant", "event", "kg")
COLUMNS = (*REQUIRED, "system_id")
SYSTEM_REQUIRED = ("system_id", "facility_id", "refrigerant", "charge_kg")
SYSTEM_COLUMNS = (*SYSTEM_REQUIRED, "installed_on", "decommissioned_on")


@dataclass(frozen=True, kw_only=True)
class RefrigerantEvent:
    """One event: of the facility's stock, or (``topup``, ``recovered``) of one system in it."""

    facility_id: str
    date: date
    refrigerant: str
    event: str
    kg: Decimal
    line: int
    system_id: str = ""


@dataclass(frozen=True, kw_only=True)
class RefrigerantSystem:
    """One circuit and its charge [kg]."""

    system_id: str
    facility_id: str
    refrigerant: str
    charge_kg: Decimal
    installed_on: date | None
    decommissioned_on: date | None
    line: int


def refrigerant_event(record: Record) -> RefrigerantEvent:
    """One row of ``refrigerants.csv``."""
    record.required("event")
    record.required("kg")
    event = record.choice("event", (*BALANCE, *SERVICE))
    if event in SERVICE and not record.text("system_id"):
        record.refuse("system_id", f"{event} names no system_id.", "Say which system it was.")
    return RefrigerantEvent(
        facility_id=record.text("facility_id"),
        date=record.needed_day("date"),
        refrigerant=record.required("refrigerant"),
        event=event,
        kg=record.decimal("kg", lowest=Decimal(0)) or Decimal(0),
        line=record.line,
        system_id=record.text("system_id"),
    )


def refrigerant_system(record: Record) -> RefrigerantSystem:
    """One row of ``refrigerant_systems.csv``."""
    record.required("charge_kg")
    return RefrigerantSystem(
        system_id=record.required("system_id"),
        facility_id=record.text("facility_id"),
        refrigerant=record.required("refrigerant"),
        charge_kg=record.decimal("charge_kg", above=Decimal(0)) or Decimal(0),
        installed_on=record.day("installed_on"),
        decommissioned_on=record.day("decommissioned_on"),
        line=record.line,
    )
