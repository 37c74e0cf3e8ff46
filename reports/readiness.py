"""Whether a form must be filed, by when, and what stands between it and its filing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from reports.form import CellStatus, FilledCell, Form
from reports.regime import Regime


@dataclass(frozen=True, kw_only=True)
class Readiness:
    """One form of one facility and year, on the way to its filing.

    Args:
        in_scope: whether it must be filed; None where what decides it is not known.
        why: the threshold, the facility's size, and the law that says so.
        due, days: the last day, and days until then, negative once it is over; None without one.
        done, missing, blocked, open: cells with a value, required and empty, held back by a
            check, and empty but allowed to be.
        holes: the cells that are missing or blocked, each with its cause.
        owner: who is asked to fill them, from ``estate.yaml``; empty where nobody is named.
    """

    regime: str
    title: str
    facility: str
    facility_name: str
    year: int
    in_scope: bool | None
    why: str
    due: date | None
    days: int | None
    done: int
    missing: int
    blocked: int
    open: int
    holes: tuple[tuple[str, str], ...]
    owner: str

    @property
    def ready(self) -> bool:
        return not self.holes


def readiness(regime: Regime, form: Form, *, owner: str, today: date) -> Readiness:
    """How ready a form is on a day."""
    in_scope, why = _scope(regime, form)
    due = None if regime.due is None else date(form.year + 1, *regime.due)
    return Readiness(
        regime=regime.key,
        title=regime.title,
        facility=form.facility,
        facility_name=form.facility_name,
        year=form.year,
        in_scope=in_scope,
        why=why,
        due=due,
        days=None if due is None else (due - today).days,
        done=_count(form.cells, CellStatus.FILLED, CellStatus.FLAGGED),
        missing=_count(form.cells, CellStatus.MISSING),
        blocked=_count(form.cells, CellStatus.BLOCKED),
        open=_count(form.cells, CellStatus.NOT_AVAILABLE, CellStatus.NOT_COMPUTED),
        holes=tuple((cell.code, cell.reason) for cell in form.holes),
        owner=owner,
    )


def readiness_as_of(rows: Iterable[Mapping[str, Any]], today: date) -> list[Readiness]:
    """What was kept of it as plain values, with the days until each deadline as of a day."""
    found = []
    for row in rows:
        due = date.fromisoformat(row["due"]) if row["due"] else None
        told = {
            **row,
            "due": due,
            "days": None if due is None else (due - today).days,
            "holes": tuple((code, why) for code, why in row["holes"]),
        }
        found.append(Readiness(**told))
    return found


def _scope(regime: Regime, form: Form) -> tuple[bool | None, str]:
    threshold = regime.threshold
    if threshold is None:
        return False, "nobody must file it"
    cell = form.cell(threshold.code)
    limit = f"{threshold.least} {cell.unit} of {threshold.of} ({threshold.source})"
    if cell.exact is None:
        return None, f"not known whether it reaches {limit}: {cell.code} is empty"
    reached = cell.exact >= threshold.least
    side = "at or above" if reached else "below"
    return reached, f"{cell.exact:.1f} {cell.unit}, {side} {limit}"


def _count(cells: Sequence[FilledCell], *statuses: CellStatus) -> int:
    return sum(cell.status in statuses for cell in cells)


def calendar(rows: Sequence[Readiness], *, now: datetime) -> bytes:
    """The deadlines as iCalendar (RFC 5545): one whole day for each form that must be filed, or may
    have to be; whoever imports it again changes the same entries."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//wattledger//readiness//EN"]
    for row in rows:
        if row.due is None or row.in_scope is False:
            continue
        state = "ready" if row.ready else f"{len(row.holes)} to mend"
        holes = "\n".join(f"{code}: {reason}" for code, reason in row.holes)
        lines += [
            "BEGIN:VEVENT",
            f"UID:{row.regime}-{row.facility}-{row.year}@wattledger",
            f"DTSTAMP:{now:%Y%m%dT%H%M%SZ}",
            f"DTSTART;VALUE=DATE:{row.due:%Y%m%d}",
            f"DTEND;VALUE=DATE:{row.due + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{_escaped(f'{row.regime} {row.year}: {row.facility_name} ({state})')}",
            f"DESCRIPTION:{_escaped(f'{row.title}. {row.why}.' + chr(10) + holes)}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode()


def _escaped(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.rstrip("\n").replace("\r", "").replace("\n", "\\n")


#: Octets of a line, without its end; what is longer goes on in the next after a blank.
_LINE = 75


def _folded(line: str) -> str:
    parts, rest, room = [], line, _LINE
    while len(rest.encode()) > room:
        cut = len(rest.encode()[:room].decode(errors="ignore"))
        parts.append(rest[:cut])
        rest, room = rest[cut:], _LINE - 1
    return "\r\n ".join([*parts, rest])
