"""``estate.yaml``: operator, facilities, sources, factor sets and policies, with line numbers."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import yaml

from schemas.errors import Problem, nearest
from schemas.estate.model import (
    Boundary,
    Facility,
    FactorSet,
    Operator,
    Policies,
    Redundancy,
    Source,
)
from schemas.estate.record import Record

TOP = ("operator", "facilities", "sources", "factor_sets", "policies")
OPERATOR = tuple(field.name for field in fields(Operator))
FACILITY = tuple(field.name for field in fields(Facility))
SOURCE = tuple(field.name for field in fields(Source))
FACTOR_SET = tuple(field.name for field in fields(FactorSet))
POLICIES = tuple(field.name for field in fields(Policies))
COLUMNS = ("timestamp", "meter", "value", "unit", "serial")
FORMATS = ("csv", "open-meteo")
_MONTH = re.compile(r"^\d{4}-(0[1-9]|1[0-2])$")
_FACILITY_ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_-]*$")


@dataclass(frozen=True, kw_only=True)
class Described:
    """What ``estate.yaml`` says."""

    operator: Operator
    facilities: tuple[Facility, ...]
    sources: tuple[Source, ...]
    factor_sets: tuple[FactorSet, ...]
    policies: Policies


def read_estate_yaml(path: Path) -> tuple[Described, list[Problem]]:
    """The description and its problems. Scalars are taken as written: ``06412000`` stays text."""
    problems: list[Problem] = []
    root = _compose(path, problems)
    parts = dict(_items(root, path.name, TOP, problems)) if root is not None else {}
    operator = Operator(name="", country="")
    for record in _records([parts.get("operator")], OPERATOR, path.name, problems):
        operator = Operator(
            name=record.required("name"),
            country=record.required("country"),
            contact=record.text("contact"),
        )
        problems += record.problems
    facilities = []
    for node in _sequence(parts.get("facilities"), "facilities", path.name, problems):
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
    problems += _twice(facilities, path.name)
    sources = [
        _source(node, path.name, problems)
        for node in _sequence(parts.get("sources"), "sources", path.name, problems)
    ]
    factor_sets = [
        _factor_set(node, path.name, problems)
        for node in _sequence(parts.get("factor_sets"), "factor_sets", path.name, problems)
    ]
    policies = Policies()
    for record in _records([parts.get("policies")], POLICIES, path.name, problems):
        policies = _policies(record)
        problems += record.problems
    described = Described(
        operator=operator,
        facilities=tuple(facilities),
        sources=tuple(sources),
        factor_sets=tuple(factor_sets),
        policies=policies,
    )
    return described, problems


def _compose(path: Path, problems: list[Problem]) -> yaml.Node | None:
    try:
        root = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=yaml.SafeLoader)
    except UnicodeDecodeError:
        problems.append(
            Problem(where=path.name, what="is not UTF-8 text.", remedy="Save it as UTF-8.")
        )
        return None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problems.append(
            Problem(
                where=f"{path.name}:{line}",
                what=f"is not YAML: {error.problem}.",
                remedy="Mind indentation, colons and brackets near this line.",
            )
        )
        return None
    if not isinstance(root, yaml.MappingNode):
        problems.append(
            Problem(where=f"{path.name}:1", what="holds no keys.", remedy=f"Keys: {', '.join(TOP)}")
        )
        return None
    return root


def _items(
    node: yaml.Node, name: str, known: Sequence[str], problems: list[Problem]
) -> list[tuple[str, yaml.Node]]:
    if not isinstance(node, yaml.MappingNode):
        problems.append(
            Problem(
                where=f"{name}:{node.start_mark.line + 1}",
                what="keys with values are expected here.",
                remedy=f"Known keys: {', '.join(known)}." if known else "",
            )
        )
        return []
    found: list[tuple[str, yaml.Node]] = []
    for key, value in node.value:
        where = f"{name}:{key.start_mark.line + 1}"
        if known and key.value not in known:
            problems.append(
                Problem(
                    where=where,
                    what=f"unknown key '{key.value}'.",
                    remedy=nearest(key.value, known),
                )
            )
        elif key.value in dict(found):
            problems.append(
                Problem(where=where, what=f"key '{key.value}' stands twice.", remedy="Keep one.")
            )
        else:
            found.append((key.value, value))
    return found


def _sequence(
    node: yaml.Node | None, key: str, name: str, problems: list[Problem]
) -> list[yaml.Node]:
    if node is None or (isinstance(node, yaml.ScalarNode) and not node.value):
        return []
    if isinstance(node, yaml.SequenceNode):
        return list(node.value)
    problems.append(
        Problem(
            where=f"{name}:{node.start_mark.line + 1}",
            what=f"{key} must be a list.",
            remedy=f"Write: {key}: [{{…}}, {{…}}] or one '- …' a line.",
        )
    )
    return []


def _records(
    nodes: Sequence[yaml.Node | None], known: Sequence[str], name: str, problems: list[Problem]
) -> list[Record]:
    """Mapping nodes as records of their scalar values; nested ones are read by their own."""
    records = []
    for node in nodes:
        if node is None:
            continue
        items = _items(node, name, known, problems)
        lines = {key: value.start_mark.line + 1 for key, value in items}
        first = node.start_mark.line + 1

        def place(key: str, lines: dict[str, int] = lines, first: int = first) -> str:
            return f"{name}:{lines.get(key, first)}"

        values = {
            key: "" if value.tag.endswith(":null") else str(value.value)
            for key, value in items
            if isinstance(value, yaml.ScalarNode)
        }
        records.append(Record(values=values, place=place, line=first))
    return records


def _nested(node: yaml.Node, key: str) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        value: yaml.Node
        for name, value in node.value:
            if name.value == key and not isinstance(value, yaml.ScalarNode):
                return value
    return None


def _facility(node: yaml.Node, name: str, problems: list[Problem]) -> Facility:
    [record] = _records([node], FACILITY, name, problems) or [
        Record(values={}, place=lambda _key: name, line=0)
    ]
    zone = record.required("timezone")
    if zone and zone not in available_timezones():
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
    for part in _records([_nested(node, "redundancy")], _names(Redundancy), name, problems):
        redundancy = Redundancy(**{key: part.text(key) for key in _names(Redundancy)})
    boundary = Boundary()
    for part in _records([_nested(node, "boundary")], _names(Boundary), name, problems):
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
    )
    problems += record.problems
    return facility


def _names(kind: type[Redundancy] | type[Boundary]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def _twice(facilities: Sequence[Facility], name: str) -> list[Problem]:
    ids = [facility.id for facility in facilities]
    return [
        Problem(
            where=name,
            what=f"facility '{identity}' stands {ids.count(identity)} times.",
            remedy="A facility id is unique in the estate.",
        )
        for identity in sorted(
            {identity for identity in ids if identity and ids.count(identity) > 1}
        )
    ]


def _pairs(
    node: yaml.Node, key: str, known: Sequence[str], name: str, problems: list[Problem]
) -> tuple[tuple[str, str], ...]:
    nested = _nested(node, key)
    if nested is None:
        return ()
    return tuple((k, str(v.value)) for k, v in _items(nested, name, known, problems))


def _source(node: yaml.Node, name: str, problems: list[Problem]) -> Source:
    [record] = _records([node], SOURCE, name, problems) or [
        Record(values={}, place=lambda _key: name, line=0)
    ]
    zone = record.text("timezone")
    if zone and zone not in available_timezones():
        record.refuse("timezone", f"time zone '{zone}' is not known.", "Use an IANA name.")
        zone = ""
    columns = _pairs(node, "columns", COLUMNS, name, problems)
    wide = _pairs(node, "wide", (), name, problems)
    given = dict(columns)
    source = Source(
        match=record.required("match"),
        format=record.choice("format", FORMATS, "csv"),
        separator=_separator(record),
        decimal=record.choice("decimal", (".", ","), "."),
        encoding=record.text("encoding", "utf-8"),
        timezone=zone,
        time_format=record.text("time_format"),
        skip_lines=record.whole("skip_lines", 0),
        footer=_pattern(record),
        columns=columns,
        wide=wide,
    )
    if wide and ("meter" in given or "value" in given):
        record.refuse("wide", "a wide file has no meter or value column.", "Keep one of the ways.")
    if source.separator == source.decimal:
        record.refuse("separator", "separator and decimal mark are the same.", "Change one.")
    problems += record.problems
    return source


def _separator(record: Record) -> str:
    text = record.values.get("separator", ",")
    text = {"tab": "\t", "\\t": "\t"}.get(text, text)
    if len(text) != 1:
        record.refuse("separator", f"separator '{text}' is not one character.", "Or: tab.")
        return ","
    return text


def _pattern(record: Record) -> str:
    text = record.text("footer")
    try:
        re.compile(text)
    except re.error as error:
        record.refuse("footer", f"footer is not a regular expression: {error}.")
        return ""
    return text


def _factor_set(node: yaml.Node, name: str, problems: list[Problem]) -> FactorSet:
    [record] = _records([node], FACTOR_SET, name, problems) or [
        Record(values={}, place=lambda _key: name, line=0)
    ]
    needed: Callable[[str], str] = record.required
    factor_set = FactorSet(
        match=needed("match"),
        kind=record.choice("kind", ("location", "residual"), "location"),
        key=needed("key"),
        unit=needed("unit"),
        timestamp=needed("timestamp"),
        value=needed("value"),
        gases=record.choice("gases", ("co2", "co2e"), "co2e"),
        timezone=record.text("timezone", "UTC"),
        source=record.text("source"),
        edition=record.text("edition"),
    )
    if factor_set.timezone not in available_timezones():
        record.refuse("timezone", f"time zone '{factor_set.timezone}' is not known.")
    problems += record.problems
    return factor_set


def _policies(record: Record) -> Policies:
    default = Policies()
    clean = record.number("coverage_clean", lowest=0)
    minimum = record.number("coverage_minimum", lowest=0)
    first = record.text("first_month", default.first_month)
    if not _MONTH.match(first):
        record.refuse("first_month", f"'{first}' is not a month.", "Write YYYY-MM.")
        first = default.first_month
    policies = Policies(
        coverage_clean=default.coverage_clean if clean is None else clean,
        coverage_minimum=default.coverage_minimum if minimum is None else minimum,
        first_month=first,
    )
    if not 0 <= policies.coverage_minimum <= policies.coverage_clean <= 1:
        record.refuse(
            "coverage_minimum",
            "coverage limits must satisfy 0 ≤ coverage_minimum ≤ coverage_clean ≤ 1.",
        )
    return policies


def zone_of(source: Source, facility: Facility) -> ZoneInfo:
    """The zone of naive times in a file: the source's, else the facility's."""
    return ZoneInfo(source.timezone) if source.timezone else facility.zone
