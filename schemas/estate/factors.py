"""Emission factors and the like: by validity, or by the hour. Units are converted exactly."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

from schemas.errors import Problem, nearest
from schemas.estate.model import Factor, HourlyFactors
from schemas.estate.record import Record
from schemas.estate.source import FactorSet
from schemas.estate.table_file import read_table

KINDS = ("location", "residual", "fuel", "gwp", "price")
_BY_VALIDITY = ("kind", "key", "valid_from", "valid_to", "value", "unit", "gases", "source")
_BY_HOUR = ("kind", "key", "timestamp", "value", "unit", "gases", "source", "edition")
_POUND = Fraction("0.45359237")  # kg, exact

#: kg per kWh for one of the unit.
INTENSITY = {
    "kg/kWh": Fraction(1),
    "g/kWh": Fraction(1, 1000),
    "t/MWh": Fraction(1),
    "kg/MWh": Fraction(1, 1000),
    "lb/MWh": _POUND / 1000,
    "gCO2eq/kWh": Fraction(1, 1000),
}

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
            found, wrong = _hourly_table(path, name)
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
            series, wrong = _mapped(path, one)
            problems += wrong
            hourly += series
    return tuple(factors), tuple(hourly), problems


def _matches(folder: Path, one: FactorSet) -> list[Path]:
    return sorted((folder / "registers" / "factors").glob(one.match)) if one.match else []


def to_kg_per_kwh(value: Decimal, unit: str) -> Decimal | None:
    """An emission intensity in kg/kWh, exact to 28 digits; None for a unit that is not one."""
    factor = INTENSITY.get(unit)
    if factor is None:
        return None
    return value * Decimal(factor.numerator) / Decimal(factor.denominator)


def _factor(record: Record, name: str) -> Factor:
    kind = record.choice("kind", KINDS)
    unit = record.required("unit")
    record.required("kind")
    record.required("value")
    value = record.decimal("value") or Decimal(0)
    if kind in ("location", "residual") and unit:
        intensity = to_kg_per_kwh(value, unit)
        if intensity is None:
            record.refuse(
                "unit", f"unit '{unit}' is not an intensity.", nearest(unit, tuple(INTENSITY))
            )
        else:
            value, unit = intensity, "kg/kWh"
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


def _hourly_table(path: Path, name: str) -> tuple[list[HourlyFactors], list[Problem]]:
    """One file may hold several series; kind, key, unit and source stand on every row."""
    series: dict[tuple[str, ...], list[tuple[str, str, int]]] = {}
    problems: list[Problem] = []
    reader = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""))
    missing = [title for title in _BY_HOUR[:5] if title not in (reader.fieldnames or ())]
    if missing:
        return [], [Problem(where=f"{name}:1", what=f"columns are missing: {', '.join(missing)}.")]
    for row in reader:
        group = tuple(
            (row.get(k) or "").strip()
            for k in ("kind", "key", "unit", "gases", "source", "edition")
        )
        series.setdefault(group, []).append(
            (row["timestamp"] or "", row["value"] or "", reader.line_num)
        )
    found = []
    for (kind, key, unit, gases, source, edition), rows in series.items():
        one = FactorSet(
            match=path.name,
            kind=kind,
            key=key,
            unit=unit,
            timestamp="",
            value="",
            gases=gases or "co2e",
            source=source,
            edition=edition,
        )
        if kind not in KINDS:
            problems.append(
                Problem(
                    where=f"{name}:{rows[0][2]}",
                    what=f"kind '{kind}' is not known.",
                    remedy=nearest(kind, KINDS),
                )
            )
            continue
        hours, wrong = _series(rows, one, name)
        problems += wrong
        found.append(hours)
    return found, problems


def _mapped(path: Path, one: FactorSet) -> tuple[list[HourlyFactors], list[Problem]]:
    name = f"registers/factors/{path.name}"
    reader = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""))
    titles = tuple(reader.fieldnames or ())
    missing = [title for title in (one.timestamp, one.value) if title not in titles]
    if missing:
        return [], [
            Problem(where=f"{name}:1", what=f"no column '{title}'.", remedy=nearest(title, titles))
            for title in missing
        ]
    rows = [(row[one.timestamp] or "", row[one.value] or "", reader.line_num) for row in reader]
    hours, problems = _series(rows, one, name)
    return [hours], problems


def _series(
    rows: Sequence[tuple[str, str, int]], one: FactorSet, name: str
) -> tuple[HourlyFactors, list[Problem]]:
    problems: list[Problem] = []
    zone = ZoneInfo(one.timezone)
    values: dict[datetime, Decimal] = {}
    for stamp, text, line in rows:
        where = f"{name}:{line}"
        try:
            moment = datetime.fromisoformat(stamp.strip())
            value = to_kg_per_kwh(Decimal(text.strip()), one.unit)
        except (ValueError, InvalidOperation):
            problems.append(Problem(where=where, what=f"'{stamp}', '{text}' cannot be read."))
            continue
        if value is None:
            problems.append(
                Problem(
                    where=where,
                    what=f"unit '{one.unit}' is not an intensity.",
                    remedy=nearest(one.unit, tuple(INTENSITY)),
                )
            )
            break
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
        if values.setdefault(moment, value) != value:
            problems.append(Problem(where=where, what=f"{stamp} stands twice with other values."))
    hours = tuple(sorted(values))
    series = HourlyFactors(
        kind=one.kind,
        key=one.key,
        gases=one.gases,
        source=one.source,
        edition=one.edition,
        where=name,
        hours=hours,
        values=tuple(values[hour] for hour in hours),
    )
    return series, problems
