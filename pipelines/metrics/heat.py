"""Cooling and heat: what is removed, reused, given away, and how long for free."""

from dataclasses import replace
from fractions import Fraction

from pipelines.metrics.climate import cooling_degree_days, heating_degree_days
from pipelines.metrics.energy import total_energy
from pipelines.metrics.figure import Figure, added, clipped, negative, ratio, remarked, withheld
from pipelines.metrics.flow_heat import FLOW, heat_from_flow
from pipelines.metrics.formula import Formula, single, total
from pipelines.metrics.free_cooling import free_cooling_hours
from pipelines.metrics.inputs import Inputs
from schemas.metrics import Metric, Status


def cooling_efficiency_ratio(*, heat_removed: Figure, cooling_electricity: Figure) -> Figure:
    """Heat removed per electricity of the cooling system (CER) [1]. ISO/IEC 30134-7."""
    return ratio(heat_removed, cooling_electricity)


def energy_reuse_factor(*, heat_reused: Figure, total_energy: Figure) -> Figure:
    """Heat reused outside per energy entering (ERF) [1], within 0..1.

    More heat than energy entered is an error of the boundary, and withholds the figure: a heat
    pump inside the boundary lifts what is delivered, but its electricity entered too.

    Source:
        ISO/IEC 30134-6, EN 50600-4-6; that 1 is the limit is a policy.
    """
    found = ratio(heat_reused, total_energy)
    if found.low is None and found.high is None:
        return found
    # Without a value, a lowest above the limit says as surely that the boundaries differ.
    least = found.low if found.value is None else found.value
    if least is not None and least > 1:
        share = f"({'' if found.value else 'at least '}{float(least):.4f} of it)"
        words = f"more heat was handed over than energy entered {share}: the boundaries differ"
        possible = replace(found, value=None, low=Fraction(0), high=Fraction(1))
        return remarked(replace(possible, status=Status.WITHHELD), words)
    kept = clipped(found, highest=1)
    return replace(kept, raw=None, value=found.value)


def heat_reused(inputs: Inputs) -> Figure:
    """Heat handed over less the share that cools the data centre itself (EREUSE) [kWh].

    By heat meters; where there are none, by the flow and temperatures at the handover point. Not
    below zero.
    """
    by_flow = not inputs.has("heat_reused") and all(inputs.has(name) for name in FLOW)
    handed = heat_from_flow(inputs) if by_flow else inputs.total("heat_reused")
    if not inputs.has("heat_reused_internal"):
        return handed
    kept = added(handed, negative(inputs.total("heat_reused_internal")))
    possible = clipped(kept)
    if kept.value is not None and kept.value < 0:
        reason = "more heat serves the data centre than was handed over: the meters contradict"
        return replace(possible, value=None, raw=None, status=Status.WITHHELD, reason=reason)
    return replace(possible, value=kept.value, raw=None)


def _cer(inputs: Inputs) -> Figure:
    return cooling_efficiency_ratio(
        heat_removed=inputs.total("heat_removed"),
        cooling_electricity=inputs.total("cooling_electricity"),
    )


def _erf(inputs: Inputs) -> Figure:
    return energy_reuse_factor(heat_reused=heat_reused(inputs), total_energy=total_energy(inputs))


def _delivered(inputs: Inputs) -> Figure:
    if inputs.without("heat_reused"):
        return withheld(f"{inputs.facility.id} delivers no heat", "estate.yaml:without")
    return inputs.total("heat_supply_temperature")


COMPUTED: dict[Metric, Formula] = {
    Metric.ERF: single(_erf),
    Metric.CER: single(_cer),
    Metric.EREUSE: single(heat_reused),
    Metric.HEAT_DELIVERED_TEMPERATURE: single(_delivered),
    Metric.HEAT_REJECTED: total("heat_rejected"),
    Metric.HEAT_REJECTED_TEMPERATURE: total("heat_rejected_temperature"),
    Metric.TWH: total("waste_heat_temperature"),
    Metric.TIN_SETPOINT: total("intake_air_setpoint"),
    Metric.FREE_COOLING_HOURS: single(free_cooling_hours),
    Metric.CDD: single(cooling_degree_days),
    Metric.HDD: single(heating_degree_days),
}
