"""One estate opened for work: configuration, meter table, lake, and the hash of rules and code."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import polars as pl

from pipelines.sources import FORMATS
from pipelines.sources.remote import REMOTES
from pipelines.steps.land import LandedFile
from pipelines.steps.meters import meter_table
from pipelines.storage.files import read_json, write_json
from pipelines.storage.lake import Lake, hash_of, hash_of_frame
from schemas.errors import ConfigurationError, UsageError
from schemas.estate.edit import Edit, counting
from schemas.estate.edits_file import overlap_problems
from schemas.estate.model import Estate, Facility, Meter
from schemas.estate.read import configuration_hashes, read_estate

if TYPE_CHECKING:
    from pipelines.storage.store import Store

_RULES = (
    "schemas",
    "pipelines/sources",
    "pipelines/steps",
    "pipelines/metrics",
    "pipelines/outlook",
    "pipelines/stages",
)
_FORMS = ("reports",)


@dataclass(frozen=True)
class Bench:
    """Where another process finds the same estate. ``visit`` is another for each workshop, so that
    nothing is known there of what the lake held before."""

    folder: Path
    as_of: datetime | None
    visit: UUID


@dataclass(frozen=True)
class Workshop:
    """An estate with its lake, as it is known at ``as_of`` (None: now)."""

    estate: Estate
    as_of: datetime | None = None

    @cached_property
    def var(self) -> Path:
        return self.estate.folder / "var"

    @cached_property
    def bench(self) -> Bench:
        return Bench(self.estate.folder, self.as_of, uuid4())

    @cached_property
    def store(self) -> "Store | None":
        """Where the estate's files are kept for all its machines; None where there is but one."""
        return store_of(self.estate.storage, self.estate.folder) if self.estate.storage else None

    @cached_property
    def lake(self) -> Lake:
        return Lake(self.var, self.store)

    @cached_property
    def facilities(self) -> dict[str, Facility]:
        return {facility.id: facility for facility in self.estate.facilities}

    @cached_property
    def meters(self) -> pl.DataFrame:
        return meter_table(self.estate.meters, self.facilities)

    @cached_property
    def meters_hash(self) -> str:
        return hash_of_frame(self.meters)

    @cached_property
    def parents(self) -> dict[str, str]:
        """The upper meter of each meter, empty where it has none."""
        return {meter.meter_id: meter.parent for meter in self.estate.meters}

    @cached_property
    def checks(self) -> dict[str, str]:
        """The meter that each check meter checks."""
        return {meter.meter_id: meter.checks for meter in self.estate.meters if meter.checks}

    def last_rows_of(self, facility_id: str) -> tuple[Meter, ...]:
        """The facility's meters, one row each: of several serials the last in the register."""
        rows = {one.meter_id: one for one in self.estate.meters if one.facility_id == facility_id}
        return tuple(rows[meter] for meter in sorted(rows))

    def meters_of(self, facility_id: str, domain: str | None = None) -> pl.DataFrame:
        """A facility's rows of the meter table, of one domain or of all."""
        return self._meters_of.get((facility_id, domain), self.meters.clear())

    @cached_property
    def _meters_of(self) -> dict[tuple[str, str | None], pl.DataFrame]:
        """By facility and domain: every partition asks for its own several times."""
        by_domain = self.meters.partition_by("facility_id", "domain", as_dict=True)
        by_facility = self.meters.partition_by("facility_id", as_dict=True)
        return {
            **{(str(site), str(domain)): rows for (site, domain), rows in by_domain.items()},
            **{(str(site), None): rows for (site,), rows in by_facility.items()},
        }

    @cached_property
    def code_hash(self) -> str:
        return code_hash()

    @cached_property
    def forms_hash(self) -> str:
        """The code of forms and pages, which changes no figure."""
        return code_hash(_FORMS)

    @cached_property
    def configuration_hash(self) -> str:
        return hash_of(list(self.estate.hashes))

    @cached_property
    def files(self) -> list[LandedFile]:
        """Everything landed, superseded versions included."""
        return self.lake.landing.files(self.as_of)

    @cached_property
    def active(self) -> list[LandedFile]:
        return [file for file in self.files if not file.superseded]

    @cached_property
    def day(self) -> date | None:
        """The day of the last backfill, UTC, or its ``as_of``; None where no edit expires."""
        text = _state(self.estate.folder).get("day")
        return date.fromisoformat(text) if text else None

    @cached_property
    def edits(self) -> tuple[Edit, ...]:
        """The edits that count on this day.

        Raises:
            ConfigurationError: where two of them are about the same hours of a meter.
        """
        reviewed = self.estate.policies.edits_need_review
        edits = counting(self.estate.registers.edits or (), self.day, needs_review=reviewed)
        if problems := overlap_problems(edits):
            raise ConfigurationError(problems)
        return edits

    def remember(self, now: datetime) -> None:
        """The lake says which knowledge it shows; reports and status print it.

        Where an edit expires, the day is an input like any other, and is remembered too.
        """
        state = {"as_of": self.as_of.isoformat() if self.as_of else None}
        if any(edit.expires for edit in self.estate.registers.edits or ()):
            state["day"] = (self.as_of or now).astimezone(UTC).date().isoformat()
        write_json(self.var / "lake" / "state.json", state)


