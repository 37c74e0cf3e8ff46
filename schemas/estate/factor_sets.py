"""Factors in files of other people's making: tables, and the answers of grid data services."""

import csv
import io
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from schemas.errors import Problem, nearest
from schemas.estate.electricity_maps import electricity_maps_points
from schemas.estate.entsoe import entsoe_points
from schemas.estate.factor_series import Point, series_of, whole_year
from schemas.estate.factor_units import canonical, units_of
from schemas.estate.model import Factor, HourlyFactors
from schemas.estate.source import FactorSet

Found = tuple[list[Factor], list[HourlyFactors], list[Problem]]

#: Answers by the name in ``estate.yaml``.
_ANSWERS = {"electricity-maps": electricity_maps_points, "entsoe": entsoe_points}


def factors_of(path: Path, one: FactorSet, shown: str = "") -> Found:
    """The factors of one file: hourly where the set names a column of times, else by the period.

    ``shown`` is how the file is called, where it does not lie in ``registers/factors``.
    """
    name = shown or f"registers/factors/{path.name}"
    if one.format in _ANSWERS:
        points, problems = _ANSWERS[one.format](path.read_bytes(), one, name)
    elif not one.timestamp:
        return _by_period(path, one, name)
    else:
        points, problems = _by_hour(path, one, name)
    if problems and not points:
        return [], [], problems
    series, wrong = series_of(points, one, name)
    return [], [series], [*problems, *wrong]


def _table(
    path: Path, name: str, *needed: str
) -> tuple[list[tuple[int, dict[str, str]]], list[Problem]]:
    """Rows by their trimmed titles, each with its line."""
    reader = csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""))
    titles = [title.strip() for title in next(reader, [])]
    missing = [title for title in needed if title and title.strip() not in titles]
    if missing:
        return [], [
            Problem(where=f"{name}:1", what=f"no column '{title}'.", remedy=nearest(title, titles))
            for title in missing
        ]
    rows, problems = [], []
    for cells in reader:
        if len(cells) == len(titles):
            rows.append((reader.line_num, dict(zip(titles, cells, strict=True))))
        elif cells:
            what = f"the row has {len(cells)} cells, and the header {len(titles)}."
            problems.append(Problem(where=f"{name}:{reader.line_num}", what=what))
    return rows, problems


def _by_hour(path: Path, one: FactorSet, name: str) -> tuple[list[Point], list[Problem]]:
    rows, problems = _table(path, name, one.timestamp, one.value, one.estimated)
    points = [
        Point(
            stamp=row[one.timestamp.strip()],
            value=row[one.value.strip()],
            line=line,
            estimated=row[one.estimated.strip()] if one.estimated else "",
        )
        for line, row in rows
    ]
    return points, problems


def _by_period(path: Path, one: FactorSet, name: str) -> Found:
    """A row for each key and year, as eGRID has them; or for each key, as lists of residual mixes
    of one year have them."""
    rows, problems = _table(path, name, one.keys, one.year, one.value)
    if canonical(one.kind, Decimal(1), one.unit) is None:
        what = f"unit '{one.unit}' is not one of a factor of kind {one.kind}."
        remedy = nearest(one.unit, units_of(one.kind))
        problems.append(Problem(where=name, what=what, remedy=remedy))
        return [], [], problems
    found: dict[tuple[str, str], Factor] = {}
    for line, row in rows:
        where = f"{name}:{line}"
        key = row[one.keys.strip()].strip() if one.keys else one.key
        text = row[one.value.strip()].strip()
        year = row[one.year.strip()].strip() if one.year else ""
        days = whole_year(year) if one.year else _stated(one)
        try:
            converted = canonical(one.kind, Decimal(text), one.unit)
        except InvalidOperation:
            converted = None
        if converted is None or not converted[0].is_finite() or days is None or not key:
            what = f"'{key}', '{year}', '{text}' are no key, year and number."
            if not one.year:
                what = f"'{key}', '{text}' are no key and number."
            problems.append(Problem(where=where, what=what))
            continue
        factor = Factor(
            kind=one.kind,
            key=key,
            valid_from=days[0],
            valid_to=days[1],
            value=converted[0],
            unit=converted[1],
            gases=one.gases,
            source=one.source,
            edition=one.edition,
            where=where,
        )
        if found.setdefault((key, year), factor) != factor:
            twice = f"{key} of {year}" if year else key
            problems.append(Problem(where=where, what=f"{twice} stands twice."))
    return list(found.values()), [], problems


def _stated(one: FactorSet) -> tuple[date, date] | None:
    return (one.valid_from, one.valid_to) if one.valid_from and one.valid_to else None
