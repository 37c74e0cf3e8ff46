"""Heat map of hours: day of the year across, hour of the site's clock down."""

import math
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import groupby, pairwise
from zoneinfo import ZoneInfo

import polars as pl
from markupsafe import Markup

from reports.charts import svg
from reports.charts.chart import Chart, Legend, Table
from reports.charts.palette import ramp
from reports.numbers import THIN, number

_WIDTH, _LEFT, _TOP, _HOUR = 800, 34, 22, 8.5
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MISSING = -1
#: Darker than elsewhere: a single hour without a value must be seen among coloured ones.
_GROUND = "#b3bbc4"
#: Class of the value (or ``_MISSING``), whether estimated, and the share of the hour's cell.
_Cell = tuple[int, bool, float]


def heat_map(
    hours: pl.DataFrame,
    *,
    id: str,
    column: str,
    title: str,
    unit: str,
    decimals: int,
    year: int,
    zone: ZoneInfo,
) -> Chart:
    """Every hour of the year as one cell; hours without a value hatched, estimated ones dotted.

    Args:
        hours: ``local_date``, ``local_hour``, ``status`` and the column, in order of time.
        column: what is drawn; null is missing whatever the status says.
        zone: an hour that spring's clock leaves out stays blank; autumn's double hour is halved.
    """
    values = [value for value in hours[column].to_list() if value is not None]
    limits = class_limits(values)
    grid = _cells(hours, column=column, year=year, zone=zone, limits=limits)
    days = len(grid)
    across = (_WIDTH - _LEFT - 6) / days
    colours = ramp(len(limits) + 1)
    body = svg.element(
        "g",
        *_paths(id, grid, colours),
        transform=f"translate({_LEFT} {_TOP}) scale({across:.5f} {_HOUR})",
        shape_rendering="crispEdges",
    )
    patterns = svg.element(
        "defs",
        svg.hatch(f"{id}-missing", across=across, down=_HOUR, ground=_GROUND),
        svg.dots(f"{id}-estimated", across=across, down=_HOUR),
    )
    summary = _summary(hours, column=column, unit=unit, decimals=decimals)
    return Chart(
        id=id,
        title=title,
        summary=summary,
        drawing=svg.drawing(
            patterns,
            body,
            *_axes(year, days, across),
            id=id,
            width=_WIDTH,
            height=_TOP + 24 * _HOUR + 6,
            label=f"{title}. {summary}",
            class_="chart",
        ),
        legend=_legend(id, limits, colours, unit=unit, decimals=decimals),
        note="Across: days of the year. Down: hours of the site's clock. "
        "The hour that spring's clock leaves out is blank; autumn's double hour is halved.",
        table=hours_by_month(hours, column=column, title=title, unit=unit, decimals=decimals),
    )


def class_limits(values: Sequence[float], *, classes: int = 6) -> tuple[float, ...]:
    """Round limits between classes that spread the middle 96 % of the values evenly.

    Returns:
        At most ``classes`` limits, rising; none where all values are alike.
    """
    if not values:
        return ()
    ordered = sorted(values)
    low = ordered[int(0.02 * (len(ordered) - 1))]
    high = ordered[int(0.98 * (len(ordered) - 1))]
    if high - low <= 0:
        return ()
    rough = (high - low) / classes
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * nice for nice in (1, 2, 2.5, 5, 10) if power * nice >= 0.8 * rough)
    first = math.floor(low / step) + 1
    limits: list[float] = []
    while first * step < high and len(limits) < classes + 1:
        limits.append(round(first * step, 10))
        first += 1
    return tuple(limits)


def _exists(day: date, hour: int, zone: ZoneInfo) -> bool:
    there = datetime(day.year, day.month, day.day, hour, tzinfo=zone)
    return there.astimezone(UTC).astimezone(zone).hour == hour


def _cells(
    hours: pl.DataFrame, *, column: str, year: int, zone: ZoneInfo, limits: Sequence[float]
) -> list[list[tuple[float, _Cell]]]:
    """Per day, the cells from midnight down: where each starts, and what it is."""
    found: dict[tuple[date, int], list[tuple[int, bool]]] = {}
    for day, hour, value, status in hours.select(
        "local_date", "local_hour", column, "status"
    ).iter_rows():
        place = _MISSING if value is None else sum(value >= limit for limit in limits)
        found.setdefault((day, hour), []).append((place, status == "estimated"))
    grid = []
    day = date(year, 1, 1)
    while day.year == year:
        cells: list[tuple[float, _Cell]] = []
        for hour in range(24):
            entries = found.get((day, hour))
            if entries is None and not _exists(day, hour, zone):
                continue
            entries = entries or [(_MISSING, False)]
            share = 1 / len(entries)
            for order, (place, estimated) in enumerate(entries):
                cells.append((hour + order * share, (place, estimated, share)))
        grid.append(cells)
        day += timedelta(days=1)
    return grid


def _runs(day: int, cells: Sequence[tuple[float, _Cell]], key: int) -> list[tuple[int | bool, str]]:
    """Neighbouring cells with the same class (key 0) or mark (key 1), each as one path."""
    runs = []
    for mark, group in groupby(cells, key=lambda cell: cell[1][key]):
        members = list(group)
        # A clock change leaves a hole in the day: a run does not cross it.
        start, end = members[0][0], members[0][0]
        for top, (_, _, share) in members:
            if top > end + 1e-9:
                runs.append((mark, _box(day, start, end)))
                start = top
            end = top + share
        runs.append((mark, _box(day, start, end)))
    return runs


