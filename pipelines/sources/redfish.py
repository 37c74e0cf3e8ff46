"""Redfish as ``wattledger fetch`` keeps it: what some resources showed at one instant."""

import json
from collections.abc import Iterator, Mapping
from typing import BinaryIO

import polars as pl

from pipelines.sources.table import finished
from pipelines.sources.unreadable import Unreadable
from schemas.estate.source import Source
from schemas.tables import RAW

_COLUMNS = ("line", "meter_id", "timestamp", "value", "unit")
_SCHEMA = pl.Schema({name: RAW[name] for name in _COLUMNS})
#: Units of sensors by UCUM, as Redfish writes them, and as ours are written.
_UCUM = {"kW.h": "kWh", "W.h": "Wh", "J": "J", "W": "W", "kW": "kW", "Cel": "°C", "%": "%",
         "m3": "m3", "L": "L"}  # fmt: skip
#: What a property's own name says of its unit.
_NAMED = {"kWh": "kWh", "Watts": "W", "Celsius": "°C", "Joules": "J", "Percent": "%"}


def rows(file: BinaryIO, source: Source) -> Iterator[pl.DataFrame]:
    """Raw rows of the values that ``wide`` maps to meters: a resource's path, ``#`` and the place
    of the value in it (RFC 6901), as ``/redfish/v1/Chassis/1/Sensors/TotalEnergy#/Reading``.

    A sensor states its unit; else the property's name does (``EnergykWh``), and a unit of another
    name is passed on as it stands, to be refused. A value that is null was not read, and is no row.
    JSON has no lines worth quoting: ``line`` is the value's place among the mapped ones, from 1.

    Raises:
        Unreadable: no such file, or a mapped value that is not in it.
    """
    try:
        document = json.load(file, parse_float=str, parse_int=str)
        at = str(document["at"])
        answers = {one["path"]: dict(one["answer"]) for one in document["answers"]}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Unreadable(f"this is no file of Redfish's resources ({error!r})") from error
    found = []
    for number, (series, meter) in enumerate(source.wide, start=1):
        path, _, pointer = series.partition("#")
        if path not in answers:
            raise Unreadable(f"the resource '{path}' was not asked for")
        value = _at(answers[path], pointer, series)
        if value is not None:
            found.append((number, meter, at, value, _unit(answers[path], pointer)))
    yield finished(pl.DataFrame(found, schema=_SCHEMA, orient="row"))


def _at(resource: Mapping[str, object], pointer: str, series: str) -> str | None:
    here: object = resource
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(here, list) and name.isdigit() and int(name) < len(here):
            here = here[int(name)]
        elif isinstance(here, dict) and name in here:
            here = here[name]
        else:
            raise Unreadable(f"'{series}': the resource has no '{name}' there")
    if here is None:
        return None
    if not isinstance(here, str):
        raise Unreadable(f"'{series}' is no value but has parts of its own")
    return here


def _unit(resource: Mapping[str, object], pointer: str) -> str | None:
    stated = resource.get("ReadingUnits")
    if isinstance(stated, str) and pointer == "/Reading":
        return _UCUM.get(stated, stated)
    words = reversed(pointer.split("/"))
    names = (unit for word in words for end, unit in _NAMED.items() if word.endswith(end))
    return next(names, None)
