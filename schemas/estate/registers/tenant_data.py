"""Customers' own data: a workbook that came back, cell by cell, and the versions taken of it."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from schemas.errors import ConfigurationError, Problem, nearest
from schemas.tenant_data import (
    COLUMNS,
    FACILITY,
    HEADER,
    SHEET,
    TENANT,
    YEAR,
    Stated,
    Version,
    cell_name,
    figure_of,
)
from schemas.workbook import UnreadableWorkbook, sheet_rows

FOLDER = "registers/tenant_data"
_KEYS = tuple(column.key for column in COLUMNS)
VERSION_COLUMNS = (
    *("tenant_id", "facility_id", "year"),
    *_KEYS,
    *("taken_by", "taken_on", "workbook", "sha256"),
)
_TOP = 3  # rows above the header


def read_workbook(
    file: BinaryIO, name: str, tenants: Mapping[str, Sequence[str]]
) -> tuple[list[Stated], list[Problem]]:
    """What customers state in a filled-in workbook, and every cell that cannot be taken.

    Args:
        name: how the file is called in messages.
        tenants: the customers of each facility.

    Returns:
        A row for each customer that filled in any of its cells.
    """
    try:
        rows = dict(sheet_rows(file, sheet=SHEET))
    except UnreadableWorkbook as error:
        return [], [Problem(where=name, what=f"cannot be read: {error}.", remedy=_AGAIN)]
    sheet = f"{name}, sheet {SHEET}"
    head = [row for row in rows if rows[row][0].strip() == TENANT]
    if not head or tuple(text.strip() for text in rows[head[0]])[: len(HEADER)] != HEADER:
        where = f"{sheet}, cell {cell_name(head[0] if head else _TOP + 1, 0)}"
        what = "the titles of the columns are not those of the template."
        return [], [Problem(where=where, what=what, remedy=f"They are: {', '.join(HEADER)}.")]
    facility, year, problems = _whose(rows, sheet, tenants)
    if problems:
        return [], problems
    found: list[Stated] = []
    above: list[str] = []
    for number, texts in rows.items():
        if number <= head[0]:
            continue
        cells = [text.strip() for text in texts] + [""] * (len(HEADER) - len(texts))
        place = f"{sheet}, cell {{}}"
        problems += _row_problems(cells, number, place, tenants[facility], above)
        above.append(cells[0])
        figures, wrong = _figures(cells, number, place)
        problems += wrong
        if figures:
            found.append(
                Stated(tenant_id=cells[0], facility_id=facility, year=year, figures=figures)
            )
    return found, problems


_AGAIN = "Fill in the workbook that wattledger tenants --template wrote."


def _whose(
    rows: Mapping[int, Sequence[str]], sheet: str, tenants: Mapping[str, Sequence[str]]
) -> tuple[str, int, list[Problem]]:
    """The facility and year that stand on top."""
    told = {
        row: [*texts, "", ""][:2] for row, texts in rows.items() if texts[0] in (FACILITY, YEAR)
    }
    facility = next((cells[1] for cells in told.values() if cells[0] == FACILITY), "")
    year = next((cells[1] for cells in told.values() if cells[0] == YEAR), "")
    problems = []
    if facility not in tenants:
        what = f"'{facility}' is no facility with tenants."
        remedy = nearest(facility, sorted(tenants))
        problems.append(Problem(where=f"{sheet}, cell B1", what=what, remedy=remedy))
    if not (len(year) == 4 and year.isdecimal()):
        what = f"'{year}' is not a year."
        problems.append(Problem(where=f"{sheet}, cell B2", what=what, remedy="Write YYYY."))
    return facility, 0 if problems else int(year), problems


def _row_problems(
    cells: Sequence[str], row: int, place: str, known: Sequence[str], above: Sequence[str]
) -> list[Problem]:
    """A customer that nobody knows, one that stands twice, and cells beyond the last column."""
    where, problems = place.format(cell_name(row, 0)), []
    if cells[0] not in known:
        what = f"tenant '{cells[0]}' has no share of a meter here."
        problems.append(Problem(where=where, what=what, remedy=nearest(cells[0], known)))
    if cells[0] in above:
        what = f"tenant '{cells[0]}' stands in a row above already."
        problems.append(Problem(where=where, what=what, remedy="Keep one row for each."))
    for column in range(len(HEADER), len(cells)):
        if cells[column] and column < 26:
            problems.append(
                Problem(
                    where=place.format(cell_name(row, column)),
                    what=f"'{cells[column]}' stands in no column of the template.",
                    remedy="Take it out.",
                )
            )
    return problems


def _figures(
    cells: Sequence[str], row: int, place: str
) -> tuple[dict[str, Decimal], list[Problem]]:
    figures: dict[str, Decimal] = {}
    problems = []
    for number, column in enumerate(COLUMNS, start=2):
        if not cells[number]:
            continue
        try:
            figures[column.key] = figure_of(cells[number], column)
        except ValueError:
            problems.append(
                Problem(
                    where=place.format(cell_name(row, number)),
                    what=f"{column.title}: '{cells[number]}' cannot be taken.",
                    remedy=f"Allowed is {column.allowed}, or an empty cell.",
                )
            )
    return figures, problems


def folder_of(estate: Path, tenant_id: str) -> Path:
    """Where a customer's versions lie; no id leads out of the folder."""
    name = quote(tenant_id, safe=" ")
    return estate / FOLDER / (f"%2E{name[1:]}" if name.startswith(".") else name)


def read_versions(estate: Path) -> list[Version]:
    """Every version taken, in the order of customers and numbers.

    Raises:
        ConfigurationError: where a file is not as it was written.
    """
    found, problems = [], []
    for path in sorted((estate / FOLDER).glob("*/*.csv")):
        try:
            found.append(_version(path))
        except (KeyError, ValueError, ArithmeticError, csv.Error, UnicodeDecodeError):
            where = path.relative_to(estate).as_posix()
            what = "is not as wattledger wrote it."
            remedy = "Put it back as it was; versions are never changed."
            problems.append(Problem(where=where, what=what, remedy=remedy))
    if problems:
        raise ConfigurationError(problems)
    return sorted(found, key=lambda one: (one.stated.tenant_id, one.number))


def _version(path: Path) -> Version:
    with path.open(encoding="utf-8", newline="") as file:
        [row] = csv.DictReader(file, strict=True)
    return Version(
        number=int(path.stem),
        stated=Stated(
            tenant_id=_bare(row["tenant_id"]),
            facility_id=row["facility_id"],
            year=int(row["year"]),
            figures={key: Decimal(row[key]) for key in _KEYS if row[key]},
        ),
        taken_by=_bare(row["taken_by"]),
        taken_on=date.fromisoformat(row["taken_on"]),
        workbook=_bare(row["workbook"]),
        sha256=row["sha256"],
    )


def version_bytes(version: Version) -> bytes:
    """One version as a CSV file of one row; no text in it is a formula to a spreadsheet."""
    one = version.stated
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(VERSION_COLUMNS)
    writer.writerow(
        (
            _harmless(one.tenant_id),
            one.facility_id,
            one.year,
            *(f"{one.figures[key]:f}" if key in one.figures else "" for key in _KEYS),
            _harmless(version.taken_by),
            version.taken_on.isoformat(),
            _harmless(version.workbook),
            version.sha256,
        )
    )
    return text.getvalue().encode()


_RUN = ("=", "+", "-", "@", "\t", "\r")


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_RUN) else text


def _bare(text: str) -> str:
    return text[1:] if text.startswith("'") and text[1:].startswith(_RUN) else text