def _box(day: int, top: float, bottom: float) -> str:
    return f"M{day} {svg.short(top)}h1v{svg.short(bottom - top)}h-1z"


def _paths(
    id: str, grid: Sequence[Sequence[tuple[float, _Cell]]], colours: Sequence[str]
) -> list[Markup]:
    by_class: dict[int, list[str]] = {}
    estimated: list[str] = []
    for day, cells in enumerate(grid):
        for place, path in _runs(day, cells, 0):
            by_class.setdefault(int(place), []).append(path)
        estimated += [path for mark, path in _runs(day, cells, 1) if mark]
    paths = [
        svg.element(
            "path",
            d="".join(path),
            fill=f"url(#{id}-missing)" if place == _MISSING else colours[place],
            class_="missing" if place == _MISSING else "hours",
        )
        for place, path in sorted(by_class.items())
    ]
    if estimated:
        fill = f"url(#{id}-estimated)"
        paths.append(svg.element("path", d="".join(estimated), fill=fill, class_="estimated"))
    return paths


def _axes(year: int, days: int, across: float) -> list[Markup]:
    bottom = _TOP + 24 * _HOUR
    marks = [
        svg.text(
            f"{hour:02d}", _LEFT - 6, _TOP + hour * _HOUR + 4, text_anchor="end", class_="tick"
        )
        for hour in (0, 6, 12, 18, 24)
    ]
    for month, name in enumerate(_MONTHS, start=1):
        x = _LEFT + (date(year, month, 1) - date(year, 1, 1)).days * across
        marks.append(svg.line(x, _TOP - 14, x, bottom, stroke="#fff", stroke_width=0.8))
        marks.append(svg.line(x, _TOP - 14, x, _TOP, class_="rule"))
        marks.append(svg.text(name, x + 4, _TOP - 6, class_="tick"))
    marks.append(svg.rect(_LEFT, _TOP, days * across, 24 * _HOUR, fill="none", class_="frame"))
    return marks


def _places(limits: Sequence[float], least: int) -> int:
    """As many places as tell the limits apart, exactly; no fewer than the chart's own."""
    exact = (-int(Decimal(str(limit)).normalize().as_tuple().exponent) for limit in limits)
    return max([least, *exact])


def _legend(
    id: str, limits: Sequence[float], colours: Sequence[str], *, unit: str, decimals: int
) -> tuple[Legend, ...]:
    names = [number(limit, _places(limits, decimals)) for limit in limits]
    if names:
        words = [f"below {names[0]}"]
        words += [f"{a}–{b}" for a, b in pairwise(names)]
        words.append(f"{names[-1]}{THIN}{unit}".rstrip(THIN) + " and above")
    else:
        words = ["all alike"]
    entries = [
        Legend(swatch=svg.swatch(colour), text=word)
        for colour, word in zip(colours, words, strict=True)
    ]
    entries.append(
        Legend(
            swatch=svg.swatch(colours[0], definitions=svg.dots(f"{id}-k1"), over=f"url(#{id}-k1)"),
            text="estimated",
        )
    )
    entries.append(
        Legend(
            swatch=svg.swatch(f"url(#{id}-k2)", definitions=svg.hatch(f"{id}-k2", ground=_GROUND)),
            text="no value",
        )
    )
    return tuple(entries)


def counts(hours: pl.DataFrame, column: str) -> dict[str, int]:
    """How many hours are measured, estimated and missing; a null value counts as missing."""
    has = pl.col(column).is_not_null()
    row = hours.select(
        measured=(has & (pl.col("status") == "measured")).sum(),
        estimated=(has & (pl.col("status") == "estimated")).sum(),
        missing=(~has).sum(),
    ).row(0, named=True)
    return {name: int(count or 0) for name, count in row.items()}


def _summary(hours: pl.DataFrame, *, column: str, unit: str, decimals: int) -> str:
    tally = counts(hours, column)
    parts = (
        f"{number(tally['measured'])} hours measured, {number(tally['estimated'])} estimated, "
        f"{number(tally['missing'])} without a value."
    )
    ordered = hours[column].drop_nulls().sort()
    if ordered.is_empty():
        return parts
    low, middle, high = (
        number(ordered.quantile(share, interpolation="nearest"), decimals)
        for share in (0.02, 0.5, 0.98)
    )
    scope = f"{high}{THIN}{unit}".rstrip(THIN)
    return f"{parts} Half of the hours lie below {middle}; 96{THIN}% between {low} and {scope}."


def hours_by_month(
    hours: pl.DataFrame, *, column: str, title: str, unit: str, decimals: int
) -> Table:
    """Lowest, median and highest hour of each month, and how many hours stand behind them."""
    rows = []
    for month in range(1, 13):
        part = hours.filter(pl.col("local_date").dt.month() == month)
        if part.is_empty():
            continue
        tally = counts(part, column)
        ordered = part[column].drop_nulls().sort()
        picks = [
            None if ordered.is_empty() else ordered.quantile(share, interpolation="nearest")
            for share in (0.0, 0.5, 1.0)
        ]
        rows.append(
            (
                _MONTHS[month - 1],
                *(number(pick, decimals) for pick in picks),
                *(number(tally[name]) for name in ("measured", "estimated", "missing")),
            )
        )
    words = f" [{unit}]" if unit else ""
    return Table(
        caption=f"{title}: hours by month",
        head=(
            "Month",
            f"Lowest hour{words}",
            f"Median hour{words}",
            f"Highest hour{words}",
            "Hours measured",
            "Hours estimated",
            "Hours without value",
        ),
        rows=tuple(rows),
    )
