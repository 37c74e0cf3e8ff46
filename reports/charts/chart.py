"""What every chart is: a drawing, the same in words, and the same as a table."""

from dataclasses import dataclass
from typing import ClassVar

from markupsafe import Markup


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows of text, ready to print; a cell may be Markup. The first column heads its row.

    Args:
        text: columns that are words and stand to the left; numbers stand to the right.
        folded: shown only when asked for, and on paper.
        style: a class of the style sheet, for tables that are drawn differently.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    text: tuple[int, ...] = ()
    folded: bool = False
    style: str = ""
    kind: ClassVar[str] = "table"


@dataclass(frozen=True, kw_only=True)
class Legend:
    """One entry of a legend: a small drawing and its word."""

    swatch: Markup
    text: str


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A chart for a page. It is drawn here (``drawing``) or by Plotly (``figure``), never both.

    Args:
        id: fixed, unique on its page.
        title: what is shown, with unit and period.
        summary: what a reader who cannot see it needs to know; the text alternative.
        drawing: inline SVG, as Markup.
        figure: the Plotly figure as JSON, as Markup that is safe inside a script element.
        height: of the Plotly figure [px].
        legend: entries below a drawing.
        note: one sentence below the chart, may be empty.
        table: the same figures as a table.
    """

    id: str
    title: str
    summary: str
    drawing: str = ""
    figure: str = ""
    height: int = 0
    legend: tuple[Legend, ...] = ()
    note: str = ""
    table: Table | None = None
    kind: ClassVar[str] = "chart"
