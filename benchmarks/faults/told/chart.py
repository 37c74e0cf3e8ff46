"""The errors of the year's PUE as one drawing: a bar from the median to the worst seed."""

from collections.abc import Sequence
from math import log10
from statistics import median

from markupsafe import Markup

from benchmarks.faults.measure import OURS, Measured
from benchmarks.faults.told.tables import NAMES, percent, pue_errors
from reports.charts.svg import drawing, element, line, rect, text

_WIDTH, _ROW, _TOP, _LEFT, _RIGHT = 790, 34, 54, 268, 708
#: The axis ends at a hundred-thousandth of a percent and at a hundred times; so does the drawing.
_LOWEST, _HIGHEST = 1e-7, 1e2
_OURS, _OTHERS, _INK, _FAINT = "#0b6e4f", "#76808b", "#1c2329", "#d5dae0"
_FONT = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif"
_MARKS = {1e-7: "0.00001 %", 1e-5: "0.001 %", 1e-3: "0.1 %", 1e-1: "10 %", 1e1: "10 ×"}


def chart(results: Sequence[Measured]) -> str:
    """A drawing that stands alone: white ground, no style sheet."""
    height = _TOP + _ROW * len(NAMES) + 40
    bottom = height - 34
    parts: list[Markup] = [
        rect(0, 0, _WIDTH, height, fill="#ffffff"),
        text(
            f"Error of a year's PUE over {len(results)} seeds of faults: median and worst",
            16,
            26,
            font_size=16,
            font_weight="600",
            fill=_INK,
        ),
    ]
    for value, label in _MARKS.items():
        parts.append(line(_at(value), _TOP - 8, _at(value), bottom, stroke=_FAINT))
        parts.append(
            text(label, _at(value), bottom + 20, font_size=12, fill=_OTHERS, text_anchor="middle")
        )
    for place, (policy, name) in enumerate(NAMES.items()):
        errors = pue_errors(results, policy)
        y = _TOP + _ROW * place + _ROW / 2 - 4
        parts += _row(name, median(errors), max(errors), y, ours=policy == OURS)
    drawn = drawing(
        element("g", *parts, font_family=_FONT),
        id="faults",
        width=_WIDTH,
        height=height,
        label="Error of a year's PUE by policy, median and worst seed, logarithmic",
    )
    return f"{drawn}\n"


def _row(name: str, middle: float, worst: float, y: float, *, ours: bool) -> list[Markup]:
    colour, weight = (_OURS, "600") if ours else (_OTHERS, "400")
    left, right = _at(middle), _at(worst)
    return [
        text(
            name, _LEFT - 14, y + 4, font_size=13, font_weight=weight, fill=_INK, text_anchor="end"
        ),
        line(left, y, right, y, stroke=colour, stroke_width=5, stroke_linecap="round"),
        element("circle", cx=left, cy=y, r=6, fill="#ffffff", stroke=colour, stroke_width=3),
        element("circle", cx=right, cy=y, r=6, fill=colour),
        text(percent(worst), right + 12, y + 4, font_size=12, fill=_INK),
    ]


def _at(value: float) -> float:
    """Where a share lies on the axis."""
    bounded = min(max(value, _LOWEST), _HIGHEST)
    share = (log10(bounded) - log10(_LOWEST)) / (log10(_HIGHEST) - log10(_LOWEST))
    return _LEFT + (_RIGHT - _LEFT) * share
