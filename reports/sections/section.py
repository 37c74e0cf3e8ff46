"""What a section is made of, and the small marks all sections share."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from markupsafe import Markup

from reports.charts import Chart, Month, Table, months_of
from reports.charts.svg import element
from reports.explained import explained
from reports.facts import FacilityYear
from reports.numbers import DASH, NBSP, THIN, coverage_text, scale, share
from schemas.domains import QUANTITIES
from schemas.metrics import FACTS, Metric, MetricValue, Status
from schemas.totals import TotalValue


@dataclass(frozen=True, kw_only=True)
class Text:
    """One paragraph."""

    words: str
    kind: ClassVar[str] = "text"


@dataclass(frozen=True, kw_only=True)
class Tile:
    """One of several small drawings side by side: a title, where it leads, and the drawing."""

    title: str
    href: str
    drawing: Markup
    words: str


@dataclass(frozen=True, kw_only=True)
class Tiles:
    """Small drawings on one scale."""

    title: str
    note: str
    tiles: tuple[Tile, ...]
    kind: ClassVar[str] = "tiles"


Block = Chart | Table | Text | Tiles


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of a report with its own heading. ``lead`` says the most important thing first."""

    id: str
    title: str
    lead: str
    blocks: tuple[Block, ...] = ()


def filed(values: Iterable[MetricValue], metric: Metric) -> MetricValue | None:
    """The category of a metric that is filed first among those with a value, else among all."""
    found = [value for value in values if value.metric is metric]
    order = list(FACTS[metric].categories)
    found.sort(key=lambda v: order.index(v.category) if v.category in order else len(order))
    return next((value for value in found if value.value is not None), found[0] if found else None)


_ICONS = {
    Status.CLEAN: "M2.5 6.5 5 9l4.7-6",
    Status.FLAGGED: "M3 1.2V11M3 1.8h6.6L8 4.2l1.6 2.4H3",
    Status.WITHHELD: "M2 6h8",
}


def status_mark(status: Status) -> Markup:
    """A status as icon and word, so that it needs no colour."""
    icon = element(
        "svg",
        element("path", d=_ICONS[status]),
        viewBox="0 0 12 12",
        width="12",
        height="12",
        aria_hidden="true",
    )
    return Markup('<span class="status {0}">{1}{0}</span>').format(status.value, icon)


def absent_mark() -> Markup:
    """Said where nothing was computed, which is neither withheld nor zero."""
    return Markup('<span class="status absent">not computed</span>')


def words_of(quantity: str) -> str:
    """A quantity's name as words: ``grid_import`` becomes ``Grid import``."""
    words = quantity.replace("_", " ")
    special = {"ups ": "UPS ", "pdu ": "PDU ", "it ": "IT ", "onsite ": "On-site "}
    for start, written in special.items():
        if words.startswith(start):
            return written + words[len(start) :]
    return words[:1].upper() + words[1:]


_SPOKEN = re.compile(rf"\b({'|'.join(name for name in QUANTITIES if '_' in name)})\b")
#: Inputs that are no quantity: what a reader calls them.
_SOURCES = {
    "certificates": "certificate register",
    "equipment": "equipment register",
    "fuel": "fuel log",
    "factors": "emission factors",
}


def in_words(reason: str) -> str:
    """A reason with the names of quantities as a reader would say them."""

    def spoken(found: re.Match[str]) -> str:
        words = words_of(found[0])
        begins = not found.start() or reason[: found.start()].endswith(("; ", ". "))
        return words if begins or words[1].isupper() else words[0].lower() + words[1:]

    return _SPOKEN.sub(spoken, reason)


def names_of(values: Iterable[MetricValue]) -> str:
    """What figures were computed from, each once: meters' quantities, registers and factor files,
    without the lines of these."""
    found = dict.fromkeys(_named(name) for value in values for name in value.inputs)
    return ", ".join(found)


def _named(name: str) -> str:
    source = name.split(":", maxsplit=1)[0]
    if source.startswith(("factor ", "factors ")):
        return f"emission factors ({source.rsplit('/', 1)[-1]})"
    return _SOURCES.get(source, source if source == "estate.yaml" else words_of(source))


def totals_table(totals: Iterable[TotalValue], *, caption: str, folded: bool = False) -> Table:
    """Totals with all that makes them honest: bounds, coverage, estimates, meters and reason."""
    rows = []
    for total in totals:
        sizes = [size for size in (total.value, total.high, total.low) if size is not None]
        decimals = 0 if _large(sizes) else 2
        chosen = scale(total.unit, sizes[0] if sizes else None, decimals)
        rows.append(
            (
                words_of(total.quantity),
                explained(chosen.text(total.value), total),
                chosen.range(total.low, total.high),
                coverage_text(total.coverage),
                share(total.estimated_share),
                f"±{THIN}{chosen.text(total.uncertainty)}" if total.uncertainty else DASH,
                status_mark(total.status),
                in_words(total.reason) or _meters(total.meters),
            )
        )
    return Table(
        caption=caption,
        head=(
            "Quantity",
            "Total",
            "Bounds",
            "Coverage",
            "Estimated",
            f"Uncertainty (k{NBSP}={NBSP}2)",
            "Status",
            "Meters or remark",
        ),
        rows=tuple(rows),
        text=(6, 7),
        folded=folded,
    )


def month_totals_table(facts: FacilityYear, quantities: Sequence[str], *, caption: str) -> Table:
    """Months of several quantities, one row for each month and quantity."""
    rows = []
    for quantity in quantities:
        totals = [total for total in facts.month_totals if total.quantity == quantity]
        if not totals:
            continue
        months = months_of(totals, year=facts.year)
        largest = max((abs(m.value) for m in months if m.value is not None), default=None)
        chosen = scale(totals[0].unit, largest, 1)
        rows += [
            (
                f"{month.name} {facts.year}",
                words_of(quantity),
                explained(chosen.text(month.value), month.source) if month.source else DASH,
                chosen.range(month.low, month.high) if month.status else DASH,
                coverage_text(month.coverage),
                month_mark(month),
                in_words(month.reason),
            )
            for month in months
        ]
    return Table(
        caption=caption,
        head=("Month", "Quantity", "Total", "Bounds", "Coverage", "Status", "Remark"),
        rows=tuple(rows),
        text=(1, 5, 6),
    )


def month_mark(month: Month) -> str:
    """The status of a month; a month that nobody published has none."""
    return status_mark(month.status) if month.status else month.word


def _large(sizes: Sequence[Decimal]) -> bool:
    return bool(sizes) and abs(sizes[0]) >= 100


def _meters(meters: tuple[str, ...]) -> str:
    shown = ", ".join(meters[:3])
    return shown if len(meters) <= 3 else f"{shown} and {len(meters) - 3} more"
