"""The registers beside the meters: equipment, refrigerants, fuel, tenants and incidents."""

from collections.abc import Iterable, Iterator
from fractions import Fraction

from sample_data.chance import key_of, pick
from sample_data.clock import as_utc
from sample_data.facilities import Facility
from sample_data.faults import Fault
from sample_data.truth import MonthTruth

Cells = tuple[str, ...]

EQUIPMENT_HEADER: Cells = (
    "asset_id",
    "facility_id",
    "category",
    "model",
    "count",
    "rated_power_kw",
    "mass_kg",
    "storage_tb",
    "sert_performance",
    "embodied_kgco2e",
    "installed_on",
    "decommissioned_on",
    "route",
    "waste_code",
    "handler",
    "life_years",
    "max_performance",
    "max_power_kw",
)
REFRIGERANT_HEADER: Cells = ("facility_id", "date", "refrigerant", "event", "kg", "system_id")
FUEL_HEADER: Cells = ("facility_id", "date", "fuel", "litres", "event")
SYSTEM_HEADER: Cells = (
    "system_id",
    "facility_id",
    "refrigerant",
    "charge_kg",
    "installed_on",
    "decommissioned_on",
)
WATER_STOCK_HEADER: Cells = ("facility_id", "date", "m3")
TENANT_HEADER: Cells = (
    "tenant_id",
    "name",
    "facility_id",
    "meter_id",
    "share",
    "valid_from",
    "valid_to",
)
INCIDENT_HEADER: Cells = ("incident_id", "facility_id", "start", "end", "cause", "note")

# category, model, pieces per MW of rated IT, then figures of one piece.
_FLEET: tuple[tuple[str, str, float, str, str, str, str, str, str], ...] = (
    ("server", "Compute 2U", 900, "0.55", "24", "", "38.5", "1320", "5"),
    ("server", "Compute 1U", 420, "0.42", "17", "", "24.0", "980", "5"),
    ("storage", "Disk shelf 60", 26, "0.90", "92", "960", "", "2900", "6"),
    ("storage", "Flash array", 12, "1.20", "41", "368", "", "2400", "6"),
    ("network", "Leaf switch", 60, "0.35", "11", "", "", "420", "7"),
    ("rack", "Rack 48U", 110, "", "125", "", "", "390", "15"),
    ("ups", "UPS frame 600 kVA", 2.4, "540", "1450", "", "", "9800", "15"),
    ("battery", "VRLA string", 9, "", "1180", "", "", "3100", "10"),
    ("chiller", "Chiller 900 kW", 1.6, "210", "6100", "", "", "31000", "20"),
    ("crah", "Air handler", 11, "6.5", "640", "", "", "2700", "15"),
    ("generator", "Diesel set", 0.8, "2000", "15200", "", "", "52000", "25"),
    ("other", "Transformer 2.5 MVA", 1.1, "", "5400", "", "", "16500", "30"),
)
# The benchmark's highest performance, and the power it took [kW].
_BENCHMARKS = {"Compute 2U": ("46.2", "0.61"), "Compute 1U": ("27.5", "0.47")}
# category, model, pieces, power, mass, route, waste code, handler.
_RETIRED: tuple[tuple[str, str, int, str, str, str, str, str], ...] = (
    ("server", "Compute 1U (old)", 160, "0.38", "16", "resale", "", "Zweitleben Hardware GmbH"),
    (
        "server",
        "Compute 2U (old)",
        90,
        "0.48",
        "23",
        "preparation_for_reuse",
        "16 02 14",
        "Refit AB",
    ),
    ("storage", "Disk shelf (old)", 14, "0.80", "88", "recycling", "16 02 14", "Metallkreis GmbH"),
    ("battery", "VRLA string (old)", 6, "", "1180", "recycling", "16 06 01*", "Metallkreis GmbH"),
    ("network", "Leaf switch (old)", 22, "0.30", "10", "internal_reuse", "", ""),
    ("crah", "Air handler (old)", 2, "5.5", "610", "recovery", "16 02 16", "Metallkreis GmbH"),
    ("other", "Cable scrap", 1, "", "2400", "disposal", "17 04 11", "Stadtreinigung"),
)


_GASES = {"air": "R-410A", "liquid": "R-1234ze", "evaporative": "R-134a"}
_SYSTEMS = ("chiller.1", "chiller.2")


