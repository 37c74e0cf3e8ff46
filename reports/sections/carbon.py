"""Greenhouse gases by scope and method, and refrigerants."""

from reports.facts import FacilityYear
from reports.sections.amounts import figures_table, lead
from reports.sections.section import Section, Text
from schemas.metrics import Metric

_SCOPES = (
    *(Metric.SCOPE1, Metric.SCOPE2_LOCATION, Metric.SCOPE2_MARKET, Metric.SCOPE3),
    *(Metric.CO2_LOCATION, Metric.CO2_MARKET, Metric.CUE),
)
_GASES = (Metric.REFRIGERANT_LOSS, Metric.CO2_REFRIGERANTS, Metric.LEAK_RATE)


def carbon(facts: FacilityYear) -> Section:
    """Scopes 1 to 3, both methods of scope 2 side by side, and refrigerants by set."""
    blocks = [
        *figures_table(facts, _SCOPES, caption=f"Emissions by scope, {facts.year}"),
        *figures_table(facts, _GASES, caption=f"Refrigerants, {facts.year}"),
    ]
    if not blocks:
        blocks.append(Text(words="Neither factors nor refrigerants are registered."))
    words = lead(facts, Metric.CO2_LOCATION, "of carbon dioxide came of the energy that entered")
    return Section(id="carbon", title="Greenhouse gases", lead=words, blocks=tuple(blocks))
