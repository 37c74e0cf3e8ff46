"""A table put into a file: delimited text of many kinds, or a workbook."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Literal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from tests.untidy.model import Expected, Export
from tests.untidy.table import Row, Table

_WRITTEN = datetime(2025, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_SHAPES = {datetime: "yyyy-mm-dd hh:mm", date: "dd.mm.yyyy", time: "hh:mm"}


@dataclass(frozen=True, kw_only=True)
class Text:
    """How a text file is written. ``trailing`` puts a separator after the last cell too."""

    separator: str
    decimal: str = "."
    grouping: str = ""
    encoding: str = "utf-8"
    quoting: Literal[0, 1] = csv.QUOTE_MINIMAL
    trailing: bool = False
    newline: str = "\r\n"


@dataclass(frozen=True, kw_only=True)
class Book:
    """How a workbook is written. ``decimal`` and ``grouping`` are those of cells of text; other
    sheets stand before the table's with a line each."""

    sheet: str
    others: tuple[str, ...] = ()
    decimal: str = ""
    grouping: str = ""
    merged: bool = False


def text_file(file_name: str, table: Table, text: Text) -> Export:
    """The table as delimited text."""
    more = [""] if text.trailing else []
    lines = [
        *table.above,
        *([*row, *more] for row in (*table.titles, *table.rows)),
        *table.below,
    ]
    written = io.StringIO()
    csv.writer(
        written,
        delimiter=text.separator,
        quoting=text.quoting,
        lineterminator=text.newline,
    ).writerows(lines)
    return _export(
        file_name,
        table,
        written.getvalue().encode(text.encoding),
        format="csv",
        separator=text.separator,
        decimal=text.decimal,
        grouping=text.grouping,
        encoding=text.encoding,
        sheet="",
    )


def workbook(file_name: str, table: Table, book: Book) -> Export:
    """The table as a workbook."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as file:
        file.set_properties({"created": _WRITTEN})
        for name in book.others:
            file.add_worksheet(name).write_string(0, 0, "Automatic export")
        sheet = file.add_worksheet(book.sheet)
        shapes = {kind: file.add_format({"num_format": shape}) for kind, shape in _SHAPES.items()}
        rows = [*table.above, *table.titles, *table.rows, *table.below]
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                _put(sheet, (number, place), cell, shapes)
        if book.merged:
            _merge(sheet, table, file.add_format({"align": "center"}))
    return _export(
        file_name,
        table,
        written.getvalue(),
        format="xlsx",
        separator="",
        decimal=book.decimal,
        grouping=book.grouping,
        encoding="",
        sheet=book.sheet if book.others else "",
    )


def _put(
    sheet: Worksheet, place: tuple[int, int], cell: object, shapes: dict[type, Format]
) -> None:
    if cell == "#N/A":
        sheet.write_formula(*place, "=NA()", None, "#N/A")
    elif isinstance(cell, float):
        sheet.write_number(*place, cell)
    elif isinstance(cell, str):
        if cell:
            sheet.write_string(*place, cell)
    elif isinstance(cell, datetime | date | time):
        sheet.write(*place, cell, shapes[type(cell)])


def _merge(sheet: Worksheet, table: Table, middle: Format) -> None:
    """Merges each title of the upper rows with the empty cells to its right."""
    width = len(table.titles[-1])
    for number, row in enumerate(table.titles[:-1], start=len(table.above)):
        starts = [place for place, title in enumerate(row) if title]
        for place, following in zip(starts, [*starts[1:], width], strict=True):
            if following - place > 1:
                sheet.merge_range(number, place, number, following - 1, row[place], middle)


def _export(file_name: str, table: Table, content: bytes, **of_file: str) -> Export:
    return Export(
        name=table.course.name,
        file_name=file_name,
        content=content,
        zone=table.site or table.course.zone,
        expected=Expected(
            **of_file,
            skip_lines=len(table.above),
            header_lines=len(table.titles),
            footer_lines=_held(table.below),
            timestamp=table.timestamp,
            until=table.until,
            until_is=table.until_is,
            meter=table.meter,
            value=table.value,
            unit=table.unit,
            time_format=table.time_format,
            timezone=table.timezone,
            interval=table.course.every,
            stamp=table.stamp if _lasting(table) else "",
            wide=table.order == "wide",
            series=table.series,
        ),
    )


def _held(rows: Sequence[Row]) -> int:
    return sum(any(cell != "" for cell in row) for row in rows)


def _lasting(table: Table) -> bool:
    return any(channel.kind in ("interval", "average") for channel in table.channels)
