"""Where the energy goes: the budget from the boundary to the equipment, and each stage's loss."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from pipelines.metrics.energy import CATEGORIES, it_energy, total_energy
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
from pipelines.metrics.nesting import POINTS, fed_by_point
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
_CONTRADICT = "less came in than went out: the meters contradict each other"


def energy_budget(inputs: Inputs) -> Computed:
    """Everything that enters [kWh]: IT at its last metered point, the losses between the points
    before it, what is used beside IT, and the remainder that no meter tells of.

    The parts add up to EDC exactly, each with its bounds. Losses of stages between which nothing is
    metered are told as one: ``pdu_rack_loss``. What the chain feeds beside IT is no loss of it.
    """
    everything = total_energy(inputs)
    points = [name for name in POINTS if inputs.has(name)]
    if not inputs.has("grid_import"):
        return [("", everything)]
    if not points or points[-1] not in CATEGORIES.values():
        return [("", it_energy(inputs))]
    category = next(one for one, point in CATEGORIES.items() if point == points[-1])
    parts = {"it": it_energy(inputs, category)}
    for before, after in pairwise(points):
        stages = list(STAGES)[POINTS.index(before) : POINTS.index(after)]
        loss = _difference(
            inputs.total(before), added(inputs.total(after), *_fed(inputs, before, after))
        )
        parts[f"{'_'.join(stages)}_loss"] = loss
    beside = {name: inputs.total(one) for name, one in _BESIDE.items() if inputs.has(one)}
    # The chain's losses, its loads and IT are together what enters its first point: so the
    # remainder rests on that one, and not on the doubt of all the points after it.
    inside = [negative(one) for one in _fed(inputs, points[0])]
    named = added(inputs.total(points[0]), *beside.values(), *inside)
    rest = replace(_difference(everything, named), inputs=added(everything, *parts.values()).inputs)
    return [*parts.items(), *beside.items(), ("remainder", rest)]


def _fed(inputs: Inputs, before: str, after: str | None = None) -> list[Figure]:
    """What the chain feeds beside IT from one point until another one, or until its end."""
    end = len(POINTS) if after is None else POINTS.index(after)
    by_point = fed_by_point(inputs)
    meters = [name for point in POINTS[POINTS.index(before) : end] for name in by_point[point]]
    return [inputs.total_of(*meters)] if meters else []


def _difference(before: Figure, after: Figure) -> Figure:
    """What is lost between two meters; below zero they contradict each other, and it is said."""
    return _doubted(added(before, negative(after)))


def _doubted(loss: Figure) -> Figure:
    return remarked(loss, _CONTRADICT) if loss.value is not None and loss.value < 0 else loss


def chain_losses(inputs: Inputs) -> Computed:
    """Loss of each stage per what enters it [%]: (input − output) / input.

    What the stage feeds beside IT leaves it too. Below zero the meters contradict each other.
    """
    found = [
        (
            stage,
            _loss(inputs.total(before), added(inputs.total(after), *_fed(inputs, before, after))),
        )
        for stage, (before, after) in STAGES.items()
        if inputs.has(before) and inputs.has(after)
    ]
    return found or [
        ("", withheld("no stage of the power chain is metered on both sides", "ups_input"))
    ]


def _loss(before: Figure, after: Figure) -> Figure:
    """1 − output / input: so that what enters stands in the formula once, and bounds are tight."""
    kept = ratio(after, before)
    return _doubted(scaled(added(known(1), negative(kept)), Fraction(100)))


COMPUTED: dict[Metric, Formula] = {
    Metric.ENERGY_BUDGET: energy_budget,
    Metric.CHAIN_LOSS: chain_losses,
}
