"""Water, renewable energy and heat: amounts by month, and what they add up to."""

from collections.abc import Sequence

from reports.charts import Chart, Table, month_bars, months_of
from reports.charts.months import month_table, month_words
from reports.facts import FacilityYear
from reports.numbers import DASH, coverage_text, number, scale
from reports.sections.headline import metric_scale
from reports.sections.section import (
    Block,
    Section,
    Text,
    filed,
    in_words,
    status_mark,
    totals_table,
    words_of,
)
from schemas.metrics import FACTS, Metric

INTAKE = ("potable_water", "surface_water", "ground_water", "rain_water", "reclaimed_water")
OUTLET = ("water_discharge", "water_reused_outside")
HEAT = ("heat_reused", "heat_reused_internal", "heat_rejected", "heat_removed")
TEMPERATURES = ("waste_heat_temperature", "intake_air_setpoint", "intake_air_temperature")


def water(facts: FacilityYear) -> Section:
    """Intake by kind and month, discharge, and the year's totals."""
    blocks = _amounts(facts, (*INTAKE, *OUTLET), caption=f"Water totals, {facts.year}")
    lead = (
        _lead(facts, Metric.WIN, "of water entered the site")
        if blocks
        else f"No water meter reported for {facts.year}."
    )
    return Section(id="water", title="Water", lead=lead, blocks=tuple(blocks))


def renewables(facts: FacilityYear) -> Section:
    """Renewable energy by origin, the REF with the value before its limit, and on-site months."""
    metrics = (Metric.ERES_TOT, Metric.ERES_GOO, Metric.ERES_PPA, Metric.ERES_OS, Metric.REF)
    table = _figures(facts, metrics, caption=f"Renewable energy by origin, {facts.year}")
    blocks: list[Block] = [table] if table.rows else []
    ref = filed(facts.year_metrics, Metric.REF)
    if ref is None:
        lead = f"No renewable energy is registered or metered for {facts.year}."
    elif ref.value is None:
        lead = f"The renewable energy factor of {facts.year} is withheld: {in_words(ref.reason)}"
    else:
        decimals = FACTS[Metric.REF].decimals
        lead = f"The renewable energy factor of {facts.year} is {number(ref.value, decimals)}."
        if ref.raw is not None and ref.raw != ref.value:
            lead += (
                f" Renewable energy was {number(ref.raw, decimals)} times the energy that entered; "
                "the standard limits the factor to 1."
            )
    blocks += _amounts(facts, ("onsite_renewable",), caption="")
    return Section(id="renewables", title="Renewable energy", lead=lead, blocks=tuple(blocks))


def heat(facts: FacilityYear) -> Section:
    """Heat handed over by month, and the temperatures it was handed over at."""
    present = {total.quantity for total in facts.year_totals}
    blocks: list[Block] = []
    if "heat_reused" in present:
        lead = _lead(facts, Metric.EREUSE, "of waste heat was reused")
        blocks += _amounts(facts, ("heat_reused",), caption="")
        shown = [t for t in facts.year_totals if t.quantity in (*HEAT, *TEMPERATURES)]
        blocks.append(totals_table(shown, caption=f"Heat and temperatures, {facts.year}"))
    elif "heat_reused" in facts.facility.without:
        lead = f"{facts.facility.name} reuses no heat, by the operator's word in estate.yaml."
    else:
        lead = f"No heat meter for reuse reported for {facts.year}, so no heat reuse is stated."
    return Section(id="heat", title="Heat reuse", lead=lead, blocks=tuple(blocks))


def _lead(facts: FacilityYear, metric: Metric, words: str) -> str:
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


def _amounts(facts: FacilityYear, quantities: Sequence[str], *, caption: str) -> list[Block]:
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


def _figures(facts: FacilityYear, metrics: Sequence[Metric], *, caption: str) -> Table:
    rows = []
    for metric in metrics:
        value = filed(facts.year_metrics, metric)
        if value is None:
            continue
        chosen = metric_scale(value)
        rows.append(
            (
                FACTS[metric].name,
                chosen.text(value.value),
                chosen.range(value.low, value.high),
                number(value.raw, FACTS[metric].decimals) if value.raw is not None else DASH,
                coverage_text(value.coverage),
                status_mark(value.status),
                in_words(value.reason) or FACTS[metric].meaning,
            )
        )
    return Table(
        caption=caption,
        head=("Figure", "Value", "Bounds", "Before limit", "Coverage", "Status", "Meaning, remark"),
        rows=tuple(rows),
        text=(5, 6),
    )
