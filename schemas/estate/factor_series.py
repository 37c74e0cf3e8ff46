"""Factors by the hour, from points of time and their values."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

from schemas.errors import Problem, nearest
from schemas.estate.factor_units import KINDS, canonical, units_of
from schemas.estate.model import HourlyFactors
from schemas.estate.plain_hours import plain_hours
from schemas.estate.source import FactorSet

_BY_HOUR = ("kind", "key", "timestamp", "value", "unit", "gases", "source", "edition")
_OF_SERIES = ("kind", "key", "unit", "gases", "source", "edition")
_OF_POINT = ("timestamp", "value", "estimated")
_YES, _NO = ("true", "yes", "1"), ("false", "no", "0", "")
_HOUR = timedelta(hours=1)
_ONE = Decimal(1)


@dataclass(frozen=True, kw_only=True)
class Point:
    """One value as a file tells it, and its place there.

    Args:
        stamp: ISO 8601; without an offset in the set's time zone.
        estimated: the word by which its source marks an estimate, empty where it marks none.
    """

    stamp: str
    value: str
    line: int
    estimated: str = ""


def series_of(
    points: Sequence[Point], one: FactorSet, name: str
) -> tuple[HourlyFactors, list[Problem]]:
    """The hours of a series, in its kind's unit.

    Values of parts of an hour are averaged; an hour that lacks one is missing, and one with an
    estimate among them is an estimate. Where the set says for which days it was asked, every hour
    of these days must be there and no other.
    """
    told, problems = _told(points, one, name)
    step = min((after - start for start, after in pairwise(sorted(told))), default=_HOUR)
    part = min(step, _HOUR)
    hours: dict[datetime, tuple[Decimal, bool]] = {}
    if off := [at for at in sorted(told) if (at - _floor(at)) % part or _HOUR % part]:
        problems.append(
            Problem(
                where=name,
                what=f"{len(off)} times are no whole hours or equal parts of them, such as "
                f"{off[0].isoformat()}.",
            )
        )
    else:
        hours = _averaged(told, round(_HOUR / part))
    problems += _range(hours, one, name)
    known = sorted(hours)
    series = _series(
        one,
        name,
        known,
        [hours[hour][0] for hour in known],
        frozenset(hour for hour in known if hours[hour][1]),
    )
    return series, problems


def _series(
    one: FactorSet,
    name: str,
    hours: Sequence[datetime],
    values: Sequence[Decimal],
    estimated: frozenset[datetime] = frozenset(),
) -> HourlyFactors:
    """Hours in their order, with values in the kind's unit."""
    return HourlyFactors(
        kind=one.kind,
        key=one.key,
        unit=told_unit[1] if (told_unit := canonical(one.kind, _ONE, one.unit)) else one.unit,
        gases=one.gases,
        source=one.source,
        edition=one.edition,
        where=name,
        hours=tuple(hours),
        values=tuple(values),
        estimated=estimated,
    )


def _told(
    points: Sequence[Point], one: FactorSet, name: str
) -> tuple[dict[datetime, tuple[Decimal, bool]], list[Problem]]:
    problems: list[Problem] = []
    zone = ZoneInfo(one.timezone)
    values: dict[datetime, tuple[Decimal, bool]] = {}
    if canonical(one.kind, _ONE, one.unit) is None:
        what = f"unit '{one.unit}' is not one of a factor of kind {one.kind}."
        where = f"{name}:{points[0].line}" if points else name
        return {}, [Problem(where=where, what=what, remedy=nearest(one.unit, units_of(one.kind)))]
    for point in points:
        where = f"{name}:{point.line}"
        word = point.estimated.strip().lower()
        try:
            moment = datetime.fromisoformat(point.stamp.strip())
            number = Decimal(point.value.strip())
        except (ValueError, InvalidOperation):
            number = None
        converted = canonical(one.kind, number, one.unit) if number is not None else None
        if converted is None or not converted[0].is_finite():
            what = f"'{point.stamp}', '{point.value}' cannot be read."
            problems.append(Problem(where=where, what=what))
            continue
        if word not in (*_YES, *_NO):
            what = f"'{point.estimated}' does not say whether the value is an estimate."
            problems.append(Problem(where=where, what=what, remedy=f"One of {(*_YES, *_NO)}."))
            continue
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
        told = (converted[0], word in _YES)
        if values.setdefault(moment, told)[0] != converted[0]:
            what = f"{point.stamp} stands twice with other values."
            problems.append(Problem(where=where, what=what))
    return values, problems


