"""Emissions up and down the value chain, of equipment and of energy (scope 3)."""

from collections.abc import Sequence
from fractions import Fraction

from pipelines.metrics.embodied import embodied_added
from pipelines.metrics.factors import by_factor, covering, with_inputs
from pipelines.metrics.figure import Figure, added, known, scaled, withheld
from pipelines.metrics.fleet import NO_REGISTER, gone_within, mine, summed
from pipelines.metrics.formula import Computed, Formula
from pipelines.metrics.fuels import bought_cold, burnt, emitted
from pipelines.metrics.inputs import Inputs
from pipelines.metrics.lifecycle import NO_WASTE
from schemas.estate.registers.equipment import Equipment
from schemas.metrics import Metric


def scope3(inputs: Inputs) -> Computed:
    """Categories of the GHG Protocol [kg CO2e]: equipment that is no capital good (1), capital
    goods (2), fuel- and energy-related activities (3), waste (5)."""
    assets = mine(inputs)
    for category, accounting in (("1", "expense"), ("2", "capital")):
        yield category, _embodied(assets, inputs, accounting)
    yield "3", upstream(inputs)
    yield "5", _waste(assets, inputs)


def _embodied(assets: Sequence[Equipment] | None, inputs: Inputs, accounting: str) -> Figure:
    """Embodied carbon in the year of purchase, whole, as the standard wants it."""
    if assets is None:
        return withheld(NO_REGISTER, "equipment")
    return embodied_added([one for one in assets if one.accounting == accounting], inputs)


def upstream(inputs: Inputs) -> Figure:
    """What carriers emitted before they reached the site [kg]: extraction, transport, grid losses.

    Factors of kind upstream, by grid zone and fuel.
    """
    zone = inputs.facility.grid_zone
    bought = by_factor(inputs, "grid_import", "upstream", zone) if zone else None
    if bought is None:
        return withheld(f"no factor of kind upstream for grid zone {zone or '(none)'}", "factors")
    carriers = {**burnt(inputs), **bought_cold(inputs)}
    return added(
        bought,
        *(emitted(inputs, name, amount, kind="upstream") for name, amount in carriers.items()),
    )


def _waste(assets: Sequence[Equipment] | None, inputs: Inputs) -> Figure:
    """Mass that left as waste, by route × factor of kind waste [kg]; reuse is no waste."""
    if assets is None:
        return withheld(NO_REGISTER, "equipment")
    gone = [one for one in gone_within(assets, inputs) if one.route not in NO_WASTE]
    by_route: dict[str, list[Equipment]] = {}
    for one in gone:
        by_route.setdefault(one.route, []).append(one)
    return added(
        known(0, "equipment"),
        *(_by_route(inputs, route, some) for route, some in sorted(by_route.items())),
    )


def _by_route(inputs: Inputs, route: str, assets: Sequence[Equipment]) -> Figure:
    if not route:
        names = ", ".join(one.asset_id for one in assets[:3])
        return withheld(f"registers/equipment.csv does not say which way {names} went", "equipment")
    factors = covering(inputs, "waste", route)
    if not factors:
        return withheld(f"no factor of kind waste for {route} covers {inputs.period.name}")
    mass = summed(assets, lambda one: one.mass_kg, "mass_kg")
    return with_inputs(scaled(mass, Fraction(factors[0].value)), f"factor {factors[0].where}")


COMPUTED: dict[Metric, Formula] = {Metric.SCOPE3: scope3}
