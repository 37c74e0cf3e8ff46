"""How Plotly draws here: our own template, and figures as JSON that is safe inside a page."""

import json

import plotly.graph_objects as go
from markupsafe import Markup

from reports.charts.palette import INK, LINES, QUIET, RULE

FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'

_AXIS = {
    "showgrid": False,
    "zeroline": False,
    "linecolor": QUIET,
    "ticks": "outside",
    "ticklen": 4,
    "tickcolor": QUIET,
    "tickfont": {"color": QUIET, "size": 12},
    "automargin": True,
    "title": {"font": {"color": QUIET, "size": 12}},
}

#: Stands alone: nothing of Plotly's own templates is inherited.
TEMPLATE = go.layout.Template(
    layout={
        "font": {"family": FONT, "size": 13, "color": INK},
        "colorway": list(LINES),
        "paper_bgcolor": "#fff",
        "plot_bgcolor": "#fff",
        "margin": {"l": 52, "r": 16, "t": 12, "b": 36},
        "hovermode": "closest",
        "hoverlabel": {"bgcolor": "#fff", "bordercolor": QUIET, "font": {"color": INK}},
        "legend": {
            "orientation": "h",
            "x": 0,
            "y": 1.02,
            "yanchor": "bottom",
            "font": {"size": 12.5},
        },
        "xaxis": _AXIS,
        "yaxis": {**_AXIS, "showgrid": True, "gridcolor": RULE, "ticks": "", "linecolor": "#fff"},
        "dragmode": "zoom",
        "separators": ".\u202f",
    }
)


def figure(*, traces: list[object], **layout: object) -> Markup:
    """Traces in our template, as JSON with sorted keys and no way out of its script element."""
    made = go.Figure(data=traces, layout={"template": TEMPLATE, **layout})
    text = json.dumps(
        made.to_plotly_json(),
        sort_keys=True,
        separators=(",", ":"),
        allow_nan=False,
        default=lambda part: part.to_plotly_json(),
        ensure_ascii=False,
    )
    return Markup(text.replace("<", "\\u003c"))
