"""Where regimes ask for the same fact: shared, converted, in another category, or another fact."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from reports.content.kinds import FromClass, FromLimit, FromMetric, FromSum
from reports.regime import Cell, Regime
from schemas.limits import LIMITS
from schemas.metrics import FACTS, Metric
from schemas.units import Unit


class Relation(StrEnum):
    """What the cells of one fact are to each other."""

    ALONE = "alone"  # one regime asks for it
    SHARED = "shared"  # several do, in the same unit and order of categories
    CONVERTED = "converted"  # several do, in different units
    CATEGORY = "category"  # several do, and prefer different measuring categories


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One cell that files a fact as it is; sums, classes and limits only use it."""

    regime: str
    code: str
    unit: Unit | None
    categories: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One fact, and every cell that files or uses it."""

    metric: Metric
    name: str
    unit: Unit
    relation: Relation
    asked: tuple[Asked, ...]
    used: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Apart:
    """Facts that sound alike and must not be exchanged."""

    topic: str
    facts: tuple[str, ...]
    because: str


#: Of each topic where regimes contradict one another: which facts, and how they differ.
APART = (
    Apart(
        topic="Renewable energy",
        facts=("ref", "renewable_electricity"),
        because="The European act and ISO divide by all energy, the German law by electricity.",
    ),
    Apart(
        topic="Water",
        facts=("win", "win_fre", "water_consumption"),
        because="The act of 2024 counts all input, its change of 2026 freshwater, ESRS and VSME "
        "what is used up: withdrawals less discharges and what storage gained.",
    ),
    Apart(
        topic="Usage of water",
        facts=("wue", "wue_fre"),
        because="All input by MWh in 2024, freshwater in litres by kWh in 2026.",
    ),
    Apart(
        topic="Heat",
        facts=("ereuse", "heat_rejected"),
        because="All regimes ask for heat reused; the German law asks for heat rejected as well.",
    ),
    Apart(
        topic="PUE",
        facts=("pue", "pue_de"),
        because="For new German data centres electricity that only upgrades waste heat is left "
        "out; nobody else deducts anything.",
    ),
    Apart(
        topic="Power",
        facts=("pdit", "nonredundant_connected_kw"),
        because="The European threshold of 500 kW is of installed IT power, the German one of "
        "300 kW of the whole site's non-redundant connected power.",
    ),
    Apart(
        topic="Size classes",
        facts=("SIZE (eu-eed-2026)", "1c (de-enefg-2023)"),
        because="Five classes by IT power in the European act, seven others in the German law.",
    ),
    Apart(
        topic="Place",
        facts=("lau", "nuts3", "postal_code"),
        because="LAU code in 2024, NUTS 3 code in 2026, postal code in Germany.",
    ),
    Apart(
        topic="Scope 2",
        facts=("scope2_location", "scope2_market"),
        because="Both are reported, and neither stands for the other.",
    ),
)


def matrix(regimes: Iterable[Regime]) -> tuple[Row, ...]:
    """Every fact that a regime files or uses, in the order of the catalogue of metrics."""
    asked: dict[Metric, list[Asked]] = {}
    used: dict[Metric, list[tuple[str, str]]] = {}
    for regime in regimes:
        for cell in regime.cells:
            if isinstance(cell.content, FromMetric):
                asked.setdefault(cell.content.metric, []).append(
                    Asked(
                        regime=regime.key,
                        code=cell.code,
                        unit=cell.unit,
                        categories=cell.content.categories,
                    )
                )
            for metric in _used(cell):
                used.setdefault(metric, []).append((regime.key, cell.code))
    return tuple(
        Row(
            metric=metric,
            name=FACTS[metric].name,
            unit=FACTS[metric].unit,
            relation=_relation(asked.get(metric, ())),
            asked=tuple(asked.get(metric, ())),
            used=tuple(used.get(metric, ())),
        )
        for metric in Metric
        if metric in asked or metric in used
    )


_LIMITED = {limit.key: limit.metric for limit in LIMITS}


def _used(cell: Cell) -> tuple[Metric, ...]:
    """Metrics that a cell uses without filing them as they are."""
    match cell.content:
        case FromSum(parts=parts, perhaps=perhaps):
            return tuple(dict.fromkeys(part.metric for part in (*parts, *perhaps)))
        case FromClass(metric=metric):
            return (metric,)
        case FromLimit(key=key):
            return (_LIMITED[key],)
        case _:
            return ()


def _relation(asked: Sequence[Asked]) -> Relation:
    if len({one.regime for one in asked}) < 2:
        return Relation.ALONE
    if len({one.unit for one in asked}) > 1:
        return Relation.CONVERTED
    # A regime may file several categories, each in a cell of its own: its first one counts.
    first = {one.regime: one.categories for one in reversed(asked)}
    return Relation.SHARED if len(set(first.values())) == 1 else Relation.CATEGORY
