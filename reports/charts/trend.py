"""Every hour of the year as a line that stops at a gap; estimated hours are drawn apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

import plotly.graph_objects as go
import polars as pl

from reports.charts.chart import Chart, Table
from reports.charts.palette import LINES, OCHRE, QUIET
from reports.charts.spans import Span, hourly_labels, hourly_spans, spans_told
from reports.charts.theme import figure
from reports.numbers import counted, number

_HEIGHT = 340
_HOUR_MS = 3_600_000


@dataclass(frozen=True, kw_only=True)
class Series:
    """One line: ``start`` (UTC), ``value``, ``status``; a null value is a gap."""

    name: str
    hours: pl.DataFrame


def hourly_trend(
    series: Sequence[Series],
    *,
    id: str,
    title: str,
    unit: str,
    decimals: int,
    year: int,
    zone: ZoneInfo,
    table: Table | None = None,
    spans: Sequence[Span] = (),
) -> Chart:
    """One or two lines over the hours of a year, on the site's standard time.

    Args:
        series: at most two; the second is dashed and all are labelled in the legend.
        table: the months behind it, where another chart does not already carry them.
        spans: incidents, shaded with their cause.
    """
    offset = standard_offset(zone, year)
    begin = datetime(year, 1, 1, tzinfo=zone).astimezone(UTC)
    length = int(
        (datetime(year + 1, 1, 1, tzinfo=zone).astimezone(UTC) - begin) / timedelta(hours=1)
    )
    traces: list[object] = hourly_spans(spans, offset=offset, zone=zone)
    labels: list[dict[str, object]] = []
    seen: list[float] = []
    gaps, guesses = [False] * length, [False] * length
    x0 = (begin + offset).strftime("%Y-%m-%dT%H:%M:%S")
    for place, one in enumerate(series):
        measured, estimated = _grid(one.hours, begin=begin, length=length, decimals=decimals)
        traces += _lines(one.name, measured, estimated, place=place, x0=x0)
        pairs = list(zip(measured, estimated, strict=True))
        known = [m if e is None else e for m, e in pairs if not m is e is None]
        seen += [value for value in known if value is not None]
        gaps = [gap or m is e is None for gap, (m, e) in zip(gaps, pairs, strict=True)]
        guesses = [mark or e is not None for mark, (_, e) in zip(guesses, pairs, strict=True)]
        if len(series) > 1 and known:
            labels.append(_label(one.name, known[-1], LINES[place * 2]))
    traces.append(_band("no data", gaps, begin=begin + offset, tall=1.0, colour=QUIET))
    traces.append(_band("estimated", guesses, begin=begin + offset, tall=0.035, colour=OCHRE))
    low, high, outside = trend_limits(seen)
    words = f"{number(sum(gaps))} of {number(length)} hours have a gap, drawn as a grey band."
    if any(guesses):
        words += f" Estimated: {counted(sum(guesses), 'hour')}, marked along the lower edge."
    if outside:
        words += f" Outside the first view: {counted(outside, 'value')}; zoom out to see."
    return Chart(
        id=id,
        title=title,
        summary=words + spans_told(spans, zone),
        figure=figure(
            traces=traces,
            annotations=[*labels, *hourly_labels(spans, offset=offset)],
            margin={"l": 52, "r": 96 if labels else 16, "t": 12, "b": 36},
            xaxis=_time_axis(x0[:10], f"{year + 1}-01-01"),
            yaxis={
                "range": [low, high],
                "tickformat": ",d" if decimals == 0 else None,
                "title": {"text": unit} if unit else None,
            },
            yaxis2={"overlaying": "y", "range": [0, 1], "visible": False, "fixedrange": True},
            showlegend=True,
        ),
        height=_HEIGHT,
        note=f"Times are the site's standard time (UTC{_offset_text(offset)} all year). Drag to "
        "zoom, double-click to return. No line crosses a gap.",
        table=table,
    )


def _time_axis(first: str, last: str) -> dict[str, object]:
    day, fortnight = 86_400_000, 14 * 86_400_000
    return {
        "type": "date",
        "nticks": 13,
        "hoverformat": "%d %b %H:%M",
        "tickformatstops": [
            {"dtickrange": [None, day - 1], "value": "%H:%M\n%d %b"},
            {"dtickrange": [day, fortnight], "value": "%d %b"},
            {"dtickrange": ["M1", None], "value": "%b"},
        ],
        "range": [first, last],
    }


def _offset_text(offset: timedelta) -> str:
    minutes = round(abs(offset) / timedelta(minutes=1))
    sign = "−" if offset < timedelta(0) else "+"
    return f"{sign}{minutes // 60:02d}:{minutes % 60:02d}"


def _label(name: str, value: float | None, colour: str) -> dict[str, object]:
    """The line's name at its end."""
    return {
        "x": 1,
        "xref": "paper",
        "xanchor": "left",
        "xshift": 6,
        "y": value,
        "text": name,
        "showarrow": False,
        "font": {"color": colour, "size": 12},
    }


