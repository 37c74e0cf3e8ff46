"""Cooling and heat: what is removed, reused and given away."""

from pipelines.metrics.climate import cooling_degree_days
from pipelines.metrics.energy import total_energy
from pipelines.metrics.figure import Figure, added, negative, ratio
from pipelines.metrics.formula import Computed, Formula, single, total
from pipelines.metrics.inputs import Inputs
from schemas.metrics import Metric


def cooling_efficiency_ratio(*, heat_removed: Figure, cooling_electricity: Figure) -> Figure:
    """Heat removed per electricity of the cooling system (CER) [1]. ISO/IEC 30134-7."""
    return ratio(heat_removed, cooling_electricity)


def energy_reuse_factor(*, heat_reused: Figure, total_energy: Figure) -> Figure:
    """Heat reused outside per energy entering (ERF) [1]. ISO/IEC 30134-6."""
    return ratio(heat_reused, total_energy)


def heat_reused(inputs: Inputs) -> Figure:
    """Heat handed over less the share that cools the data centre itself (EREUSE) [kWh]."""
    handed = inputs.total("heat_reused")
    if not inputs.has("heat_reused_internal"):
        return handed
    return added(handed, negative(inputs.total("heat_reused_internal")))


def _erf(inputs: Inputs) -> Computed:
    figure = energy_reuse_factor(heat_reused=heat_reused(inputs), total_energy=total_energy(inputs))
    yield "", figure


def _cer(inputs: Inputs) -> Computed:
    figure = cooling_efficiency_ratio(
        heat_removed=inputs.total("heat_removed"),
        cooling_electricity=inputs.total("cooling_electricity"),
    )
    yield "", figure


COMPUTED: dict[Metric, Formula] = {
    Metric.ERF: _erf,
    Metric.CER: _cer,
    Metric.EREUSE: single(heat_reused),
    Metric.TWH: total("waste_heat_temperature"),
    Metric.TIN_SETPOINT: total("intake_air_setpoint"),
    Metric.CDD: single(cooling_degree_days),
}
