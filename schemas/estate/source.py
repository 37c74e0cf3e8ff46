"""How files of others are read, as ``estate.yaml`` maps them."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

#: Marks between thousands: a blank of any width, an apostrophe, a point or a comma.
GROUPINGS = ("blank", "'", ".", ",")
#: Tables, and the answers of grid data services.
FACTOR_FORMATS = ("csv", "electricity-maps", "entsoe")


@dataclass(frozen=True, kw_only=True)
class Source:
    """How files of the inbox whose path matches a glob are read.

    ``columns`` maps raw columns to titles: ``time`` is joined to ``timestamp`` by a blank,
    ``until`` ends the row's own interval, ``quality`` holds words that the source's ``quality``
    explains. ``wide`` maps titles to meters.

    Args:
        grouping: the mark between thousands: one of ``GROUPINGS``, empty where there is none; with
            a decimal comma a point is one anyway.
        sheet: of a workbook; empty is its only one.
        skip_lines: lines (of a workbook rows) above the header.
        header_lines: rows of titles; those of a column are joined by a blank.
        until: whether an interval's end is the first instant after it (``exclusive``) or its last
            day (``inclusive``).
        quality: what the words of the quality column mean, each one of ``QUALITIES``.
        every: how much time a delivery tells of; None where nobody waits for the next one.
    """

    match: str
    format: str = "csv"
    separator: str = ","
    decimal: str = "."
    grouping: str = ""
    encoding: str = "utf-8"
    timezone: str = ""
    time_format: str = ""
    sheet: str = ""
    skip_lines: int = 0
    header_lines: int = 1
    footer: str = ""
    until: str = "exclusive"
    columns: tuple[tuple[str, str], ...] = ()
    wide: tuple[tuple[str, str], ...] = ()
    quality: tuple[tuple[str, str], ...] = ()
    every: timedelta | None = None


@dataclass(frozen=True, kw_only=True)
class FactorSet:
    """A factor file of another's making, and how it is read.

    Args:
        format: one of ``FACTOR_FORMATS``; the titles of columns are those of ``csv``.
        key: the grid zone or the like; empty where a column has it.
        timestamp, value: columns of a series by the hour or by parts of it.
        estimated: the column that says whether a value is an estimate; empty without one.
        keys, year: columns of a table by the year, in place of ``timestamp``.
        valid_from, valid_to: the days that a series was asked for, both included; an answer of
            other hours is refused. None where nobody says. Of a table without a column of years,
            the days that its factors hold for.
        types: of generation by type, what a unit of each emits, in ``unit``.
    """

    match: str
    kind: str
    unit: str
    key: str = ""
    format: str = "csv"
    timestamp: str = ""
    value: str = ""
    estimated: str = ""
    keys: str = ""
    year: str = ""
    gases: str = "co2e"
    timezone: str = "UTC"
    source: str = ""
    edition: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    types: tuple[tuple[str, Decimal], ...] = ()
