"""EnergyPlus' weather files (EPW): the hours of a place, a row each."""

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import BinaryIO

import polars as pl

from pipelines.sources.blocks import line_blocks, lines_in
from pipelines.sources.table import finished, malformed
from pipelines.sources.unreadable import Unreadable
from schemas.errors import nearest
from schemas.estate.source import Source
from schemas.tables import RAW

_COLUMNS = ("line", "meter_id", "timestamp", "value", "unit")
_SCHEMA = pl.Schema({name: RAW[name] for name in _COLUMNS})
#: What can be mapped: its place in a row, its unit, and from what on a value stands for none.
_FIELDS = {
    "Dry Bulb Temperature": (6, "°C", 99.9),
    "Dew Point Temperature": (7, "°C", 99.9),
    "Relative Humidity": (8, "%", 999.0),
}
#: Of the first line, where hours beside UTC stand; and how many lines stand above the rows.
_BESIDE_UTC, _ABOVE = 8, 8


def rows(file: BinaryIO, source: Source) -> Iterator[pl.DataFrame]:
    """Raw rows of the fields that ``wide`` maps to meters (``Dry Bulb Temperature``).

    Hours are labelled 1 to 24 by their end, in the place's standard time all year, which the first
    line tells. A typical year has its months from different years, and says so by their dates: it
    tells of those months, not of the year that a report is for.

    Raises:
        Unreadable: no weather file, no mapping, or a field that is none.
    """
    wanted = dict(source.wide)
    if not wanted or (unknown := sorted(set(wanted) - set(_FIELDS))):
        name = unknown[0] if wanted else ""
        raise Unreadable(f"no field '{name}' can be mapped. {nearest(name, tuple(_FIELDS))}")
    zone: timezone | None = None
    for first, block in line_blocks(file, source.encoding):
        found: list[tuple[object, ...]] = []
        broken: list[tuple[int, str]] = []
        for line, text in lines_in(block, first):
            cells = text.split(",")
            if line == 1:
                zone = _zone(cells)
            if line <= _ABOVE or zone is None:
                continue
            try:
                at = _end(cells, zone).isoformat()
                for name, meter in wanted.items():
                    place, unit, none = _FIELDS[name]
                    if float(cells[place]) < none:
                        found.append((line, meter, at, cells[place].strip(), unit))
            except (ValueError, IndexError):
                broken.append((line, text))
        yield finished(pl.DataFrame(found, schema=_SCHEMA, orient="row"))
        yield from malformed(broken)
    if zone is None:
        raise Unreadable("the file is empty")


def _zone(cells: list[str]) -> timezone:
    try:
        if cells[0].strip().upper() != "LOCATION":
            raise ValueError(cells[0])
        return timezone(timedelta(hours=float(cells[_BESIDE_UTC])))
    except (ValueError, IndexError) as error:
        raise Unreadable("the first line is no LOCATION with its hours beside UTC") from error


def _end(cells: list[str], zone: timezone) -> datetime:
    """The end of a row's hour, or of its part where there are several to the hour."""
    year, month, day, hour, minute = (int(cell) for cell in cells[:5])
    if not (1 <= hour <= 24 and 0 <= minute <= 60):
        raise ValueError(f"{hour}:{minute}")
    past = timedelta(hours=hour) if minute == 0 else timedelta(hours=hour - 1, minutes=minute)
    return datetime(year, month, day, tzinfo=zone) + past
