"""Spans of time that explain a chart, as outages: shaded, with their cause, and told in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import plotly.graph_objects as go

from reports.charts.palette import PLUM
from reports.numbers import counted

_FILL = "rgba(123,63,140,0.16)"
_NAMED, _LABELLED, _LATE = 4, 12, 9
_WHEN = "%d %b %H:%M"


@dataclass(frozen=True, kw_only=True)
class Span:
    """[start, end) in UTC, a short name, and why: ``I-7``, ``battery failure``."""

    start: datetime
    end: datetime
    name: str
    cause: str

    def when(self, zone: ZoneInfo) -> str:
        """``10 Dec 09:00 to 12:00``, in the site's time."""
        start, end = self.start.astimezone(zone), self.end.astimezone(zone)
        until = end.strftime("%H:%M" if start.date() == end.date() else _WHEN)
        return f"{start.strftime(_WHEN)} to {until}"

    def words(self, zone: ZoneInfo) -> str:
        """``I-7, battery failure, 10 Dec 09:00 to 12:00``."""
        return f"{self.name}, {self.cause}, {self.when(zone)}"


def spans_told(spans: Sequence[Span], zone: ZoneInfo) -> str:
    """One sentence for those who do not see the chart; nothing without spans."""
    if not spans:
        return ""
    named = "; ".join(one.words(zone) for one in spans[:_NAMED])
    rest = f"; and {len(spans) - _NAMED} more" if len(spans) > _NAMED else ""
    return f" Marked: {counted(len(spans), 'incident')}: {named}{rest}."


def hourly_spans(spans: Sequence[Span], *, offset: timedelta, zone: ZoneInfo) -> list[object]:
    """A box over the whole height for each span, at least a pixel wide; its words on hovering.

    Args:
        offset: what the axis is ahead of UTC.
    """
    traces: list[object] = []
    for place, one in enumerate(spans):
        left, right = ((at + offset).strftime("%Y-%m-%dT%H:%M") for at in (one.start, one.end))
        traces.append(
            go.Scatter(
                name="incident",
                x=[left, left, right, right, left],
                y=[0, 1, 1, 0, 0],
                yaxis="y2",
                mode="lines",
                fill="toself",
                hoveron="fills",
                hoverinfo="text",
                text=one.words(zone),
                line={"width": 1, "color": PLUM},
                fillcolor=_FILL,
                legendgroup="incident",
                showlegend=place == 0,
            )
        )
    return traces


def hourly_labels(spans: Sequence[Span], *, offset: timedelta) -> list[dict[str, object]]:
    """The name and cause of each span at its top, up to as many as can be read."""
    return [
        {
            "x": (one.start + offset).strftime("%Y-%m-%dT%H:%M"),
            "y": 1,
            "yref": "paper",
            # Late in the year there is no room to the right of it.
            "xanchor": "right" if one.start.month >= _LATE else "left",
            "yanchor": "top",
            "xshift": -2 if one.start.month >= _LATE else 2,
            "yshift": -14 * (place % 4),
            "showarrow": False,
            "text": f"{one.name} {one.cause}",
            "font": {"size": 11, "color": PLUM},
            "bgcolor": "rgba(255,255,255,0.75)",
        }
        for place, one in enumerate(spans[:_LABELLED])
    ]


def monthly_spans(spans: Sequence[Span], *, year: int, zone: ZoneInfo) -> list[dict[str, object]]:
    """A box over the part of its months that each span takes, on an axis of twelve months."""
    return [
        {
            "type": "rect",
            "xref": "x",
            "yref": "paper",
            "x0": _place(one.start, year, zone),
            "x1": _place(one.end, year, zone),
            "y0": 0,
            "y1": 1,
            "fillcolor": _FILL,
            "line": {"width": 1, "color": PLUM},
            "layer": "below",
        }
        for one in spans
    ]


def _place(at: datetime, year: int, zone: ZoneInfo) -> float:
    """Where on an axis of months, each one wide around its number from 0: from -0.5 to 11.5."""
    local = at.astimezone(zone)
    if local.year != year:
        return -0.5 if local.year < year else 11.5
    begin = datetime(year, local.month, 1, tzinfo=zone)
    after = datetime(year + local.month // 12, local.month % 12 + 1, 1, tzinfo=zone)
    share = (at.timestamp() - begin.timestamp()) / (after.timestamp() - begin.timestamp())
    return round(local.month - 1.5 + share, 4)
