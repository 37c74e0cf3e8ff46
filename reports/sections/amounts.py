"""What sections of resources share: a sum in a sentence, months as bars, figures in a table."""

from collections.abc import Sequence

from reports.charts import Chart, Table, month_bars, months_of
from reports.charts.months import month_table, month_words
from reports.explained import explained
from reports.facts import FacilityYear
from reports.numbers import DASH, coverage_text, number, scale
from reports.sections.headline import metric_scale
from reports.sections.section import (
    Block,
    Text,
    filed,
    in_words,
    status_mark,
    totals_table,
    words_of,
)
from schemas.metrics import FACTS, Metric, MetricValue


def lead(facts: FacilityYear, metric: Metric, words: str) -> str:
    """A sum of the year in one sentence, with bounds and coverage; or why there is none."""
    value = filed(facts.year_metrics, metric)
    if value is None:
        return f"The sum of {facts.year} was not computed; the meters below speak for themselves."
    chosen = metric_scale(value)
    if value.value is None:
        return (
            f"The sum of {facts.year} is withheld: {in_words(value.reason).rstrip('.')}. "
            f"Bounds: {chosen.range(value.low, value.high)}."
        )
    return (
        f"{chosen.text(value.value)} {words} in {facts.year} "
        f"(bounds {chosen.range(value.low, value.high)}; "
        f"coverage {coverage_text(value.coverage)})."
    )


def amounts(facts: FacilityYear, quantities: Sequence[str], *, caption: str) -> list[Block]:
    """One chart of months per quantity that is metered, each on its own scale; then the totals."""
    blocks: list[Block] = []
    for quantity in quantities:
        totals = [total for total in facts.month_totals if total.quantity == quantity]
        if not totals:
            continue
        months = months_of(totals, year=facts.year)
        largest = max((m.value for m in months if m.value is not None), default=None)
        chosen = scale(totals[0].unit, largest, 0 if (largest or 0) >= 100 else 1)
        title = f"{words_of(quantity)} by month [{chosen.unit}], {facts.year}"
        summary = month_words(months, scale=chosen)
        id = f"{quantity.replace('_', '-')}-months"
        blocks.append(
            Chart(
                id=id,
                title=title,
                summary=summary,
                drawing=month_bars(months, id=id, label=f"{title}. {summary}", scale=chosen),
                note="Filled: clean. Outlined: flagged. Hatched: no honest number. Whiskers and "
                "dotted lines: bounds that hold the true value."
                if not blocks
                else "",
                table=month_table(months, caption=title, scale=chosen),
            )
        )
    shown = [total for total in facts.year_totals if total.quantity in quantities]
    if caption and shown:
        blocks.append(totals_table(shown, caption=caption))
    if not blocks and len(quantities) == 1:
        blocks.append(Text(words=f"{words_of(quantities[0])} is not metered."))
    return blocks


def figures_table(
    facts: FacilityYear, metrics: Sequence[Metric], *, caption: str, folded: bool = False
) -> list[Block]:
    """Figures of the year, a row for each category that something is known of; none, no table."""
    rows = []
    for metric in metrics:
        for value in facts.year_metrics:
            if value.metric is not metric or not value.founded:
                continue
            chosen = metric_scale(value)
            rows.append(
                (
                    _named(value),
                    explained(chosen.text(value.value), value),
                    chosen.range(value.low, value.high),
                    number(value.raw, FACTS[metric].decimals) if value.raw is not None else DASH,
                    coverage_text(value.coverage) if value.coverage is not None else DASH,
                    status_mark(value.status),
                    in_words(value.reason) or DASH,
                )
            )
    limited = any(row[3] != DASH for row in rows)
    head = ("Figure", "Value", "Bounds", "Before limit", "Coverage", "Status", "Remark")
    keep = [place for place in range(len(head)) if place != 3 or limited]
    table = Table(
        caption=caption,
        head=tuple(head[place] for place in keep),
        rows=tuple(tuple(row[place] for place in keep) for row in rows),
        text=tuple(number for number, place in enumerate(keep) if place in (5, 6)),
        folded=folded,
    )
    return [table] if rows else []


def _named(value: MetricValue) -> str:
    """The figure's name, and of several which it is."""
    name, category = FACTS[value.metric].name, value.category
    if not category:
        return name
    which = f"category {category}" if category.isdigit() else category.replace("_", " ")
    return f"{name}: {which}"
