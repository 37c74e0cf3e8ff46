"""The cells of a file, whatever it is: text with some separator, or a workbook's sheet."""

import codecs
import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from pipelines.sources.packed import first_of
from pipelines.sources.unreadable import Unreadable
from pipelines.suggest.times import could_be_time
from schemas.errors import UsageError
from schemas.estate.source import Source
from schemas.workbook import UnreadableWorkbook, sheet_rows, sheets_of

#: In the order of how seldom they stand within cells.
SEPARATORS = ("\t", "|", ";", ",")
#: Rows looked at: enough for any year by the quarter of an hour.
MOST_ROWS = 300_000
#: So much of a file is of its most common width, if the separator is the right one.
_SAME_WIDTH = 0.6


@dataclass(frozen=True, kw_only=True)
class Cells:
    """Rows that hold anything, with their numbers, and how they were told apart.

    Args:
        source: what of a mapping is known by now.
        rows: (number of the line or of the sheet's row, cells).
        width: how many cells most rows have.
    """

    source: Source
    rows: Sequence[tuple[int, list[str]]]
    width: int


def cells_of(path: Path) -> Cells:
    """The cells of a file.

    Raises:
        UsageError: neither text in columns nor a workbook.
    """
    try:
        with path.open("rb") as file:
            if file.read(2) == b"PK" and path.suffix.lower() in (".xlsx", ".xlsm"):
                return _of_workbook(file, path.name)
            file.seek(0)
            return _of_text(first_of(file).read(), path.name)
    except (Unreadable, UnreadableWorkbook) as error:
        raise UsageError(f"{path.name}: {error}.\n  Unpack it, or export it anew.") from error


def _of_text(content: bytes, name: str) -> Cells:
    encoding, text = _decoded(content)
    lines = [
        (number, line)
        for number, line in enumerate(text.splitlines()[:MOST_ROWS], start=1)
        if line.strip()
    ]
    for separator in SEPARATORS:
        rows = [(number, _split(line, separator)) for number, line in lines]
        width = _width(rows)
        if width > 1 and _has_times(rows):
            source = Source(match=f"*{name}", separator=separator, encoding=encoding)
            return Cells(source=source, rows=rows, width=width)
    raise UsageError(
        f"{name}: no separator parts its lines into columns.\n"
        "  Tables of text and workbooks are looked at; for others see: wattledger sources"
    )


def _decoded(content: bytes) -> tuple[str, str]:
    """The encoding as a source names it, and the text."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", content.decode("utf-16", errors="replace")
    try:
        return "utf-8", content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "cp1252", content.decode("cp1252", errors="replace")


def _split(line: str, separator: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=separator), [])]
    except csv.Error:
        return [line]


def _width(rows: Sequence[tuple[int, list[str]]]) -> int:
    """The most common number of cells; 1 where rows do not agree on one."""
    counts = Counter(len(cells) for _, cells in rows)
    width, count = counts.most_common(1)[0] if counts else (1, 0)
    return width if count >= _SAME_WIDTH * len(rows) else 1


def _has_times(rows: Sequence[tuple[int, list[str]]]) -> bool:
    """Whether most rows have a cell that is a time and nothing else: another separator would leave
    times and values in one cell, or part the times."""
    seen = rows[:: max(1, len(rows) // 500)]
    with_time = sum(any(map(could_be_time, cells)) for _, cells in seen)
    return with_time >= _SAME_WIDTH * len(seen)


def _of_workbook(file: BinaryIO, name: str) -> Cells:
    """The sheet with the most rows; named where there is more than one to choose from."""
    names = sheets_of(file)
    found = []
    for sheet in names:
        rows = [
            (number, [cell.strip() for cell in cells])
            for number, cells in sheet_rows(file, sheet=sheet)
        ]
        rows = rows[:MOST_ROWS]
        width = max((_last(cells) for _, cells in rows), default=1)
        source = Source(match=f"*{name}", format="xlsx", sheet=sheet)
        filled = [
            (number, [*cells[:width], *[""] * (width - len(cells))]) for number, cells in rows
        ]
        found.append(Cells(source=source, rows=filled, width=width))
    if not found:
        raise UsageError(f"{name}: no sheet of the workbook holds cells.")
    best = max(found, key=lambda one: len(one.rows) * (one.width > 1))
    if len(names) == 1:
        return replace(best, source=replace(best.source, sheet=""))
    return best


def _filled(cells: Sequence[str], width: int) -> list[str]:
    return [*cells[:width], *[""] * (width - len(cells))]


def _last(cells: Sequence[str]) -> int:
    """How many cells there are up to the last one that holds anything."""
    return max((place for place, cell in enumerate(cells, start=1) if cell), default=0)
