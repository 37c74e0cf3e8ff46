"""Water: what crosses the boundary, what stays, and its ratio to IT energy."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from pipelines.metrics.energy import it_energy
from pipelines.metrics.factors import by_factor, covering, with_inputs
from pipelines.metrics.figure import (
    Figure,
    added,
    clipped,
    known,
    negative,
    ratio,
    remarked,
    scaled,
    withheld,
)
from pipelines.metrics.formula import Computed, Formula, single, total
from pipelines.metrics.inputs import Inputs
from schemas.estate.model import Factor
from schemas.metrics import Metric, Status

INPUTS = ("potable_water", "surface_water", "ground_water", "rain_water", "reclaimed_water")
FRESH = ("potable_water", "surface_water", "ground_water")
KWH_PER_MWH = 1000
LITRES_PER_M3 = 1000
#: Bands of the water stress score, by the score from which each begins (unverified).
BANDS = ((4, "extremely high"), (3, "high"), (2, "medium-high"), (1, "low-medium"), (0, "low"))
STRESSED_FROM = 3
MOST_STRESS = 5


def water_input(inputs: Inputs) -> Figure:
    """All water that crosses the boundary inwards (WIN, category 2) [m3]."""
    return inputs.present(*INPUTS) or withheld("no meter measures water input", *INPUTS)


def potable_input(inputs: Inputs) -> Figure:
    """Drinking water only (WIN-POT, category 1) [m3]."""
    return inputs.total("potable_water")


def fresh_input(inputs: Inputs) -> Figure:
    """Freshwater: drinking, surface and ground water (WIN-FRE) [m3]; rain and reclaimed are not.

    What the act of 2026 counts as fresh was not read: this reading is an inference.
    """
    return inputs.present(*FRESH) or withheld("no meter measures freshwater input", *FRESH)


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


def fresh_usage_effectiveness(*, fresh_input: Figure, it_energy: Figure) -> Figure:
    """Freshwater input in litres per IT energy in kWh [L/kWh].

    The act of 2026 states IT energy in kWh, and no unit of the water was found. With cubic metres
    every data centre would be of class A; only litres make sense of the classes' edges.

    Args:
        fresh_input: [m3].
        it_energy: [kWh].
    """
    return ratio(scaled(fresh_input, Fraction(LITRES_PER_M3)), it_energy)


def _by_category(inputs: Inputs) -> Computed:
    used = it_energy(inputs)
    everything = water_input(inputs)
    yield "2", water_usage_effectiveness(water_input=everything, it_energy=used)
    if inputs.has("potable_water"):
        potable = potable_input(inputs)
        yield "1", water_usage_effectiveness(water_input=potable, it_energy=used)
    if inputs.has("water_reused_outside"):
        net = net_input(everything, inputs.total("water_reused_outside"))
        yield "3", water_usage_effectiveness(water_input=net, it_energy=used)


def net_input(everything: Figure, reused: Figure) -> Figure:
    """All water input less what others reuse [m3]; not below zero.

    That category 3 takes this off, and nothing else, is an inference.
    """
    net = added(everything, negative(reused))
    possible = replace(clipped(net), value=net.value, raw=None)
    if net.value is None or net.value >= 0:
        return possible
    words = "others reuse more water than came in: the meters contradict each other"
    return remarked(replace(possible, value=None, status=Status.WITHHELD), words)


def storage_change(inputs: Inputs) -> Figure:
    """Water in store after the period less before it [m3], from stock takings of those two days."""
    if inputs.without("water_stock"):
        return inputs.stated_nothing("water_stock")
    if inputs.registers.water_stock is None:
        return withheld(
            "there is no registers/water_stock.csv; a site without tanks says so in estate.yaml: "
            "without: [water_stock]",
            "water_stock",
        )
    stock = {
        one.date: one
        for one in inputs.registers.water_stock
        if one.facility_id == inputs.facility.id
    }
    ends: tuple[date, date] = (inputs.first_day, inputs.last_day + timedelta(days=1))
    lacking = [str(day) for day in ends if day not in stock]
    if lacking:
        return withheld(
            f"registers/water_stock.csv has no stock of {' and '.join(lacking)}", "water_stock"
        )
    before, after = (stock[day] for day in ends)
    lines = ("water_stock", f"water_stock:{before.line}", f"water_stock:{after.line}")
    return known(Fraction(after.m3) - Fraction(before.m3), *lines)


def consumption(inputs: Inputs) -> Figure:
    """Water used up [m3]: withdrawal − discharge − change in storage. It is not the input.

    Below zero the meters contradict each other, and it is said.

    Source:
        ESRS E3-4.
    """
    found = added(
        water_input(inputs),
        negative(inputs.total("water_discharge")),
        negative(storage_change(inputs)),
    )
    if found.value is None or found.value >= 0:
        return found
    return remarked(found, "more water left than came in: the meters contradict each other")


def _stress(inputs: Inputs) -> Factor | Figure:
    """The score of the nearest place that there is one of, facility, region or country; or why
    there is none. Some publish marks below zero for places they give no score."""
    site = inputs.facility
    places = [key for key in (site.id, site.nuts3, site.country) if key]
    for key in places:
        for factor in covering(inputs, "water_stress", key):
            if 0 <= factor.value <= MOST_STRESS:
                return factor
            words = f"water stress of {key} is {factor.value}, which is no score of 0 to 5"
            return withheld(words, f"factor {factor.where}")
    return withheld(f"no factor of kind water_stress for {' or '.join(places)}", "factors")


def _band(score: Decimal) -> str:
    return next(name for edge, name in BANDS if score >= edge)


def water_stress(inputs: Inputs) -> Computed:
    """How stressed the local water is, 0 to 5, and the band that it is called by."""
    stress = _stress(inputs)
    if isinstance(stress, Figure):
        return [("", stress)]
    return [(_band(stress.value), known(Fraction(stress.value), f"factor {stress.where}"))]


def stressed_consumption(inputs: Inputs) -> Figure:
    """Consumption if the local water is under high stress, else nothing [m3].

    Source:
        ESRS E3-4; VSME B6.
    """
    stress = _stress(inputs)
    if isinstance(stress, Figure):
        return stress
    if stress.value >= STRESSED_FROM:
        return with_inputs(consumption(inputs), f"factor {stress.where}")
    return remarked(
        known(0, f"factor {stress.where}"),
        f"water stress here is {_band(stress.value)}",
        flagged=False,
    )


def generation_water(inputs: Inputs) -> Figure:
    """Water that power stations used up for what was bought [m3]; apart from all site water."""
    zone = inputs.facility.grid_zone
    found = by_factor(inputs, "grid_import", "water", zone) if zone else None
    if found is None:
        return withheld(f"no factor of kind water for grid zone {zone or '(none)'}", "factors")
    return scaled(found, Fraction(1, KWH_PER_MWH))


def _with_generation(inputs: Inputs) -> Figure:
    return water_usage_effectiveness(
        water_input=added(water_input(inputs), generation_water(inputs)),
        it_energy=it_energy(inputs),
    )


COMPUTED: dict[Metric, Formula] = {
    Metric.WUE: _by_category,
    Metric.WIN: lambda inputs: [("2", water_input(inputs))],
    Metric.WIN_POT: lambda inputs: [("1", potable_input(inputs))],
    Metric.WIN_FRE: single(fresh_input),
    Metric.WUE_FRE: single(
        lambda inputs: fresh_usage_effectiveness(
            fresh_input=fresh_input(inputs), it_energy=it_energy(inputs)
        )
    ),
    Metric.WATER_DISCHARGE: total("water_discharge"),
    Metric.WATER_STORAGE_CHANGE: single(storage_change),
    Metric.WATER_CONSUMPTION: single(consumption),
    Metric.WATER_STRESS: water_stress,
    Metric.WATER_CONSUMPTION_STRESSED: single(stressed_consumption),
    Metric.WATER_GENERATION: single(generation_water),
    Metric.WUE_SOURCE: single(_with_generation),
}
