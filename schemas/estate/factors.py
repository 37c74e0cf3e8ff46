"""Emission factors and the like: by validity, or by the hour. Units are converted exactly."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from schemas.errors import Problem, nearest
from schemas.estate.factor_files import PLACE, FactorFile, files_in, matches
from schemas.estate.factor_lock import read_lock
from schemas.estate.factor_series import hourly_table
from schemas.estate.factor_sets import factors_of
from schemas.estate.factor_units import KINDS, canonical, units_of
from schemas.estate.model import Factor, HourlyFactors
from schemas.estate.record import Record
from schemas.estate.source import FactorSet
from schemas.estate.table_file import read_table

_BY_VALIDITY = ("kind", "key", "valid_from", "valid_to", "value", "unit", "gases", "source")
_DAY = timedelta(days=1)
Found = tuple[tuple[Factor, ...], tuple[HourlyFactors, ...], list[Problem]]


def read_factors(folder: Path, factor_sets: Sequence[FactorSet]) -> Found:
    """Every factor of ``registers/factors``, read as tables or by the sets of ``estate.yaml``."""
    files, problems = read_factor_files(folder, factor_sets)
    factors, hourly = factors_in_force(files)
    return factors, hourly, problems


def read_factor_files(
    folder: Path, factor_sets: Sequence[FactorSet], tried: Path | None = None
) -> tuple[tuple[FactorFile, ...], list[Problem]]:
    """The factor files of an estate, the newest last, and what is wrong with them.

    Files come in the order of their acceptance, and after them by name those that nobody has
    accepted. Files of the folder ``tried`` stand last, in the place of those of the same name.
    """
    places = [folder / PLACE] if tried is None else [folder / PLACE, tried]
    accepted, _ = read_lock(folder)
    found = files_in(places[0], factor_sets)
    order = [row.file for row in accepted or () if row.file in found]
    paths = {name: found[name] for name in dict.fromkeys((*order, *found))}
    for name, path in files_in(tried, factor_sets).items() if tried else ():
        paths.pop(name, None)
        paths[name] = path
    claims = {
        path: [one for one in factor_sets if any(path in matches(place, one) for place in places)]
        for path in paths.values()
    }
    files, problems = [], []
    for name, path in paths.items():
        shown = f"{PLACE}/{name}" if path == found.get(name) else str(path)
        file, wrong = _read(path, name, shown, claims[path])
        files.append(file)
        problems += wrong
    for one in factor_sets:
        if not any(one in claimed for claimed in claims.values()):
            what = f"factor set '{one.match}' matches no file."
            remedy = "The pattern is relative to registers/factors."
            problems.append(Problem(where="estate.yaml", what=what, remedy=remedy))
    return tuple(files), problems


def _read(
    path: Path, name: str, shown: str, claimed: Sequence[FactorSet]
) -> tuple[FactorFile, list[Problem]]:
    """One file: by the sets that claim it, else as a table of ours by its header."""
    factors: list[Factor] = []
    hourly: list[HourlyFactors] = []
    problems: list[Problem] = []
    for one in claimed:
        yearly, series, wrong = factors_of(path, one, shown)
        factors += yearly
        hourly += series
        problems += wrong
    if not claimed:
        header = path.read_text(encoding="utf-8-sig", errors="replace").split("\n", 1)[0]
        if "timestamp" in header.split(","):
            hourly, problems = hourly_table(path, shown)
        else:
            columns = (*_BY_VALIDITY, "region", "edition")
            records, problems = read_table(path, shown, columns, _BY_VALIDITY[:6])
            factors = [_factor(record, shown) for record in records]
            problems += [problem for record in records for problem in record.problems]
    file = FactorFile(name=name, path=path, factors=tuple(factors), hourly=tuple(hourly))
    return file, problems


def factors_in_force(
    files: Sequence[FactorFile],
) -> tuple[tuple[Factor, ...], tuple[HourlyFactors, ...]]:
    """Of factors for the same thing and day that of the newest file, and in a file the last row.

    An older edition keeps the days that a newer one does not tell of. Series stand newest first: a
    formula takes the first that has all of its hours.
    """
    kept: dict[tuple[str, ...], list[Factor]] = {}
    for newer in (factor for file in files for factor in file.factors):
        same = same_thing(newer)
        older = [part for one in kept.get(same, ()) for part in _outside(one, newer)]
        kept[same] = [*older, newer]
    hourly = [series for file in files for series in file.hourly]
    return tuple(one for some in kept.values() for one in some), tuple(reversed(hourly))


def same_thing(one: Factor | HourlyFactors) -> tuple[str, ...]:
    """What a factor is for. The sets of warming potentials are no editions of each other."""
    gwp_set = one.edition if one.kind == "gwp" else ""
    return one.kind, one.key, one.unit, gwp_set


def _outside(one: Factor, newer: Factor) -> list[Factor]:
    """The days of a factor that a newer one does not cover, before and after it."""
    before = (
        replace(one, valid_to=min(one.valid_to, newer.valid_from - _DAY))
        if (one.valid_from < newer.valid_from)
        else None
    )
    after = (
        replace(one, valid_from=max(one.valid_from, newer.valid_to + _DAY))
        if (one.valid_to > newer.valid_to)
        else None
    )
    return [part for part in (before, after) if part is not None]


def _factor(record: Record, name: str) -> Factor:
    kind = record.choice("kind", tuple(KINDS))
    unit = record.required("unit")
    record.required("kind")
    record.required("value")
    value = record.decimal("value") or Decimal(0)
    if kind and unit:
        converted = canonical(kind, value, unit)
        if converted is None:
            what = f"unit '{unit}' is not one of a factor of kind {kind}."
            record.refuse("unit", what, nearest(unit, units_of(kind)))
        else:
            value, unit = converted
    start, end = record.day("valid_from") or date.min, record.day("valid_to") or date.max
    if start > end:
        record.refuse("valid_to", "valid_to is before valid_from.")
    return Factor(
        kind=kind,
        key=record.required("key"),
        valid_from=start,
        valid_to=end,
        value=value,
        unit=unit,
        gases=record.choice("gases", ("co2", "co2e"), "co2e"),
        source=record.text("source"),
        edition=record.text("edition"),
        where=f"{name}:{record.line}",
    )
