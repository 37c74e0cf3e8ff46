"""What it costs, where the year will end, which limits it meets, and when capacity is used up."""

import polars as pl

from reports.charts import Table
from reports.facts import FacilityYear
from reports.numbers import DASH, number, scale
from reports.sections.amounts import figures_table
from reports.sections.section import Block, Section, in_words
from schemas.metrics import FACTS, Metric
from schemas.units import Unit

_COSTS = (Metric.ENERGY_COST, Metric.WATER_COST)


def outlook(facts: FacilityYear) -> Section:
    """Cost of energy and water, forecast of the year, limits and classes, capacities."""
    blocks: list[Block] = [
        *figures_table(facts, _COSTS, caption=f"Cost, {facts.year}"),
        *_forecasts(facts),
        *_limits(facts),
        *_capacities(facts),
    ]
    return Section(id="outlook", title="Cost and outlook", lead=_lead(facts), blocks=tuple(blocks))


def _lead(facts: FacilityYear) -> str:
    ahead = facts.forecasts.filter(
        (pl.col("year") == facts.year)
        & (pl.col("months_known") < 12)
        & pl.col("value").is_not_null()
    )
    if ahead.is_empty():
        return "Classes of the EU label are a preview: the act is adopted and not yet in force."
    as_of = str(ahead["as_of"].max())
    return (
        f"Forecasts rest on what was known by {as_of}; their interval holds the truth nine times "
        "in ten. Classes of the EU label are a preview: the act is not yet in force."
    )


def _forecasts(facts: FacilityYear) -> list[Block]:
    rows = []
    for row in facts.forecasts.filter(pl.col("year") == facts.year).iter_rows(named=True):
        known = FACTS[Metric(row["metric"])]
        sizes = [row[name] for name in ("value", "high") if row[name] is not None]
        chosen = scale(Unit(row["unit"]), sizes[0] if sizes else None, known.decimals)
        rows.append(
            (
                known.name + (f", {row['category']}" if row["category"] else ""),
                chosen.text(row["value"]),
                chosen.range(row["low"], row["high"]),
                f"{row['months_known']} months, to {row['as_of'] or DASH}",
                in_words(row["reason"]) or row["method"] or DASH,
            )
        )
    table = Table(
        caption=f"Where {facts.year} ends",
        head=("Figure", "Forecast", "Nine times in ten", "Known", "How"),
        rows=tuple(rows),
        text=(3, 4),
        style="words",
        folded=True,
    )
    return [table] if rows else []


def _limits(facts: FacilityYear) -> list[Block]:
    """Limits that are about the facility, or may be; then the label's classes."""
    mine = facts.limits.filter(
        (pl.col("year") == facts.year) & pl.col("applies").fill_null(value=True)
    )
    rows = [
        (
            row["title"],
            _edge(row),
            str(row["holds_from"] or DASH),
            DASH if row["value"] is None else number(row["value"], 3),
            _chance(row),
            row["state"],
            in_words(row["reason"]) or row["source"],
        )
        for row in mine.iter_rows(named=True)
    ]
    table = Table(
        caption=f"Limits and classes, {facts.year}",
        head=("Limit or class", "Edge", "Holds from", "Value", "Met", "State", "Source, remark"),
        rows=tuple(rows),
        text=(1, 2, 4, 5, 6),
        style="words",
        folded=True,
    )
    return [table] if rows else []


def _edge(row: dict[str, object]) -> str:
    parts = [
        f"{sign} {number(float(str(row[name])), 2)}"
        for name, sign in (("above", ">"), ("at_most", "≤"), ("at_least", "≥"))
        if row[name] is not None
    ]
    return " and ".join(parts) or DASH


def _chance(row: dict[str, object]) -> str:
    if row["met"]:
        return str(row["met"])
    if row["probability"] is None:
        return DASH
    return f"{number(float(str(row['probability'])) * 100)} % likely"


def _capacities(facts: FacilityYear) -> list[Block]:
    rows = [
        (
            row["capacity"],
            _kw(row["limit_kw"]),
            _kw(row["peak_kw"]),
            _kw(row["headroom_kw"]),
            _growth(row),
            f"{row['likely'] or 'not within ten years'} "
            f"({row['earliest'] or 'later'} to {row['latest'] or 'later'})"
            if row["growth_kw"] is not None
            else DASH,
            in_words(row["reason"]) or row["method"],
        )
        for row in facts.capacities.iter_rows(named=True)
    ]
    table = Table(
        caption="Capacity: what there is, the highest hour of a year, and when it is used up",
        head=("Capacity", "There is", "Peak", "Left", "Growth a year", "Reached", "How, remark"),
        rows=tuple(rows),
        text=(5, 6),
        style="words",
        folded=True,
    )
    return [table] if rows else []


def _kw(value: float | None) -> str:
    return scale(Unit.KILOWATT, value, 0).text(value)


def _growth(row: dict[str, object]) -> str:
    if row["growth_kw"] is None:
        return DASH
    told = [number(float(str(row[f"growth{end}_kw"]))) for end in ("", "_low", "_high")]
    return f"{told[0]} kW ({told[1]} to {told[2]})"
