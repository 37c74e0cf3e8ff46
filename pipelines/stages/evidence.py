"""The lines of registers and of estate.yaml that a figure rests on, as they stand there."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

import yaml

from pipelines.stages.changes import reconfigured
from pipelines.stages.workshop import Workshop
from schemas.estate.model import Facility
from schemas.estate.registers.read import register_file
from schemas.estate.table_file import row_text
from schemas.estate.yaml_nodes import nested

ESTATE = "estate.yaml"
_RENEW = "(the file has changed since; run wattledger backfill)"


def evidence(shop: Workshop, facility: Facility, inputs: Iterable[str]) -> Iterator[str]:
    """``file:line: text`` for each input that names a line: ``certificates:4``,
    ``estate.yaml:installed_it_kw``, ``factor registers/factors/grid.csv:2``; a series of hourly
    factors as a whole. A file that has changed since is named and not quoted: its lines may be
    others by now."""
    changed = reconfigured(shop)
    inputs = list(inputs)
    for name in inputs:
        kind, _, rest = name.partition(" ")
        if kind == "factors":
            yield from _series(shop, rest)
        elif path := _without_lines(shop, name, inputs):
            yield f"{path}: no line of it counts here"
        elif place := _place(shop, facility, name, changed):
            file, line = place
            told = _RENEW if file in changed else row_text(shop.estate.folder / file, int(line))
            yield f"{file}:{line}: {told.strip()}"


def _place(
    shop: Workshop, facility: Facility, name: str, changed: Collection[str]
) -> tuple[str, str] | None:
    """File and line of an input; None where it names none."""
    folder = shop.estate.folder
    source, _, line = name.removeprefix("factor ").rpartition(":")
    if not source:
        return None
    if source == ESTATE:
        known = ESTATE not in changed
        return ESTATE, str(_line_of(folder / ESTATE, facility.id, line)) if known else line
    if name.startswith("factor "):
        return source, line
    path = register_file(folder, source)
    return (path.relative_to(folder).as_posix(), line) if path else None


def _without_lines(shop: Workshop, name: str, inputs: Sequence[str]) -> str:
    """A register that was looked at and of which nothing counts; empty where something does."""
    if ":" in name or any(one.startswith(f"{name}:") for one in inputs):
        return ""
    path = register_file(shop.estate.folder, name)
    return path.relative_to(shop.estate.folder).as_posix() if path else ""


def _series(shop: Workshop, where: str) -> Iterator[str]:
    """Where an hourly series stands, and what it is."""
    for one in shop.estate.registers.hourly_factors:
        if one.where == where:
            edition = f", edition {one.edition}" if one.edition else ""
            marked = f", {len(one.estimated)} of them estimates" if one.estimated else ""
            yield f"{where}: {len(one.hours)} hours of {one.key}{marked}, {one.source}{edition}"


def _line_of(path: Path, facility_id: str, key: str) -> int:
    """The line on which a facility's key stands."""
    root = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=yaml.SafeLoader)
    facilities = nested(root, "facilities") if root else None
    for facility in facilities.value if facilities else ():
        marks = {name.value: (name.start_mark.line + 1, value) for name, value in facility.value}
        if marks["id"][1].value == facility_id and key in marks:
            return int(marks[key][0])
    raise LookupError(f"{path.name} has no {key} of {facility_id}")
