"""What stands in the cells of a workbook, as text: of XLSX files, whoever wrote them.

A number is the shortest text that is that number, without a zero after the point; a date is ISO
8601, local, or as a format asks. What is no value says so with the cell it stands in, so that
nobody takes it for one.
"""

import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import BinaryIO, cast
from xml.etree.ElementTree import ParseError

import openpyxl
from lxml.etree import XMLSyntaxError
from openpyxl.cell.cell import Cell
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook import Workbook

_OLD = b"\xd0\xcf\x11\xe0"
#: All that openpyxl raises for files that are cut off, packed wrongly or lack parts.
_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, InvalidFileException, ParseError, XMLSyntaxError),
    *(EOFError, KeyError, ValueError, TypeError, IndexError, AttributeError, NotImplementedError),
)
_FORMULA = (b"<f>", b"<f ", b"<f/")
_CHUNK = 2**20


class UnreadableWorkbook(Exception):
    """The file is no workbook that can be read, or has no such sheet; the reason is for people."""


def sheet_rows(
    file: BinaryIO, *, sheet: str = "", time_format: str = ""
) -> Iterator[tuple[int, list[str]]]:
    """Rows of one sheet as (number, texts), empty cells as empty texts, without empty rows.

    Args:
        sheet: its name; empty is the only one that is not hidden.
        time_format: how a cell of date and time is written, where that is not ISO 8601.

    Raises:
        UnreadableWorkbook: no workbook, a damaged or encrypted one, or no such sheet.
    """
    _look_at(file)
    try:
        book = _book(file, values=True)
        name = _sheet(book, sheet)
        values = _cells(book, name)
        formulas = _formulas(file, name) if _has_formulas(file) else None
        for number, row in enumerate(values, start=1):
            written = next(formulas, ()) if formulas else ()
            texts = [_text(cell, time_format) for cell in row]
            for place, cell in enumerate(written):
                if cell.data_type == "f" and place < len(texts) and not texts[place]:
                    texts[place] = f"a formula without a value in {cell.coordinate}"
            if any(texts):
                yield number, texts
    except _DAMAGED as error:
        raise _damaged(error) from error


def sheets_of(file: BinaryIO) -> list[str]:
    """The names of the sheets that are not hidden.

    Raises:
        UnreadableWorkbook: no workbook, or a damaged or encrypted one.
    """
    _look_at(file)
    try:
        return _visible(_book(file, values=True))
    except _DAMAGED as error:
        raise _damaged(error) from error


def _look_at(file: BinaryIO) -> None:
    """Refuses what only has the name of a workbook."""
    file.seek(0)
    start = file.read(512)
    file.seek(0)
    if start.startswith(_OLD):
        raise UnreadableWorkbook(
            "this is a workbook of the old kind (.xls), or one with a password; save it as .xlsx "
            "without one"
        )
    if not start.startswith(b"PK"):
        told = "a web page" if start.lstrip().startswith(b"<") else "something else"
        raise UnreadableWorkbook(f"this is no workbook but {told}; save it as .xlsx")


def _book(file: BinaryIO, *, values: bool) -> Workbook:
    """The workbook with what its formulas gave, or with the formulas themselves. Other programs
    leave out styles and the like, of which openpyxl warns; that changes no value."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return openpyxl.load_workbook(file, read_only=True, data_only=values)


def _sheet(book: Workbook, name: str) -> str:
    """The sheet meant, by name."""
    visible = _visible(book)
    if name:
        if name not in [one.title for one in book.worksheets]:
            raise UnreadableWorkbook(f"no sheet '{name}'; there is: {', '.join(visible)}")
        return name
    if len(visible) != 1:
        there = ", ".join(visible) or "no sheet with cells"
        raise UnreadableWorkbook(f"which sheet is meant? Set 'sheet'; there is: {there}")
    return visible[0]


def _visible(book: Workbook) -> list[str]:
    return [one.title for one in book.worksheets if one.sheet_state == "visible"]


def _damaged(error: Exception) -> UnreadableWorkbook:
    return UnreadableWorkbook(
        f"the workbook is damaged ({type(error).__name__}: {error}); save it again as .xlsx"
    )


def _cells(book: Workbook, name: str) -> Iterator[tuple[Cell, ...]]:
    """Rows as they stand: what a file says of its own extent is often wrong."""
    found = book[name]
    found.reset_dimensions()
    return cast("Iterator[tuple[Cell, ...]]", found.iter_rows())


def _has_formulas(file: BinaryIO) -> bool:
    """Whether any sheet holds one: only then cells are looked at twice."""
    with zipfile.ZipFile(file) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                with archive.open(name) as part:
                    before = b""
                    while chunk := part.read(_CHUNK):
                        if any(mark in before + chunk for mark in _FORMULA):
                            return True
                        before = chunk[-4:]
    return False


def _formulas(file: BinaryIO, name: str) -> Iterator[tuple[Cell, ...]]:
    return _cells(_book(file, values=False), name)


def _text(cell: Cell, time_format: str) -> str:
    match cell.value:
        case None:
            text = ""
        case str() as value:
            text = f"{value} in {cell.coordinate}" if cell.data_type == "e" else value
        case bool() as value:
            text = str(value).upper()
        case int() | float() as value:
            text = _number(value, percent="%" in (cell.number_format or ""))
        case date() | time() | timedelta() as value:
            text = _moment(value, time_format)
        case _:
            text = f"something that is no value in {cell.coordinate}"
    return text


def _number(value: float, *, percent: bool) -> str:
    """``45 %`` where the cell shows a share so: its number alone would be taken for 0.45 %."""
    exact = Decimal(repr(value)) * (100 if percent else 1)
    whole = exact == exact.to_integral_value()
    text = format(exact.quantize(Decimal(1)) if whole and abs(exact) < 10**20 else exact, "f")
    return f"{text} %" if percent else text


def _moment(value: date | time | timedelta, time_format: str) -> str:
    """A day alone where the time is midnight, for a time of day may stand in the next cell; and
    ``24:00:00`` for a label of hours that goes on after the last one of the day."""
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"
    if not isinstance(value, datetime):
        return value.isoformat()
    if time_format and not time_format.startswith("epoch"):
        return value.strftime(time_format)
    return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
