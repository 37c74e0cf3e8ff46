"""JSON lines: one object a line, its values by their keys."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO

import polars as pl

from pipelines.sources.blocks import line_blocks, lines_in
from pipelines.sources.table import Layout, layout_of, malformed, raw_rows, wanted_of
from pipelines.sources.unreadable import Unreadable
from schemas.errors import nearest
from schemas.estate.source import Source


def rows(file: BinaryIO, source: Source) -> Iterator[pl.DataFrame]:
    """Raw rows of JSON lines, block by block.

    Keys within objects are named with points: ``tags.meter``. Numbers stay as they are written. A
    key that is absent or null is an empty cell. A line that holds no object is malformed; a blank
    line is no row.

    Raises:
        Unreadable: no object at all, keys that are neither mapped nor the plain drop's, or at the
            end of the file a mapped key that no line had; of ``wide`` ones, none that any had.
    """
    names: Sequence[str] = ()
    layout: Layout | None = None
    seen: set[str] = set()
    for first, block in line_blocks(file, source.encoding):
        found: list[tuple[int, Mapping[str, str]]] = []
        broken: list[tuple[int, str]] = []
        for line, text in lines_in(block, first):
            cells = _cells(text)
            if cells is None:
                broken.append((line, text))
            else:
                found.append((line, cells))
        if layout is None and found:
            names = wanted_of(source) or list(found[0][1])
            layout = layout_of(names, found[0][0], source)
        if layout is not None:
            seen.update(*(cells for _, cells in found))
            yield raw_rows(_table(found, names), layout)
        yield from malformed(broken)
    if layout is None:
        raise Unreadable("no line of the file holds a JSON object")
    # A meter that is silent all the time of a file may have no key in it.
    silent = {title for title, _ in source.wide} - seen
    if len(silent) == len(source.wide):
        silent = set()
    if absent := sorted(set(names) - seen - silent):
        raise Unreadable(f"no line has the key '{absent[0]}'. {nearest(absent[0], sorted(seen))}")


def _cells(text: str) -> dict[str, str] | None:
    """The values of an object by their keys; None where the line holds none."""
    try:
        found = json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError):
        return None
    return dict(_flat(found, "")) if isinstance(found, dict) else None


def _flat(found: Mapping[str, object], path: str) -> Iterator[tuple[str, str]]:
    for key, value in found.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{path}{key}.")
        elif value is not None:
            yield f"{path}{key}", value if isinstance(value, str) else json.dumps(value)


def _table(found: Sequence[tuple[int, Mapping[str, str]]], names: Sequence[str]) -> pl.DataFrame:
    columns = {
        f"c{place}": pl.Series([cells.get(name, "") for _, cells in found], dtype=pl.String)
        for place, name in enumerate(names)
    }
    line = pl.Series([line for line, _ in found], dtype=pl.UInt32)
    return pl.DataFrame({"line": line, **columns})
