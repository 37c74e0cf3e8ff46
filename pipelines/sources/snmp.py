"""Walks of SNMP: what a device's counters showed at one instant, or at several in a file."""

import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO

import polars as pl

from pipelines.sources.blocks import line_blocks, lines_in
from pipelines.sources.table import finished, malformed
from pipelines.sources.unreadable import Unreadable
from schemas.errors import nearest
from schemas.estate.source import Source
from schemas.tables import RAW

_COLUMNS = ("line", "meter_id", "timestamp", "value")
_SCHEMA = pl.Schema({name: RAW[name] for name in _COLUMNS})
#: A recording: object, type as a number (``x`` for hexadecimal), value.
_RECORDED = re.compile(r"\.?((?:\d+\.)*\d+)\|(\d+)(x?)(?::\w+)?\|(.*)")
#: A line of net-snmp's ``snmpwalk -On``.
_WALKED = re.compile(r"\.((?:\d+\.)*\d+) = (?:([\w-]+): )?(.*)")
_AT = re.compile(r"#\s*(\d{4}-\d{2}-\d{2}[T ]\S+)\s*")


def rows(file: BinaryIO, source: Source) -> Iterator[pl.DataFrame]:
    """Raw rows of the objects that ``wide`` maps to meters, by their number without a leading
    point: ``1.3.6.1.4.1.318.1.1.26.4.3.1.9.1``.

    A walk does not say when it was: a comment above it does (``# 2025-06-01T10:00:00Z``), and those
    below count for what follows. Without one its rows have no time and are refused. A device's
    scaled number stays as it is; the meter's unit and multiplier say what it means. Text that was
    sent as hexadecimal is text again. Values go on over several lines nowhere: such a line is
    malformed.

    Raises:
        Unreadable: no walk, no mapping, or an object that is in none of the walks.
    """
    meters = dict(source.wide)
    if not meters:
        raise Unreadable("a walk needs a mapping: wide {OBJECT: METER}")
    at: str | None = None
    seen: set[str] = set()
    for first, block in line_blocks(file, source.encoding):
        found: list[tuple[object, ...]] = []
        broken: list[tuple[int, str]] = []
        for line, text in lines_in(block, first):
            if text.startswith("#"):
                at = time_of(text) or at
                continue
            told = object_of(text)
            if told is None:
                broken.append((line, text))
                continue
            name, value = told
            seen.add(name)
            if name in meters:
                found.append((line, meters[name], at, value))
        yield finished(pl.DataFrame(found, schema=_SCHEMA, orient="row"))
        yield from malformed(broken)
    _check(meters, seen)


def _check(meters: Mapping[str, str], seen: set[str]) -> None:
    if not seen:
        raise Unreadable("no line of the file is one of a walk")
    absent = sorted(set(meters) - seen)
    if absent:
        beside = sorted(name for name in seen if _parent(name) == _parent(absent[0]))
        raise Unreadable(
            f"no object '{absent[0]}'. {nearest(absent[0], beside or sorted(seen)[:20])}"
        )


def _parent(name: str) -> str:
    return name.rpartition(".")[0]


def time_of(text: str) -> str | None:
    """When the walk below was made, if this comment says it."""
    stamp = _AT.fullmatch(text)
    return stamp[1] if stamp else None


def object_of(text: str) -> tuple[str, str] | None:
    """An object's number and its value as text; None where the line is no object's."""
    if recorded := _RECORDED.fullmatch(text):
        return recorded[1], _plain(recorded[4]) if recorded[3] else recorded[4]
    if walked := _WALKED.fullmatch(text):
        is_hex = walked[2] == "Hex-STRING"
        return walked[1], _plain(walked[3]) if is_hex else walked[3].strip().strip('"')
    return None


def _plain(digits: str) -> str:
    """Hexadecimal as the text that it is; where it is none, as it stands."""
    try:
        return bytes.fromhex(digits).decode("utf-8").rstrip("\x00")
    except ValueError:
        return digits.strip()
