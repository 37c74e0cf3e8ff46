"""Twelve months drawn: bars for amounts, points for ratios; a month without a value has neither."""

import math
from collections.abc import Callable, Sequence

from markupsafe import Markup

from reports.charts import svg
from reports.charts.months import Month
from reports.charts.palette import BLUE, INK, QUIET
from reports.numbers import THIN, Scale
from schemas.metrics import Status


def month_bars(
    months: Sequence[Month], *, id: str, label: str, scale: Scale, width: float = 800
) -> Markup:
    """Bars from zero with whiskers from low to high; a month without a value has no bar."""
    left, top, height = 60.0, 22.0, 96.0
    step = (width - left - 6) / 12
    peak = max(
        (v for m in months if m.value is not None for v in (m.value, m.high or 0)), default=0.0
    )
    ceiling = round_ceiling(peak / scale.divisor) * scale.divisor
    base = top + height

    def y(value: float) -> float:
        return base - min(value, ceiling) * height / ceiling

    parts = [svg.element("defs", svg.hatch(f"{id}-missing"))]
    for tick in (ceiling, ceiling / 2):
        parts.append(svg.line(left, y(tick), width - 6, y(tick), class_="rule"))
    for tick in (ceiling, ceiling / 2, 0):
        name = f"{tick / scale.divisor:,.4g}".replace(",", THIN)
        parts.append(svg.text(name, left - 8, y(tick) + 4, text_anchor="end", class_="tick"))
    for place, month in enumerate(months):
        x = left + place * step
        parts.append(
            svg.text(month.name, x + step / 2, base + 17, text_anchor="middle", class_="tick")
        )
        if month.value is None:
            parts += _no_bar(month, id=id, x=x, step=step, top=top, base=base, y=y)
        else:
            parts += _bar(month, x=x, step=step, base=base, y=y, scale=scale)
    parts.append(svg.line(left, base, width - 6, base, class_="axis"))
    return svg.drawing(*parts, id=id, width=width, height=base + 24, label=label, class_="chart")


