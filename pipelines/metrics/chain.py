"""Where the energy goes: the budget from the boundary to the equipment, and each stage's loss."""

from fractions import Fraction

from pipelines.metrics.energy import it_energy, total_energy
from pipelines.metrics.figure import (
    Figure,
    added,
    known,
    negative,
    ratio,
    remarked,
    scaled,
    withheld,
)
from pipelines.metrics.formula import Computed, Formula
from pipelines.metrics.inputs import Inputs
from schemas.metrics import Metric

#: Stages of the power chain, by what enters and what leaves.
STAGES = {
    "ups": ("ups_input", "ups_output"),
    "pdu": ("ups_output", "pdu_output"),
    "rack": ("pdu_output", "it_input"),
}
#: What is used beside IT, by quantity.
_BESIDE = {
    "cooling": "cooling_electricity",
    "heat_upgrade": "heat_upgrade_electricity",
    "lighting": "lighting",
    "other": "other_facility",
}
_NEAREST = ("it_input", "pdu_output", "ups_output")


def energy_budget(inputs: Inputs) -> Computed:
    """Everything that enters [kWh]: IT at its last metered point, the loss of each metered stage
    before it, what is used beside IT, and the remainder that no meter tells of. The parts add up
    to EDC exactly, each with its bounds."""
    everything = total_energy(inputs)
    nearest = next((name for name in _NEAREST if inputs.has(name)), None)
    if nearest is None or not inputs.has("grid_import"):
        return [("", everything if nearest else it_energy(inputs))]
    parts = {"it": inputs.total(nearest)}
    for stage, (before, after) in STAGES.items():
        if inputs.has(before) and inputs.has(after):
            parts[f"{stage}_loss"] = _difference(inputs.total(before), inputs.total(after))
    for name, quantity in _BESIDE.items():
        if inputs.has(quantity):
            parts[name] = inputs.total(quantity)
    named = added(*parts.values())
    return [*parts.items(), ("remainder", _difference(everything, named))]


def _difference(before: Figure, after: Figure) -> Figure:
    """What is lost between two meters; below zero they contradict each other, and it is said."""
    found = added(before, negative(after))
    if found.value is None or found.value >= 0:
        return found
    return remarked(found, "less came in than went out: the meters contradict each other")


def chain_losses(inputs: Inputs) -> Computed:
    """Loss of each stage per what enters it [%]: (input − output) / input."""
    found = [
        (stage, _loss(inputs.total(before), inputs.total(after)))
        for stage, (before, after) in STAGES.items()
        if inputs.has(before) and inputs.has(after)
    ]
    return found or [
        ("", withheld("no stage of the power chain is metered on both sides", "ups_input"))
    ]


def _loss(before: Figure, after: Figure) -> Figure:
    """1 − output / input: so that what enters stands in the formula once, and bounds are tight."""
    kept = ratio(after, before)
    return scaled(added(known(1), negative(kept)), Fraction(100))


COMPUTED: dict[Metric, Formula] = {
    Metric.ENERGY_BUDGET: energy_budget,
    Metric.CHAIN_LOSS: chain_losses,
}
