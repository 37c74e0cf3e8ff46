"""A measuring point as others describe it, and the row of ``meters.csv`` that it would be."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pipelines.suggest.words import fits, kind_by_unit, quantity_of
from schemas.domains import QUANTITIES
from schemas.estate.model import Facility
from schemas.quantities import Kind
from schemas.units import is_unit

#: How others write units that are ours.
_UNITS = {"m³": "m3", "ft³": "ft3", "°F": "°F", "kilowatt": "kW", "kilowatt_hour": "kWh",
          "btu": "Btu", "BTU": "Btu", "kBTU": "kBtu", "celsius": "°C",
          "fahrenheit": "°F"}  # fmt: skip
#: Words of one meaning, by the one that the rules below use.
_SAME = {"electric": "elec", "electrical": "elec", "electricity": "elec", "temperature": "temp",
         "sitemeter": "site", "building": "site", "main": "site", "genset": "generator",
         "solar": "pv", "photovoltaic": "pv", "lights": "lighting", "potable": "domestic",
         "crac": "chiller", "crah": "chiller", "outdoor": "outside", "setpoint": "sp",
         "command": "cmd"}  # fmt: skip
#: What a point must measure to be a meter, and words of one that it is told, not measured.
_MEASURED = frozenset({"energy", "power", "volume", "flow", "temp"})
_TOLD = frozenset({"sp", "cmd", "cost", "demand", "reactive", "apparent"})
#: Words that must all be there, and the quantity; the first that fits the unit counts.
_RULES = (
    (("ups", "output"), "ups_output"),
    (("ups", "input"), "ups_input"),
    (("pdu",), "pdu_output"),
    (("rack", "elec"), "it_input"),
    (("generator",), "generator_output"),
    (("pv",), "onsite_renewable"),
    (("chiller",), "cooling_electricity"),
    (("lighting",), "lighting"),
    (("site", "export"), "grid_export"),
    (("site", "elec"), "grid_import"),
    (("site", "water"), "potable_water"),
    (("domestic", "water"), "potable_water"),
    (("outside", "air", "temp"), "outdoor_temperature"),
)
_WORD = re.compile(r"[A-Z]?[a-zäöüéèåß]+|[A-Z]+(?![a-z])|\d+")


@dataclass(frozen=True, kw_only=True)
class Point:
    """A measuring point.

    Args:
        id: where it comes from, empty where nothing but its ``meter_id`` names it.
        label: for people.
        words: what is said of it, and of what it stands on; see ``words_in``.
        on: what it stands on, a meter or another device.
        sites: names of the site that it is on.
        stated: cells of ``meters.csv`` that its source states by themselves.
    """

    id: str
    label: str
    words: frozenset[str]
    unit: str = ""
    on: str = ""
    sites: tuple[str, ...] = ()
    stated: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """Cells of a row, and what a person must answer before it can be one."""

    cells: Mapping[str, str]
    questions: tuple[str, ...] = ()


def words_in(texts: Iterable[str]) -> frozenset[str]:
    """Words in small letters, apart where capitals or marks part them, each in its usual form."""
    found = (word.lower() for text in texts for word in (text, *_WORD.findall(text)))
    return frozenset(_SAME.get(word, word) for word in found)


def proposal_of(point: Point, facilities: Sequence[Facility], only: str = "") -> Proposal | None:
    """The row that a point would be; None of one that measures nothing we know.

    Args:
        only: the facility that every point is of.
    """
    stated = {key: value for key, value in point.stated.items() if value}
    unit = stated.get("unit") or _UNITS.get(point.unit, point.unit)
    kind = stated.get("kind") or _kind(point, unit)
    quantity = stated.get("quantity") or _quantity(point, kind, unit)
    if not quantity:
        return None
    questions = []
    facility = stated.get("facility_id") or only or _facility(point, facilities)
    name = point.label or point.id
    if not facility:
        questions.append(f"{name}: of which facility? It names {' / '.join(point.sites) or 'none'}")
    if not kind:
        questions.append(
            f"{name}: does it count on (register), or tell amounts of an interval? "
            "'wattledger suggest' on its history shows it."
        )
    if not is_unit(unit):
        questions.append(f"{name}: in which unit? '{point.unit}' is none that is known.")
    if kind in (Kind.INTERVAL, Kind.AVERAGE) and not stated.get("interval"):
        questions.append(f"{name}: over which interval is it a mean or an amount?")
    meter_id = stated.get("meter_id") or _meter_id(point, facility)
    cells = {
        "meter_id": meter_id,
        "facility_id": facility,
        "quantity": quantity,
        "kind": kind,
        "unit": unit,
        "label": point.label if point.label != meter_id else "",
        "tags": f"from:{point.id}" if point.id else "",
    }
    return Proposal(cells={**cells, **stated}, questions=tuple(questions))


def _kind(point: Point, unit: str) -> str:
    """The kind as far as it can be known: a rate's is a mean, a level's a gauge; of an amount only
    what its source says."""
    if "totalized" in point.words or "histotalized" in point.words:
        return Kind.REGISTER.value
    if "consumption" in point.words or "delta" in point.words:
        return Kind.INTERVAL.value
    return kind_by_unit(unit)


def _quantity(point: Point, kind: str, unit: str) -> str:
    likely = kind or Kind.REGISTER.value
    if not is_unit(unit) or point.words & _TOLD:
        return ""
    if point.words & _MEASURED:
        for needed, name in _RULES:
            if point.words.issuperset(needed) and fits(name, likely, unit):
                return name
    return quantity_of(point.label, likely, unit)


def _facility(point: Point, facilities: Sequence[Facility]) -> str:
    if len(facilities) == 1:
        return facilities[0].id
    names = {site.casefold() for site in point.sites}
    found = [one.id for one in facilities if names & {one.id.casefold(), one.name.casefold()}]
    return found[0] if len(found) == 1 else ""


def _meter_id(point: Point, facility: str) -> str:
    word = re.sub(r"\W+", "_", point.label or point.id).strip("_").lower()
    return f"{facility}.{word}" if facility else word


def is_quantity(text: str) -> bool:
    """Whether a cell is a quantity's own name."""
    return text in QUANTITIES
