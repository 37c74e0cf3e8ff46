"""Modbus as ``wattledger fetch`` keeps it: the registers of some devices at one instant."""

import json
import math
import re
import struct
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import BinaryIO

import numpy as np
import polars as pl

from pipelines.sources.sunspec import place
from pipelines.sources.table import finished
from pipelines.sources.unreadable import Unreadable
from schemas.estate.source import Source
from schemas.tables import RAW

_COLUMNS = ("line", "meter_id", "timestamp", "value", "unit")
_SCHEMA = pl.Schema({name: RAW[name] for name in _COLUMNS})
#: How registers of a type are unpacked, most significant word first.
_TYPES = {"int16": ">h", "uint16": ">H", "int32": ">i", "uint32": ">I", "int64": ">q",
          "uint64": ">Q", "float32": ">f", "float64": ">d"}  # fmt: skip
#: SunSpec's types by ours, and what stands in a point that a device does not have.
_SUNSPEC = {
    "int16": ("int16", -(2**15)), "uint16": ("uint16", 2**16 - 1), "count": ("uint16", 2**16 - 1),
    "int32": ("int32", -(2**31)), "uint32": ("uint32", 2**32 - 1), "acc16": ("uint16", 0),
    "acc32": ("uint32", 0), "int64": ("int64", -(2**63)), "uint64": ("uint64", 2**64 - 1),
    "acc64": ("uint64", 0), "float32": ("float32", None), "float64": ("float64", None),
    "sunssf": ("int16", -(2**15)),
}  # fmt: skip
_UNITS = {"C": "°C", "Pct": "%"}
#: What names a value: a device and its own map, or a device, a model of SunSpec and its point.
SERIES = (
    r"(?P<device>\d{1,3})/(?:(?P<table>holding|input)/(?P<address>\d{1,5})/"
    rf"(?P<type>{'|'.join(_TYPES)})(?P<swapped>-swapped)?"
    r"|sunspec/(?P<model>\d{1,5})(?:\.(?P<number>[1-9]\d?))?/(?P<name>\w+))"
)
NAMED = (
    f"1/holding/3059/float32 or 1/input/40/uint32-swapped (types: {', '.join(_TYPES)}), "
    "1/sunspec/203/TotWhImp, or 1/sunspec/203.2/TotWhImp of a device with more than one"
)
#: Answers by device, table and address, or by device and model.
_Answers = dict[tuple[object, ...], list[Mapping[str, object]]]


@dataclass(frozen=True, kw_only=True)
class Registers:
    """A value of a map of one's own.

    Args:
        device: its address on the line, or behind a gateway.
        table: ``holding`` or ``input``.
        address: of the first register, counted from 0 as it is sent.
        type: one of ``_TYPES``.
        is_swapped: whether the least significant word comes first.
    """

    device: int
    table: str
    address: int
    type: str
    is_swapped: bool

    @property
    def count(self) -> int:
        return struct.calcsize(_TYPES[self.type]) // 2


@dataclass(frozen=True, kw_only=True)
class Point:
    """A point of a SunSpec model; ``number`` is the model's place among its like, from 1, and 0
    where the device should have one only."""

    device: int
    model: int
    number: int
    name: str


def asked_for(series: str) -> Registers | Point:
    """What an entry of ``series`` names. Raises ``Unreadable`` where it names nothing."""
    told = re.fullmatch(SERIES, series)
    if told is None:
        raise Unreadable(f"'{series}' names no register. Such as: {NAMED}")
    device = int(told["device"])
    if told["model"]:
        return Point(
            device=device,
            model=int(told["model"]),
            number=int(told["number"] or 0),
            name=told["name"],
        )
    return Registers(
        device=device,
        table=told["table"],
        address=int(told["address"]),
        type=told["type"],
        is_swapped=bool(told["swapped"]),
    )


