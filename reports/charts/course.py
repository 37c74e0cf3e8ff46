"""A course over hours, days, months or years: a line with its bounds, broken where nothing is
known."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from reports.charts import svg
from reports.charts.bars import round_ticks
from reports.charts.chart import Chart, Legend, Table
from reports.charts.palette import BLUE, OCHRE
from reports.explained import explained
from reports.numbers import DASH, Scale, counted
from schemas.metrics import MetricValue, Status

_WIDTH, _LEFT, _TOP, _HEIGHT = 960.0, 64.0, 12.0, 220.0
_BAND = "#c3d6e4"
#: A table of more rows nobody reads; the API has them all.
_ROWS = 200


@dataclass(frozen=True, kw_only=True)
class Point:
    """One step of a course.

    Args:
        name: when it is, in full; ``tick`` is what stands below the axis, empty at most points.
        value: None is a gap.
        low, high: hard bounds; None where there is none.
        estimated: whether any of it was.
        source: the published figure, where there is one.
    """

    name: str
    tick: str = ""
    value: float | None
    low: float | None = None
    high: float | None = None
    estimated: bool = False
    coverage: str = ""
    source: MetricValue | None = None


def course(
    points: Sequence[Point],
    *,
    id: str,
    title: str,
    scale: Scale,
    note: str = "",
    beside: Sequence[Point] = (),
) -> Chart:
    """The chart, what it shows in a sentence, and its figures as a table.

    Args:
        beside: the points of another course that is to have the same axis.
    """
    words = _words(points, scale)
    return Chart(
        id=id,
        title=title,
        summary=words,
        drawing=_drawn(
            points, _limits([*points, *beside]), id=id, label=f"{title}. {words}", scale=scale
        ),
        legend=_legend(points, id),
        note=note,
        table=_table(points, title=title, scale=scale),
    )


def _drawn(
    points: Sequence[Point], limits: tuple[float, float], *, id: str, label: str, scale: Scale
) -> Markup:
    step = (_WIDTH - _LEFT - 10) / max(1, len(points))
    least, most = limits
    base = _TOP + _HEIGHT

    def x(place: float) -> float:
        return _LEFT + (place + 0.5) * step

    def y(value: float) -> float:
        return base - (min(max(value, least), most) - least) / (most - least) * _HEIGHT

    parts = [svg.element("defs", svg.hatch(f"{id}-gap"))]
    for tick in round_ticks(least / scale.divisor, most / scale.divisor):
        height = y(tick * scale.divisor)
        parts.append(svg.line(_LEFT, height, _WIDTH - 10, height, class_="rule"))
        name = scale.bare(tick * scale.divisor)
        parts.append(svg.text(name, _LEFT - 8, height + 4, text_anchor="end", class_="tick"))
    marks: list[Markup] = []
    for known, group in groupby(enumerate(points), key=lambda one: one[1].value is not None):
        run = list(group)
        if not known:
            first, last = run[0][0], run[-1][0]
            parts.append(
                svg.rect(
                    x(first) - step / 2,
                    _TOP,
                    (last - first + 1) * step,
                    _HEIGHT,
                    fill=f"url(#{id}-gap)",
                    class_="missing",
                )
            )
            continue
        band = [
            (x(place), y(one.low), y(one.high))
            for place, one in run
            if one.low is not None and one.high is not None
        ]
        if len(band) == len(run) and any(bottom - top > 0.5 for _, bottom, top in band):
            there = "".join(f"L{svg.short(a)} {svg.short(top)}" for a, _, top in band)
            back = "".join(f"L{svg.short(a)} {svg.short(low)}" for a, low, _ in reversed(band))
            parts.append(svg.element("path", d=f"M{there[1:]}{back}Z", fill=_BAND, class_="band"))
        line = "L".join(
            f"{svg.short(x(place))} {svg.short(y(one.value or 0))}" for place, one in run
        )
        marks.append(svg.element("path", d=f"M{line}", fill="none", stroke=BLUE, stroke_width=1.6))
        alone, few = len(run) == 1, len(points) <= 62
        for place, one in run:
            if alone or few or one.estimated:
                marks.append(
                    svg.element(
                        "circle",
                        svg.element("title", f"{one.name}: {scale.text(one.value)}"),
                        cx=x(place),
                        cy=y(one.value or 0),
                        r=3.2 if few else 1.8,
                        fill="#fff" if one.estimated else BLUE,
                        stroke=OCHRE if one.estimated else BLUE,
                        stroke_width=1.4,
                    )
                )
    parts.append(svg.line(_LEFT, base, _WIDTH - 10, base, class_="axis"))
    parts += [
        svg.text(one.tick, x(place), base + 18, text_anchor="middle", class_="tick")
        for place, one in enumerate(points)
        if one.tick
    ]
    return svg.drawing(
        *parts, *marks, id=id, width=_WIDTH, height=base + 28, label=label, class_="chart"
    )


def _limits(points: Sequence[Point]) -> tuple[float, float]:
    """The axis: from the lowest to the highest bound of what is known, with room."""
    seen = [
        end
        for one in points
        if one.value is not None
        for end in (one.value, one.low, one.high)
        if end is not None
    ]
    if not seen:
        return 0.0, 1.0
    low, high = min(seen), max(seen)
    room = 0.08 * (high - low) or 0.05 * abs(high) or 1.0
    return (max(0.0, low - room) if low >= 0 else low - room), high + room


def _words(points: Sequence[Point], scale: Scale) -> str:
    known = [(one.value, one.name) for one in points if one.value is not None]
    if not known:
        return "Nothing is known of this time."
    least, most = min(known), max(known)
    words = (
        f"Lowest {scale.text(least[0])} ({least[1]}), highest {scale.text(most[0])} ({most[1]})."
    )
    gaps = len(points) - len(known)
    guesses = sum(one.estimated for one in points)
    if gaps:
        words += f" {counted(gaps, 'gap')} of {counted(len(points), 'point')}, drawn hatched."
    if guesses:
        words += f" {counted(guesses, 'point')} hold estimates, drawn hollow."
    return words


def _legend(points: Sequence[Point], id: str) -> tuple[Legend, ...]:
    entries = []
    if any(one.low is not None and one.low != one.high for one in points):
        entries.append(Legend(swatch=svg.swatch(_BAND), text="bounds that hold the truth"))
    if any(one.value is None for one in points):
        hatch = svg.hatch(f"{id}-gap-key")
        entries.append(
            Legend(swatch=svg.swatch(f"url(#{id}-gap-key)", definitions=hatch), text="no data")
        )
    return tuple(entries)


def _table(points: Sequence[Point], *, title: str, scale: Scale) -> Table | None:
    if len(points) > _ROWS:
        return None
    rows = tuple(
        (
            one.name,
            explained(scale.text(one.value), one.source) if one.source else scale.text(one.value),
            DASH if one.low is None and one.high is None else scale.range(one.low, one.high),
            one.coverage or DASH,
            "no data"
            if one.value is None
            else "estimated in part"
            if one.estimated
            else "measured",
        )
        for one in points
    )
    return Table(
        caption=title, head=("When", "Value", "Bounds", "Coverage", "How"), rows=rows, text=(4,)
    )


def point_of(value: MetricValue, name: str, *, coverage: str = "") -> Point:
    """A published figure as a point; withheld is a gap."""
    return Point(
        name=name,
        tick=name,
        value=value.value,
        low=value.low,
        high=value.high,
        estimated=bool(value.estimated_share) or value.status is Status.FLAGGED,
        coverage=coverage,
        source=value,
    )
