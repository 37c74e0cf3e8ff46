"""The registers: certificates, equipment, refrigerants, fuel, tenants and factors."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from schemas.errors import Problem, nearest
from schemas.estate.factors import read_factors
from schemas.estate.model import (
    Certificate,
    Equipment,
    Facility,
    FuelEvent,
    RefrigerantEvent,
    Registers,
)
from schemas.estate.record import Record
from schemas.estate.source import FactorSet
from schemas.estate.table_file import read_table

CATEGORIES = (
    "server",
    "storage",
    "network",
    "ups",
    "battery",
    "chiller",
    "crah",
    "generator",
    "rack",
    "other",
)
ROUTES = (
    "internal_reuse",
    "resale",
    "preparation_for_reuse",
    "recycling",
    "recovery",
    "disposal",
)
_CERTIFICATES = (
    "certificate_id,facility_id,kind,energy_kwh,production_start,production_end,zone,status,"
    "cancelled_on,beneficiary"
).split(",")
_EQUIPMENT = (
    "asset_id,facility_id,category,model,count,rated_power_kw,mass_kg,storage_tb,"
    "sert_performance,embodied_kgco2e,installed_on,decommissioned_on,route,waste_code,handler"
).split(",")
_REFRIGERANTS = "facility_id,date,refrigerant,event,kg".split(",")
_FUEL = "facility_id,date,fuel,litres,kwh,event".split(",")

Facilities = Mapping[str, Facility]


def read_registers(
    folder: Path, facilities: Facilities, factor_sets: Sequence[FactorSet]
) -> tuple[Registers, list[Problem]]:
    """All registers of an estate; one whose file is absent is None, which is not empty."""
    problems: list[Problem] = []

    def rows(name: str, columns: Sequence[str], required: Sequence[str]) -> list[Record] | None:
        path = register_file(folder, name)
        if path is None:
            return None
        records, found = read_table(path, f"registers/{path.name}", columns, required)
        problems.extend(found)
        for record in records:
            _check_facility(record, facilities)
        return records

    certificates = rows("certificates", _CERTIFICATES, _CERTIFICATES[:8])
    equipment = rows("equipment", _EQUIPMENT, _EQUIPMENT[:6])
    refrigerants = rows("refrigerants", _REFRIGERANTS, _REFRIGERANTS)
    fuel = rows("fuel", _FUEL, ("facility_id", "date", "fuel", "event"))
    factors, hourly, factor_problems = read_factors(folder, factor_sets)
    registers = Registers(
        certificates=None if certificates is None else tuple(map(_certificate, certificates)),
        equipment=None if equipment is None else tuple(map(_equipment, equipment)),
        refrigerants=None if refrigerants is None else tuple(map(_refrigerant, refrigerants)),
        fuel=None if fuel is None else tuple(map(_fuel, fuel)),
        factors=factors,
        hourly_factors=hourly,
    )
    for records in (certificates, equipment, refrigerants, fuel):
        for record in records or ():
            problems.extend(record.problems)
    problems += factor_problems
    problems += repeated(certificates, "certificate_id", "a certificate is used once")
    problems += repeated(equipment, "asset_id", "an asset stands once")
    return registers, problems


def register_file(folder: Path, name: str) -> Path | None:
    """A register as CSV or workbook; None where there is neither."""
    for suffix in (".csv", ".xlsx"):
        path = folder / "registers" / f"{name}{suffix}"
        if path.is_file():
            return path
    return None


def _check_facility(record: Record, facilities: Facilities) -> None:
    identity = record.required("facility_id")
    if identity and identity not in facilities:
        record.refuse(
            "facility_id",
            f"facility '{identity}' is not in estate.yaml.",
            nearest(identity, sorted(facilities)),
        )


def repeated(records: Sequence[Record] | None, key: str, rule: str) -> list[Problem]:
    """Rows that give a key once more, each with the place where it stands already."""
    first: dict[str, str] = {}
    problems = []
    for record in records or ():
        value = record.text(key)
        if value in first:
            problems.append(
                Problem(
                    where=record.place(key),
                    what=f"{key} '{value}' stands already at {first[value]}.",
                    remedy=f"Remove one of them: {rule}.",
                )
            )
        elif value:
            first[value] = record.place(key)
    return problems


def _certificate(record: Record) -> Certificate:
    start, end = record.needed_day("production_start"), record.needed_day("production_end")
    if start > end:
        record.refuse("production_end", "production_end is before production_start.")
    status = record.choice("status", ("held", "cancelled", "sold"))
    cancelled_on = record.day("cancelled_on")
    record.required("status")
    if cancelled_on and status not in ("", "cancelled"):
        record.refuse("cancelled_on", f"a certificate with status {status} has no cancelled_on.")
    record.required("kind")
    record.required("energy_kwh")
    return Certificate(
        certificate_id=record.required("certificate_id"),
        facility_id=record.text("facility_id"),
        kind=record.choice("kind", ("go", "ppa", "onsite")),
        energy_kwh=record.decimal("energy_kwh", lowest=Decimal(0)) or Decimal(0),
        production_start=start,
        production_end=end,
        zone=record.text("zone"),
        status=status,
        cancelled_on=cancelled_on,
        beneficiary=record.text("beneficiary"),
        line=record.line,
    )


def _equipment(record: Record) -> Equipment:
    record.required("category")
    installed, gone = record.day("installed_on"), record.day("decommissioned_on")
    if installed and gone and gone < installed:
        record.refuse("decommissioned_on", "decommissioned_on is before installed_on.")
    zero = Decimal(0)
    return Equipment(
        asset_id=record.required("asset_id"),
        facility_id=record.text("facility_id"),
        category=record.choice("category", CATEGORIES),
        model=record.text("model"),
        count=record.whole("count", 1),
        rated_power_kw=record.decimal("rated_power_kw", lowest=zero),
        mass_kg=record.decimal("mass_kg", lowest=zero),
        storage_tb=record.decimal("storage_tb", lowest=zero),
        sert_performance=record.decimal("sert_performance", lowest=zero),
        embodied_kgco2e=record.decimal("embodied_kgco2e", lowest=zero),
        installed_on=installed,
        decommissioned_on=gone,
        route=record.choice("route", ROUTES),
        waste_code=record.text("waste_code"),
        handler=record.text("handler"),
        line=record.line,
    )


def _refrigerant(record: Record) -> RefrigerantEvent:
    events = ("opening", "purchase", "charge_increase", "returned", "closing")
    record.required("event")
    record.required("kg")
    return RefrigerantEvent(
        facility_id=record.text("facility_id"),
        date=record.needed_day("date"),
        refrigerant=record.required("refrigerant"),
        event=record.choice("event", events),
        kg=record.decimal("kg", lowest=Decimal(0)) or Decimal(0),
        line=record.line,
    )


def _fuel(record: Record) -> FuelEvent:
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
