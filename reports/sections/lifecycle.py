"""Equipment over its life: what came and left, the carbon in it, and batteries' passports."""

from collections.abc import Iterable, Sequence
from datetime import date

from reports.charts import Table
from reports.facts import FacilityYear
from reports.numbers import DASH, number
from reports.sections.headline import metric_scale
from reports.sections.section import Block, filed, in_words, status_mark
from schemas.battery_passport import passport_asked, passport_gaps
from schemas.estate.registers.equipment import Equipment
from schemas.metrics import FACTS, Metric, MetricValue

_BALANCE = (Metric.ASSETS, Metric.ASSET_MASS)
#: Embodied carbon, and beside it the emissions of use.
_CARBON = (
    Metric.EMBODIED_ADDED,
    Metric.EMBODIED_ALLOCATED,
    Metric.EMBODIED_UNKNOWN,
    Metric.CO2_LOCATION,
    Metric.CO2_MARKET,
)
_ASKED = {True: "yes", False: "no, in service before", None: "unknown"}


def lifecycle(facts: FacilityYear, fleet: Sequence[Equipment]) -> list[Block]:
    """Refresh and end of life, embodied carbon against use, and what passports lack.

    Args:
        fleet: what stood in place on 31 December.
    """
    tables = (_balance(facts), _carbon(facts), passports_table(fleet, facts.year))
    return [table for table in tables if table is not None]


def _balance(facts: FacilityYear) -> Table | None:
    """Opening + installed = decommissioned + closing, in pieces and in mass."""
    rows = []
    for metric in _BALANCE:
        found = {one.category: one for one in facts.year_metrics if one.metric is metric}
        told = [found.get(flow) for flow in FACTS[metric].categories]
        if any(told):
            remarks = dict.fromkeys(one.reason for one in told if one and one.reason)
            rows.append((FACTS[metric].name, *map(_text, told), "; ".join(remarks) or DASH))
    if not rows:
        return None
    return Table(
        caption=f"Refresh and end of life in {facts.year}: opening + installed = "
        "decommissioned + closing",
        head=("", "Opening", "Installed", "Decommissioned", "Closing", "Remark"),
        rows=tuple(rows),
        text=(5,),
        folded=True,
    )


def _text(value: MetricValue | None) -> str:
    """The value; of a sum that is not whole what it is at least."""
    if value is None:
        return DASH
    chosen = metric_scale(value)
    if value.value is None and value.low is not None:
        return chosen.range(value.low, value.high)
    return chosen.text(value.value)


def _carbon(facts: FacilityYear) -> Table | None:
    if filed(facts.year_metrics, Metric.EMBODIED_ALLOCATED) is None:
        return None
    rows = []
    for metric in _CARBON:
        value = filed(facts.year_metrics, metric)
        if value is not None:
            chosen = metric_scale(value)
            rows.append(
                (
                    FACTS[metric].name,
                    chosen.text(value.value),
                    chosen.range(value.low, value.high),
                    status_mark(value.status),
                    in_words(value.reason) or FACTS[metric].meaning,
                )
            )
    return Table(
        caption=f"Embodied carbon beside that of use, {facts.year}",
        head=("Figure", "Value", "Bounds", "Status", "Meaning, remark"),
        rows=tuple(rows),
        text=(3, 4),
        folded=True,
    )


def passports_table(fleet: Iterable[Equipment], year: int) -> Table | None:
    """What the register lacks for the passports of batteries above 2 kWh."""
    last = date(year, 12, 31)
    rows = tuple(
        (
            one.asset_id,
            one.model or DASH,
            number(one.count),
            _ASKED[passport_asked(one)],
            ", ".join(gaps),
        )
        for one in fleet
        if (gaps := passport_gaps(one, last))
    )
    if not rows:
        return None
    return Table(
        caption="Battery passports (Regulation (EU) 2023/1542, above 2 kWh, in service since "
        "18 February 2027): columns of the register that are empty",
        head=("Battery", "Model", "Pieces", "Asked", "Empty"),
        rows=rows,
        text=(1, 3, 4),
        folded=True,
    )
