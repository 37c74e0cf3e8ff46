"""Points of a Brick model, as Turtle."""

from collections.abc import Iterator, Mapping, Sequence

from rdflib import Graph
from rdflib.exceptions import ParserError
from rdflib.plugins.parsers.notation3 import BadSyntax

from pipelines.suggest.inventory.point import Point, words_in

_BRICK = "https://brickschema.org/schema/Brick#"
_RDFS, _RDF = "http://www.w3.org/2000/01/rdf-schema#", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
#: Classes whose members measure, by how their names end.
_SENSOR = "_Sensor"
#: What rdflib's parser raises where a file ends or breaks within a word.
_LOST = (AssertionError, IndexError)
#: From a point to what it stands on, and from there to its site.
_OF = ("isPointOf", "isMeteredBy", "meters", "hasLocation", "isPartOf", "isLocationOf")
#: The same told from the other side.
_HAS = ("hasPoint", "hasPart")
#: QUDT's units by ours.
_QUDT = {"KiloW-HR": "kWh", "KiloW": "kW", "W": "W", "W-HR": "Wh", "MegaW-HR": "MWh",
         "DEG_C": "°C", "DEG_F": "°F", "M3": "m3", "L": "L", "GAL_US": "gal", "FT3": "ft3",
         "M3-PER-HR": "m3/h", "L-PER-SEC": "L/s", "BTU_IT": "Btu", "KiloBTU_IT": "kBtu",
         "PERCENT": "%", "J": "J", "MegaJ": "MJ", "GigaJ": "GJ", "KiloJ": "kJ"}  # fmt: skip
#: Values by subject and verb.
_Facts = dict[str, dict[str, list[str]]]


def brick_points(content: bytes) -> list[Point]:
    """Every sensor of a model, with the classes of what it is a point of.

    Raises:
        ValueError: no Turtle.
    """
    graph = Graph()
    try:
        graph.parse(data=content, format="turtle")
    except (BadSyntax, ParserError, UnicodeDecodeError, *_LOST) as error:
        raise ValueError(f"this is no Turtle ({str(error).splitlines()[0]})") from error
    facts: _Facts = {}
    for subject, verb, value in sorted(tuple(map(str, triple)) for triple in graph):
        facts.setdefault(subject, {}).setdefault(verb, []).append(value)
    return sorted(_points(facts), key=lambda one: one.id)


def _points(facts: _Facts) -> Iterator[Point]:
    nearby = _nearby(facts)
    for subject, told in facts.items():
        classes = _classes(told)
        if not any(name.endswith(_SENSOR) for name in classes):
            continue
        around = _around(subject, nearby)
        kinds = [name for one in around for name in _classes(facts.get(one, {}))]
        units = told.get(f"{_BRICK}hasUnit", [])
        unit = _local(units[0]) if units else ""
        sites = [one for one in around if {"Site", "Building"} & set(_classes(facts.get(one, {})))]
        yield Point(
            id=subject,
            on=around[0] if around else "",
            label=_label(subject, told),
            words=words_in([*classes, *kinds]),
            unit=_QUDT.get(unit, unit),
            sites=tuple(name for one in sites for name in (_local(one), _label(one, facts[one]))),
        )


def _nearby(facts: _Facts) -> dict[str, list[str]]:
    """What each thing stands on, in either direction that a model tells."""
    found: dict[str, list[str]] = {}
    for subject, told in facts.items():
        for verb in _OF:
            found.setdefault(subject, []).extend(told.get(_BRICK + verb, []))
        for verb in _HAS:
            for part in told.get(_BRICK + verb, []):
                found.setdefault(part, []).append(subject)
    return found


def _around(subject: str, nearby: Mapping[str, Sequence[str]]) -> list[str]:
    """What a point stands on, and what that stands on."""
    found: list[str] = []
    todo = [subject]
    while todo:
        for one in nearby.get(todo.pop(), ()):
            if one != subject and one not in found:
                found.append(one)
                todo.append(one)
    return found


def _classes(told: dict[str, list[str]]) -> list[str]:
    return [_local(one) for one in told.get(f"{_RDF}type", []) if one.startswith(_BRICK)]


def _label(subject: str, told: dict[str, list[str]]) -> str:
    return next(iter(told.get(f"{_RDFS}label", [])), _local(subject))


def _local(name: str) -> str:
    return name.rstrip("/#").replace("#", "/").rpartition("/")[2]
