"""The meters of a facility: every kind, several units, parents, rollovers and a sub-meter."""

from collections.abc import Iterator
from dataclasses import KW_ONLY, dataclass
from decimal import ROUND_UP, Decimal

from sample_data.clock import HOUR
from sample_data.facilities import Facility
from sample_data.meters import Kind, Meter, Pace, Paces

_HEAD_ROOM = Decimal("1.3")
_DIESEL_TICKS = 100
_TICKS = {
    "kWh": 1000,
    "MWh": 1_000_000,
    "kW": 1000,
    "W": 1,
    "m3": 1000,
    "L": 1,
    "TB": 1000,
    "°C": 10,
    "%": 10,
    "Gbit/s": 1,
}


@dataclass(frozen=True)
class _Plan:
    """A meter as planned; ``largest`` is the highest true rate per hour, without head-room."""

    name: str
    quantity: str
    label: str
    largest: float | None = None
    _: KW_ONLY
    kind: Kind = "register"
    unit: str = "kWh"
    pace: Pace = "main"
    accuracy: float | None = 0.5
    modulus: int | None = None
    multiplier: int = 1
    ticks: int | None = None
    parent: str | None = None
    at_end: bool = False
    sparse: bool = False
    room: str = ""


def meters_of(facility: Facility, paces: Paces) -> tuple[Meter, ...]:
    """All meters of a facility, sorted by name, each with a serial number of its own."""
    plans = sorted(_plans(facility), key=lambda plan: plan.name)
    quantities = {plan.name: plan.quantity for plan in plans}
    return tuple(
        Meter(
            facility_id=facility.id,
            name=plan.name,
            label=plan.label,
            quantity=plan.quantity,
            kind=plan.kind,
            unit=plan.unit,
            ticks_per_unit=plan.ticks or _TICKS[plan.unit],
            cadence=paces.seconds(plan.pace),
            serial=f"{facility.id.upper()}-{1001 + 7 * index}",
            multiplier=plan.multiplier,
            modulus=plan.modulus,
            stamp="end" if plan.at_end else "start",
            sparse=plan.sparse,
            parent=plan.parent,
            nested=plan.parent is not None and quantities[plan.parent] == plan.quantity,
            accuracy_percent=plan.accuracy,
            highest_rate=None if plan.largest is None else _nameplate(plan.largest),
            room=plan.room,
        )
        for index, plan in enumerate(plans)
    )


def _nameplate(largest: float) -> float:
    """A rate with head-room, rounded up to two digits as a nameplate would."""
    wanted = Decimal(largest) * _HEAD_ROOM
    return float(wanted.quantize(Decimal(1).scaleb(wanted.adjusted() - 1), rounding=ROUND_UP))


def _plans(facility: Facility) -> Iterator[_Plan]:
    yield from _power(facility)
    for side in ("a", "b"):
        yield from _it_chain(facility, side)
    yield from _cooling(facility)
    yield from _water(facility)
    yield from _rooms()
    yield from _network(facility)


def _power(facility: Facility) -> Iterator[_Plan]:
    kind, rated, area = facility.archetype, facility.rated_it_kw, facility.archetype.floor_area_m2
    sun = kind.pv_kw + kind.feed_in_kw
    generator = 0.4 * kind.generator_kw
    yield _Plan("grid.a", "grid_import", "Zähler A", 0.78 * rated, modulus=100_000_000)
    yield _Plan("grid.b", "grid_import", "Zähler B", 0.74 * rated, modulus=100_000_000)
    yield _Plan("pv", "onsite_renewable", "Photovoltaik", sun)
    if kind.feed_in_kw:
        yield _Plan("export", "grid_export", "Einspeisung", kind.feed_in_kw, modulus=10_000_000)
    yield _Plan("gen", "generator_output", "Notstrom", generator, modulus=10_000_000)
    yield _Plan(
        "diesel",
        "fuel_diesel",
        "Diesel",
        0.3 * generator,
        kind="interval",
        unit="L",
        pace="slow",
        accuracy=2.0,
        ticks=_DIESEL_TICKS,
        at_end=True,
    )
    yield _Plan(
        "light",
        "lighting",
        "Beleuchtung",
        0.0036 * area,
        kind="interval",
        pace="quarter",
        accuracy=1.0,
        at_end=True,
    )
    yield _Plan("other", "other_facility", "Übrige Verbraucher", 0.0095 * area, modulus=10_000_000)
    offer = 0.15 * facility.rated_it_kw
    yield _level(
        "battery", "battery_grid_capacity", "Batterieangebot", "kW", ticks=1, largest=offer
    )


def _it_chain(facility: Facility, side: str) -> Iterator[_Plan]:
    largest, upper = 0.50 * facility.rated_it_kw, side.upper()
    before, after, pdu = f"ups.{side}.in", f"ups.{side}.out", f"pdu.{side}"
    loaded = 1.06 * largest
    yield _Plan(before, "ups_input", f"USV {upper} Eingang", loaded, modulus=100_000_000)
    yield _Plan(
        after, "ups_output", f"USV {upper} Ausgang", largest, modulus=100_000_000, parent=before
    )
    yield _Plan(
        pdu,
        "pdu_output",
        f"Verteilung {upper} Wirkleistung",
        largest,
        kind="average",
        unit="kW",
        accuracy=1.0,
        parent=after,
    )
    yield _Plan(
        f"it.{side}",
        "it_input",
        f"Geräte {upper} Wirkleistung",
        largest,
        kind="average",
        unit="W",
        accuracy=1.0,
        parent=pdu,
    )


