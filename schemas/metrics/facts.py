"""What is known of a metric apart from its value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from schemas.units import Unit

EED = "Delegated Regulation (EU) 2024/1364, Annex II"
EED_ENTRY = date(2024, 6, 6)


class State(StrEnum):
    """How far an edition of a definition is law or standard."""

    IN_FORCE = "in force"
    ADOPTED = "adopted, not yet in force"
    DRAFT = "draft"
    SUPERSEDED = "superseded"
    OWN = "own definition"  # no standard defines it: the meaning is all there is


@dataclass(frozen=True, kw_only=True)
class MetricFacts:
    """What a metric is, apart from its value.

    Args:
        name, unit: the name a reader knows, and the unit of the value. Costs are in the
            operator's currency instead.
        meaning, standard: the formula in words; standard or law that defines it.
        inputs: quantities, registers (``certificates``), kinds of factors (``factors:location``)
            and keys of ``estate.yaml`` (``estate.yaml:design_pue``) that it may be computed from.
        categories: what each category means, the one that is filed first first. A name in
            brackets, ``<gas>``, stands for as many as there are. Empty: there is only one.
        edition: of the standard, where the standard's name does not say it.
        state, valid_from, valid_to: of the definition; both days inclusive, None for open.
        citation: keys of sources, as ``S-DR``, of which the regulation's atlas keeps the list.
        unverified: what of it no source was read for; empty where all of it was.
        decimals: places shown on pages. Forms have their own.
    """

    name: str
    unit: Unit
    meaning: str
    standard: str
    inputs: tuple[str, ...] = ()
    categories: Mapping[str, str] = field(default_factory=dict)
    edition: str = ""
    state: State = State.IN_FORCE
    valid_from: date | None = None
    valid_to: date | None = None
    citation: str = ""
    unverified: str = ""
    decimals: int = 0
