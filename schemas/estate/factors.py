"""Emission factors and the like: by validity, or by the hour. Units are converted exactly."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from schemas.errors import Problem, nearest
from schemas.estate.factor_series import hourly_table
from schemas.estate.factor_sets import factors_of
from schemas.estate.factor_units import KINDS, canonical, units_of
from schemas.estate.model import Factor, HourlyFactors
from schemas.estate.record import Record
from schemas.estate.source import FactorSet
from schemas.estate.table_file import read_table

_BY_VALIDITY = ("kind", "key", "valid_from", "valid_to", "value", "unit", "gases", "source")
Found = tuple[tuple[Factor, ...], tuple[HourlyFactors, ...], list[Problem]]


def read_factors(folder: Path, factor_sets: Sequence[FactorSet]) -> Found:
    """Every factor of ``registers/factors`` and of the factor sets in ``estate.yaml``."""
    factors: list[Factor] = []
    hourly: list[HourlyFactors] = []
    problems: list[Problem] = []
    claimed = {path for one in factor_sets for path in _matches(folder, one)}
    for path in sorted((folder / "registers" / "factors").glob("*.csv")):
        if path in claimed:
            continue
        name = f"registers/factors/{path.name}"
        header = path.read_text(encoding="utf-8-sig", errors="replace").split("\n", 1)[0]
        if "timestamp" in header.split(","):
            found, wrong = hourly_table(path, name)
            hourly += found
        else:
            records, wrong = read_table(
                path, name, (*_BY_VALIDITY, "region", "edition"), _BY_VALIDITY[:6]
            )
            factors += [_factor(record, name) for record in records]
            wrong = wrong + [problem for record in records for problem in record.problems]
        problems += wrong
    for one in factor_sets:
        paths = _matches(folder, one)
        if not paths:
            problems.append(
                Problem(
                    where="estate.yaml",
                    what=f"factor set '{one.match}' matches no file.",
                    remedy="The pattern is relative to registers/factors.",
                )
            )
        for path in paths:
            yearly, series, wrong = factors_of(path, one)
            problems += wrong
            factors += yearly
            hourly += series
    return tuple(factors), tuple(hourly), problems


def _matches(folder: Path, one: FactorSet) -> list[Path]:
    return sorted((folder / "registers" / "factors").glob(one.match)) if one.match else []


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
