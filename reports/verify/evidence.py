"""The evidence of a pack, read: tables of text into plain values, and nothing computed yet."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import cached_property
from typing import Any

from reports.verify.pack import BadPack, Pack

FACILITY = "evidence/facility.json"
METERS, TOTALS = "evidence/meters.csv", "evidence/totals.csv"
FIGURES = "figures.csv"
RULES = "form/rules.json"
FILES = "lineage/files.csv"

Row = Mapping[str, str]
_LONGEST = 80
ZERO = Decimal(0)


def rows(pack: Pack, name: str) -> Iterator[Row]:
    """The rows of a table, each with every column.

    Raises:
        BadPack: it is not there, or a row has more or fewer cells than the header.
    """
    with pack.lines(name) as text:
        reader = csv.reader(text, strict=True)
        try:
            header = next(reader, [])
            for cells in reader:
                if len(cells) != len(header):
                    raise BadPack(f"{name}:{reader.line_num}: does not have {len(header)} cells")
                yield dict(zip(header, cells, strict=True))
        except csv.Error as error:
            raise BadPack(f"{name}:{reader.line_num}: is not CSV: {error}") from error


def decimal(row: Row, name: str) -> Decimal | None:
    """A number of a table; None where the cell is empty."""
    text = row[name]
    if not text:
        return None
    if text == "0":  # as most cells of hours are
        return ZERO
    try:
        found = Decimal(text)
    except InvalidOperation as error:
        raise BadPack(f"'{text}' in column {name} is no number") from error
    # A long exponent is a small text and a number without end.
    if not found.is_finite() or abs(found.adjusted()) > _LONGEST or len(text) > _LONGEST:
        raise BadPack(f"'{text[:_LONGEST]}' in column {name} is no number that a meter counts")
    return found


def fraction(row: Row, name: str) -> Fraction:
    """A number that must be there: a decimal, or a fraction where no decimal is exact."""
    above, line, below = row[name].partition("/")
    if not line:
        return Fraction(needed(row, name))
    if not (above.isdigit() and below.isdigit() and int(below)):
        raise BadPack(f"'{row[name]}' in column {name} is no number")
    return Fraction(int(above), int(below))


def needed(row: Row, name: str) -> Decimal:
    """A number that must be there."""
    found = decimal(row, name)
    if found is None:
        raise BadPack(f"column {name} is empty where a number must be")
    return found


def day(row: Row, name: str) -> date | None:
    """A day of a table; None where the cell is empty."""
    try:
        return date.fromisoformat(row[name]) if row[name] else None
    except ValueError as error:
        raise BadPack(f"'{row[name]}' in column {name} is no day") from error


def instant(text: str) -> datetime:
    """A time with its offset."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadPack(f"'{text}' is no time") from error
    if found.tzinfo is None:
        raise BadPack(f"'{text}' has no offset")
    return found


@dataclass(frozen=True, kw_only=True)
class Meter:
    """A meter of the facility; of several serials the last one's words, and every validity."""

    meter_id: str
    quantity: str
    parent: str
    checks: str
    level: bool
    lowest: Decimal
    highest: Decimal | None
    hours: str
    validities: tuple[tuple[datetime | None, datetime | None, Decimal | None], ...]


@dataclass(frozen=True)
class Evidence:
    """What a pack holds beside the form, read when it is asked for."""

    pack: Pack

    @cached_property
    def site(self) -> dict[str, Any]:
        """Operator, facility, policies and the year's calendar."""
        found = self.pack.json(FACILITY)
        if not isinstance(found, dict):
            raise BadPack(f"{FACILITY}: is no object")
        return found

    @cached_property
    def _registers(self) -> dict[str, list[Row] | None]:
        return {}

    @property
    def facility(self) -> dict[str, Any]:
        found: dict[str, Any] = self.site["facility"]
        return found

    @property
    def first_day(self) -> date:
        return date(int(self.site["year"]), 1, 1)

    @property
    def last_day(self) -> date:
        return date(int(self.site["year"]), 12, 31)

    @cached_property
    def months(self) -> dict[str, tuple[datetime, datetime]]:
        """Start and end of each month of the year, by the facility's calendar."""
        return {
            one["month"]: (instant(one["start"]), instant(one["end"]))
            for one in self.site["months"]
        }

    @cached_property
    def meters(self) -> dict[str, Meter]:
        found: dict[str, Meter] = {}
        for row in rows(self.pack, METERS):
            before = found.get(row["meter_id"])
            ends = tuple(
                instant(row[name]) if row[name] else None for name in ("valid_from", "valid_to")
            )
            found[row["meter_id"]] = Meter(
                meter_id=row["meter_id"],
                quantity=row["quantity"],
                parent=row["parent"],
                checks=row["checks"],
                level=row["nature"] == "level",
                lowest=needed(row, "lowest"),
                highest=decimal(row, "highest"),
                hours=row["hours"],
                validities=(
                    *(before.validities if before else ()),
                    (ends[0], ends[1], decimal(row, "max_rate")),
                ),
            )
        return found

    def register(self, name: str) -> list[Row] | None:
        """The facility's lines of a register; None where the estate has no such file."""
        if name not in self._registers:
            path = f"evidence/registers/{name}.csv"
            self._registers[name] = list(rows(self.pack, path)) if path in self.pack else None
        return self._registers[name]

    def without(self, name: str) -> bool:
        """Whether the operator says that the site does not have it."""
        return name in self.facility["without"]
