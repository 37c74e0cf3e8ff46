"""The typed estate: who operates which facilities, with which meters, sources and registers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from schemas.estate.drop import Drop
from schemas.estate.edit import Edit
from schemas.estate.policies import Policies
from schemas.estate.registers.certificates import HOURS, Certificate
from schemas.estate.registers.equipment import Equipment
from schemas.estate.registers.fuel import FuelEvent
from schemas.estate.registers.incidents import Incident
from schemas.estate.registers.practices import Practice
from schemas.estate.registers.refrigerants import RefrigerantEvent, RefrigerantSystem
from schemas.estate.registers.tenants import TenantShare
from schemas.estate.registers.water_stock import WaterStock
from schemas.estate.remote import Remote
from schemas.estate.source import FactorSet, Source
from schemas.quantities import Kind


@dataclass(frozen=True, kw_only=True)
class Operator:
    """The operator of the estate: ``country`` as ISO 3166-1 alpha-2, ``lei`` by ISO 17442."""

    name: str
    country: str
    contact: str = ""
    lei: str = ""


@dataclass(frozen=True, kw_only=True)
class Redundancy:
    """Redundancy levels such as N, N+1, 2N; empty where not stated."""

    high_voltage: str = ""
    low_voltage: str = ""
    rack: str = ""
    cooling_room: str = ""
    cooling_rack: str = ""


@dataclass(frozen=True, kw_only=True)
class Boundary:
    """Which plants stand inside the metered boundary: ``internal``, ``external`` or empty."""

    chp: str = ""
    district_cooling: str = ""


@dataclass(frozen=True, kw_only=True)
class Facility:
    """One data centre site. Its time zone decides what a day, month and year is.

    ``without`` names quantities that the site does not have at all, as one that reuses no heat:
    they are 0 by the operator's word, and not unknown for want of a meter.
    ``ups_non_it_percent`` is the part of the UPS output that feeds no IT and has no meter, at most.
    ``support_area_m2``, ``shared_area_m2`` and ``building_rated_kw`` describe a building that has
    another main use. ``heat_density_kg_m3`` and ``heat_capacity_kj_kgk`` are of the fluid whose
    flow and temperatures are metered; the defaults are water near 50 °C.
    """

    id: str
    name: str
    country: str
    timezone: str
    latitude: float | None = None
    longitude: float | None = None
    lau: str = ""
    nuts3: str = ""
    postal_code: str = ""
    grid_zone: str = ""
    type: str = ""
    also: str = ""
    commissioned: str = ""
    installed_it_kw: float | None = None
    rated_it_kw: float | None = None
    nonredundant_connected_kw: float | None = None
    floor_area_m2: float | None = None
    computer_room_m2: float | None = None
    owner: str = ""
    contact: str = ""
    structure: str = ""
    reference_id: str = ""
    redundancy: Redundancy = Redundancy()
    cooling: str = ""
    boundary: Boundary = Boundary()
    grid_functions: str = ""
    it_energy_configuration: str = ""
    without: tuple[str, ...] = ()
    deliverable_zones: tuple[str, ...] = ()
    ups_non_it_percent: float | None = None
    design_pue: float | None = None
    rated_cooling_kw: float | None = None
    support_area_m2: float | None = None
    shared_area_m2: float | None = None
    building_rated_kw: float | None = None
    heat_density_kg_m3: float = 988.0
    heat_capacity_kj_kgk: float = 4.186

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def from_zones(self) -> tuple[str, ...]:
        """Zones whose electricity can be delivered to the site: its own, and those it names."""
        return tuple(dict.fromkeys((self.grid_zone, *self.deliverable_zones)))


@dataclass(frozen=True, kw_only=True)
class Meter:
    """One row of the meter register: one measuring point with one serial over one validity.

    ``multiplier``, ``modulus`` are in the meter's own unit; ``max_rate`` is in the quantity's
    canonical unit per hour, after the multiplier. Validity is [valid_from, valid_to), UTC.
    ``interval`` is the length of an interval, or the expected cadence of a register or gauge.
    ``interval_months`` is set instead for intervals of calendar months.
    """

    meter_id: str
    facility_id: str
    quantity: str
    kind: Kind
    unit: str
    multiplier: Decimal = Decimal(1)
    modulus: Decimal | None = None
    interval: timedelta = timedelta(hours=1)
    interval_months: int = 0
    stamp: str = "start"
    parent: str = ""
    accuracy_percent: float | None = None
    max_rate: Decimal | None = None
    serial: str = ""
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    label: str = ""
    room: str = ""
    rack: str = ""
    tenant: str = ""
    tags: str = ""
    line: int = 0

    @property
    def checks(self) -> str:
        """The meter at the same point that this one checks: the tag ``checks:<meter_id>``."""
        tags = (tag.strip() for tag in self.tags.replace(";", " ").split())
        return next((tag.removeprefix("checks:") for tag in tags if tag.startswith("checks:")), "")


@dataclass(frozen=True, kw_only=True)
class Factor:
    """A factor over a validity of whole days [valid_from, valid_to], both inclusive."""

    kind: str
    key: str
    valid_from: date
    valid_to: date
    value: Decimal
    unit: str
    gases: str
    source: str
    edition: str
    where: str


@dataclass(frozen=True, kw_only=True)
class HourlyFactors:
    """Factors by the hour, from one file: parallel tuples, UTC hour starts, in ``unit``.
    ``estimated`` are the hours whose factor its own source marks as an estimate."""

    kind: str
    key: str
    unit: str = "kg/kWh"
    gases: str
    source: str
    edition: str
    where: str
    hours: tuple[datetime, ...]
    values: tuple[Decimal, ...]
    estimated: frozenset[datetime] = frozenset()

    @cached_property
    def by_hour(self) -> Mapping[datetime, Decimal]:
        """Each hour's factor."""
        return dict(zip(self.hours, self.values, strict=True))

    @cached_property
    def lowest(self) -> Decimal:
        """The lowest of them; 0 where there is none."""
        return min(self.values, default=Decimal(0))