def rows(file: BinaryIO, source: Source) -> Iterator[pl.DataFrame]:
    """Raw rows of the values that ``wide`` maps to meters.

    A SunSpec point is scaled by its own scale factor and states its unit; a value of another map
    stays the number it is, and the meter's unit and multiplier say what it means. What a device
    does not have (SunSpec's own marks, or no number) is no row. Registers have no lines: ``line``
    is the value's place among the mapped ones, from 1.

    Raises:
        Unreadable: no such file, or a mapped value that was not asked for.
    """
    try:
        document = json.load(file)
        at = str(document["at"])
        answers: _Answers = defaultdict(list)
        for one in document["answers"]:
            model = (one["device"], one["model"]) if "model" in one else None
            answers[model or (one["device"], one["table"], one["address"])].append(one)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Unreadable(f"this is no file of Modbus' registers ({error!r})") from error
    found = []
    for number, (series, meter) in enumerate(source.wide, start=1):
        wanted = asked_for(series)
        if isinstance(wanted, Point):
            value, unit = _sunspec(wanted, answers, series)
        else:
            value, unit = _own(wanted, answers, series), None
        if value is not None:
            found.append((number, meter, at, value, unit))
    yield finished(pl.DataFrame(found, schema=_SCHEMA, orient="row"))


def _own(wanted: Registers, answers: _Answers, series: str) -> str | None:
    told = answers.get((wanted.device, wanted.table, wanted.address))
    if not told:
        raise Unreadable(f"'{series}' was not asked for")
    # Values of several types may begin at one register; the longest answer holds them all.
    words = max((_words(one, series) for one in told), key=len)[: wanted.count]
    return _text(words[::-1] if wanted.is_swapped else words, wanted.type, series)


def _sunspec(wanted: Point, answers: _Answers, series: str) -> tuple[str | None, str | None]:
    blocks = answers.get((wanted.device, wanted.model), [])
    number = max(wanted.number, 1)
    if len(blocks) < number:
        raise Unreadable(f"'{series}': the device has {len(blocks)} of this model")
    if len(blocks) > 1 and not wanted.number:
        raise Unreadable(
            f"'{series}': the device has {len(blocks)} of this model; write which, such as "
            f"{wanted.device}/sunspec/{wanted.model}.1/{wanted.name}"
        )
    words = _words(blocks[number - 1], series)
    here = place(wanted.model, wanted.name)
    value = _point(words, wanted.model, wanted.name, series)
    unit = _UNITS.get(here.unit, here.unit) or None
    if value is None or not here.scale:
        return value, unit
    power = here.scale if _is_power(here.scale) else _point(words, wanted.model, here.scale, series)
    if power is None:
        raise Unreadable(f"'{series}': the device does not say its scale, {here.scale}")
    return format(Decimal(value).scaleb(int(power)), "f"), unit


def _is_power(scale: str) -> bool:
    return scale.lstrip("-").isdigit()


def _point(words: Sequence[int], model: int, name: str, series: str) -> str | None:
    here = place(model, name)
    if here.type not in _SUNSPEC:
        raise Unreadable(f"'{series}': {name} is of type {here.type}, which is no number")
    kind, absent = _SUNSPEC[here.type]
    if len(words) < here.offset + here.size:
        return None
    value = _text(words[here.offset : here.offset + here.size], kind, series)
    return None if value == str(absent) else value


def _words(answer: Mapping[str, object], series: str) -> list[int]:
    told = answer.get("registers")
    if not isinstance(told, list) or not all(
        isinstance(one, int) and 0 <= one < 2**16 for one in told
    ):
        raise Unreadable(f"'{series}': the registers are none")
    return told


def _text(words: Sequence[int], kind: str, series: str) -> str | None:
    """Registers as the number that they hold, to its last digit; None where it is no number."""
    layout = _TYPES[kind]
    if len(words) != struct.calcsize(layout) // 2:
        raise Unreadable(f"'{series}': {kind} needs {struct.calcsize(layout) // 2} registers")
    [value] = struct.unpack(layout, struct.pack(f">{len(words)}H", *words))
    if isinstance(value, int):
        return str(value)
    if not math.isfinite(value):
        return None
    return str(np.float32(value) if kind == "float32" else value)
