"""``estate.yaml``: operator, facilities, sources, factor sets and policies, with line numbers."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import yaml

from schemas.domains import QUANTITIES
from schemas.energy_star import CONFIGURATIONS
from schemas.errors import Problem, nearest
from schemas.estate.drop import Drop
from schemas.estate.model import Boundary, Facility, Operator, Redundancy
from schemas.estate.policies import Policies
from schemas.estate.record import Record
from schemas.estate.remote import Remote, RemoteKind
from schemas.estate.source import FactorSet, Source
from schemas.estate.yaml_drops import drop_part
from schemas.estate.yaml_factor_sets import factor_set_part
from schemas.estate.yaml_nodes import compose, items, nested, records, sequence
from schemas.estate.yaml_policies import policies_part
from schemas.estate.yaml_remotes import remote_part
from schemas.estate.yaml_sources import source_part
from schemas.estate.yaml_storage import storage_part
from schemas.quantities import Nature

TOP = (
    "operator",
    "facilities",
    "sources",
    "remotes",
    "drops",
    "factor_sets",
    "policies",
    "storage",
)
OPERATOR = tuple(field.name for field in fields(Operator))
FACILITY = tuple(field.name for field in fields(Facility))
#: What a site may be without besides amounts: registers of its own.
STOCKS = ["water_stock", "refrigerants"]
_MONTH = re.compile(r"^\d{4}-(0[1-9]|1[0-2])$")
_FACILITY_ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_-]*$")


@dataclass(frozen=True, kw_only=True)
class Described:
    """What ``estate.yaml`` says."""

    operator: Operator
    facilities: tuple[Facility, ...]
    sources: tuple[Source, ...]
    remotes: tuple[Remote, ...]
    drops: tuple[Drop, ...]
    factor_sets: tuple[FactorSet, ...]
    policies: Policies
    storage: str


def read_estate_yaml(
    path: Path, formats: Sequence[str], kinds: Mapping[str, RemoteKind]
) -> tuple[Described, list[Problem]]:
    """The description and its problems. Scalars are taken as written: ``06412000`` stays text."""
    problems: list[Problem] = []
    root = compose(path, TOP, problems)
    parts = dict(items(root, path.name, TOP, problems)) if root is not None else {}
    operator = Operator(name="", country="")
    for record in records([parts.get("operator")], OPERATOR, path.name, problems):
        operator = Operator(
            name=record.required("name"),
            country=record.required("country"),
            contact=record.text("contact"),
            lei=_lei(record),
        )
        problems += record.problems
    facilities = []
    for node in sequence(parts.get("facilities"), "facilities", path.name, problems):
        facilities.append(_facility(node, path.name, problems))
    if root is not None:
        problems += [
            Problem(where=f"{path.name}:1", what=f"'{key}' is missing.", remedy=remedy)
            for key, remedy in (
                ("operator", "Say who operates: operator: {name: …, country: DE}"),
                ("facilities", "List at least one: facilities: [{id: …, timezone: …}]"),
            )
            if key not in parts
        ]
    problems += _twice("facility", "id", [one.id for one in facilities], path.name)
    sources = [
        source_part(node, formats, path.name, problems)
        for node in sequence(parts.get("sources"), "sources", path.name, problems)
    ]
    remotes = [
        remote_part(node, kinds, path.name, problems)
        for node in sequence(parts.get("remotes"), "remotes", path.name, problems)
    ]
    drops = [
        drop_part(node, path.name, problems)
        for node in sequence(parts.get("drops"), "drops", path.name, problems)
    ]
    names = [*(one.name for one in remotes), *(one.name for one in drops)]
    problems += _twice("remote or drop", "name", names, path.name)
    factor_sets = [
        factor_set_part(node, path.name, problems)
        for node in sequence(parts.get("factor_sets"), "factor_sets", path.name, problems)
    ]
    policies = policies_part(
        parts.get("policies"), [one.id for one in facilities], path.name, problems
    )
    described = Described(
        operator=operator,
        facilities=tuple(facilities),
        sources=tuple(sources),
        remotes=tuple(remotes),
        drops=tuple(drops),
        factor_sets=tuple(factor_sets),
        policies=policies,
        storage=storage_part(parts.get("storage"), path.name, problems),
    )
    return described, problems


def _lei(record: Record) -> str:
    """A legal entity identifier, its check digits right (ISO 17442, ISO 7064 MOD 97-10)."""
    text = record.text("lei").replace(" ", "").upper()
    digits = "".join(str(int(one, 36)) for one in text if one.isalnum() and one.isascii())
    if text and (len(text) != 20 or not text.isalnum() or int(digits or 0) % 97 != 1):
        record.refuse(
            "lei",
            f"lei '{text}' is no legal entity identifier: 20 letters and digits, "
            "the last two of which check the others.",
        )
    return text


def _facility(node: yaml.Node, name: str, problems: list[Problem]) -> Facility:
    [record] = records([node], FACILITY, name, problems) or [
        Record(values={}, place=lambda _key: name, line=0)
    ]
    zone = record.required("timezone")
    if zone and zone not in _known_zones():
        record.refuse(
            "timezone", f"time zone '{zone}' is not known.", "Use an IANA name: Europe/Berlin."
        )
        zone = ""
    identity = record.required("id")
    if identity and not _FACILITY_ID.match(identity):
        record.refuse(
            "id", f"id '{identity}' cannot be a folder name.", "Letters, digits, - and _."
        )
    commissioned = record.text("commissioned")
    if commissioned and not _MONTH.match(commissioned):
        record.refuse("commissioned", f"'{commissioned}' is not a month.", "Write YYYY-MM.")
        commissioned = ""
    redundancy = Redundancy()
    for part in records([nested(node, "redundancy")], _names(Redundancy), name, problems):
        redundancy = Redundancy(**{key: part.text(key) for key in _names(Redundancy)})
    boundary = Boundary()
    for part in records([nested(node, "boundary")], _names(Boundary), name, problems):
        sides = {key: part.choice(key, ("internal", "external")) for key in _names(Boundary)}
        boundary = Boundary(**sides)
        problems += part.problems
    facility = Facility(
        id=identity,
        name=record.text("name", identity),
        country=record.required("country"),
        timezone=zone or "UTC",
        latitude=record.number("latitude", lowest=-90),
        longitude=record.number("longitude", lowest=-180),
        lau=record.text("lau"),
        nuts3=record.text("nuts3"),
        postal_code=record.text("postal_code"),
        grid_zone=record.text("grid_zone"),
        type=record.choice("type", ("enterprise", "colocation", "co-hosting")),
        also=record.choice("also", ("colocation", "co-hosting")),
        commissioned=commissioned,
        installed_it_kw=record.number("installed_it_kw", lowest=0),
        rated_it_kw=record.number("rated_it_kw", lowest=0),
        nonredundant_connected_kw=record.number("nonredundant_connected_kw", lowest=0),
        floor_area_m2=record.number("floor_area_m2", lowest=0),
        computer_room_m2=record.number("computer_room_m2", lowest=0),
        owner=record.text("owner"),
        contact=record.text("contact"),
        structure=record.choice("structure", ("structure", "group of structures")),
        reference_id=record.text("reference_id"),
        redundancy=redundancy,
        cooling=record.choice("cooling", ("air", "liquid", "immersion", "evaporative")),
        boundary=boundary,
        grid_functions=record.text("grid_functions"),
        it_energy_configuration=record.choice("it_energy_configuration", CONFIGURATIONS),
        without=_without(node, name, problems),
        deliverable_zones=tuple(
            str(entry.value)
            for entry in sequence(
                nested(node, "deliverable_zones"), "deliverable_zones", name, problems
            )
        ),
        ups_non_it_percent=record.percent("ups_non_it_percent"),
        design_pue=record.number("design_pue", lowest=1),
        rated_cooling_kw=record.number("rated_cooling_kw", lowest=0),
        support_area_m2=record.number("support_area_m2", lowest=0),
        shared_area_m2=record.number("shared_area_m2", lowest=0),
        building_rated_kw=record.number("building_rated_kw", lowest=0),
        **_fluid(record),
    )
    problems += record.problems
    return facility


def _fluid(record: Record) -> dict[str, float]:
    """The fluid that carries heat away; what is not said stays the default."""
    named = ("heat_density_kg_m3", "heat_capacity_kj_kgk")
    given = {name: record.number(name, lowest=0) for name in named}
    return {name: value for name, value in given.items() if value is not None}


def _without(node: yaml.Node, name: str, problems: list[Problem]) -> tuple[str, ...]:
    """The amounts that the facility says it does not have."""
    amounts = [one.name for one in QUANTITIES.values() if one.nature is Nature.AMOUNT]
    amounts += STOCKS
    found = []
    for entry in sequence(nested(node, "without"), "without", name, problems):
        text = str(entry.value)
        if text in amounts:
            found.append(text)
        else:
            problems.append(
                Problem(
                    where=f"{name}:{entry.start_mark.line + 1}",
                    what=f"'{text}' is no amount that a facility could be without.",
                    remedy=nearest(text, amounts),
                )
            )
    return tuple(found)


@lru_cache(maxsize=1)
def _known_zones() -> set[str]:
    """Every IANA name: looked up on the disk, hundreds of files, and once is enough."""
    return available_timezones()


def _names(kind: type[Redundancy] | type[Boundary]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def _twice(what: str, key: str, ids: Sequence[str], name: str) -> list[Problem]:
    return [
        Problem(
            where=name,
            what=f"{what} '{identity}' stands {ids.count(identity)} times.",
            remedy=f"A {what} {key} is unique in the estate.",
        )
        for identity in sorted(
            {identity for identity in ids if identity and ids.count(identity) > 1}
        )
    ]


def zone_of(source: Source, facility: Facility) -> ZoneInfo:
    """The zone of naive times in a file: the source's, else the facility's."""
    return ZoneInfo(source.timezone) if source.timezone else facility.zone