def standard_offset(zone: ZoneInfo, year: int) -> timedelta:
    """The zone's offset from UTC without daylight saving, in either hemisphere."""
    offsets = (datetime(year, month, 1, tzinfo=zone).utcoffset() for month in (1, 7))
    return min(offset for offset in offsets if offset is not None)


def trend_limits(values: Sequence[float]) -> tuple[float, float, int]:
    """The first view, without the rarest 0.2 % at either end; and how many are outside."""
    if not values:
        return (0.0, 1.0, 0)
    ordered = sorted(values)
    cut = int(0.002 * len(ordered))
    low, high = ordered[cut], ordered[-1 - cut]
    room = 0.08 * (high - low) or 0.05 * abs(high) or 1.0
    low, high = low - room, high + room
    return (low, high, sum(not low <= value <= high for value in ordered))


def _grid(
    hours: pl.DataFrame, *, begin: datetime, length: int, decimals: int
) -> tuple[list[float | None], list[float | None]]:
    """Measured and estimated values hour by hour; absent rows are gaps like null ones."""
    measured: list[float | None] = [None] * length
    estimated: list[float | None] = [None] * length
    for start, value, status in hours.select("start", "value", "status").iter_rows():
        place = int((start - begin) / timedelta(hours=1))
        if value is not None and 0 <= place < length and status != "missing":
            into = estimated if status == "estimated" else measured
            into[place] = round(value, decimals)
    return measured, estimated


def _lines(
    name: str,
    measured: list[float | None],
    estimated: list[float | None],
    *,
    place: int,
    x0: str,
) -> list[object]:
    colour = LINES[place * 2]
    shared: dict[str, object] = {"x0": x0, "dx": _HOUR_MS, "connectgaps": False}
    traces: list[object] = [
        go.Scatter(
            name=f"{name}, measured" if place == 0 else name,
            y=measured,
            mode="lines",
            line={"color": colour, "width": 1.1, "dash": ("solid", "dot")[place]},
            hovertemplate=f"%{{x}}: %{{y}}<extra>{name}</extra>",
            **shared,
        )
    ]
    if any(value is not None for value in estimated):
        traces.append(
            go.Scatter(
                name=f"{name}, estimated",
                y=estimated,
                mode="lines",
                showlegend=False,
                line={"color": OCHRE, "width": 1.1, "dash": ("solid", "dot")[place]},
                hovertemplate=f"%{{x}}: %{{y}}<extra>{name}, estimated</extra>",
                **shared,
            )
        )
    for values, shade, symbol in (
        (_lonely(measured), colour, "circle"),
        (_lonely(estimated), OCHRE, "circle-open"),
    ):
        if any(value is not None for value in values):
            traces.append(
                go.Scatter(
                    name=f"{name}, single hours",
                    y=values,
                    mode="markers",
                    showlegend=False,
                    marker={"color": shade, "size": 3.5, "symbol": symbol},
                    hovertemplate=f"%{{x}}: %{{y}}<extra>{name}</extra>",
                    **shared,
                )
            )
    return traces


def _lonely(values: Sequence[float | None]) -> list[float | None]:
    """Values between two gaps: a line would not show them."""
    padded = (None, *values, None)
    return [
        value if before is None and after is None else None
        for before, value, after in zip(padded, values, padded[2:], strict=False)
    ]


def _band(name: str, marks: Sequence[bool], *, begin: datetime, tall: float, colour: str) -> object:
    """A box from the lower edge over each run of marked hours; at least a pixel wide."""
    x: list[str | None] = []
    y: list[float | None] = []
    start = 0
    for marked, group in groupby(marks):
        end = start + len(list(group))
        if marked:
            left, right = (
                (begin + timedelta(hours=hour)).strftime("%Y-%m-%dT%H:%M") for hour in (start, end)
            )
            x += [left, left, right, right, left, None]
            y += [0, tall, tall, 0, 0, None]
        start = end
    solid = tall < 1
    return go.Scatter(
        name=name,
        x=x,
        y=y,
        yaxis="y2",
        mode="lines",
        fill="toself",
        hoverinfo="skip",
        line={"width": 1, "color": colour if solid else "rgba(85,96,109,0.14)"},
        fillcolor=colour if solid else "rgba(85,96,109,0.22)",
        showlegend=any(marks),
    )
