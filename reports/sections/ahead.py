"""Where the facilities' year ends, in which class of the label, and which limits are in doubt."""

from collections.abc import Sequence

import polars as pl

from reports.charts import Table
from reports.facts import FacilityYear
from reports.numbers import DASH, counted, number, scale
from reports.sections.section import Section
from schemas.metrics import FACTS, Metric
from schemas.units import Unit

_FORECAST = (Metric.PUE, Metric.WUE, Metric.EDC)
_LABEL = "eu-label-"


def ahead(facilities: Sequence[FacilityYear]) -> Section:
    """A row for each facility: forecasts with their interval, label classes, limits not yet met."""
    rows = tuple(
        (
            facts.facility.name,
            *(_forecast(facts, metric) for metric in _FORECAST),
            _class(facts, Metric.PUE),
            _class(facts, Metric.WUE_FRE),
            _doubtful(facts),
        )
        for facts in sorted(facilities, key=lambda one: one.facility.id)
    )
    table = Table(
        caption="Forecasts to the end of the year, with the interval that holds the truth nine "
        "times in ten; classes and limits",
        head=(
            "Facility",
            "PUE",
            "WUE",
            "Energy",
            "Label class by PUE",
            "by WUE",
            "Limits that are not certainly met",
        ),
        rows=rows,
        text=(4, 5, 6),
        style="words",
    )
    return Section(
        id="ahead",
        title="Where the year ends",
        lead="Classes of the EU label are a preview: the act is adopted and not yet in force, and "
        "the European database alone makes the label.",
        blocks=(table,),
    )


def _forecast(facts: FacilityYear, metric: Metric) -> str:
    """The filed category's forecast; once the year is over it is the figure itself."""
    rows = facts.forecasts.filter(
        (pl.col("year") == facts.year) & (pl.col("metric") == metric.value)
    ).rows(named=True)
    order = list(FACTS[metric].categories)
    rows.sort(key=lambda row: order.index(row["category"]) if row["category"] in order else 99)
    known = next((row for row in rows if row["value"] is not None), None)
    if known is None:
        return DASH
    chosen = scale(Unit(known["unit"]), known["value"], FACTS[metric].decimals)
    if known["months_known"] >= 12:
        return chosen.text(known["value"])
    return f"{chosen.text(known['value'])} ({chosen.range(known['low'], known['high'])})"


def _class(facts: FacilityYear, metric: Metric) -> str:
    """The label's class, or the likely ones with their probability."""
    rows = facts.limits.filter(
        (pl.col("year") == facts.year)
        & pl.col("limit").str.starts_with(_LABEL)
        & (pl.col("metric") == metric.value)
        & (pl.col("probability") > 0)
    ).sort("probability", descending=True)
    told = []
    for row in rows.iter_rows(named=True):
        name = row["limit"].rsplit("-", 1)[1].upper()
        certain = row["met"] == "certainly" or row["probability"] == 1
        told.append(name if certain else f"{name} ({number(row['probability'] * 100)} %)")
    return ", ".join(dict.fromkeys(told)) or DASH


def _doubtful(facts: FacilityYear) -> str:
    """Limits that apply, or may, and are not certainly met; those that do not apply yet come
    last."""
    rows = facts.limits.filter(
        (pl.col("year") == facts.year)
        & ~pl.col("limit").str.starts_with(_LABEL)
        & pl.col("applies").fill_null(value=True)
        & (pl.col("met") != "certainly")
    )
    names = [
        f"{row['title']}: {row['met'] or _likely(row['probability'])}"
        for row in rows.iter_rows(named=True)
    ]
    if len(names) > 3:
        names = [*names[:3], f"and {counted(len(names) - 3, 'more', 'more')}"]
    return "; ".join(names) or "all are met"


def _likely(probability: float | None) -> str:
    return "not known" if probability is None else f"{number(probability * 100)} % likely"
