"""The year in figures: each with bounds, coverage, category and what changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from reports.charts import Table, svg
from reports.charts.palette import BLUE, QUIET
from reports.explained import explained
from reports.facts import FacilityYear
from reports.numbers import DASH, THIN, Scale, coverage_text, number, scale, share, signed
from reports.sections.section import (
    absent_mark,
    filed,
    in_words,
    names_of,
    status_mark,
)
from schemas.metrics import FACTS, TOPICS, Metric, MetricValue

HEADLINE: dict[Metric, str] = {
    Metric.PUE: "PUE",
    Metric.WUE: "WUE",
    Metric.CUE: "CUE",
    Metric.REF: "REF",
    Metric.ERF: "ERF",
    Metric.EDC: "Energy",
    Metric.WIN: "Water",
}


@dataclass(frozen=True, kw_only=True)
class Headline:
    """One figure of the headline row, as text. ``value`` is a dash where there is none."""

    short: str
    name: str
    value: str
    unit: str
    bounds: str
    coverage: str
    details: tuple[tuple[str, str], ...]
    status: Markup
    reason: str
    bar: Markup


def headline(facts: FacilityYear) -> tuple[Headline, ...]:
    """The seven figures; one that nobody computed says so."""
    return tuple(
        headline_figure(
            filed(facts.year_metrics, metric),
            metric=metric,
            previous=filed(facts.previous_year_metrics, metric),
            others=tuple(value for value in facts.year_metrics if value.metric is metric),
        )
        for metric in HEADLINE
    )


def headline_figure(
    value: MetricValue | None,
    *,
    metric: Metric,
    previous: MetricValue | None = None,
    others: Sequence[MetricValue] = (),
) -> Headline:
    """One figure as text; None where the estate computes none."""
    known = FACTS[metric]
    if value is None:
        return Headline(
            short=HEADLINE[metric],
            name=known.name,
            value=DASH,
            unit="",
            bounds="",
            coverage="",
            details=(),
            status=absent_mark(),
            reason="None of its inputs is metered or registered.",
            bar=Markup(),
        )
    chosen = metric_scale(value)
    details = [("Method", _category(value.category))] if value.category else []
    if value.value and value.uncertainty:
        details.append(("Meters", f"±{THIN}{share(abs(value.uncertainty / value.value))}"))
    if value.estimated_share:
        details.append(("Estimated", share(value.estimated_share)))
    if value.raw is not None and value.raw != value.value:
        details.append(("Uncapped", f"{number(value.raw, known.decimals)}, limited by standard"))
    details += [
        ("Also", f"{chosen.text(other.value)}, {_category(other.category)}")
        for other in others
        if other.category != value.category
    ]
    change = _change(value, previous, chosen)
    if change and previous is not None:
        details.append((f"Since {previous.period[:4]}", change))
    return Headline(
        short=HEADLINE[metric],
        name=known.name,
        value=explained(chosen.bare(value.value), value),
        unit=chosen.unit,
        bounds=chosen.range(value.low, value.high),
        coverage=coverage_text(value.coverage) if value.coverage is not None else "from registers",
        details=tuple(details),
        status=status_mark(value.status),
        reason=in_words(value.reason),
        bar=_bar(value),
    )


def metric_scale(value: MetricValue) -> Scale:
    """How a metric and its bounds are written."""
    sizes = [size for size in (value.value, value.high, value.low) if size is not None]
    return scale(value.unit, sizes[0] if sizes else None, FACTS[value.metric].decimals)


def of_interest(values: Sequence[MetricValue]) -> tuple[MetricValue, ...]:
    """Figures that something is known of, and those that every facility is asked for."""
    return tuple(value for value in values if value.founded or value.metric in HEADLINE)


def metrics_tables(values: Sequence[MetricValue]) -> tuple[Table, ...]:
    """Every figure of the year by topic with bounds, coverage, status and what it was computed
    from; at the end those that nothing is known of, and why."""
    tables = [
        _topic_table(title, [value for value in values if value.metric in topic.FACTS])
        for title, topic in TOPICS.items()
    ]
    somehow = {value.metric for value in values if value.founded}
    unknown = [value for value in values if value.metric not in somehow]
    lacking = Table(
        caption="Figures that nothing is known of here, and what they would need",
        head=("Figure", "Needs"),
        rows=tuple((FACTS[value.metric].name, in_words(value.reason)) for value in unknown),
        text=(1,),
        folded=True,
        style="words",
    )
    return tuple(table for table in (*tables, lacking) if table.rows)


def _topic_table(title: str, values: Sequence[MetricValue]) -> Table:
    rows = []
    for value in values:
        if not value.founded:
            continue
        chosen = metric_scale(value)
        rows.append(
            (
                FACTS[value.metric].name,
                value.category.replace("_", " ") or DASH,
                explained(chosen.text(value.value), value),
                chosen.range(value.low, value.high),
                coverage_text(value.coverage),
                share(value.estimated_share),
                status_mark(value.status),
                in_words(value.reason) or names_of([value]),
            )
        )
    return Table(
        caption=f"{title}: all figures of the year",
        head=(
            "Figure",
            "Category",
            "Value",
            "Bounds",
            "Coverage",
            "Estimated",
            "Status",
            "Remark, or what it was computed from",
        ),
        rows=tuple(rows),
        text=(1, 6, 7),
        folded=True,
    )


def _category(category: str) -> str:
    return f"category {category}" if category.isdigit() else f"{category.replace('_', ' ')} method"


def _change(value: MetricValue, previous: MetricValue | None, chosen: Scale) -> str:
    """The difference to last year, only between figures of one category that both exist."""
    if previous is None or previous.category != value.category:
        return ""
    if previous.value is None:
        return "unknown, was withheld"
    if value.value is None:
        return f"unknown, was {chosen.text(previous.value)}"
    difference = (value.value - previous.value) / chosen.divisor
    text = f"{signed(difference, chosen.decimals)}{THIN}{chosen.unit}".rstrip(THIN)
    if previous.value:
        text += f" ({signed((value.value / previous.value - 1) * 100, 1)}{THIN}%)"
    return text


def _bar(value: MetricValue) -> Markup:
    """Where the value lies between its bounds; the text beside it says the same."""
    if value.low is None or value.low == value.high:
        return Markup()
    parts = [svg.line(3, 3, 3, 11, stroke=QUIET), svg.line(117, 3, 117, 11, stroke=QUIET)]
    dashes = "3 3" if value.value is None else "none"
    parts.append(svg.line(3, 7, 117, 7, stroke=QUIET, stroke_dasharray=dashes))
    if value.high is None:
        parts[1] = svg.element("path", d="M112 3 117 7l-5 4", fill="none", stroke=QUIET)
    if value.value is not None:
        end = value.high if value.high is not None else 3 * value.value - 2 * value.low
        place = (value.value - value.low) / (end - value.low) if end > value.low else 0.5
        parts.append(svg.element("circle", cx=3 + 114 * place, cy=7, r=3.6, fill=BLUE))
    return svg.element("svg", *parts, viewBox="0 0 120 14", class_="range", aria_hidden="true")
