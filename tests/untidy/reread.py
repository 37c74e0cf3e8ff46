"""An export read again by its expectation, with nothing of what wrote it: csv and openpyxl."""

import csv
import io
import re
from collections import defaultdict
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import openpyxl

from tests.untidy.model import Expected, Export, Series

Cells = list[object]
Line = tuple[int, Cells]
EPOCHS = {"epoch_s": 1, "epoch_ms": 1000}
#: Swedish months whose names are not the English ones.
MONTHS = {"mars": "mar", "maj": "may", "juni": "jun", "juli": "jul", "okt": "oct"}


def series_read(export: Export) -> tuple[Series, ...]:
    """Each meter's series as the file tells it; units and kinds, which are for people to tell
    from titles, are those of the expectation."""
    expected = export.expected
    titles, lines = _table(export)
    values, marks = _collected(titles, lines, export)
    step = min(
        later - earlier for found in values.values() for (earlier, _), (later, _) in pairwise(found)
    )
    return tuple(
        _series(one, values[one.title], marks[one.title], step, expected) for one in expected.series
    )


def _series(one, found, marks, step, expected: Expected) -> Series:
    lasts = one.kind in ("interval", "average")
    by_end = lasts and expected.stamp == "end"
    shift = step if by_end else step * 0
    amounts = [value for _, value in found]
    return Series(
        title=one.title,
        unit=one.unit,
        kind=one.kind,
        readings=len(found),
        total=amounts[-1] - amounts[0] if one.kind == "register" else sum(amounts, Decimal(0)),
        first=found[0][0] - shift,
        last=found[-1][0] - shift,
        missing=tuple(marks),
    )


def _collected(titles: list[str], lines: list[Line], export: Export):
    """Values in the order of time, and marks in that of lines, by meter."""
    expected = export.expected
    values, marks, seen = defaultdict(list), defaultdict(list), set()
    for number, cells in lines:
        row = dict(zip(titles, cells, strict=False))
        if expected.wide:
            given = {one.title: row[one.title] for one in expected.series}
        else:
            given = {str(row[expected.meter]): row[expected.value]}
        stamp = [row[title] for title in expected.timestamp]
        for title, cell in given.items():
            value = value_of(cell, expected)
            if value is None:
                marks[title].append((number, "" if cell is None else str(cell)))
                continue
            at = instant(stamp, expected, export.zone, (title, seen))
            values[title].append((at, value))
    return {title: sorted(found) for title, found in values.items()}, marks


def value_of(cell: object, expected: Expected) -> Decimal | None:
    """The number of a cell, None where it is none as this file writes them."""
    if isinstance(cell, int | float):
        return Decimal(str(cell))
    group, mark = re.escape(expected.grouping), re.escape(expected.decimal or ".")
    whole = rf"\d{{1,3}}(?:{group}\d{{3}})*" if group else r"\d+"
    if cell is None or not re.fullmatch(rf"-?{whole}(?:{mark}\d+)?", str(cell)):
        return None
    text = str(cell).replace(expected.grouping, "") if group else str(cell)
    return Decimal(text.replace(expected.decimal, ".") if expected.decimal else text)


def instant(stamp: Cells, expected: Expected, site: str, seen) -> datetime:
    """The instant of a row, UTC; a local time that comes up again is the second pass."""
    title, before = seen
    naive = _naive(stamp, expected.time_format)
    if naive.tzinfo is not None:
        return naive.astimezone(UTC)
    fold = int((title, naive) in before)
    before.add((title, naive))
    zone = ZoneInfo(expected.timezone or site)
    return naive.replace(tzinfo=zone, fold=fold).astimezone(UTC)


def _naive(stamp: Cells, shape: str) -> datetime:
    match stamp:
        case [datetime() as at]:
            return at
        case [datetime() as day, time() as of_day]:
            return datetime.combine(day, of_day)
    text = " ".join(MONTHS.get(word, word) for cell in stamp for word in str(cell).split(" "))
    if shape in EPOCHS:
        return datetime.fromtimestamp(int(text) // EPOCHS[shape], UTC)
    if text.endswith(" 24:00"):
        return _naive([text.replace(" 24:00", " 00:00")], shape) + timedelta(days=1)
    return datetime.strptime(text, shape) if shape else datetime.fromisoformat(text)  # noqa: DTZ007


def _table(export: Export) -> tuple[list[str], list[Line]]:
    """Titles, and the rows of data with their lines."""
    expected = export.expected
    lines = _book_lines(export) if expected.format == "xlsx" else _text_lines(export)
    held = [line for line in lines if any(cell not in ("", None) for cell in line[1])]
    below = [line for line in held if line[0] > expected.skip_lines]
    rows = [cells for _, cells in below[: expected.header_lines]]
    return _titles(rows), below[expected.header_lines : len(below) - expected.footer_lines]


def _titles(rows: list[Cells]) -> list[str]:
    *upper, last = ([str(cell or "") for cell in row] for row in rows)
    titles = list(last)
    for row in upper:
        over = ""
        for place, title in enumerate(row):
            over = title or over
            titles[place] = f"{over} {titles[place]}".strip()
    return titles


def _text_lines(export: Export) -> list[Line]:
    text = export.content.decode(export.expected.encoding)
    lines = io.StringIO(text, newline="").read().splitlines()
    separator = export.expected.separator
    return [
        (number, list(next(csv.reader([line], delimiter=separator), [])))
        for number, line in enumerate(lines, start=1)
    ]


def _book_lines(export: Export) -> list[Line]:
    book = openpyxl.load_workbook(io.BytesIO(export.content), data_only=True)
    sheet = book[export.expected.sheet] if export.expected.sheet else book.worksheets[0]
    return [
        (number, list(row)) for number, row in enumerate(sheet.iter_rows(values_only=True), start=1)
    ]
