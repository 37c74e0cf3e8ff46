"""Delimited text: the plain drop, and other people's CSV by its mapping."""

import csv
import re
from collections.abc import Iterator
from typing import BinaryIO

import polars as pl

from pipelines.sources.blocks import line_blocks, lines_in
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

_LINES = pl.Schema({"line": pl.UInt32(), "text": pl.String()})


def rows(file: BinaryIO, source: Source) -> Iterator[pl.DataFrame]:
    """Raw rows of a delimited file, block by block.

    Lines before the header (``skip_lines``), blank lines, and lines that match ``footer`` and do
    not look like rows all the same are no rows. An empty cell of a wide file is no row either:
    nothing was exported there. A row with another number of cells than the header is malformed and
    carries its whole line as value.

    Raises:
        Unreadable: no header, or a header that lacks the mapped columns.
    """
    layout: Layout | None = None
    footer = re.compile(source.footer) if source.footer else None
    for first_line, block in line_blocks(file, source.encoding):
        start, body = first_line, block
        if layout is None:
            header_line, header, body = _split_header(block, first_line, source)
            start = header_line + 1
            try:
                layout = layout_of(header, header_line, source)
            except Unreadable as problem:
                raise header_elsewhere(problem, _rows(body, start, source), source) from problem
        if body:
            table, broken = _cells(body, start, layout, source.separator, footer)
            yield from malformed(broken)
            yield from table_rows(table, layout)
    if layout is None:
        raise Unreadable("the file is empty; not even a header is there")


def _rows(body: bytes, start: int, source: Source) -> Iterator[tuple[int, list[str]]]:
    for number, line in lines_in(body, start):
        yield number, _cells_of(line, source.separator)


def _split_header(block: bytes, first_line: int, source: Source) -> tuple[int, list[str], bytes]:
    """The header's last line, its titles, and what follows it."""
    number, position = first_line, 0
    rows: list[list[str]] = []
    while position < len(block):
        end = block.index(b"\n", position)
        line = block[position:end].decode(errors="replace")
        position = end + 1
        if number > source.skip_lines and line.strip():
            rows.append(_cells_of(line, source.separator))
            if not rows[-1]:
                raise Unreadable("a carriage return stands within the header", line=number)
            if len(rows) == source.header_lines:
                return number, titles_of(rows), block[position:]
        number += 1
    raise Unreadable("no header was found", line=number)


def _cells(
    body: bytes, start: int, layout: Layout, separator: str, footer: re.Pattern[str] | None
) -> tuple[pl.DataFrame, list[tuple[int, str]]]:
    """The cells of well-formed lines as text columns ``c0 …``, and the broken lines."""
    width = layout.width
    regular = _fast(body, start, width, separator) if footer is None else None
    if regular is not None:
        return regular, []
    lines = pl.DataFrame(list(lines_in(body, start)), schema=_LINES, orient="row")
    if footer is not None:
        lines = _without_footers(lines, footer, layout, separator)
    plain = ~pl.col("text").str.contains('"', literal=True) & (
        pl.col("text").str.count_matches(separator, literal=True) == width - 1
    )
    good, odd = lines.filter(plain), lines.filter(~plain)
    table = _parse("\n".join(good["text"]).encode() + b"\n", width, separator)
    table = table.insert_column(0, good["line"])
    quoted, broken = _quoted(odd, width, separator)
    return pl.concat([table, quoted]).sort("line"), broken


def _without_footers(
    lines: pl.DataFrame, footer: re.Pattern[str], layout: Layout, separator: str
) -> pl.DataFrame:
    """Lines that are not named as footers, or that look like rows all the same."""
    named = lines.filter(
        pl.col("text").map_elements(
            lambda text: footer.search(text) is not None, return_dtype=pl.Boolean
        )
    )
    below = [
        line
        for text, line in named.select("text", "line").iter_rows()
        if not looks_like_row(_cells_of(text, separator), layout)
    ]
    return lines.filter(~pl.col("line").is_in(below))


def _fast(body: bytes, start: int, width: int, separator: str) -> pl.DataFrame | None:
    """The cells in one read, or None where any line is not plainly regular.

    No quotes, no short row (the last cell is never empty) and exactly width - 1 separators per
    line on the whole: then no line can have too many either.
    """
    lines = body.count(b"\n")
    mark = separator.encode()
    first = body[: body.index(b"\n")]
    if b'"' in body or body.count(mark) != lines * (width - 1) or first.count(mark) != width - 1:
        return None
    table = _parse(body, width, separator)
    if table.height != lines or table[f"c{width - 1}"].null_count():
        return None
    return table.insert_column(
        0, pl.int_range(start, start + lines, dtype=pl.UInt32, eager=True).alias("line")
    )


def _parse(body: bytes, width: int, separator: str) -> pl.DataFrame:
    if body[:1] in (b"", b"\n") and not body.strip(b"\n"):
        return pl.DataFrame(schema={f"c{number}": pl.String for number in range(width)})
    return pl.read_csv(
        body,
        has_header=False,
        schema={f"c{number}": pl.String for number in range(width)},
        separator=separator,
        quote_char=None,
        truncate_ragged_lines=True,
        encoding="utf8-lossy",
    )


def _quoted(
    odd: pl.DataFrame, width: int, separator: str
) -> tuple[pl.DataFrame, list[tuple[int, str]]]:
    """Lines with quotes parsed one by one; those of another width are broken."""
    good: list[list[object]] = []
    broken: list[tuple[int, str]] = []
    for text, line in odd.select("text", "line").iter_rows():
        cells = _cells_of(text, separator)
        if len(cells) == width:
            good.append([line, *cells])
        else:
            broken.append((line, text))
    names = {"line": pl.UInt32(), **{f"c{number}": pl.String() for number in range(width)}}
    return pl.DataFrame(good, schema=names, orient="row"), broken


def _cells_of(line: str, separator: str) -> list[str]:
    """The cells of one line by the rules of CSV; none where it breaks them, as a quote without an
    end and a lone carriage return do."""
    try:
        return next(csv.reader([line], delimiter=separator, strict=True), [])
    except csv.Error:
        return []
