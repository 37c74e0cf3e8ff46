"""``equipment.csv``: what was installed, what it can do, what it weighs, and where it went."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from schemas.estate.record import Record
from schemas.waste import waste_code

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
#: Categories of Directive 2012/19/EU, Annex III, in force since 2018.
WEEE = ("1", "2", "3", "4", "5", "6")
REQUIRED = ("asset_id", "facility_id", "category", "model", "count", "rated_power_kw")
COLUMNS = (
    *REQUIRED,
    *("mass_kg", "storage_tb", "sert_performance", "embodied_kgco2e", "installed_on"),
    *("decommissioned_on", "route", "waste_code", "handler"),
    *("life_years", "max_performance", "max_power_kw", "accounting", "weee_category"),
    *("sanitisation", "chemistry", "capacity_kwh", "passport_id"),
    *("cpu_count", "cpu_cores", "ram_gb", "ssd_gb", "hdd_count"),
)
_MEASURES = (
    *("rated_power_kw", "mass_kg", "storage_tb", "sert_performance", "embodied_kgco2e"),
    *("life_years", "max_performance", "max_power_kw", "capacity_kwh"),
    *("cpu_count", "cpu_cores", "ram_gb", "ssd_gb", "hdd_count"),
)


@dataclass(frozen=True, kw_only=True)
class Equipment:
    """One line of the equipment register; measures are per piece, None where not stated.

    Args:
        rated_power_kw: nominal power; ``max_power_kw`` and ``max_performance`` are those of the
            benchmark that ITEEsv asks for.
        embodied_kgco2e: cradle to gate; ``life_years`` is over how long it is allocated.
        route, waste_code, handler: where it went, by List of Waste code, and who took it.
        accounting: ``capital`` or ``expense``: scope 3 category 2 or 1.
        weee_category: 1 to 6 of Directive 2012/19/EU.
        sanitisation: the certificate that its data were erased.
        chemistry, capacity_kwh, passport_id: of a battery, Regulation (EU) 2023/1542.
        cpu_count, cpu_cores, ram_gb, ssd_gb, hdd_count: of a server, cores of each CPU; what its
            embodied carbon is estimated from where ``embodied_kgco2e`` is not stated.
    """

    asset_id: str
    facility_id: str
    category: str
    model: str
    count: int
    rated_power_kw: Decimal | None
    mass_kg: Decimal | None
    storage_tb: Decimal | None
    sert_performance: Decimal | None
    embodied_kgco2e: Decimal | None
    installed_on: date | None
    decommissioned_on: date | None
    route: str
    waste_code: str
    handler: str
    line: int
    life_years: Decimal | None = None
    max_performance: Decimal | None = None
    max_power_kw: Decimal | None = None
    accounting: str = "capital"
    weee_category: str = ""
    sanitisation: str = ""
    chemistry: str = ""
    capacity_kwh: Decimal | None = None
    passport_id: str = ""
    cpu_count: Decimal | None = None
    cpu_cores: Decimal | None = None
    ram_gb: Decimal | None = None
    ssd_gb: Decimal | None = None
    hdd_count: Decimal | None = None

    def stands_on(self, day: date) -> bool:
        """Whether it is in place at the end of a day: no longer so on the day it leaves."""
        return (self.installed_on is None or self.installed_on <= day) and (
            self.decommissioned_on is None or self.decommissioned_on > day
        )


def equipment(record: Record) -> Equipment:
    """One row of ``equipment.csv``."""
    record.required("category")
    installed, gone = record.day("installed_on"), record.day("decommissioned_on")
    if installed and gone and gone < installed:
        record.refuse("decommissioned_on", "decommissioned_on is before installed_on.")
    zero = Decimal(0)
    measures = {
        name: record.decimal(name, above=zero)
        if name == "life_years"
        else record.decimal(name, lowest=zero)
        for name in _MEASURES
    }
    return Equipment(
        asset_id=record.required("asset_id"),
        facility_id=record.text("facility_id"),
        category=record.choice("category", CATEGORIES),
        model=record.text("model"),
        count=record.whole("count", 1),
        installed_on=installed,
        decommissioned_on=gone,
        route=record.choice("route", ROUTES),
        waste_code=_waste_code(record),
        handler=record.text("handler"),
        line=record.line,
        accounting=record.choice("accounting", ("capital", "expense"), "capital"),
        weee_category=record.choice("weee_category", WEEE),
        sanitisation=record.text("sanitisation"),
        chemistry=record.text("chemistry"),
        passport_id=record.text("passport_id"),
        **measures,
    )


def _waste_code(record: Record) -> str:
    text = record.text("waste_code")
    try:
        return waste_code(text)
    except ValueError as error:
        record.refuse("waste_code", f"waste_code '{text}' is not of the List of Waste.", str(error))
        return ""
