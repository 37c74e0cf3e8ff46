"""Water: taken in and given back by month, by both definitions of the law, and what was used up."""

from reports.charts import Table
from reports.facts import FacilityYear
from reports.numbers import DASH, coverage_text, scale
from reports.sections.amounts import amounts, figures_table, lead
from reports.sections.headline import metric_scale
from reports.sections.section import Block, Section, Text, filed, status_mark, words_of
from schemas.metrics import FACTS, Metric
from schemas.totals import TotalValue

INTAKE = ("potable_water", "surface_water", "ground_water", "rain_water", "reclaimed_water")
OUTLET = ("water_discharge", "water_reused_outside")
_USED_UP = (
    Metric.WATER_CONSUMPTION,
    Metric.WATER_DISCHARGE,
    Metric.WATER_STORAGE_CHANGE,
    Metric.WATER_STRESS,
    Metric.WATER_CONSUMPTION_STRESSED,
    Metric.WATER_GENERATION,
    Metric.WUE_SOURCE,
)


def water(facts: FacilityYear) -> Section:
    """Intake by kind and month, discharge, the two definitions of WUE, and consumption."""
    blocks = amounts(facts, (*INTAKE, *OUTLET), caption=f"Water totals, {facts.year}")
    words = (
        lead(facts, Metric.WIN, "of water entered the site")
        if blocks
        else f"No water meter reported for {facts.year}."
    )
    blocks += _definitions(facts)
    blocks += figures_table(facts, _USED_UP, caption=f"Water used up, {facts.year}")
    return Section(id="water", title="Water", lead=words, blocks=tuple(blocks))


def _definitions(facts: FacilityYear) -> list[Block]:
    """WUE by the act in force and by the one adopted, and which water makes the difference."""
    rows = []
    for law, counted, amount, ratio in (
        ("EU 2024/1364, in force", "all water input", Metric.WIN, Metric.WUE),
        ("EU C(2026) 3472, adopted", "freshwater only", Metric.WIN_FRE, Metric.WUE_FRE),
    ):
        volume, usage = filed(facts.year_metrics, amount), filed(facts.year_metrics, ratio)
        if volume is None or usage is None or not usage.founded:
            return []
        rows.append(
            (
                law,
                counted,
                metric_scale(volume).text(volume.value),
                metric_scale(usage).text(usage.value),
                metric_scale(usage).range(usage.low, usage.high),
                coverage_text(usage.coverage) if usage.coverage is not None else DASH,
                status_mark(usage.status),
            )
        )
    table = Table(
        caption=f"WUE by two definitions, {facts.year}",
        head=("Law", "Counts", "Water", "WUE", "Bounds", "Coverage", "Status"),
        rows=tuple(rows),
        text=(1, 6),
    )
    return [table, Text(words=_difference(facts))]


def _difference(facts: FacilityYear) -> str:
    """Which sources the two definitions differ by, with how much of each."""
    apart = [
        total for total in facts.year_totals if total.quantity in ("rain_water", "reclaimed_water")
    ]
    doubt = f"Not verified: {FACTS[Metric.WUE_FRE].unverified}."
    if not apart:
        return f"Both count the same water here: no rain or reclaimed water is metered. {doubt}"
    named = " and ".join(map(_amount, apart))
    return f"The difference is {named}, which the later act does not count. {doubt}"


def _amount(total: TotalValue) -> str:
    """How much of a source came in; without an honest number, between which bounds."""
    size = total.value if total.value is not None else total.high
    chosen = scale(total.unit, size, 0 if size is not None and size >= 100 else 1)
    name = words_of(total.quantity).lower()
    if total.value is None:
        return f"{name} ({chosen.range(total.low, total.high)})"
    return f"{chosen.text(total.value)} of {name}"
