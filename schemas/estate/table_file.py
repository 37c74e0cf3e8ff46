"""Registers as tables: CSV, or XLSX for people who live in workbooks."""

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path

from schemas.errors import Problem, nearest
from schemas.estate.record import Record
from schemas.workbook import UnreadableWorkbook, sheet_rows


def read_table(
    path: Path, name: str, columns: Sequence[str], required: Sequence[str]
) -> tuple[list[Record], list[Problem]]:
    """The rows of a register as records, and what is wrong with its shape.

    Args:
        path: a ``.csv`` or ``.xlsx`` file; the header is the first row.
        name: how the file is called in messages.
        columns: the columns that are understood.
        required: the columns that must be there.
    """
    try:
        rows = _xlsx_rows(path) if path.suffix == ".xlsx" else _csv_rows(path)
    except (UnicodeDecodeError, csv.Error, OSError, UnreadableWorkbook) as error:
        return [], [
            Problem(where=name, what=f"cannot be read: {error}.", remedy="Save it as UTF-8 CSV.")
        ]
    if not rows:
        return [], [Problem(where=name, what="is empty.", remedy=f"Header: {','.join(columns)}")]
    header_line, header = rows[0]
    header = [title.strip() for title in header]
    problems = _header_problems(header, f"{name}:{header_line}", columns, required)
    if problems:
        return [], problems
    records = []
    for line, cells in rows[1:]:
        if not any(cell.strip() for cell in cells):
            continue
        where = f"{name}:{line}"
        if len(cells) > len(header):
            problems.append(
                Problem(
                    where=where,
                    what=f"has {len(cells)} cells, the header has {len(header)}.",
                    remedy='Put text that holds a comma in double quotes: "a, b".',
                )
            )
            continue
        values = dict(zip(header, cells, strict=False))
        records.append(Record(values=values, place=_everywhere(where), line=line))
    return records, problems


def row_text(path: Path, line: int) -> str:
    """One line of a register as it stands there; of a workbook its cells."""
    if path.suffix == ".xlsx":
        return "; ".join(dict(_xlsx_rows(path))[line])
    return path.read_text(encoding="utf-8-sig").splitlines()[line - 1]


def _everywhere(where: str) -> Callable[[str], str]:
    return lambda _key: where


def _header_problems(
    header: Sequence[str], where: str, columns: Sequence[str], required: Sequence[str]
) -> list[Problem]:
    unknown = [
        Problem(where=where, what=f"unknown column '{title}'.", remedy=nearest(title, columns))
        for title in header
        if title not in columns
    ]
    missing = [
        Problem(where=where, what=f"column '{title}' is missing.", remedy="Add it to the header.")
        for title in required
        if title not in header
    ]
    twice = [
        Problem(where=where, what=f"column '{title}' stands twice.", remedy="Keep one of them.")
        for title in sorted({title for title in header if header.count(title) > 1})
    ]
    return unknown + missing + twice


def _csv_rows(path: Path) -> list[tuple[int, list[str]]]:
    text = path.read_text(encoding="utf-8-sig")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows = []
    for cells in reader:
        if cells and not cells[0].startswith("#"):
            rows.append((reader.line_num, cells))
    return rows


def _xlsx_rows(path: Path) -> list[tuple[int, list[str]]]:
    with path.open("rb") as file:
        return list(sheet_rows(file))
