"""How files of others are read, as ``estate.yaml`` maps them."""

from dataclasses import dataclass
from datetime import timedelta

#: Marks between thousands: a blank of any width, an apostrophe, a point or a comma.
GROUPINGS = ("blank", "'", ".", ",")


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
    """A factor file of another's making, and how its columns are read."""

    match: str
    kind: str
    key: str
    unit: str
    timestamp: str
    value: str
    gases: str = "co2e"
    timezone: str = "UTC"
    source: str = ""
    edition: str = ""