@dataclass(frozen=True, kw_only=True)
class Registers:
    """The estate's registers. A register whose file is absent is None, which is not empty."""

    certificates: tuple[Certificate, ...] | None = None
    certificate_hours: pl.DataFrame = field(default_factory=HOURS.to_frame, compare=False)
    equipment: tuple[Equipment, ...] | None = None
    refrigerants: tuple[RefrigerantEvent, ...] | None = None
    refrigerant_systems: tuple[RefrigerantSystem, ...] | None = None
    fuel: tuple[FuelEvent, ...] | None = None
    water_stock: tuple[WaterStock, ...] | None = None
    practices: tuple[Practice, ...] | None = None
    tenants: tuple[TenantShare, ...] | None = None
    incidents: tuple[Incident, ...] | None = None
    factors: tuple[Factor, ...] = ()
    hourly_factors: tuple[HourlyFactors, ...] = ()
    edits: tuple[Edit, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Estate:
    """One operator's folder, read and checked."""

    folder: Path
    operator: Operator
    facilities: tuple[Facility, ...]
    meters: tuple[Meter, ...]
    sources: tuple[Source, ...] = ()
    remotes: tuple[Remote, ...] = ()
    drops: tuple[Drop, ...] = ()
    factor_sets: tuple[FactorSet, ...] = ()
    policies: Policies = field(default_factory=Policies)
    registers: Registers = Registers()
    storage: str = ""
    hashes: tuple[tuple[str, str], ...] = field(default=())

    @property
    def all_sources(self) -> tuple[Source, ...]:
        """What ``sources`` maps, and the files that remotes are fetched into."""
        fetched = (
            Source(match=one.match, format=one.kind, wide=one.series) for one in self.remotes
        )
        return (*self.sources, *fetched)

    def facility(self, facility_id: str) -> Facility:
        return next(facility for facility in self.facilities if facility.id == facility_id)
