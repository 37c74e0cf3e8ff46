"""Water: what crosses the boundary inwards, and its ratio to IT energy."""

from fractions import Fraction

from pipelines.metrics.energy import it_energy
from pipelines.metrics.figure import Figure, ratio, scaled, withheld
from pipelines.metrics.formula import Computed, Formula
from pipelines.metrics.inputs import Inputs
from schemas.metrics import Metric

INPUTS = ("potable_water", "surface_water", "ground_water", "rain_water", "reclaimed_water")
KWH_PER_MWH = 1000


def water_input(inputs: Inputs) -> Figure:
    """All water that crosses the boundary inwards (WIN, category 2) [m3]."""
    return inputs.present(*INPUTS) or withheld("no meter measures water input", *INPUTS)


def potable_input(inputs: Inputs) -> Figure:
    """Drinking water only (WIN-POT, category 1) [m3]."""
    return inputs.total("potable_water")


def water_usage_effectiveness(*, water_input: Figure, it_energy: Figure) -> Figure:
    """Water input per IT energy.

        WUE = water_input / (it_energy / 1000)

    Args:
        water_input: [m3].
        it_energy: [kWh].

    Returns:
        [m3/MWh], which is the same number as L/kWh. Null as every ratio is.

    Source:
        ISO/IEC 30134-9; Delegated Regulation (EU) 2024/1364, Annex III(b).
    """
    return ratio(water_input, scaled(it_energy, Fraction(1, KWH_PER_MWH)))


def _wue(inputs: Inputs) -> Computed:
    part = it_energy(inputs)
    yield (
        "2",
        water_usage_effectiveness(water_input=water_input(inputs), it_energy=part),
    )
    if inputs.has("potable_water"):
        yield (
            "1",
            water_usage_effectiveness(water_input=potable_input(inputs), it_energy=part),
        )


COMPUTED: dict[Metric, Formula] = {
    Metric.WUE: _wue,
    Metric.WIN: lambda inputs: [("2", water_input(inputs))],
    Metric.WIN_POT: lambda inputs: [("1", potable_input(inputs))],
}
