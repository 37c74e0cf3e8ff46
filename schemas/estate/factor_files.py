"""Where factor files lie, which of them there are, and what each holds."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from schemas.estate.model import Factor, HourlyFactors
from schemas.estate.source import FactorSet

PLACE = "registers/factors"


@dataclass(frozen=True, kw_only=True)
class FactorFile:
    """One file of factors as it was read; ``name`` is relative to ``registers/factors``."""

    name: str
    path: Path
    factors: tuple[Factor, ...] = ()
    hourly: tuple[HourlyFactors, ...] = ()

    @property
    def all(self) -> tuple[Factor | HourlyFactors, ...]:
        return (*self.factors, *self.hourly)

    @property
    def kinds(self) -> tuple[str, ...]:
        return _sorted(one.kind for one in self.all)

    @property
    def keys(self) -> tuple[str, ...]:
        return _sorted(one.key for one in self.all)

    @property
    def editions(self) -> tuple[str, ...]:
        return _sorted(one.edition for one in self.all)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.path.read_bytes()).hexdigest()

    @property
    def validity(self) -> tuple[date, date] | None:
        """First and last day that a factor of the file is for; None where it holds none."""
        spans = [validity_of(one) for one in self.all]
        return (min(first for first, _ in spans), max(last for _, last in spans)) if spans else None


def validity_of(one: Factor | HourlyFactors) -> tuple[date, date]:
    """First and last day; of hours by UTC. Hours that are none lie nowhere."""
    if isinstance(one, Factor):
        return one.valid_from, one.valid_to
    if not one.hours:
        return date.max, date.min
    return one.hours[0].date(), (one.hours[-1] + timedelta(hours=1, microseconds=-1)).date()


def _sorted(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({text for text in texts if text}))


def matches(place: Path, one: FactorSet) -> list[Path]:
    """The files of a folder that a factor set of ``estate.yaml`` reads."""
    return sorted(place.glob(one.match)) if one.match else []


def files_in(place: Path, factor_sets: Sequence[FactorSet]) -> Mapping[str, Path]:
    """Every factor file of a folder by its name there, sorted: tables, and what sets read."""
    found = {*place.glob("*.csv"), *(path for one in factor_sets for path in matches(place, one))}
    return {one.relative_to(place).as_posix(): one for one in sorted(found) if one.is_file()}
