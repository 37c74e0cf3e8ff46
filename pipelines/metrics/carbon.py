"""Emissions of the energy that enters, by the zone's factor of the hour or of the year."""

from collections.abc import Sequence
from fractions import Fraction

from pipelines.metrics.energy import it_energy
from pipelines.metrics.factors import by_factor, covering, with_inputs
from pipelines.metrics.figure import Figure, added, known, ratio, scaled, withheld
from pipelines.metrics.formula import Computed, Formula, single
from pipelines.metrics.inputs import Inputs
from schemas.metrics import Metric


def location_emissions(inputs: Inputs) -> Figure:
    """Energy-related emissions, location-based [kg]: grid import and fuels.

    Grid import takes the zone's hourly factors where they cover the period, else the yearly ones.
    Null where a factor is missing; a generator that ran without fuel data is not nothing.
    """
    return added(grid_emissions(inputs), *fuel_emissions(inputs), *_other_carriers(inputs))


def grid_emissions(inputs: Inputs) -> Figure:
    """Grid import × location factor of its zone [kg]."""
    zone = inputs.facility.grid_zone
    if not zone:
        return withheld(f"facility {inputs.facility.id} has no grid_zone in estate.yaml")
    found = by_factor(inputs, "grid_import", "location", zone)
    return found or withheld(
        f"no location factor for grid zone {zone} covers {inputs.period.name}: "
        "add one to registers/factors",
        "factors",
    )


def fuel_emissions(inputs: Inputs) -> list[Figure]:
    """Diesel burnt × its factor [kg]: by meter, else by the fuel log; gas likewise by meter."""
    found = []
    if inputs.has("fuel_diesel"):
        found.append(_fuel(inputs, inputs.total("fuel_diesel"), "diesel", ("kg/L", "kgCO2/L")))
    elif (logged := _logged(inputs, "diesel")) is not None:
        found.append(_fuel(inputs, logged, "diesel", ("kg/L", "kgCO2/L")))
    elif inputs.has("generator_output") and inputs.total("generator_output").high != 0:
        found.append(
            withheld(
                "generators ran, and neither a fuel_diesel meter nor registers/fuel.csv says on "
                "how much fuel",
                "fuel",
            )
        )
    if inputs.has("fuel_gas"):
        found.append(_fuel(inputs, inputs.total("fuel_gas"), "gas", ("kg/kWh",)))
    return found


def _other_carriers(inputs: Inputs) -> list[Figure]:
    if not inputs.has("district_cooling"):
        return []
    cold = inputs.total("district_cooling")
    return [_fuel(inputs, cold, "district_cooling", ("kg/kWh",))]


def _fuel(inputs: Inputs, amount: Figure, key: str, units: Sequence[str]) -> Figure:
    factors = [one for one in covering(inputs, "fuel", key) if one.unit in units]
    if len(factors) != 1:
        return withheld(
            f"no single factor of kind fuel for {key} in {units[0]} covers {inputs.period.name}",
            "factors",
        )
    emissions = scaled(amount, Fraction(factors[0].value))
    return with_inputs(emissions, f"factor {factors[0].where}")


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
    burnt = [one for one in events if inputs.first_day <= one.date <= inputs.last_day]
    litres = sum((Fraction(one.litres or 0) for one in burnt), Fraction(0))
    return known(litres, "fuel", *(f"fuel:{one.line}" for one in burnt))


def carbon_usage_effectiveness(*, emissions: Figure, it_energy: Figure) -> Figure:
    """Emissions of the energy that enters per IT energy (CUE) [kg/kWh]. ISO/IEC 30134-8."""
    return ratio(emissions, it_energy)


def _cue(inputs: Inputs) -> Computed:
    figure = carbon_usage_effectiveness(
        emissions=location_emissions(inputs), it_energy=it_energy(inputs)
    )
    yield "location", figure


COMPUTED: dict[Metric, Formula] = {
    Metric.CUE: _cue,
    Metric.CO2_LOCATION: single(location_emissions),
}
