"""All registers of an estate, read together: problems of all of them at once."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from schemas.errors import Problem, nearest
from schemas.estate.factors import read_factors
from schemas.estate.model import Facility, Meter, Registers
from schemas.estate.record import Record
from schemas.estate.registers import (
    certificates,
    equipment,
    fuel,
    incidents,
    practices,
    refrigerants,
    tenants,
    water_stock,
)
from schemas.estate.source import FactorSet
from schemas.estate.table_file import read_table

Facilities = Mapping[str, Facility]
T = TypeVar("T")


def read_registers(
    folder: Path,
    facilities: Facilities,
    factor_sets: Sequence[FactorSet],
    meters: Sequence[Meter],
) -> tuple[Registers, list[Problem]]:
    """All registers of an estate; one whose file is absent is None, which is not empty."""
    problems: list[Problem] = []
    zones = {name: facility.zone for name, facility in facilities.items()}

    def rows(
        name: str,
        columns: Sequence[str],
        required: Sequence[str],
        read: Callable[[Record], T],
        *,
        key: str = "",
        rule: str = "",
    ) -> tuple[T, ...] | None:
        path = register_file(folder, name)
        if path is None:
            return None
        records, found = read_table(path, f"registers/{path.name}", columns, required)
        problems.extend(found)
        if "facility_id" in columns:
            for record in records:
                _check_facility(record, facilities)
        values = tuple(map(read, records))
        problems.extend(problem for record in records for problem in record.problems)
        if key:
            problems.extend(repeated(records, key, rule))
        return values

    owned = rows(
        "certificates",
        certificates.COLUMNS,
        certificates.REQUIRED,
        certificates.certificate,
    )
    if owned and (path := register_file(folder, "certificates")):
        problems += certificates.serial_problems(owned, f"registers/{path.name}")
    path = register_file(folder, "certificate_hours")
    hours = certificates.plain_table(path) if path else None
    before = len(problems)
    if hours is None:
        columns = certificates.HOUR_COLUMNS
        read = rows("certificate_hours", columns, columns, certificates.certificate_hour)
        hours = certificates.hours_table(read or ())
    if path:
        name, refused = f"registers/{path.name}", len(problems) > before
        problems += certificates.hour_problems(owned or (), hours, name, add_up=not refused)
    factors, hourly, factor_problems = read_factors(folder, factor_sets)
    registers = Registers(
        certificates=owned,
        certificate_hours=hours,
        equipment=rows(
            "equipment",
            equipment.COLUMNS,
            equipment.REQUIRED,
            equipment.equipment,
            key="asset_id",
            rule="an asset stands once",
        ),
        refrigerants=rows(
            "refrigerants",
            refrigerants.COLUMNS,
            refrigerants.REQUIRED,
            refrigerants.refrigerant_event,
        ),
        refrigerant_systems=rows(
            "refrigerant_systems",
            refrigerants.SYSTEM_COLUMNS,
            refrigerants.SYSTEM_REQUIRED,
            refrigerants.refrigerant_system,
            key="system_id",
            rule="a system stands once",
        ),
        fuel=rows("fuel", fuel.COLUMNS, fuel.REQUIRED, fuel.fuel_event),
        water_stock=rows(
            "water_stock", water_stock.COLUMNS, water_stock.REQUIRED, water_stock.water_stock
        ),
        practices=rows("practices", practices.COLUMNS, practices.REQUIRED, practices.practice),
        tenants=rows("tenants", tenants.COLUMNS, tenants.REQUIRED, tenants.tenant_share),
        incidents=rows(
            "incidents",
            incidents.COLUMNS,
            incidents.REQUIRED,
            lambda record: incidents.incident(record, zones),
            key="incident_id",
            rule="an incident stands once",
        ),
        factors=factors,
        hourly_factors=hourly,
    )
    if path := register_file(folder, "water_stock"):
        stocks = registers.water_stock or ()
        problems += water_stock.stock_problems(stocks, f"registers/{path.name}")
    if path := register_file(folder, "tenants"):
        places = {meter.meter_id: meter.facility_id for meter in meters}
        problems += tenants.share_problems(
            registers.tenants or (),
            places,
            f"registers/{path.name}",
            quantities={meter.meter_id: meter.quantity for meter in meters},
            parents={meter.meter_id: meter.parent for meter in meters},
        )
    return registers, problems + factor_problems


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
