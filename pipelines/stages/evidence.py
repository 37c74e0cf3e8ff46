"""The lines of registers and of estate.yaml that a figure rests on, as they stand there."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

from pipelines.stages.workshop import Workshop
from schemas.estate.model import Facility
from schemas.estate.registers import register_file
from schemas.estate.table_file import row_text
from schemas.estate.yaml_nodes import nested

ESTATE = "estate.yaml"


def evidence(shop: Workshop, facility: Facility, inputs: Iterable[str]) -> Iterator[str]:
    """``file:line: text`` for each input that names a line: ``certificates:4``,
    ``estate.yaml:installed_it_kw``, ``factor registers/factors/grid.csv:2``; a file of hourly
    factors as a whole."""
    folder = shop.estate.folder
    for name in inputs:
        kind, _, rest = name.partition(" ")
        if kind == "factor":
            yield _quoted(folder, *rest.rsplit(":", 1))
        elif kind == "factors":
            yield from _factors(shop, rest)
        else:
            source, _, place = name.partition(":")
            if source == ESTATE:
                line = _line_of(folder / ESTATE, facility.id, place)
                yield _quoted(folder, ESTATE, str(line))
            elif place and (path := register_file(folder, source)):
                yield _quoted(folder, path.relative_to(folder).as_posix(), place)


def _factors(shop: Workshop, names: str) -> Iterator[str]:
    """Several lines, or a series that takes a whole file."""
    series = {one.where: one for one in shop.estate.registers.hourly_factors}
    for where in names.split(", "):
        if where in series:
            one = series[where]
            edition = f", edition {one.edition}" if one.edition else ""
            yield f"{where}: {len(one.hours)} hours of {one.key}, {one.source}{edition}"
        else:
            yield _quoted(shop.estate.folder, *where.rsplit(":", 1))


def _quoted(folder: Path, name: str, line: str) -> str:
    return f"{name}:{line}: {row_text(folder / name, int(line)).strip()}"


def _line_of(path: Path, facility_id: str, key: str) -> int:
    """The line on which a facility's key stands."""
    root = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=yaml.SafeLoader)
    facilities = nested(root, "facilities") if root else None
    for facility in facilities.value if facilities else ():
        marks = {name.value: (name.start_mark.line + 1, value) for name, value in facility.value}
        if marks["id"][1].value == facility_id and key in marks:
            return int(marks[key][0])
    raise LookupError(f"{path.name} has no {key} of {facility_id}")
