"""``factors.lock.csv``: the factor files that were accepted, and the bytes that they had then."""

import csv
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from schemas.errors import Problem
from schemas.estate.factor_files import PLACE, files_in
from schemas.estate.record import Record
from schemas.estate.source import FactorSet
from schemas.estate.table_file import read_table

LOCK = "registers/factors.lock.csv"
COLUMNS = ("file", "sha256", "editions", "accepted_on", "accepted_by")
_EDITIONS_APART = "; "


@dataclass(frozen=True, kw_only=True)
class AcceptedFile:
    """One accepted factor file: ``file`` is its name in ``registers/factors``."""

    file: str
    sha256: str
    editions: tuple[str, ...]
    accepted_on: date
    accepted_by: str
    line: int = 0


def read_lock(folder: Path) -> tuple[tuple[AcceptedFile, ...] | None, list[Problem]]:
    """The accepted files in the order of their acceptance; None where nothing was ever locked."""
    path = folder / LOCK
    if not path.is_file():
        return None, []
    records, problems = read_table(path, LOCK, COLUMNS, COLUMNS)
    rows = tuple(map(_accepted, records))
    problems += [problem for record in records for problem in record.problems]
    seen: set[str] = set()
    for row in rows:
        if row.file in seen:
            what = f"{row.file} stands twice."
            problems.append(Problem(where=f"{LOCK}:{row.line}", what=what))
        seen.add(row.file)
    return rows, problems


def _accepted(record: Record) -> AcceptedFile:
    return AcceptedFile(
        file=record.required("file"),
        sha256=record.required("sha256"),
        editions=tuple(part for part in record.text("editions").split(_EDITIONS_APART) if part),
        accepted_on=record.needed_day("accepted_on"),
        accepted_by=record.required("accepted_by"),
        line=record.line,
    )


def lock_problems(folder: Path, factor_sets: Sequence[FactorSet]) -> list[Problem]:
    """Factor files that nobody accepted, and accepted ones that changed or are gone.

    An edition is what its bytes are: a figure that was computed with it can then be computed
    again. Without a lock nothing is asked.
    """
    accepted, problems = read_lock(folder)
    if accepted is None or problems:
        return problems
    return [*broken(folder, accepted), *_not_accepted(folder, accepted, factor_sets)]


def broken(folder: Path, accepted: Sequence[AcceptedFile]) -> list[Problem]:
    """Accepted files that are not there, or not what they were."""
    found = []
    for row in accepted:
        path = folder / PLACE / row.file
        if not path.is_file():
            what = f"{PLACE}/{row.file}, accepted on {row.accepted_on}, is gone."
            remedy = "Put it back: what was computed with it must stay computable."
            found.append(Problem(where=f"{LOCK}:{row.line}", what=what, remedy=remedy))
        elif hashlib.sha256(path.read_bytes()).hexdigest() != row.sha256:
            editions = _EDITIONS_APART.join(row.editions) or "without a name"
            found.append(
                Problem(
                    where=f"{PLACE}/{row.file}",
                    what=f"same edition, other bytes: edition {editions} was accepted on "
                    f"{row.accepted_on} by {row.accepted_by}, and the file has changed since.",
                    remedy="Put the accepted file back, and give what is corrected a new edition "
                    f"in a new file. {_effect(folder, folder / PLACE)}",
                )
            )
    return found


def _not_accepted(
    folder: Path, accepted: Sequence[AcceptedFile], factor_sets: Sequence[FactorSet]
) -> list[Problem]:
    known = {row.file for row in accepted}
    return [
        Problem(
            where=f"{PLACE}/{name}",
            what=f"nobody has accepted it: it is not in {LOCK}.",
            remedy=f"{_effect(folder, folder / PLACE)}\n"
            f"  Accept it with: wattledger factors {folder} --accept --by NAME",
        )
        for name in files_in(folder / PLACE, factor_sets)
        if name not in known
    ]


def _effect(folder: Path, place: Path) -> str:
    return f"See its effect with: wattledger factors {folder} --try {place}"


def lock_bytes(rows: Sequence[AcceptedFile]) -> bytes:
    """The lock as a file: a row for each accepted file, the oldest first."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        editions = _EDITIONS_APART.join(row.editions)
        writer.writerow((row.file, row.sha256, editions, row.accepted_on, row.accepted_by))
    return text.getvalue().encode()
