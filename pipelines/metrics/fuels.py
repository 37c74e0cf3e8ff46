"""Fuels that are burnt on site, and cold that is bought: how much, and what it emits."""

from collections.abc import Sequence
from fractions import Fraction

from pipelines.metrics.factors import covering, with_inputs
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

    Generators that ran without any word on their fuel make the diesel unknown, and not nothing.
    """
    found = {}
    if inputs.has("fuel_diesel"):
        found["diesel"] = inputs.total("fuel_diesel")
    elif (logged := _logged(inputs, "diesel")) is not None:
        found["diesel"] = logged
    elif inputs.has("generator_output") and inputs.total("generator_output").high != 0:
        found["diesel"] = withheld(
            "generators ran, and neither a fuel_diesel meter nor registers/fuel.csv says on how "
            "much fuel",
            "fuel",
        )
    if inputs.has("fuel_gas"):
        found["gas"] = inputs.total("fuel_gas")
    return found


def bought_cold(inputs: Inputs) -> dict[str, Figure]:
    """Cold bought from a network [kWh], where there is any."""
    name = "district_cooling"
    return {name: inputs.total(name)} if inputs.has(name) else {}


def emitted(inputs: Inputs, key: str, amount: Figure, *, kind: str = "fuel") -> Figure:
    """Amount × the one factor of its kind that covers the period [kg]."""
    units: Sequence[str] = UNITS[key]
    factors = [one for one in covering(inputs, kind, key) if one.unit in units]
    if len(factors) != 1:
        return withheld(
            f"no single factor of kind {kind} for {key} in {units[0]} covers {inputs.period.name}",
            "factors",
        )
    [factor] = factors
    found = with_inputs(scaled(amount, Fraction(factor.value)), f"factor {factor.where}")
    return remarked(found, f"{key}: {CO2_ONLY}", flagged=False) if factor.gases == "co2" else found


def _logged(inputs: Inputs, fuel: str) -> Figure | None:
    """Litres that the fuel log says were burnt in the period; None without a log of that fuel."""
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
    litres = sum((Fraction(one.litres or 0) for one in used), Fraction(0))
    return known(litres, "fuel", *(f"fuel:{one.line}" for one in used))
