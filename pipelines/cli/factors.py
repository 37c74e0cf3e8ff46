"""``wattledger factors``: the factor files, what others would change, and their acceptance."""

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date

from pipelines.cli import asked
from pipelines.cli.show import document, number, say, table
from pipelines.stages.factor_editions import StandingFile, accept, effect, standing_files
from pipelines.stages.workshop import estate_of, remembered
from schemas.changes import Change
from schemas.errors import UsageError
from schemas.estate.factor_lock import LOCK

#: So many of the keys of a file are named in the table.
_NAMED = 5


def factors(options: argparse.Namespace) -> int:
    """Lists the factor files; tries others on the figures; or accepts those that are new."""
    _refuse_what_does_not_go_together(options)
    if options.tried is not None:
        return _try(options)
    if options.accept:
        return _accept(options)
    rows = standing_files(estate_of(options.estate, locked=False))
    if options.json:
        document({"factors": [_document(row) for row in rows]})
        return 0
    if not rows:
        print(f"{options.estate}: no factor file is in registers/factors.")
        return 0
    titles = ("file", "kinds", "keys", "editions", "from", "to", "lock")
    table(titles, [_row(row) for row in rows])
    return 0


def _refuse_what_does_not_go_together(options: argparse.Namespace) -> None:
    if options.tried is not None and options.accept:
        raise UsageError("factors: --try writes nothing, and --accept does.\n  Say one of them.")
    if options.accept and not options.by.strip():
        raise UsageError("factors: --accept does not say who accepts.\n  Add --by NAME.")
    if options.source is not None and not options.accept:
        raise UsageError("factors: --from is where --accept takes new files from.\n  Say both.")
    for name, folder in (("--try", options.tried), ("--from", options.source)):
        if folder is not None and not folder.is_dir():
            raise UsageError(f"factors: {name} {folder} is not a folder.")


def _try(options: argparse.Namespace) -> int:
    changes = effect(remembered(options.estate, locked=False), options.tried)
    if options.json:
        document({"changes": [asdict(one) | {"difference": one.difference} for one in changes]})
        return 0
    if not changes:
        print(f"{options.tried}: no figure of a built year would change.")
        return 0
    titles = ("facility", "period", "metric", "category", "from", "to", "difference", "unit")
    table(titles, [_moved(one) for one in changes])
    return 0


def _moved(one: Change) -> tuple[object, ...]:
    before, after = (
        number(figure.value) if figure.value is not None else figure.status
        for figure in (one.before, one.after)
    )
    place = (one.facility_id, one.period, one.name, one.category)
    return (*place, before, after, one.difference, one.unit)


def _accept(options: argparse.Namespace) -> int:
    estate = estate_of(options.estate, locked=False)
    on = asked.now(options.now).date()
    rows = accept(estate, by=options.by.strip(), on=on, source=options.source)
    if not rows:
        say(f"{options.estate}: every factor file is accepted already.")
    for row in rows:
        editions = ", ".join(row.editions) or "without a name"
        print(f"accepted: registers/factors/{row.file}, edition {editions}")
    if rows:
        print(f"written: {options.estate / LOCK}")
    return 0


def _row(row: StandingFile) -> tuple[str, ...]:
    file = row.file
    if file is None:
        return (row.name, *("—",) * 5, _lock(row))
    first, last = file.validity or (date.min, date.max)
    return (
        row.name,
        ", ".join(file.kinds) or "—",
        _few(file.keys),
        _few(file.editions),
        "—" if first == date.min else first.isoformat(),
        "—" if last == date.max else last.isoformat(),
        _lock(row),
    )


def _lock(row: StandingFile) -> str:
    if row.accepted is None:
        return row.state
    accepted = f"accepted on {row.accepted.accepted_on} by {row.accepted.accepted_by}"
    return accepted if row.state == "accepted" else f"{row.state}; {accepted}"


def _few(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more or "—"


def _document(row: StandingFile) -> dict[str, object]:
    file, accepted = row.file, row.accepted
    validity = file.validity if file else None
    return {
        "file": row.name,
        "state": row.state,
        "kinds": file.kinds if file else (),
        "keys": file.keys if file else (),
        "editions": file.editions if file else (),
        "valid_from": validity[0] if validity else None,
        "valid_to": validity[1] if validity else None,
        "sha256": file.sha256 if file else None,
        "accepted_on": accepted.accepted_on if accepted else None,
        "accepted_by": accepted.accepted_by if accepted else None,
    }
