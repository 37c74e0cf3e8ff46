"""Efficiency month by month and hour by hour, and where the energy went."""

from dataclasses import replace
from decimal import Decimal

import polars as pl

from reports.charts import (
    Chart,
    Series,
    heat_map,
    hourly_trend,
    monthly_ratio,
    months_of,
    sankey,
)
from reports.charts.energy import IT_POINTS, SOURCES, USES, energy_balance
from reports.charts.heat import counts, hours_by_month
from reports.charts.spans import monthly_spans
from reports.facts import FacilityYear
from reports.numbers import scale
from reports.sections.amounts import figures_table
from reports.sections.incidents import spans_of
from reports.sections.section import (
    Block,
    Section,
    Text,
    filed,
    month_totals_table,
    totals_table,
)
from schemas.metrics import FACTS, Metric
from schemas.units import Unit

_KIN = (
    *(Metric.PUE_DE, Metric.PPUE, Metric.IPUE, Metric.DPUE),
    *(Metric.PUE_WEIGHTED, Metric.EDC_WEIGHTED, Metric.EDC_ANNUALISED),
)
_BUDGET = (Metric.ENERGY_BUDGET, Metric.CHAIN_LOSS)
_POWER = (
    *(Metric.ELECTRICITY, Metric.PEAK_POWER, Metric.LOAD_FACTOR, Metric.RACK_POWER),
    *(Metric.IDLE_ENERGY, Metric.CBTG, Metric.CBTG_OFFERED),
)


def efficiency(facts: FacilityYear) -> Section:
    """PUE and WUE: months with bounds, hours as a map and as a line."""
    blocks: list[Block] = [*_ratio(facts, Metric.PUE), *_ratio(facts, Metric.WUE)]
    if not any(isinstance(block, Chart) for block in blocks):
        lead = f"No PUE or WUE can be drawn for {facts.year}."
    else:
        lead = (
            "A month is the total of its inputs divided by the total of its IT energy, never a "
            "mean of hours. Hours are paired for these charts only."
        )
    blocks += figures_table(
        facts, _KIN, caption=f"PUE by other rules and boundaries, {facts.year}", folded=True
    )
    return Section(id="efficiency", title="PUE and WUE", lead=lead, blocks=tuple(blocks))


def _ratio(facts: FacilityYear, metric: Metric) -> list[Block]:
    known, year = FACTS[metric], facts.year
    chosen = scale(known.unit, None, known.decimals)
    short, unit = metric.value.upper(), chosen.unit
    suffix = f" [{unit}]" if unit else ""
    whole = filed(facts.year_metrics, metric)
    category = whole.category if whole else ""
    months = months_of(
        (m for m in facts.month_metrics if m.metric is metric and m.category == category),
        year=year,
    )
    blocks: list[Block] = []
    if any(month.status for month in months):
        named = f", category {category}" if category else ""
        blocks.append(
            monthly_ratio(
                months,
                id=f"{metric}-months",
                title=f"{short} by month{suffix}, {year}{named}",
                scale=chosen,
                year_value=whole.value if whole else None,
                shapes=monthly_spans(spans_of(facts), year=year, zone=facts.facility.zone),
            )
        )
    else:
        blocks.append(Text(words=f"There is no {short} for any month of {year}."))
    hours = facts.hourly_ratios
    if hours.is_empty() or not counts(hours, metric.value)["missing"] < hours.height:
        blocks.append(Text(words=f"There is no hourly {short} for {year}."))
        return blocks
    blocks.append(
        heat_map(
            hours,
            id=f"{metric}-hours",
            column=metric.value,
            title=f"{short} by hour{suffix}, {year}",
            unit=unit,
            decimals=2,
            year=year,
            zone=facts.facility.zone,
        )
    )
    blocks.append(
        hourly_trend(
            [Series(name=short, hours=hours.select("start", "status", value=metric.value))],
            id=f"{metric}-trend",
            title=f"{short} as an hourly trend{suffix}, {year}",
            unit=unit,
            decimals=3,
            year=year,
            zone=facts.facility.zone,
            spans=spans_of(facts),
            # Paper has it once already, below the map.
            table=replace(
                hours_by_month(
                    hours, column=metric.value, title=f"{short}, {year}", unit=unit, decimals=3
                ),
                style="repeat",
            ),
        )
    )
    return blocks


def flows(facts: FacilityYear) -> Section:
    """The Sankey from sources to uses, the totals behind it, and hourly power."""
    totals = {total.quantity: total for total in facts.year_totals}
    shown = ("ups_input", *IT_POINTS, *SOURCES, *USES, "district_cooling", "fuel_gas")
    blocks: list[Block] = []
    balance = energy_balance(totals)
    supply = sum((flow.kwh for flow in balance.flows if flow.end == "Site"), Decimal(0))
    chosen = scale(Unit.KILOWATT_HOUR, supply)
    if balance.flows:
        lead = f"{chosen.text(supply)} of electricity entered the site in {facts.year}."
        rest = sum((f.kwh for f in balance.flows if f.end == "Not metered"), Decimal(0))
        if rest:
            lead += (
                f" {scale(Unit.KILOWATT_HOUR, rest).text(rest)} of it reached uses that have no "
                "meter of their own, or was lost on the way; it is shown as not metered."
            )
        blocks.append(
            sankey(
                balance,
                id="energy-flows",
                title=f"Electricity from source to use [{chosen.unit}], {facts.year}",
                scale=chosen,
            )
        )
    else:
        lead = " ".join(balance.remarks)
    power = [total for name, total in totals.items() if name in shown]
    if power:
        power.sort(key=lambda total: _order(total.quantity))
        blocks.append(totals_table(power, caption=f"Energy totals, {facts.year}"))
    blocks += figures_table(facts, _BUDGET, caption=f"Budget from boundary to IT, {facts.year}")
    blocks += figures_table(facts, _POWER, caption=f"Power and its use, {facts.year}")
    blocks += _power_trend(facts)
    return Section(id="energy", title="Where the energy went", lead=lead, blocks=tuple(blocks))


def _order(quantity: str) -> int:
    order = (*SOURCES, "ups_input", *IT_POINTS, *USES)
    return order.index(quantity) if quantity in order else len(order)


def _power_trend(facts: FacilityYear) -> list[Block]:
    category = filed(facts.year_metrics, Metric.EIT)
    point = dict(zip(("1", "2", "3"), IT_POINTS, strict=True)).get(
        category.category if category else "1", "ups_output"
    )
    series = []
    for name, quantity in (("Grid import", "grid_import"), (IT_POINTS[point], point)):
        part = facts.hours.filter(pl.col("quantity") == quantity)
        if part["value"].count():
            series.append(Series(name=name, hours=part))
    if not series:
        return [Text(words=f"There are no hourly energy values for {facts.year}.")]
    chart = hourly_trend(
        series,
        id="power-trend",
        title=f"Energy by hour [kWh per hour], {facts.year}",
        unit="kWh per hour",
        decimals=0,
        year=facts.year,
        zone=facts.facility.zone,
        spans=spans_of(facts),
        table=month_totals_table(
            facts, ("grid_import", point), caption=f"Energy by month, {facts.year}"
        ),
    )
    return [chart]
