"""A meter's year as a strip: one step per day, as high as its coverage; gaps hatched."""

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import groupby

from markupsafe import Markup

from reports.charts import svg
from reports.charts.palette import STEEL

_WIDTH, _HEIGHT = 365.0, 16.0


def day_strip(coverage: Mapping[date, float | None], *, id: str, year: int, label: str) -> Markup:
    """One strip.

    Args:
        coverage: per local day, 0..1; a day that is absent or None is outside the meter's validity
            and stays empty, a day of 0 is a gap.
    """
    first = date(year, 1, 1)
    days = (date(year + 1, 1, 1) - first).days
    unit = _WIDTH / days
    levels = [coverage.get(first + timedelta(days=day)) for day in range(days)]
    parts = [
        svg.element("defs", svg.hatch(f"{id}-gap")),
        svg.line(0, _HEIGHT - 0.5, _WIDTH, _HEIGHT - 0.5, class_="rule"),
    ]
    start = 0
    for level, group in groupby(
        levels, key=lambda value: None if value is None else round(value, 2)
    ):
        length = len(list(group))
        if level is not None:
            x, wide = start * unit, length * unit
            if level < 1:
                parts.append(
                    svg.rect(x, 0, wide, _HEIGHT, fill=f"url(#{id}-gap)", class_="missing")
                )
            if level > 0:
                tall = level * _HEIGHT
                parts.append(svg.rect(x, _HEIGHT - tall, wide, tall, fill=STEEL, class_="value"))
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