def store_of(url: str, folder: Path) -> "Store":
    """The store at an address, for a machine that works in a folder.

    Raises:
        UsageError: what it takes is not installed.
    """
    try:
        from pipelines.storage.store import Store
    except ModuleNotFoundError as missing:
        raise UsageError(
            f"storage: {url} cannot be used: {missing.name} is not installed.\n"
            "  Install it: pip install 'wattledger[cluster]'"
        ) from None
    return Store(url, folder)


def estate_of(folder: Path, day: date | None = None, *, locked: bool = True) -> Estate:
    """The estate of a folder (``read_estate``), whose sources and remotes may name what we read.

    Read again only where a byte of its configuration is another one: a backfill asks for it at
    every step.
    """
    return _estate_of(folder, day, locked, configuration_hashes(folder))


@lru_cache(maxsize=2)
def _estate_of(
    folder: Path, day: date | None, locked: bool, _hashes: tuple[tuple[str, str], ...]
) -> Estate:
    kinds = {name: one.told for name, one in REMOTES.items()}
    return read_estate(folder, day, formats=tuple(FORMATS), kinds=kinds, locked=locked)


def open_workshop(folder: Path, as_of: datetime | None = None, *, locked: bool = True) -> Workshop:
    """The estate of a folder. Raises ``ConfigurationError`` with every problem."""
    return Workshop(estate=estate_of(folder, locked=locked), as_of=as_of)


@lru_cache(maxsize=1)
def workshop_at(bench: Bench) -> Workshop:
    """The workshop of one visit, opened once in each process."""
    return open_workshop(bench.folder, bench.as_of)


def remembered(folder: Path, *, locked: bool = True, estate: Estate | None = None) -> Workshop:
    """The estate as its lake shows it: with the ``as_of`` of the last backfill.

    Args:
        estate: as it was read already; None reads it.
    """
    text = _state(folder).get("as_of")
    as_of = datetime.fromisoformat(text) if text else None
    return Workshop(estate=estate or estate_of(folder, locked=locked), as_of=as_of)


def _state(folder: Path) -> Mapping[str, Any]:
    return read_json(folder / "var" / "lake" / "state.json") or {}


@lru_cache(maxsize=2)
def code_hash(packages: tuple[str, ...] = _RULES) -> str:
    """sha256 over the sources of rules and formulas: other code is another input."""
    digest = hashlib.sha256()
    for package in packages:
        top, _, rest = package.partition("/")
        folder = files(top)
        if rest:
            folder = folder / rest
        for name, content in _sources(folder, package):
            digest.update(name.encode())
            digest.update(content)
    return digest.hexdigest()


def _sources(folder: Traversable, name: str) -> list[tuple[str, bytes]]:
    found = []
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir() and entry.name != "__pycache__":
            found += _sources(entry, f"{name}/{entry.name}")
        elif entry.name.endswith((".py", ".j2", ".css", ".js")):
            found.append((f"{name}/{entry.name}", entry.read_bytes()))
    return found
