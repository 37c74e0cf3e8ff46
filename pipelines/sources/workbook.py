"""Workbooks (XLSX): one sheet as a table, its cells read as the text they would be in CSV."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

import polars as pl

from pipelines.sources.table import (
    Layout,
    header_elsewhere,
    layout_of,
    looks_like_row,
    malformed,
    table_rows,
    titles_of,
)
from pipelines.sources.unreadable import Unreadable
from schemas.estate.source import Source
from schemas.workbook import UnreadableWorkbook, sheet_rows

#: Rows at a time, so that memory stays bounded.
ROWS = 20_000
_Row = tuple[int, list[str]]


def rows(file: BinaryIO, source: Source) -> Iterator[pl.DataFrame]:
    """Raw rows of a sheet; ``line`` is the sheet's row, as workbooks number them.

    Rows above the header (``skip_lines``), empty rows, and rows whose text matches ``footer`` and
    that do not look like rows of the table all the same are no rows. An empty cell of a wide table
    is no row either. A row with something beyond the header's columns is malformed and carries its
    cells as value. Of merged cells the first holds what they say; the others are empty.

    Raises:
        Unreadable: no workbook, a damaged one, no such sheet, or a header that lacks the mapped
            columns; where they stand further down, in which row.
    """
    sheet = sheet_rows(file, sheet=source.sheet, time_format=source.time_format)
    try:
        below = ((number, cells) for number, cells in sheet if number > source.skip_lines)
        header = list(islice(below, source.header_lines))
        if len(header) < source.header_lines:
            raise Unreadable("no header was found", line=source.skip_lines + 1)
        layout = _layout(header, below, source)
        footer = re.compile(source.footer) if source.footer else None
        while part := list(islice(below, ROWS)):
            yield from _part(part, layout, footer)
    except UnreadableWorkbook as problem:
        raise Unreadable(str(problem)) from problem


def _layout(header: list[_Row], below: Iterator[_Row], source: Source) -> Layout:
    titles = titles_of([cells for _, cells in header])
    while titles and not titles[-1]:
        titles.pop()
    line = header[-1][0]
    try:
        return layout_of(titles, line, source)
    except Unreadable as problem:
        raise header_elsewhere(problem, [*header[1:], *below], source) from problem


def _part(
    part: list[_Row], layout: Layout, footer: re.Pattern[str] | None
) -> Iterator[pl.DataFrame]:
    good: list[list[object]] = []
    broken: list[tuple[int, str]] = []
    for number, cells in part:
        named = footer is not None and footer.search(" ".join(filter(None, cells)))
        if named and not looks_like_row(cells, layout):
            continue
        if any(cells[layout.width :]):
            broken.append((number, " | ".join(cells)))
            continue
        own = cells[: layout.width]
        good.append([number, *own, *[""] * (layout.width - len(own))])
    names = {"line": pl.UInt32(), **{f"c{number}": pl.String() for number in range(layout.width)}}
    yield from malformed(broken)
    yield from table_rows(pl.DataFrame(good, schema=names, orient="row"), layout)
