"""InfluxDB's line protocol, as Telegraf and other collectors write it into files."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

import polars as pl

from pipelines.sources.blocks import line_blocks, lines_in
from pipelines.sources.table import finished, malformed
from pipelines.sources.unreadable import Unreadable
from schemas.estate.source import Source
from schemas.tables import RAW

#: A key, tag value or field value: a quoted string, or anything up to a comma, blank or equals
#: sign that no backslash takes the meaning from.
_WORD = r"(?:\\.|[^,= \\])+"
_VALUE = r'"(?:\\.|[^"\\])*"|' + _WORD
_TAG = re.compile(rf",({_WORD})=({_WORD})")
_FIELD = re.compile(rf"({_WORD})=({_VALUE})")
_POINT = re.compile(
    rf"(?P<name>(?:\\.|[^, \\])+)(?P<tags>(?:,{_WORD}={_WORD})*) +"
    rf"(?P<fields>{_WORD}=(?:{_VALUE})(?:,{_WORD}=(?:{_VALUE}))*)(?: +(?P<time>-?\d+))?\s*"
)
_ESCAPED = re.compile(r"\\([,= \\\"])")
_COLUMNS = ("line", "meter_id", "timestamp", "value", "unit", "serial")
_SCHEMA = pl.Schema({name: RAW[name] for name in _COLUMNS})


@dataclass(frozen=True, kw_only=True)
class _Point:
    """One line: its measurement's name, its tags and fields as text, and its time as a count."""

    name: str
    tags: Mapping[str, str]
    fields: Mapping[str, str]
    time: str


_Row = tuple[str | None, str, str | None, str | None]
_Pick = Callable[[_Point], Iterator[_Row]]


def rows(file: BinaryIO, source: Source) -> Iterator[pl.DataFrame]:
    """Raw rows of the points that the mapping names; other points are none.

    ``columns`` take the meter from a tag and the value from a field: ``{meter: host, value:
    watts}``; ``wide`` names a series and field: ``"power,host=pdu1 watts"`` is that of every point
    of the measurement with at least these tags. Blank lines and comments are no rows, and a line
    that is no point is malformed.

    Raises:
        Unreadable: no mapping, one that cannot be read, or no point that it names.
    """
    pick = _picker(source)
    picked = False
    for first, block in line_blocks(file, source.encoding):
        found: list[tuple[object, ...]] = []
        broken: list[tuple[int, str]] = []
        for line, text in lines_in(block, first):
            if text.startswith("#"):
                continue
            point = _point(text)
            if point is None:
                broken.append((line, text))
                continue
            for meter, value, unit, serial in pick(point):
                found.append((line, meter, point.time, value, unit, serial))
        picked = picked or bool(found)
        yield finished(pl.DataFrame(found, schema=_SCHEMA, orient="row"))
        yield from malformed(broken)
    if not picked:
        raise Unreadable("no point of the file is one that the source maps")


def _picker(source: Source) -> _Pick:
    named = dict(source.columns)
    if source.wide:
        wanted = [(_series(title), meter) for title, meter in source.wide]

        def by_series(point: _Point) -> Iterator[_Row]:
            for (name, tags, field), meter in wanted:
                if point.name == name and field in point.fields and tags <= point.tags.items():
                    yield meter, point.fields[field], None, None

        return by_series
    if "meter" not in named or "value" not in named:
        raise Unreadable(
            "line protocol needs a mapping: columns {meter: TAG, value: FIELD}, or wide "
            '{"measurement,tag=value field": METER}'
        )

    def by_tag(point: _Point) -> Iterator[_Row]:
        if named["value"] in point.fields:
            known = {"measurement": point.name, **point.fields, **point.tags}
            unit, serial = (known.get(named.get(key, "")) for key in ("unit", "serial"))
            yield known.get(named["meter"]), point.fields[named["value"]], unit, serial

    return by_tag


def _series(title: str) -> tuple[str, frozenset[tuple[str, str]], str]:
    """``power,host=pdu1 watts`` as measurement, tags and field."""
    series, _, field = title.rpartition(" ")
    point = _point(f"{series} {field}=0") if series and field else None
    if point is None:
        raise Unreadable(
            f"'{title}' names no field of a series; write: measurement,tag=value field"
        )
    return point.name, frozenset(point.tags.items()), next(iter(point.fields))


def _point(text: str) -> _Point | None:
    found = _POINT.fullmatch(text)
    if found is None:
        return None
    return _Point(
        name=_plain(found["name"]),
        tags={_plain(key): _plain(value) for key, value in _TAG.findall(found["tags"])},
        fields={_plain(key): _number(value) for key, value in _FIELD.findall(found["fields"])},
        time=found["time"] or "",
    )


def _plain(text: str) -> str:
    return _ESCAPED.sub(r"\1", text) if "\\" in text else text


def _number(value: str) -> str:
    """A field's value: a whole number's mark is no part of it, nor are a string's quotes."""
    if value[0] == '"':
        return _plain(value[1:-1])
    return value[:-1] if value[-1] in "iu" and value[:-1].lstrip("-").isdigit() else value
