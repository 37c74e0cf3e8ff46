"""What an inventory would change in ``meters.csv``: a difference for a person to review."""

import csv
import difflib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from pipelines.suggest.inventory.point import Point, Proposal, proposal_of
from schemas.estate.meters_file import COLUMNS, REQUIRED
from schemas.estate.model import Facility
from schemas.estate.record import parse_interval
from schemas.quantities import Kind

Row = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A register as it would be.

    Args:
        text: the whole of it; lines that nothing changes stand as they did.
        patch: a unified difference to what it is; empty where nothing changes.
        new, changed: meters by their id.
        questions: what a person must answer.
        left_out: labels of points that measure nothing we know.
    """

    text: str
    patch: str
    new: tuple[str, ...]
    changed: tuple[str, ...]
    questions: tuple[str, ...]
    left_out: tuple[str, ...]


def compared(
    register: str, points: Sequence[Point], facilities: Sequence[Facility], only: str = ""
) -> Difference:
    """The register with what the points tell: new rows at its end, cells that were empty or differ.

    A meter is known again by its id, or by the tag that an import gave it. Nothing is taken away;
    another serial is no correction but an exchange, and is asked about.

    Args:
        register: the text of ``meters.csv``.
        only: the facility that every point is of.

    Raises:
        ValueError: a register with cells over several lines.
    """
    lines = register.splitlines()
    header, rows = _parsed(lines)
    found: list[tuple[Point, Proposal]] = []
    left_out = []
    for point in points:
        proposal = proposal_of(point, facilities, only)
        if proposal is None:
            left_out.append(point.label or point.id)
        else:
            found.append((point, proposal))
    single = []
    amounts = {_what(*pair) for pair in found if pair[1].cells["kind"] != Kind.AVERAGE}
    for point, one in found:
        # A mean power with its energy beside it, at the same device, would count twice.
        if one.cells["kind"] == Kind.AVERAGE and point.on and _what(point, one) in amounts:
            left_out.append(f"{point.label} (its energy is metered beside it)")
        else:
            single.append((point, one))
    known = {row["meter_id"]: number for number, row in rows.items()}
    known |= {_with_serial(row): number for number, row in rows.items()}
    known |= {tag: number for number, row in rows.items() for tag in row.get("tags", "").split()}
    new: dict[str, Row] = {}
    changed: dict[int, Row] = {}
    questions: list[str] = []
    for point, one in single:
        names = (f"from:{point.id}", _with_serial(one.cells), one.cells["meter_id"])
        number = next((known[name] for name in names if name in known), None)
        if number is None:
            name = _free(one.cells["meter_id"], {*known, *new})
            new[name] = {**one.cells, "meter_id": name}
            questions += one.questions
            continue
        row, asked = _merged(rows[number], one.cells)
        questions += asked
        if row != rows[number]:
            changed[number] = row
    told = [*new.values(), *changed.values()]
    used = {name for row in told for name, value in row.items() if value}
    titles = [*header, *(name for name in COLUMNS if name in used and name not in header)]
    after = [
        _line(changed[number], titles)
        if number in changed
        else _widened(line, len(titles) - len(header), number == _first(lines))
        for number, line in enumerate(lines)
    ]
    if len(titles) > len(header):
        after[_first(lines)] = ",".join(titles)
    after += [_line(row, titles) for row in new.values()]
    patch = difflib.unified_diff(lines, after, "meters.csv", "meters.csv", lineterm="", n=1)
    return Difference(
        text="".join(f"{line}\n" for line in after),
        patch="\n".join(patch),
        new=tuple(new),
        changed=tuple(rows[number]["meter_id"] for number in changed),
        questions=tuple(questions),
        left_out=tuple(left_out),
    )


def _what(point: Point, one: Proposal) -> tuple[str, str]:
    """What is measured, and at what."""
    return point.on, one.cells["quantity"]


def _first(lines: Sequence[str]) -> int:
    """The line of the header: comments may stand above it."""
    return next((nr for nr, line in enumerate(lines) if line and not line.startswith("#")), 0)


def _parsed(lines: Sequence[str]) -> tuple[list[str], dict[int, Row]]:
    """The titles, and the rows by the number of their line, from 0."""
    if not lines:
        return list(REQUIRED), {}
    header: list[str] = []
    rows: dict[int, Row] = {}
    for number, line in enumerate(lines):
        if not line.strip() or line.startswith("#"):
            continue
        if line.count('"') % 2:
            raise ValueError(f"line {number + 1} has a cell over several lines; put it on one")
        cells = next(csv.reader([line]))
        if not header:
            header = [title.strip("\ufeff ") for title in cells]
        else:
            rows[number] = dict(zip(header, cells, strict=False))
    return header, rows


def _merged(row: Row, told: Row) -> tuple[Row, list[str]]:
    """A row with what is told anew; its own words for itself stay."""
    merged, questions = dict(row), []
    for name, value in told.items():
        own = row.get(name, "")
        is_own = name in ("meter_id", "tags") or (own and name == "label")
        if not value or is_own or _same(own, value):
            continue
        if own and name == "serial":
            questions.append(
                f"{row['meter_id']}: serial {own} is now {value}. An exchange is a second row with "
                "the day of it in valid_from, and in valid_to of this one."
            )
            continue
        merged[name] = value
    return merged, questions


def _with_serial(row: Row) -> str:
    """What tells the rows of a meter that was exchanged apart."""
    return f"{row['meter_id']} {row.get('serial', '')}"


def _same(own: str, told: str) -> bool:
    """Whether two cells say the same, as 0.5 and 0.50, or 60min and 1h, do."""
    if own == told:
        return True
    try:
        return Decimal(own) == Decimal(told)
    except InvalidOperation:
        pass
    try:
        return parse_interval(own) == parse_interval(told)
    except ValueError:
        return False


def _free(name: str, taken: set[str]) -> str:
    number = 2
    found = name
    while found in taken:
        found, number = f"{name}_{number}", number + 1
    return found


def _line(row: Row, titles: Sequence[str]) -> str:
    file = io.StringIO()
    csv.writer(file, lineterminator="").writerow([row.get(title, "") for title in titles])
    return file.getvalue()


def _widened(line: str, more: int, is_header: bool) -> str:
    """A line with empty cells for columns that come to its right."""
    is_row = line.strip() and not line.startswith("#") and not is_header
    return line + "," * more if is_row else line