def equipment_rows(facility: Facility, years: Iterable[int]) -> Iterator[Cells]:
    """Equipment in use since the start, and some that leaves in the middle of each year."""
    commissioned = f"{facility.commissioned}-15"
    number = 0
    for category, model, per_mw, power, mass, storage, performance, embodied, life in _FLEET:
        number += 1
        count = max(1, round(per_mw * facility.rated_it_kw / 1000))
        yield (
            f"{facility.id}-eq-{number:04d}",
            facility.id,
            category,
            model,
            str(count),
            power,
            mass,
            storage,
            performance,
            embodied,
            commissioned,
            *("", "", "", ""),
            life,
            *_BENCHMARKS.get(model, ("", "")),
        )
    for year in years:
        for category, model, count, power, mass, route, code, handler in _RETIRED:
            number += 1
            day = 1 + pick(key_of(facility.key, "retired", number), year, 28)
            yield (
                f"{facility.id}-eq-{number:04d}",
                facility.id,
                category,
                model,
                str(count),
                *(power, mass, "", "", ""),
                commissioned,
                f"{year}-{5 + number % 3:02d}-{day:02d}",
                route,
                code,
                handler,
                *("", "", ""),
            )


def refrigerant_rows(facility: Facility, years: Iterable[int]) -> Iterator[Cells]:
    """A mass balance for each year: opening + purchase − closing − returned − increase = loss."""
    refrigerant = _GASES[facility.archetype.plant.name]
    stock = facility.rated_it_kw * 4 // 10
    for year in years:
        bought = 20 + pick(key_of(facility.key, "refrigerant"), year, 40)
        lost = 4 + pick(key_of(facility.key, "leak"), year, 12)
        returned, increase = 5, 10
        closing = stock + bought - returned - increase - lost
        for date, event, kilograms in (
            (f"{year}-01-01", "opening", stock),
            (f"{year}-04-11", "purchase", bought),
            (f"{year}-05-06", "charge_increase", increase),
            (f"{year}-09-23", "returned", returned),
            (f"{year}-12-31", "closing", closing),
        ):
            yield (facility.id, date, refrigerant, event, str(kilograms), "")
        # What leaked was filled up again, from the stock: of the balance it is no part.
        for system, share in zip(_SYSTEMS, (lost // 3, lost - lost // 3), strict=True):
            system_id = f"{facility.id}.{system}"
            yield (facility.id, f"{year}-08-19", refrigerant, "topup", str(share), system_id)
        stock = closing


def system_rows(facility: Facility) -> Iterator[Cells]:
    """The circuits that the refrigerant is in."""
    charge = facility.rated_it_kw * 6 // 100
    for system in _SYSTEMS:
        yield (
            f"{facility.id}.{system}",
            facility.id,
            _GASES[facility.archetype.plant.name],
            str(charge),
            f"{facility.commissioned}-15",
            "",
        )


def water_stock_rows(facility: Facility, years: Iterable[int]) -> Iterator[Cells]:
    """The basin's level as each month begins; only the facility that evaporates has one."""
    if not facility.evaporates:
        return
    key = key_of(facility.key, "basin")
    years = list(years)
    for month in range(12 * len(years) + 1):
        year, number = years[0] + month // 12, month % 12 + 1
        yield (facility.id, f"{year}-{number:02d}-01", str(180 + pick(key, month, 60)))


def fuel_rows(facility: Facility, months: Iterable[MonthTruth]) -> Iterator[Cells]:
    """Tank levels and deliveries that balance with the true consumption of the generators."""
    burnt_in: dict[int, int] = {}
    for truth in months:
        burnt_in[truth.month.year] = burnt_in.get(truth.month.year, 0) + truth.ticks["diesel"]
    level = Fraction(10 * facility.archetype.generator_kw)
    for year, ticks in burnt_in.items():
        burnt = Fraction(ticks, 100)
        delivered = Fraction(int(burnt / 500) * 500 + 500)
        closing = level + delivered - burnt
        for date, event, litres in (
            (f"{year}-01-01", "opening", level),
            (f"{year}-10-07", "delivery", delivered),
            (f"{year}-12-31", "closing", closing),
        ):
            yield (facility.id, date, "diesel", f"{float(litres):.2f}", event)
        level = closing


def tenant_rows(facility: Facility) -> Iterator[Cells]:
    """Who uses which hall, by share of its IT meter."""
    since = f"{facility.commissioned}-15"
    for tenant, name, side, share in (
        ("t1", "Hanse Analytik AG", "a", "0.6"),
        ("t2", "Kiefer Medien GmbH", "a", "0.4"),
        ("t3", "Nordlicht Cloud GmbH", "b", "1"),
    ):
        yield (
            f"{facility.id}-{tenant}",
            name,
            facility.id,
            f"{facility.id}.it.{side}",
            share,
            since,
            "",
        )


def incident_rows(facility: Facility, faults: Iterable[Fault]) -> Iterator[Cells]:
    """What people wrote down of the hours in which the whole site was silent; all other faults are
    left without an explanation, as they are in life."""
    outages = sorted(
        (one.start, one.end)
        for one in faults
        if one.fault == "outage" and one.facility_id == facility.id
    )
    for number, (start, end) in enumerate(outages, start=1):
        yield (
            f"{facility.id}-I-{number}",
            facility.id,
            as_utc(start),
            as_utc(end),
            "network",
            "Core switch failed; no meter could be read",
        )