def _cooling(facility: Facility) -> Iterator[_Plan]:
    plant, heat = facility.archetype.plant, 0.98 * facility.rated_it_kw
    chillers = heat / plant.cop_lowest
    main = chillers + heat * plant.fan_share
    yield _Plan("cool.main", "cooling_electricity", "Kälteerzeugung", main, modulus=100_000_000)
    for name, quantity, label, parent in (
        ("cool.chillers", "cooling_electricity", "Kälte Verdichter", "cool.main"),
        ("cool.compressors", "compressor_electricity", "Verdichter", None),
    ):
        yield _Plan(name, quantity, label, chillers, modulus=10_000_000, parent=parent)
    yield _heat("heat.removed", "heat_removed", "Raumwärme", heat, unit="MWh", modulus=100_000)
    yield _heat("heat.rejected", "heat_rejected", "Abwärme", heat + chillers)
    if facility.reuses_heat:
        reused = 0.65 * heat
        yield _heat("heat.reused", "heat_reused", "Wärmeabgabe", reused)
        yield _heat(
            "heat.own", "heat_reused_internal", "Eigenwärme", 0.06 * reused, parent="heat.reused"
        )
        yield _level("heat.supply", "heat_supply_temperature", "Wärme Vorlauf", "°C")
        yield _level("heat.return", "heat_return_temperature", "Wärme Rücklauf", "°C")
    yield _level("heat.temperature", "waste_heat_temperature", "Rücklauf", "°C")
    yield _level("heat.out", "heat_rejected_temperature", "Abwärme Temperatur", "°C")


def _heat(
    name: str,
    quantity: str,
    label: str,
    largest: float,
    *,
    unit: str = "kWh",
    modulus: int = 100_000_000,
    parent: str | None = None,
) -> _Plan:
    return _Plan(
        name,
        quantity,
        label,
        largest,
        unit=unit,
        pace="slow",
        accuracy=2.0,
        modulus=modulus,
        parent=parent,
    )


def _water(facility: Facility) -> Iterator[_Plan]:
    people, heat = 0.25, 0.98 * facility.rated_it_kw / 1000.0
    if facility.evaporates:
        make_up = 1.5 * heat * (1.0 + 1.0 / facility.archetype.plant.cop_lowest)
        potable = 0.2 * make_up + people
        yield _intake("water.potable", "potable_water", "Trinkwasser", potable, multiplier=10)
        yield _intake("water.reclaimed", "reclaimed_water", "Brauchwasser", 0.8 * make_up)
        yield _intake("water.discharge", "water_discharge", "Abwasser", potable)
        return
    sprayed = 0.0 if facility.reuses_heat else 0.35 * heat
    potable = 0.7 * sprayed + 0.02 * heat + people
    unit = "m3" if facility.reuses_heat else "L"
    yield _intake("water.potable", "potable_water", "Trinkwasser", potable, unit=unit)
    if sprayed:
        yield _intake("water.rain", "rain_water", "Regenwasser", 0.3 * sprayed + 0.2)
    drained = 0.15 * sprayed + people
    yield _intake("water.discharge", "water_discharge", "Abwasser", drained, multiplier=10)


def _intake(
    name: str, quantity: str, label: str, largest: float, *, unit: str = "m3", multiplier: int = 1
) -> _Plan:
    """A water register; with a multiplier of 10 it counts tens of m3."""
    return _Plan(
        name,
        quantity,
        label,
        largest,
        unit=unit,
        pace="slow",
        accuracy=2.0,
        modulus=100_000_000 if unit == "L" else 1_000_000 // multiplier,
        multiplier=multiplier,
    )


def _level(
    name: str,
    quantity: str,
    label: str,
    unit: str,
    *,
    largest: float | None = None,
    ticks: int | None = None,
    room: str = "",
) -> _Plan:
    return _Plan(
        name,
        quantity,
        label,
        largest,
        kind="gauge",
        unit=unit,
        pace="slow",
        accuracy=None,
        ticks=ticks,
        sparse=quantity == "intake_air_setpoint",
        room=room,
    )


def _rooms() -> Iterator[_Plan]:
    yield _level("air.outdoor", "outdoor_temperature", "Außenluft", "°C")
    yield _level("it.utilisation", "server_utilisation", "Auslastung", "%")
    for room in ("1", "2"):
        hall = f"Hall {room}"
        yield _level(
            f"air.setpoint.{room}", "intake_air_setpoint", f"Sollwert {hall}", "°C", room=hall
        )
        yield _level(
            f"air.intake.{room}", "intake_air_temperature", f"Zuluft {hall}", "°C", room=hall
        )


def _network(facility: Facility) -> Iterator[_Plan]:
    gigabytes_per_hour = facility.archetype.bandwidth_gbit * HOUR / 8
    for way, share in (("in", 0.22), ("out", 0.35)):
        yield _level(f"net.band.{way}", f"bandwidth_{way}", f"Bandbreite {way}", "Gbit/s")
        yield _Plan(
            f"net.traffic.{way}",
            f"traffic_{way}",
            f"Datenverkehr {way}",
            share * gigabytes_per_hour / 1e9,
            kind="interval",
            unit="TB",
            pace="hour",
            accuracy=1.0,
            at_end=True,
        )