def _floor(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _averaged(
    told: dict[datetime, tuple[Decimal, bool]], parts: int
) -> dict[datetime, tuple[Decimal, bool]]:
    """Means of the hours that have all of their parts."""
    by_hour: dict[datetime, list[tuple[Decimal, bool]]] = {}
    for at, value in told.items():
        by_hour.setdefault(_floor(at), []).append(value)
    return {
        hour: (sum((value for value, _ in some), Decimal(0)) / parts, any(late for _, late in some))
        for hour, some in by_hour.items()
        if len(some) == parts
    }


def _range(hours: dict[datetime, tuple[Decimal, bool]], one: FactorSet, name: str) -> list[Problem]:
    """What an answer lacks of the days it was asked for, and what it tells beside them."""
    if one.valid_from is None or one.valid_to is None:
        return []
    zone = ZoneInfo(one.timezone)
    start = datetime.combine(one.valid_from, time(), zone).astimezone(UTC)
    end = datetime.combine(one.valid_to + timedelta(days=1), time(), zone).astimezone(UTC)
    asked = [start + _HOUR * number for number in range((end - start) // _HOUR)]
    missing = [hour for hour in asked if hour not in hours]
    beside = sorted(hour for hour in hours if not start <= hour < end)
    days = f"{one.valid_from} to {one.valid_to}"
    found = []
    if missing:
        what = f"{len(missing)} hours of {days} are missing, first {missing[0].isoformat()}."
        found.append(Problem(where=name, what=what, remedy="Fetch the series again, whole."))
    if beside:
        what = f"{len(beside)} hours are outside {days}, first {beside[0].isoformat()}."
        found.append(Problem(where=name, what=what, remedy="Correct valid_from and valid_to."))
    return found


def hourly_table(path: Path, name: str) -> tuple[list[HourlyFactors], list[Problem]]:
    """One file may hold several series; kind, key, unit and source stand on every row."""
    if (plain := _plain_table(path, name)) is not None:
        return plain, []
    problems: list[Problem] = []
    reader = csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""))
    header = next(reader, [])
    missing = [title for title in _BY_HOUR[:5] if title not in header]
    if missing:
        return [], [Problem(where=f"{name}:1", what=f"columns are missing: {', '.join(missing)}.")]
    place = {title: number for number, title in enumerate(header)}
    stamp, value, estimated = (place.get(one, len(header)) for one in _OF_POINT)
    of_series = [place.get(one, len(header)) for one in _OF_SERIES]
    # Thousands of rows say the same of their series: by their cells as they stand.
    by_cells: dict[tuple[str, ...], list[Point]] = {}
    for row in reader:
        if row:
            known = row[: len(header)]
            cells = [*known, *[""] * (len(header) + 1 - len(known))]
            by_cells.setdefault(tuple([cells[n] for n in of_series]), []).append(
                Point(
                    stamp=cells[stamp],
                    value=cells[value],
                    line=reader.line_num,
                    estimated=cells[estimated],
                )
            )
    series: dict[tuple[str, ...], list[Point]] = {}
    for told, points in by_cells.items():
        series.setdefault(tuple(cell.strip() for cell in told), []).extend(points)
    found = []
    for (kind, key, unit, gases, source, edition), points in series.items():
        if kind not in KINDS:
            what = f"kind '{kind}' is not known."
            where = f"{name}:{points[0].line}"
            problems.append(Problem(where=where, what=what, remedy=nearest(kind, tuple(KINDS))))
            continue
        one = _set_of(path, (kind, key, unit, gases, source, edition))
        hours, wrong = series_of(points, one, name)
        problems += wrong
        found.append(hours)
    return found, problems


def _set_of(path: Path, told: Sequence[str]) -> FactorSet:
    """What the rows of a series say of it (``_OF_SERIES``)."""
    kind, key, unit, gases, source, edition = told
    return FactorSet(
        match=path.name,
        kind=kind,
        key=key,
        unit=unit,
        gases=gases or "co2e",
        source=source,
        edition=edition,
    )


def _plain_table(path: Path, name: str) -> list[HourlyFactors] | None:
    """The same for a file in which nothing is out of the ordinary; None where anything is."""
    rows = plain_hours(path, _BY_HOUR, "value")
    if rows is None:
        return None
    found = []
    for told, points in rows.group_by(_OF_SERIES, maintain_order=True):
        words = [str(cell) for cell in told]
        kind, _, unit, *_ = words
        hours = points.sort("start")
        known = kind in KINDS and canonical(kind, _ONE, unit) is not None
        once = hours["start"].n_unique() == hours.height
        if not known or not once or words != [one.strip() for one in words]:
            return None
        # A factor is told with few digits, so that the same ones come up again and again.
        converted = {text: canonical(kind, Decimal(text), unit) for text in set(hours["value"])}
        values = [one[0] for text in hours["value"] if (one := converted[text]) is not None]
        found.append(_series(_set_of(path, words), name, hours["start"].to_list(), values))
    return found


def whole_year(year: str) -> tuple[date, date] | None:
    """The first and last day of a year; None where it is none."""
    if not (year.isdigit() and len(year) == len("2025")):
        return None
    return date(int(year), 1, 1), date(int(year), 12, 31)
