"""Fuels that are burnt on site, and cold that is bought: how much, and what it emits."""

from collections.abc import Sequence
from fractions import Fraction

from pipelines.metrics.factors import covers, touching, with_inputs
from pipelines.metrics.figure import Figure, known, remarked, scaled, withheld
from pipelines.metrics.inputs import Inputs

CO2_ONLY = "CO2 only, without CH4 and N2O"
#: Units in which a factor of each carrier may be given; the amounts are in the same.
UNITS = {
    "diesel": ("kg/L", "kgCO2/L"),
    "gas": ("kg/kWh",),
    "district_cooling": ("kg/kWh",),
}


def burnt(inputs: Inputs) -> dict[str, Figure]:
    """Diesel [L] by meter, else by the fuel log, and gas [kWh] by meter; only what there is.

    Generators that ran without any word on their fuel make the diesel unknown, and not nothing;
    the operator's word is one.
    """
    found = {}
    if inputs.has("fuel_diesel"):
        found["diesel"] = inputs.total("fuel_diesel")
    elif (told := logged(inputs, "diesel")) is not None:
        found["diesel"] = told
    elif inputs.without("fuel_diesel"):
        found["diesel"] = inputs.stated_nothing("fuel_diesel")
    elif inputs.has("generator_output") and inputs.total("generator_output").high != 0:
        found["diesel"] = withheld(
            "generators ran, and neither a fuel_diesel meter nor registers/fuel.csv says on how "
            "much fuel",
            "fuel",
        )
    if inputs.has("fuel_gas"):
        found["gas"] = inputs.total("fuel_gas")
    return found


def no_diesel(inputs: Inputs) -> Figure:
    """The diesel [L] of a site of which ``burnt`` tells none: nothing where a meter saw that its
    generators stood still; else it is not known, for a tank stands there without any meter."""
    if inputs.has("generator_output"):
        return scaled(inputs.total("generator_output"), Fraction(0))
    return withheld(
        "neither a meter of fuel_diesel or generator_output nor registers/fuel.csv tells of "
        "diesel; a site that burns none says so in estate.yaml: without: [fuel_diesel]",
        "fuel_diesel",
    )


def bought_cold(inputs: Inputs) -> dict[str, Figure]:
    """Cold bought from a network [kWh], where there is any. What a plant inside the boundary makes
    is not bought: its electricity and fuels are."""
    name = "district_cooling"
    made_inside = inputs.facility.boundary.district_cooling == "internal"
    return {name: inputs.total(name)} if inputs.has(name) and not made_inside else {}


def emitted(inputs: Inputs, key: str, amount: Figure, *, kind: str = "fuel") -> Figure:
    """Amount × the factor of its kind that covers the period [kg]; nothing needs none."""
    if amount.low == amount.high == 0:
        return amount
    units: Sequence[str] = UNITS[key]
    factors = [
        one for one in touching(inputs, kind, key) if one.unit in units and covers(inputs, one)
    ]
    if not factors:
        return withheld(
            f"no single factor of kind {kind} for {key} in {units[0]} covers {inputs.period.name}: "
            "add one to registers/factors",
            "factors",
        )
    factor = factors[-1]
    found = with_inputs(scaled(amount, Fraction(factor.value)), f"factor {factor.where}")
    return remarked(found, f"{key}: {CO2_ONLY}", flagged=False) if factor.gases == "co2" else found


def logged(inputs: Inputs, fuel: str) -> Figure | None:
    """Litres that the fuel log says were burnt in the period; None without a log of that fuel.

    Not known where a line gives kWh: litres come of them only by a heating value that nobody gave.
    """
    events = [
        event
        for event in inputs.registers.fuel or ()
        if event.facility_id == inputs.facility.id
        and event.fuel == fuel
        and event.event == "consumption"
    ]
    if not events:
        return None
    used = [one for one in events if inputs.first_day <= one.date <= inputs.last_day]
    if any(one.litres is None for one in used):
        return withheld(
            f"registers/fuel.csv tells {fuel} in kWh: its factor and price are by the litre", "fuel"
        )
    litres = sum((Fraction(one.litres or 0) for one in used), Fraction(0))
    return known(litres, "fuel", *(f"fuel:{one.line}" for one in used))
