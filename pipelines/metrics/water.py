"""Water: what crosses the boundary inwards, and its ratio to IT energy."""

from fractions import Fraction

from pipelines.metrics.figure import Figure, ratio, scaled, withheld
from pipelines.metrics.inputs import Inputs

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
