"""A Sankey of the energy balance, drawn by hand: bands as high as the energy they carry."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from reports.charts import svg
from reports.charts.chart import Chart, Table
from reports.charts.energy import NOT_METERED, SURPLUS, EnergyBalance, Flow
from reports.charts.palette import BLUE, GREEN, OCHRE, PLUM, QUIET
from reports.numbers import Scale, share

_WIDTH, _TOP, _NODE, _TALL, _SLOT, _GAP = 800.0, 14.0, 10.0, 250.0, 32.0, 10.0
_COLOURS = {
    "On-site renewables": GREEN,
    "Generators": PLUM,
    "Site": QUIET,
    "UPS losses": OCHRE,
    "UPS and distribution losses": OCHRE,
    "Distribution losses": OCHRE,
    "Cooling": "#3b8a9c",
    "IT equipment": BLUE,
    "UPS": BLUE,
    "Distribution": BLUE,
    "Grid": QUIET,
    "Export to grid": GREEN,
}


@dataclass(frozen=True, kw_only=True)
class _Node:
    name: str
    x: float
    y: float
    tall: float
    kwh: Decimal
    terminal: bool
    source: bool


def sankey(balance: EnergyBalance, *, id: str, title: str, scale: Scale) -> Chart:
    """The balance as bands whose height is the energy; what nobody metered is hatched."""
    supply = sum((flow.kwh for flow in balance.flows if flow.end == "Site"), Decimal(0))
    nodes = _layout(balance.flows, supply)
    bottom = max(node.y + max(node.tall, _SLOT) for node in nodes.values())
    words = "; ".join(
        f"{flow.start} to {flow.end} {scale.text(flow.kwh)}" for flow in balance.flows
    )
    return Chart(
        id=id,
        title=title,
        summary=_summary(balance.flows, supply),
        drawing=svg.drawing(
            svg.element("defs", svg.hatch(f"{id}-unmetered")),
            *_bands(balance.flows, nodes, supply, id=id),
            *(_mark(node, supply, scale, id=id) for node in nodes.values()),
            id=id,
            width=_WIDTH,
            height=bottom + 8,
            label=f"{title}. {words}.",
            class_="chart",
        ),
        note=" ".join(balance.remarks),
        table=Table(
            caption=f"{title}: flows",
            head=("From", "To", f"Energy [{scale.unit}]", "Share of supply"),
            rows=tuple(
                (flow.start, flow.end, scale.bare(flow.kwh), share(flow.kwh / supply))
                for flow in balance.flows
            ),
            text=(1,),
        ),
    )


def _summary(flows: Sequence[Flow], supply: Decimal) -> str:
    """What share of the supply reached the IT equipment, and what was not metered."""
    reached = sum((flow.kwh for flow in flows if flow.end == "IT equipment"), Decimal(0))
    unknown = sum((flow.kwh for flow in flows if flow.end == NOT_METERED), Decimal(0))
    words = []
    if reached:
        words.append(f"{share(reached / supply)} of the supply reached the IT equipment.")
    if unknown:
        words.append(f"{share(unknown / supply)} has no meter of its own (hatched).")
    return " ".join(words)


def _columns(flows: Sequence[Flow]) -> dict[str, int]:
    """How many steps from the sources a node lies, in the order of the flows."""
    columns: dict[str, int] = {}
    for flow in flows:
        columns.setdefault(flow.start, 0)
        columns[flow.end] = max(columns.get(flow.end, 0), columns[flow.start] + 1)
    return columns


def _layout(flows: Sequence[Flow], supply: Decimal) -> dict[str, _Node]:
    columns = _columns(flows)
    last = max(columns.values())
    left, right = 150.0, _WIDTH - 165.0
    nodes: dict[str, _Node] = {}
    used: dict[int, float] = {}
    # IT above its losses: the main stream runs straight along the top.
    order = sorted(columns, key=lambda name: (columns[name], "losses" in name, _rank(name)))
    for name in order:
        entering = sum((flow.kwh for flow in flows if flow.end == name), Decimal(0))
        leaving = sum((flow.kwh for flow in flows if flow.start == name), Decimal(0))
        kwh = max(entering, leaving)
        tall = max(float(kwh / supply) * _TALL, 1.0)
        column = columns[name]
        y = used.get(column, _TOP)
        nodes[name] = _Node(
            name=name,
            x=left + column * (right - left) / last,
            y=y,
            tall=tall,
            kwh=kwh,
            terminal=leaving == 0,
            source=entering == 0,
        )
        used[column] = y + max(tall, _SLOT) + _GAP
    return nodes


def _rank(name: str) -> int:
    order = ("Grid", "Site", "UPS", "Distribution", "IT equipment", "Cooling", "Other uses")
    ending = (NOT_METERED, SURPLUS)
    if name in ending:
        return 99
    return order.index(name) if name in order else 50


def _bands(
    flows: Sequence[Flow], nodes: dict[str, _Node], supply: Decimal, *, id: str
) -> list[Markup]:
    out = {name: node.y for name, node in nodes.items()}
    into = dict(out)
    bands = []
    for flow in sorted(flows, key=lambda f: (nodes[f.start].y, nodes[f.end].y)):
        start, end = nodes[flow.start], nodes[flow.end]
        tall = float(flow.kwh / supply) * _TALL
        a, b = out[flow.start], into[flow.end]
        out[flow.start] += tall
        into[flow.end] += tall
        x0, x1 = start.x + _NODE, end.x
        middle = (x0 + x1) / 2
        tall = max(tall, 0.8)
        path = (
            f"M{_at(x0, a)}C{_at(middle, a)} {_at(middle, b)} {_at(x1, b)}V{svg.short(b + tall)}"
            f"C{_at(middle, b + tall)} {_at(middle, a + tall)} {_at(x0, a + tall)}z"
        )
        doubtful = flow.end == NOT_METERED or flow.start == SURPLUS
        colour = _colour(flow.start if flow.end == "Site" else flow.end)
        bands.append(
            svg.element(
                "path",
                d=path,
                fill=f"url(#{id}-unmetered)" if doubtful else colour,
                fill_opacity=0.9 if doubtful else 0.28,
                class_="band",
            )
        )
    return bands


def _at(x: float, y: float) -> str:
    return f"{svg.short(x)} {svg.short(y)}"


def _colour(name: str) -> str:
    return _COLOURS.get(name, QUIET)


def _mark(node: _Node, supply: Decimal, scale: Scale, *, id: str) -> Markup:
    doubtful = node.name in (NOT_METERED, SURPLUS)
    box = svg.rect(
        node.x,
        node.y,
        _NODE,
        node.tall,
        fill=f"url(#{id}-unmetered)" if doubtful else _colour(node.name),
        stroke=QUIET if doubtful else "none",
    )
    amount = scale.text(node.kwh)
    if node.source or node.terminal:
        amount += f" · {share(node.kwh / supply)}"
    if node.source:
        x, anchor = node.x - 8, "end"
    else:
        x, anchor = node.x + _NODE + 7, "start"
    y = node.y + (max(node.tall, 26) / 2 if node.source or node.terminal else 14) - 3
    return svg.element(
        "g",
        box,
        svg.text(node.name, x, y, text_anchor=anchor, class_="label"),
        svg.text(amount, x, y + 13, text_anchor=anchor, class_="tick"),
    )
