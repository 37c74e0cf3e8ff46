"""Reads an estate folder into typed configuration; every problem is reported at once."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from schemas.errors import ConfigurationError, Problem
from schemas.estate.edits_file import read_edits
from schemas.estate.factor_lock import lock_problems
from schemas.estate.meters_file import read_meters
from schemas.estate.model import Estate
from schemas.estate.registers.read import read_registers
from schemas.estate.remote import RemoteKind
from schemas.estate.yaml_file import read_estate_yaml

#: Where nobody fetches, no kind of remote is known but one that keeps a history.
NO_REMOTES = {
    "none": RemoteKind(
        has_history=True,
        schemes=("https",),
        such_as="https://example.org",
        series=".+",
        named="name",
    )
}


def read_estate(
    folder: Path,
    day: date | None = None,
    *,
    formats: Sequence[str] = ("csv",),
    kinds: Mapping[str, RemoteKind] = NO_REMOTES,
    locked: bool = True,
) -> Estate:
    """The estate of a folder.

    Args:
        formats: the names of the file formats that there are; the first is the plain drop's.
        kinds: what remote systems there are.
        day: the day it is, for edits that expire; None where nobody knows, or it does not matter.
        locked: whether factor files must be those that were accepted, where any were.

    Raises:
        ConfigurationError: with every problem of ``estate.yaml``, the meter register and the
            other registers, each with file and line.
    """
    if not (folder / "estate.yaml").is_file():
        raise ConfigurationError(
            [
                Problem(
                    where=str(folder),
                    what="is not an estate: it holds no estate.yaml.",
                    remedy="Start one with: wattledger init DIR",
                )
            ]
        )
    described, problems = read_estate_yaml(folder / "estate.yaml", formats, kinds)
    facilities = {facility.id: facility for facility in described.facilities}
    if not facilities:
        # Every meter would seem to be of an unknown facility.
        raise ConfigurationError(problems)
    meters, meter_problems = read_meters(meters_path(folder), facilities)
    registers, register_problems = read_registers(folder, facilities, described.factor_sets, meters)
    edits, edit_problems = read_edits(folder, facilities, meters, described.policies, day)
    problems += meter_problems + register_problems + edit_problems
    problems += lock_problems(folder, described.factor_sets) if locked else []
    if problems:
        raise ConfigurationError(problems)
    return Estate(
        folder=folder,
        operator=described.operator,
        facilities=described.facilities,
        meters=meters,
        sources=described.sources,
        remotes=described.remotes,
        drops=described.drops,
        factor_sets=described.factor_sets,
        policies=described.policies,
        storage=described.storage,
        registers=replace(registers, edits=edits),
        hashes=configuration_hashes(folder),
    )


def meters_path(folder: Path) -> Path:
    """The meter register: the workbook where there is one, else the CSV file."""
    workbook = folder / "meters.xlsx"
    return workbook if workbook.exists() else folder / "meters.csv"


def configuration_files(folder: Path) -> list[Path]:
    """Every file that configures an estate."""
    files = [folder / "estate.yaml", meters_path(folder)]
    files += sorted(path for path in (folder / "registers").rglob("*") if path.is_file())
    return [path for path in files if path.is_file()]


def configuration_hashes(folder: Path) -> tuple[tuple[str, str], ...]:
    """sha256 of every configuration file, by its path in the estate: inputs like any other."""
    return tuple(
        (path.relative_to(folder).as_posix(), hashlib.sha256(path.read_bytes()).hexdigest())
        for path in configuration_files(folder)
    )
