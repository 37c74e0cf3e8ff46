"""What an untidy export is, and what is true of it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class Series:
    """One meter's series as its export tells it.

    Args:
        title: of its column, that of two rows joined by a blank; in a long table the meter's id.
        unit, kind: ``register``, ``interval``, ``average`` or ``gauge``, in this unit.
        readings: how many values there are.
        total: their sum, of a register the last less the first by time, in ``unit``.
        first, last: UTC; of an interval or average the start, else the instant itself.
        missing: line (of a workbook row, from 1) and mark where something else stands for a value.
    """

    title: str
    unit: str
    kind: str
    readings: int
    total: Decimal
    first: datetime
    last: datetime
    missing: tuple[tuple[int, str], ...]


@dataclass(frozen=True, kw_only=True)
class Expected:
    """The right mapping of an export.

    Args:
        separator, decimal, encoding: empty in a workbook whose cells are numbers.
        grouping: what stands between thousands.
        sheet: of a workbook that has several.
        skip_lines, header_lines: lines above the titles, and rows of titles.
        footer_lines: lines that hold anything below the last row.
        timestamp: one title, or those of a date and a time of day.
        until, until_is: the title of an interval's end, ``inclusive`` or ``exclusive``.
        meter, value, unit: titles of a long table.
        time_format: strftime; empty is ISO 8601 or a cell that is a time, or ``epoch_s`` …
        timezone: where the file itself shows it: by offsets, words, or a clock that changes.
        interval: ISO 8601; of registers and gauges how often they are read.
        stamp: ``start`` or ``end`` of intervals, where there are any.
    """

    format: str
    separator: str
    decimal: str
    grouping: str
    encoding: str
    sheet: str
    skip_lines: int
    header_lines: int
    footer_lines: int
    timestamp: tuple[str, ...]
    until: str
    until_is: str
    meter: str
    value: str
    unit: str
    time_format: str
    timezone: str
    interval: str
    stamp: str
    wide: bool
    series: tuple[Series, ...]


@dataclass(frozen=True, kw_only=True)
class Export:
    """A file as another system wrote it. ``zone`` is that of the site."""

    name: str
    file_name: str
    content: bytes
    zone: str
    expected: Expected
