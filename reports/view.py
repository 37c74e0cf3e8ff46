"""A page before it is laid out: what a report and the viewer show alike."""

from dataclasses import dataclass

from markupsafe import Markup

from reports.charts import Table
from reports.page import asset, blocks, render
from reports.sections.headline import Headline
from reports.sections.section import Section


@dataclass(frozen=True, kw_only=True)
class View:
    """One page.

    Args:
        title: of the browser's window.
        eyebrow, heading, year: what stands above all else.
        summary: the page in a few sentences.
        scope: period, zone and place.
        figures: the headline row; ``reading`` says how it is read, and may be empty.
        tables: all other figures, below the headline row.
        imprint: whose figures these are, and what they were made from.
    """

    title: str
    eyebrow: str
    heading: str
    year: int
    summary: str
    scope: str
    figures: tuple[Headline, ...]
    reading: str = ""
    tables: tuple[Table, ...] = ()
    sections: tuple[Section, ...]
    imprint: Markup


def drawn(section: Section) -> bool:
    """Whether a script draws a chart of the section."""
    return any(block.kind == "chart" and getattr(block, "figure", "") for block in section.blocks)


def page_of(view: View) -> str:
    """The page as HTML without any request to elsewhere. The same view gives the same bytes."""
    interactive = any(map(drawn, view.sections))
    return render(
        "page.html.j2",
        view=view,
        plotly=Markup(asset("plotly-basic.min.js")) if interactive else "",
        draw=Markup(asset("draw.js")),
    )


def parts_of(view: View) -> dict[str, object]:
    """The page in parts that the viewer puts together, with a way from each figure to its trail."""
    write = blocks(explained="/explain/")
    return {
        "title": view.title,
        "eyebrow": view.eyebrow,
        "heading": view.heading,
        "year": view.year,
        "summary": view.summary,
        "scope": view.scope,
        "reading": view.reading,
        "figures": write("headline", view.figures),
        "tables": "".join(write("foldable", table) for table in view.tables),
        "sections": [
            {
                "id": section.id,
                "title": section.title,
                "drawn": drawn(section),
                "html": write("section", section),
            }
            for section in view.sections
        ],
        "imprint": str(view.imprint),
    }