def round_ceiling(value: float) -> float:
    """The next round number at or above a value, so that an axis ends on it; 1 for nothing."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    nice = (1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10)
    return next(step * power for step in nice if step * power >= value * (1 - 1e-9))


def round_ticks(low: float, high: float) -> tuple[float, ...]:
    """Two to five round numbers between two ends."""
    power = 10.0 ** math.floor(math.log10(high - low)) if high > low else 1.0
    for step in (power / 2, power / 4, power / 5, power / 10):
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        if last - first >= 1:
            keep = max(1, -(-(last - first + 1) // 5))
            return tuple(round(n * step, 10) for n in range(first, last + 1, keep))
    return (low, high)


def _bar(
    month: Month,
    *,
    x: float,
    step: float,
    base: float,
    y: Callable[[float], float],
    scale: Scale,
) -> list[Markup]:
    """A filled bar where clean, an outlined one where flagged, with whiskers and its value."""
    value = month.value or 0.0
    clean = month.status is Status.CLEAN
    bar = svg.rect(
        x + step * 0.2 + 0.5,
        y(value),
        step * 0.6 - 1,
        base - y(value),
        fill="#a9c5d9" if clean else "#fff",
        stroke=BLUE,
        stroke_dasharray="none" if clean else "3 2",
        class_="value",
    )
    whisker = _whisker(x + step / 2, month, y, colour=INK)
    ends = [end for end in (value, month.high) if end is not None]
    top = y(max(ends)) - (12 if month.high is None else 0)
    words = svg.text(
        scale.bare(value), x + step / 2, top - 5, text_anchor="middle", class_="tick strong"
    )
    return [bar, *whisker, words]


def _no_bar(
    month: Month,
    *,
    id: str,
    x: float,
    step: float,
    top: float,
    base: float,
    y: Callable[[float], float],
) -> list[Markup]:
    """A hatched month: no value, and the bounds as a dotted line where both are known."""
    box = svg.rect(
        x + step * 0.2, top, step * 0.6, base - top, fill=f"url(#{id}-missing)", class_="missing"
    )
    words = svg.text(month.word, x + step / 2, top - 6, text_anchor="middle", class_="tick strong")
    if month.low is None or month.high is None:
        return [box, words]
    middle, low, high = x + step / 2, y(month.low), y(month.high)
    style: dict[str, str | float] = {"stroke": INK, "stroke_width": 1.4, "class_": "bounds"}
    return [
        box,
        svg.line(middle, low, middle, high, stroke_dasharray="2 3", **style),
        svg.line(middle - 5, low, middle + 5, low, **style),
        svg.line(middle - 5, high, middle + 5, high, **style),
        words,
    ]


def month_points(
    months: Sequence[Month], *, id: str, label: str, scale: Scale, limits: tuple[float, float]
) -> Markup:
    """A small multiple: points with whiskers on a scale shared with its neighbours.

    Args:
        limits: lowest and highest value of the shared scale; whiskers are cut there.
    """
    width, left, top, height = 300.0, 44.0, 8.0, 110.0
    step = (width - left - 6) / 12
    low, high = limits
    span = (high - low) or 1.0

    def y(value: float) -> float:
        return top + height * (1 - (min(max(value, low), high) - low) / span)

    parts = [svg.element("defs", svg.hatch(f"{id}-missing"))]
    for tick in round_ticks(low, high):
        parts.append(svg.line(left, y(tick), width - 6, y(tick), class_="rule"))
        parts.append(
            svg.text(scale.bare(tick), left - 7, y(tick) + 4, text_anchor="end", class_="tick")
        )
    trail: list[str] = []
    joined = False
    marks = []
    for place, month in enumerate(months):
        middle = left + (place + 0.5) * step
        parts.append(
            svg.text(month.name[0], middle, top + height + 16, text_anchor="middle", class_="tick")
        )
        if month.value is None:
            joined = False
            parts.append(
                svg.rect(
                    middle - step * 0.4,
                    top,
                    step * 0.8,
                    height,
                    fill=f"url(#{id}-missing)",
                    class_="missing",
                )
            )
            continue
        trail.append(f"{'L' if joined else 'M'}{svg.short(middle)} {svg.short(y(month.value))}")
        joined = True
        marks += _whisker(middle, month, y, colour=QUIET)
        filled = month.status is Status.CLEAN
        marks.append(
            svg.element(
                "circle",
                cx=middle,
                cy=y(month.value),
                r=3.4,
                fill=BLUE if filled else "#fff",
                stroke=BLUE,
                stroke_width=1.6,
                class_="value",
            )
        )
    if trail:
        parts.append(
            svg.element("path", d="".join(trail), fill="none", stroke=BLUE, stroke_width=1.2)
        )
    return svg.drawing(
        *parts,
        *marks,
        id=id,
        width=width,
        height=top + height + 22,
        label=label,
        class_="chart small",
    )


def _whisker(x: float, month: Month, y: Callable[[float], float], *, colour: str) -> list[Markup]:
    """From low to high; an arrow where there is no upper bound."""
    if month.low is None or month.value is None:
        return []
    bottom = y(month.low)
    top = y(month.high) if month.high is not None else y(month.value) - 12
    style: dict[str, str | float] = {"stroke": colour, "stroke_width": 1.2, "class_": "bounds"}
    if bottom - top < 1 and month.high is not None:
        return []
    parts = [svg.line(x, bottom, x, top, **style), svg.line(x - 4, bottom, x + 4, bottom, **style)]
    if month.high is None:
        head = f"M{svg.short(x - 4)} {svg.short(top + 5)}L{svg.short(x)} {svg.short(top)}"
        head += f"L{svg.short(x + 4)} {svg.short(top + 5)}"
        parts.append(svg.element("path", d=head, fill="none", **style))
    else:
        parts.append(svg.line(x - 4, top, x + 4, top, **style))
    return parts
