"""Cooling and heat: how efficiently it is removed, what is reused, and how warm it is."""

from reports.facts import FacilityYear
from reports.sections.amounts import amounts, figures_table, lead
from reports.sections.section import Block, Section, totals_table
from schemas.metrics import Metric

HEAT = ("heat_reused", "heat_reused_internal", "heat_rejected", "heat_removed")
#: What heat is computed from where no heat meter counts it.
FLOW = ("heat_flow", "heat_supply_temperature", "heat_return_temperature")
TEMPERATURES = (
    *("waste_heat_temperature", "heat_rejected_temperature"),
    *("intake_air_setpoint", "intake_air_temperature", "outdoor_temperature"),
)
_FIGURES = (
    *(Metric.CER, Metric.EREUSE, Metric.ERF, Metric.HEAT_REJECTED),
    *(Metric.HEAT_DELIVERED_TEMPERATURE, Metric.HEAT_REJECTED_TEMPERATURE, Metric.TWH),
    *(Metric.TIN_SETPOINT, Metric.FREE_COOLING_HOURS, Metric.CDD, Metric.HDD),
)


def heat(facts: FacilityYear) -> Section:
    """Heat handed over by month, and the figures of cooling, heat, temperature and weather."""
    present = {total.quantity for total in facts.year_totals}
    blocks: list[Block] = []
    if "heat_reused" in present:
        words = lead(facts, Metric.EREUSE, "of waste heat was reused")
        blocks += amounts(facts, ("heat_reused",), caption="")
    elif present.issuperset(FLOW):
        words = lead(facts, Metric.EREUSE, "of waste heat was reused, by flow and temperatures")
    elif "heat_reused" in facts.facility.without:
        words = f"{facts.facility.name} reuses no heat, by the operator's word in estate.yaml."
    else:
        words = f"No heat meter for reuse reported for {facts.year}, so no heat reuse is stated."
    blocks += figures_table(facts, _FIGURES, caption=f"Cooling, heat and weather, {facts.year}")
    shown = [t for t in facts.year_totals if t.quantity in (*HEAT, *FLOW, *TEMPERATURES)]
    if shown:
        caption = f"Totals of heat and temperatures, {facts.year}"
        blocks.append(totals_table(shown, caption=caption, folded=True))
    return Section(id="heat", title="Cooling and heat", lead=words, blocks=tuple(blocks))
