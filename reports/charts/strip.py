"""A meter's year as a strip: one step per day, measured below, estimated above it, gaps hatched."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import groupby

from markupsafe import Markup

from reports.charts import svg
from reports.charts.palette import OCHRE, STEEL

_WIDTH, _HEIGHT = 365.0, 16.0


def day_strip(
    coverage: Mapping[date, float | None],
    *,
    id: str,
    year: int,
    label: str,
    estimated: Mapping[date, float] | None = None,
) -> Markup:
    """One strip.

    Args:
        coverage: per local day, 0..1; a day that is absent or None is outside the meter's validity
            and stays empty, a day of 0 is a gap.
        estimated: the share of each day that was not read, and is estimated. It stands on what was
            measured, dotted; the rest is missing.
    """
    guesses = estimated or {}
    first = date(year, 1, 1)
    days = (date(year + 1, 1, 1) - first).days
    unit = _WIDTH / days
    dates = [first + timedelta(days=day) for day in range(days)]
    levels = [_level(coverage.get(day), guesses.get(day, 0.0)) for day in dates]
    parts = [
        svg.element("defs", svg.hatch(f"{id}-gap"), svg.dots(f"{id}-guess")),
        svg.line(0, _HEIGHT - 0.5, _WIDTH, _HEIGHT - 0.5, class_="rule"),
    ]
    start = 0
    for level, group in groupby(levels):
        length = len(list(group))
        if level is not None:
            parts += _day(level, start * unit, length * unit, id)
        start += length
    for month in range(2, 13):
        x = (date(year, month, 1) - first).days * unit
        parts.append(svg.line(x, 0, x, _HEIGHT, stroke="#fff", stroke_width=0.7))
    return svg.drawing(
        *parts,
        id=id,
        width=_WIDTH,
        height=_HEIGHT,
        label=label,
        class_="strip",
        preserveAspectRatio="none",
        shape_rendering="crispEdges",
    )


def _level(coverage: float | None, estimated: float) -> tuple[float, float] | None:
    """Measured and estimated share, as finely as a strip can show."""
    return None if coverage is None else (round(coverage, 2), round(estimated, 2))


def _day(level: tuple[float, float], x: float, wide: float, id: str) -> Iterator[Markup]:
    measured, estimated = level
    if measured < 1:
        yield svg.rect(x, 0, wide, _HEIGHT, fill=f"url(#{id}-gap)", class_="missing")
    tall = measured * _HEIGHT
    if measured > 0:
        yield svg.rect(x, _HEIGHT - tall, wide, tall, fill=STEEL, class_="value")
    if estimated > 0:
        high = min(estimated * _HEIGHT, _HEIGHT - tall)
        top = _HEIGHT - tall - high
        yield svg.rect(x, top, wide, high, fill=OCHRE, class_="estimated")
        yield svg.rect(x, top, wide, high, fill=f"url(#{id}-guess)")
