"""A ratio month by month: points with bounds, hollow where flagged, nothing where withheld."""

from collections.abc import Sequence

import plotly.graph_objects as go

from reports.charts.chart import Chart
from reports.charts.months import Month, month_table, month_words
from reports.charts.palette import BLUE, OCHRE, QUIET
from reports.charts.theme import figure
from reports.numbers import Scale, coverage_text
from schemas.metrics import Status

_HEIGHT = 300


def monthly_ratio(
    months: Sequence[Month],
    *,
    id: str,
    title: str,
    scale: Scale,
    year_value: float | None,
    shapes: Sequence[dict[str, object]] = (),
) -> Chart:
    """Twelve months of a ratio.

    Args:
        months: January to December; those without a value leave a gap.
        year_value: drawn as a dashed line; a total of totals, not the mean of the points.
        shapes: what stands behind the points, as spans of incidents.
    """
    limits = ratio_limits(months, year_value)
    words = month_words(months, scale=scale)
    return Chart(
        id=id,
        title=title,
        summary=words,
        figure=figure(
            traces=[_withheld(months), _points(months, scale=scale)],
            xaxis={
                "type": "category",
                "categoryarray": [m.name for m in months],
                "range": [-0.6, 11.6],
                "fixedrange": True,
                "tickmode": "array",
                "tickvals": [m.name for m in months],
            },
            yaxis={
                "range": list(limits),
                "fixedrange": True,
                "title": {"text": scale.unit} if scale.unit else None,
            },
            shapes=[*shapes, *([_year_line(year_value)] if year_value is not None else [])],
            annotations=_annotations(months, year_value=year_value, scale=scale),
            showlegend=False,
            margin={"l": 52, "r": 64, "t": 12, "b": 36},
        ),
        height=_HEIGHT,
        note="Whiskers: bounds that hold the true value. Filled point: clean; hollow: flagged. "
        "Dotted: only the bounds are known, the value is withheld."
        + (" Shaded: incidents." if shapes else ""),
        table=month_table(months, caption=title, scale=scale),
    )


def ratio_limits(months: Sequence[Month], year_value: float | None) -> tuple[float, float]:
    """A scale that shows every value with its bounds; bounds of withheld months may be cut."""
    valued = [month for month in months if month.value is not None]
    chosen = valued or [month for month in months if month.low is not None]
    ends = [
        end for month in chosen for end in (month.value, month.low, month.high) if end is not None
    ]
    ends += [year_value] if year_value is not None else []
    if not ends:
        return (0.0, 1.0)
    low, high = min(ends), max(ends)
    room = 0.12 * (high - low) or 0.05 * abs(high) or 1.0
    return (low - 1.6 * room, high + room)


def _points(months: Sequence[Month], *, scale: Scale) -> object:
    flagged = [month.status is not Status.CLEAN for month in months]
    return go.Scatter(
        name="Month",
        x=[month.name for month in months],
        y=[month.value for month in months],
        mode="lines+markers",
        connectgaps=False,
        line={"color": BLUE, "width": 1.2},
        marker={
            "size": 10,
            "symbol": ["circle-open" if hollow else "circle" for hollow in flagged],
            "color": BLUE,
            "line": {"width": 2, "color": BLUE},
        },
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [_reach(month.value, month.high) for month in months],
            "arrayminus": [_reach(month.low, month.value) for month in months],
            "color": QUIET,
            "thickness": 1.4,
            "width": 5,
        },
        text=[_hover(month, scale) for month in months],
        hovertemplate="%{text}<extra></extra>",
    )


def _reach(start: float | None, end: float | None) -> float | None:
    return None if start is None or end is None else round(max(end - start, 0.0), 6)


def _hover(month: Month, scale: Scale) -> str:
    return (
        f"<b>{month.name} {scale.text(month.value)}</b><br>{scale.range(month.low, month.high)}"
        f"<br>coverage {coverage_text(month.coverage)}<br>{month.word}"
    )


def _withheld(months: Sequence[Month]) -> object:
    """The bounds of months without a value: a dotted line from low to high, no point."""
    x: list[str | None] = []
    y: list[float | None] = []
    for month in months:
        if month.value is None and month.low is not None and month.high is not None:
            x += [month.name, month.name, None]
            y += [month.low, month.high, None]
    return go.Scatter(
        name="Bounds only",
        x=x,
        y=y,
        mode="lines",
        connectgaps=False,
        hoverinfo="skip",
        line={"color": QUIET, "width": 1.4, "dash": "dot"},
    )


def _year_line(value: float) -> dict[str, object]:
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": value,
        "y1": value,
        "line": {"color": OCHRE, "width": 1.4, "dash": "dash"},
        "layer": "below",
    }


def _annotations(
    months: Sequence[Month], *, year_value: float | None, scale: Scale
) -> list[dict[str, object]]:
    marks: list[dict[str, object]] = [
        {
            "x": month.name,
            "y": 0,
            "yref": "paper",
            "yanchor": "bottom",
            "showarrow": False,
            "text": month.word,
            "textangle": -90,
            "font": {"size": 12, "color": QUIET},
            "xshift": 9 if month.low is not None and month.high is not None else 0,
        }
        for month in months
        if month.value is None
    ]
    marks += [
        {
            "x": month.name,
            "y": month.value,
            "yanchor": "bottom",
            "yshift": 6,
            "showarrow": False,
            "text": "no upper bound",
            "font": {"size": 11, "color": QUIET},
        }
        for month in months
        if month.value is not None and month.high is None
    ]
    if year_value is not None:
        marks.append(
            {
                "x": 1,
                "xref": "paper",
                "xanchor": "left",
                "xshift": 6,
                "align": "left",
                "y": year_value,
                "yanchor": "middle",
                "showarrow": False,
                "text": f"year<br>{scale.bare(year_value)}",
                "font": {"size": 12, "color": OCHRE},
            }
        )
    return marks
