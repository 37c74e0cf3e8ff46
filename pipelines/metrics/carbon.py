"""Greenhouse gases of energy and refrigerants: scopes 1 and 2, and their ratio to IT energy."""

from dataclasses import replace
from fractions import Fraction

from pipelines.metrics.energy import it_energy
from pipelines.metrics.factors import by_factor, covering, with_inputs
from pipelines.metrics.figure import (
    Figure,
    added,
    at_least,
    clipped,
    negative,
    ratio,
    remarked,
    scaled,
    withheld,
)
from pipelines.metrics.formula import Computed, Formula, single
from pipelines.metrics.fuels import CO2_ONLY, bought_cold, burnt, emitted, no_diesel
from pipelines.metrics.inputs import Inputs
from pipelines.metrics.refrigerants import refrigerant_emissions
from pipelines.metrics.renewables import certified
from schemas.metrics import Metric


def grid_emissions(inputs: Inputs) -> Figure:
    """Grid import × location factor of its zone, by the hour where there are hours [kg].

    What is fed back is not taken off, and on-site renewables add nothing.
    """
    zone = inputs.facility.grid_zone
    if not zone:
        return withheld(f"facility {inputs.facility.id} has no grid_zone in estate.yaml")
    found = by_factor(inputs, "grid_import", "location", zone)
    return found or withheld(
        f"no location factor for grid zone {zone} covers {inputs.period.name}: "
        "add one to registers/factors",
        "factors",
    )


def fuel_emissions(inputs: Inputs) -> dict[str, Figure]:
    """Emissions of each fuel that is burnt on site [kg]."""
    return {name: emitted(inputs, name, amount) for name, amount in burnt(inputs).items()}


def _cold_emissions(inputs: Inputs) -> list[Figure]:
    return [emitted(inputs, name, amount) for name, amount in bought_cold(inputs).items()]


def scope2_location(inputs: Inputs) -> Figure:
    """What is bought, by the mean emissions of where it comes from [kg].

    Source:
        GHG Protocol Scope 2 Guidance, location-based method.
    """
    return added(grid_emissions(inputs), *_cold_emissions(inputs))


def scope2_market(inputs: Inputs) -> Figure:
    """What is bought, by contracts: certificates at nothing, the rest by the residual mix [kg].

    Certificates beyond what is bought change nothing. A residual mix of 0 is no mix, and refused:
    the published one of Austria is, and its whole supplier mix must be taken instead.

    Source:
        GHG Protocol Scope 2 Guidance, market-based method.
    """
    zone = inputs.facility.grid_zone
    factors = covering(inputs, "residual", zone) if zone else []
    if not factors:
        return withheld(
            f"no factor of kind residual for grid zone {zone or '(none)'} covers "
            f"{inputs.period.name}: add one to registers/factors",
            "factors",
        )
    [factor] = factors
    if factor.value == 0:
        return withheld(
            f"a residual mix of 0 for {zone} ({factor.where}) is no mix: take the whole supplier "
            "mix instead",
            f"factor {factor.where}",
        )
    origin, agreed = certified(inputs, "go"), certified(inputs, "ppa")
    bought = inputs.total("grid_import")
    rest = clipped(added(bought, negative(added(origin, agreed))))
    if origin.value is None or agreed.value is None:
        # Nobody has said what is covered: anything from all of it to nothing.
        rest = replace(rest, low=Fraction(0), high=bought.high)
    rest = replace(rest, raw=None)
    found = with_inputs(scaled(rest, Fraction(factor.value)), f"factor {factor.where}")
    if factor.gases == "co2":
        found = remarked(found, f"residual mix of {zone}: {CO2_ONLY}")
    return added(found, *_cold_emissions(inputs))


def location_emissions(inputs: Inputs) -> Figure:
    """Energy-related emissions, location-based [kg]: what is bought, and fuels.

    Null where a factor is missing; a generator that ran without fuel data is not nothing.
    """
    return added(scope2_location(inputs), *fuel_emissions(inputs).values())


def market_emissions(inputs: Inputs) -> Figure:
    """Energy-related emissions, market-based [kg]."""
    return added(scope2_market(inputs), *fuel_emissions(inputs).values())


def _scope1(inputs: Inputs) -> Computed:
    """Diesel, gas and refrigerants [kg CO2e]; the sum first.

    Gas comes by a pipe, and has a meter where there is any; diesel and refrigerants need not, so
    that not a word on them is not nothing. A factor of CO2 only is too low for CO2e, and flagged.
    """
    lost = refrigerant_emissions(inputs, inputs.policies.gwp_set)
    lost = remarked(lost, f"potentials of {inputs.policies.gwp_set}", flagged=False)
    parts = {"diesel": no_diesel(inputs), **fuel_emissions(inputs), "refrigerants": lost}
    parts = {
        name: remarked(one, "") if CO2_ONLY in one.reason else one for name, one in parts.items()
    }
    yield "", at_least(added(*parts.values()), list(parts.values()))
    yield from parts.items()


def carbon_usage_effectiveness(*, emissions: Figure, it_energy: Figure) -> Figure:
    """Emissions of the energy that enters per IT energy (CUE) [kg/kWh]. ISO/IEC 30134-8."""
    return ratio(emissions, it_energy)


def _cue(inputs: Inputs) -> Computed:
    used = it_energy(inputs)
    for method, emissions in (
        ("location", location_emissions(inputs)),
        ("market", market_emissions(inputs)),
    ):
        yield method, carbon_usage_effectiveness(emissions=emissions, it_energy=used)


COMPUTED: dict[Metric, Formula] = {
    Metric.CUE: _cue,
    Metric.CO2_LOCATION: single(location_emissions),
    Metric.CO2_MARKET: single(market_emissions),
    Metric.SCOPE1: _scope1,
    Metric.SCOPE2_LOCATION: single(scope2_location),
    Metric.SCOPE2_MARKET: single(scope2_market),
}
