"""Energy: what enters the data centre, what IT uses, and their ratio."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from pipelines.metrics.figure import (
    Figure,
    added,
    clipped,
    negative,
    ratio,
    remarked,
    scaled,
    withheld,
)
from pipelines.metrics.formula import Computed, Formula, single
from pipelines.metrics.inputs import Inputs
from pipelines.metrics.installed import installed_it_power
from pipelines.metrics.nesting import fed_from
from pipelines.metrics.overlap import Overlap, overlap
from pipelines.metrics.points import over_points
from schemas.metrics import Metric, Status

#: IT energy by measuring category, in the order in which the EU form files them.
CATEGORIES = {"1": "ups_output", "2": "pdu_output", "3": "it_input"}
#: Carriers that are electricity where they cross the boundary.
ELECTRICITY = ("grid_import", "onsite_renewable", "generator_output", "grid_export")
#: Of the UPS output: above it the measuring category is in doubt.
_UNMETERED_PERCENT = 10
#: kWh per litre: 43.0 MJ/kg × 0.84 kg/L, IPCC 2006 defaults as the atlas has them (unverified).
DIESEL_KWH_PER_LITRE = Fraction("43.0") * Fraction("0.84") / Fraction("3.6")


def total_energy(inputs: Inputs) -> Figure:
    """Energy consumption of the data centre (EDC) [kWh]: the sum of ``by_carrier``.

    Null without a meter at the grid boundary.

    Source:
        Delegated Regulation (EU) 2024/1364, Annex II 1(d); EN 50600-4-2.
    """
    if not inputs.has("grid_import"):
        return withheld(
            "no boundary meter: grid_import is not metered, so what enters is unknown",
            "grid_import",
        )
    return added(*by_carrier(inputs).values())


def by_carrier(inputs: Inputs) -> dict[str, Figure]:
    """What each carrier brings across the boundary [kWh]; what is fed back is negative.

        EDC = import − export + on-site renewables + generators + cold and fuels at the boundary

    Every carrier as plain kWh, each once: a plant inside the boundary by its fuel, one outside by
    its output (CHP, district cooling: the facility's ``boundary``). Without that word a fuel
    counts only where no output meter covers it.
    """
    found = {
        name: inputs.total(name)
        for name in ("grid_import", "onsite_renewable", *_output_meters(inputs))
        if inputs.has(name)
    }
    if inputs.has("grid_export"):
        found["grid_export"] = negative(inputs.total("grid_export"))
    return found | _fuels(inputs)


def crossing(inputs: Inputs) -> tuple[list[str], list[str]] | None:
    """Electricity that enters and that leaves, by quantity; None where more than that enters."""
    found = by_carrier(inputs)
    if "grid_import" not in found or not found.keys() <= set(ELECTRICITY):
        return None
    leaving = [name for name in found if name == "grid_export"]
    return [name for name in found if name not in leaving], leaving


def _output_meters(inputs: Inputs) -> list[str]:
    boundary = inputs.facility.boundary
    found = [] if _chp_by_fuel(inputs) else ["generator_output"]
    if boundary.district_cooling == "external" or (
        boundary.district_cooling != "internal" and not _chp_by_fuel(inputs)
    ):
        found.append("district_cooling")
    return found


def _chp_by_fuel(inputs: Inputs) -> bool:
    return inputs.facility.boundary.chp == "internal" and inputs.has("fuel_gas")


def _fuels(inputs: Inputs) -> dict[str, Figure]:
    covered = inputs.has("generator_output") and not _chp_by_fuel(inputs)
    fuels = {}
    if inputs.has("fuel_gas") and (_chp_by_fuel(inputs) or not covered):
        fuels["fuel_gas"] = inputs.total("fuel_gas")
    if inputs.has("fuel_diesel") and not covered:
        fuels["fuel_diesel"] = scaled(inputs.total("fuel_diesel"), DIESEL_KWH_PER_LITRE)
    return fuels


def backup_energy(inputs: Inputs) -> Figure:
    """Energy from backup generators [kWh]: a zero needs a meter too."""
    return inputs.total("generator_output")


def it_categories(inputs: Inputs) -> list[str]:
    """The categories that have a meter, the one that is filed first."""
    return [category for category, name in CATEGORIES.items() if inputs.has(name)]


def it_energy(inputs: Inputs, category: str | None = None) -> Figure:
    """Energy of IT equipment (EIT) [kWh]: at UPS outputs, else PDU outputs, else IT inputs.

    Less what hangs below that point and is not IT, as fans that a UPS feeds: meters.csv names the
    meter that feeds them as their parent. Null where they use more than the point delivers.

    Source:
        Delegated Regulation (EU) 2024/1364, Annex II 1(e).
    """
    chosen = category or next(iter(it_categories(inputs)), None)
    if chosen is None:
        return withheld(
            "no meter measures IT energy: neither ups_output, pdu_output nor it_input",
            *CATEGORIES.values(),
        )
    point = CATEGORIES[chosen]
    others = fed_from(inputs, point)
    delivered = inputs.total(point)
    if others:
        delivered = less_fed(delivered, inputs.total_of(*others), others)
    return _less_unmetered(inputs, delivered) if point == "ups_output" else delivered


def _less_unmetered(inputs: Inputs, delivered: Figure) -> Figure:
    """What a UPS delivers, of which a part that has no meter may not be IT: a lower bound, and from
    a tenth on a doubt about the category."""
    percent = inputs.facility.ups_non_it_percent
    if not percent:
        return delivered
    kept = 1 - Fraction(str(percent)) / 100
    told = replace(
        delivered,
        low=None if delivered.low is None else delivered.low * kept,
        inputs=(*delivered.inputs, "estate.yaml:ups_non_it_percent"),
    )
    words = f"up to {percent:g} % of the UPS output feeds no IT and has no meter, by estate.yaml"
    doubtful = percent > _UNMETERED_PERCENT
    if doubtful:
        words += f": above {_UNMETERED_PERCENT} % category 1 is in doubt; meter it, or use the PDUs"
    return remarked(told, words, flagged=doubtful)


def less_fed(delivered: Figure, fed: Figure, meters: Sequence[str]) -> Figure:
    """What a point delivers to IT [kWh]: all of it less what is fed from there beside IT."""
    kept = added(delivered, negative(fed))
    named = ", ".join(meters)
    possible = replace(clipped(kept), value=kept.value, raw=None)
    if kept.value is not None and kept.value < 0:
        reason = f"{named} use more than the meters above them deliver: the meters contradict"
        return replace(possible, value=None, status=Status.WITHHELD, reason=reason)
    return remarked(possible, f"without {named}, which it feeds beside IT", flagged=False)


def power_usage_effectiveness(
    *, total_energy: Figure, it_energy: Figure, shared: Overlap | None = None
) -> Figure:
    """Energy entering the data centre per energy of the IT equipment.

        PUE = total_energy / it_energy

    IT energy is a part of what enters. In hours in which nobody read the boundary, the lowest
    entering energy and the highest IT energy exclude each other, so lowest ÷ highest is no bound
    worth having. As long as the ratio is at least 1, it is lowest where IT used most and exactly
    that entered: (low of total + ``raised``) ÷ (high of IT − ``lowered``). The upper bound needs
    no such care: highest entering and lowest IT energy can be true together.

    Args:
        total_energy: energy across the site boundary over the period [kWh].
        it_energy: energy of IT equipment over the same period [kWh].
        shared: what hours without a reading share.

    Returns:
        A ratio [1], at least 1 at a well-metered site; null where an input is null or there is
        no IT energy. A ratio below 1 is shown as it is: doubt belongs to checks.

    Source:
        ISO/IEC 30134-2, EN 50600-4-2.
    """
    found = ratio(total_energy, it_energy)
    if shared is None or total_energy.low is None or it_energy.high is None:
        return found
    lowest = total_energy.low + shared.raised
    most = it_energy.high - shared.lowered
    if most <= 0 or lowest < most:
        return found
    better = lowest / most
    # Estimates that contradict each other, less entering than IT used, are no reason to know more.
    if found.value is not None and found.value < better:
        return found
    return replace(found, low=better if found.low is None else max(found.low, better))


def usage_by_category(inputs: Inputs) -> Computed:
    """PUE at every point at which IT energy is metered; withheld as category 1 where none is."""
    everything = total_energy(inputs)
    for category in it_categories(inputs) or ["1"]:
        within = CATEGORIES[category]
        across = crossing(inputs) if inputs.has(within) else None
        part = it_energy(inputs, category if inputs.has(within) else None)
        shared = across and overlap(inputs, entering=across[0], leaving=across[1], within=within)
        yield (
            category,
            power_usage_effectiveness(total_energy=everything, it_energy=part, shared=shared),
        )


def _eit(inputs: Inputs) -> Computed:
    for category in it_categories(inputs) or [""]:
        yield category, it_energy(inputs, category or None)


def _pdit(inputs: Inputs) -> Computed:
    figure, method = installed_it_power(inputs)
    yield method, figure


def _carriers(inputs: Inputs) -> Computed:
    if not inputs.has("grid_import"):
        return [("", total_energy(inputs))]
    return by_carrier(inputs).items()


COMPUTED: dict[Metric, Formula] = {
    Metric.PUE: usage_by_category,
    Metric.EDC: single(total_energy),
    Metric.EDC_CARRIER: _carriers,
    Metric.EDC_BG: single(backup_energy),
    Metric.EIT: _eit,
    Metric.PDIT: _pdit,
    Metric.CBTG: single(lambda inputs: over_points(inputs, "battery_grid_capacity")),
}
