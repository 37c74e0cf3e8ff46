"""Histories of Project Haystack: grids of times and values, as Zinc or as JSON."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import polars as pl

from pipelines.sources.blocks import line_blocks, lines_in
from pipelines.sources.table import finished, malformed
from pipelines.sources.unreadable import Unreadable
from schemas.errors import nearest
from schemas.estate.source import Source
from schemas.tables import RAW

_NUMBER = re.compile(r"(-?\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?)(.*)")
_TAG = re.compile(r'(?:^| )(id|dis|unit):(@[\w:.~-]+(?: "(?:\\.|[^"\\])*")?|"(?:\\.|[^"\\])*")')
_STRING = re.compile(r'"((?:\\.|[^"\\])*)"')
_COLUMNS = ("line", "meter_id", "timestamp", "value", "unit")
_SCHEMA = pl.Schema({name: RAW[name] for name in _COLUMNS})
_OPENING, _CLOSING = "[{(<", "]})>"
#: Cells that hold nothing.
_NOTHING = ("", "N", "M")


@dataclass(frozen=True, kw_only=True)
class _Column:
    """A column of a history grid: its name, the point it is of, and the unit of bare numbers."""

    name: str
    id: str = ""
    dis: str = ""
    unit: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """What a mapping may call it."""
        return tuple(filter(None, (self.name, self.id and f"@{self.id}", self.dis)))


_Cell = tuple[str, str | None]
_Row = tuple[int, str, str, str, str | None]


def zinc_rows(file: BinaryIO, source: Source) -> Iterator[pl.DataFrame]:
    """Raw rows of a history in Zinc.

    ``wide`` maps columns to meters, each by its name (``val``, ``v0``), the id of its point
    (``@p:demo:r:1``) or its display name; ``columns`` may name the column of times, else ``ts``. A
    number's unit stands with it, or with its column. Times keep their offset; what names their
    zone beside it says nothing new. A cell without a value is no row; ``NaN`` and ``NA`` are
    passed on as they stand.

    Raises:
        Unreadable: no grid, an error grid, or a mapped column that is not there.
    """
    grid: _Grid | None = None
    header: list[str] = []
    for first, block in line_blocks(file):
        found: list[_Row] = []
        broken: list[tuple[int, str]] = []
        for line, text in lines_in(block, first):
            if grid is None:
                header.append(text)
                if len(header) == 2:
                    columns = [_zinc_column(cell) for cell in cells_of(header[1])]
                    grid = _Grid.of(header[0].startswith("ver:"), header[0], columns, source)
                continue
            cells = cells_of(text)
            if len(cells) != grid.width:
                broken.append((line, text))
            else:
                found += grid.rows(line, [_zinc_cell(cell) for cell in cells])
        yield finished(pl.DataFrame(found, schema=_SCHEMA, orient="row"))
        yield from malformed(broken)
    if grid is None:
        raise Unreadable("this is no grid of Zinc: it begins with a version and its columns")


def json_rows(file: BinaryIO, source: Source) -> Iterator[pl.DataFrame]:
    """Raw rows of a history in JSON, of Haystack 4 (Hayson) or 3; mapped like Zinc. JSON has no
    lines worth quoting: ``line`` is the row's place in the grid, from 1.

    Raises:
        Unreadable: no grid, an error grid, or a mapped column that is not there.
    """
    try:
        document = json.load(file, parse_float=str, parse_int=str, parse_constant=str)
        meta, columns = document["meta"], [_json_column(one) for one in document["cols"]]
        rows = [dict(one) for one in document["rows"]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable(f"this is no grid of Haystack's JSON ({error!r})") from error
    grid = _Grid.of("ver" in meta, json.dumps(meta), columns, source)
    found: list[_Row] = []
    for number, row in enumerate(rows, start=1):
        found += grid.rows(number, [_json_cell(row.get(column.name)) for column in columns])
    yield finished(pl.DataFrame(found, schema=_SCHEMA, orient="row"))


@dataclass(frozen=True, kw_only=True)
class _Grid:
    """Where times and mapped values stand in a row of a grid."""

    width: int
    time: int
    values: tuple[tuple[str, int, str | None], ...]

    @classmethod
    def of(
        cls, has_version: bool, meta: str, columns: Sequence[_Column], source: Source
    ) -> "_Grid":
        if not has_version:
            raise Unreadable("this is no grid of Haystack: it has no version")
        if re.search(r"(^|[ \"])err([ \":]|$)", meta):
            raise Unreadable(f"the server answered with an error: {meta[:300]}", line=1)
        place = {name: nr for nr, column in enumerate(columns) for name in column.names}
        wanted = [dict(source.columns).get("timestamp", "ts"), *dict(source.wide)]
        if not source.wide:
            raise Unreadable(
                "Haystack's histories need a mapping: wide {COLUMN: METER}; there is: "
                + ", ".join(sorted(place)),
                line=2,
            )
        for title in wanted:
            if title not in place:
                raise Unreadable(f"no column '{title}'. {nearest(title, sorted(place))}", line=2)
        values = tuple(
            (meter, place[name], columns[place[name]].unit) for name, meter in source.wide
        )
        return cls(width=len(columns), time=place[wanted[0]], values=values)

    def rows(self, line: int, cells: Sequence[_Cell]) -> Iterator[_Row]:
        """A row for each mapped value."""
        stamp = cells[self.time][0].partition(" ")[0]
        for meter, place, unit in self.values:
            value, own = cells[place]
            if value not in _NOTHING:
                yield line, meter, stamp, value, own or unit


def cells_of(text: str) -> list[str]:
    """The cells of a line: commas within strings, lists and other grids part nothing."""
    if not any(mark in text for mark in '"[{<('):
        return text.split(",")
    cells, start, depth, position = [], 0, 0, 0
    while position < len(text):
        mark = text[position]
        if mark == '"':
            string = _STRING.match(text, position)
            position = string.end() if string else len(text)
            continue
        depth += (mark in _OPENING) - (mark in _CLOSING)
        if mark == "," and depth == 0:
            cells.append(text[start:position])
            start = position + 1
        position += 1
    return [*cells, text[start:]]


def _zinc_column(text: str) -> _Column:
    name, _, meta = text.strip().partition(" ")
    tags = dict(_TAG.findall(f" {meta}"))
    of_ref = _STRING.search(tags.get("id", ""))
    dis = _STRING.fullmatch(tags.get("dis", ""))
    unit = _STRING.fullmatch(tags.get("unit", ""))
    return _Column(
        name=name,
        id=tags.get("id", "").partition(" ")[0].removeprefix("@"),
        dis=dis[1] if dis else of_ref[1] if of_ref else "",
        unit=unit[1] if unit else None,
    )


def _zinc_cell(text: str) -> _Cell:
    """A cell as value and unit; of a time the text."""
    cell = text.strip()
    if cell[4:5] == "-" and cell[:4].isdigit():
        return cell, None
    return _number(cell)


def _number(text: str) -> _Cell:
    found = _NUMBER.fullmatch(text)
    if found is None:
        return text, None
    return found[1].replace("_", ""), found[2].strip() or None


def _json_column(found: Mapping[str, object]) -> _Column:
    """Tags of a column stand under ``meta``, or in Haystack 3 beside its name."""
    meta = found.get("meta")
    tags = meta if isinstance(meta, dict) else found
    ref = tags.get("id")
    if isinstance(ref, dict):
        identity, shown = str(ref.get("val", "")), str(ref.get("dis", ""))
    else:
        identity, _, shown = str(ref or "").removeprefix("r:").partition(" ")
    dis, unit = (_json_cell(tags.get(name))[0] for name in ("dis", "unit"))
    return _Column(name=str(found["name"]), id=identity, dis=dis or shown, unit=unit or None)


def _json_cell(found: object) -> _Cell:
    """A scalar as value and unit: Hayson's objects, or Haystack 3's prefixed texts."""
    if found is None:
        return "", None
    if isinstance(found, dict):
        value, unit = str(found.get("val", found.get("_kind", ""))), found.get("unit")
        return value, str(unit) if unit else None
    text = str(found)
    prefix, value = text[:2], text[2:]
    if prefix == "n:":
        number, _, unit = value.partition(" ")
        return number, unit or None
    return (value if prefix in ("t:", "s:") else text), None
