"""What energy and water cost: amounts × prices, in the operator's currency."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from pipelines.metrics.factors import by_factor, covering, touching, with_inputs
from pipelines.metrics.figure import Figure, added, negative, scaled, withheld
from pipelines.metrics.formula import Computed, Formula
from pipelines.metrics.fuels import logged
from pipelines.metrics.inputs import Inputs
from pipelines.metrics.water import INPUTS as WATERS
from schemas.domains import QUANTITIES
from schemas.metrics import Metric
from schemas.units import Unit

#: What is bought or sold as energy. The site's own sun is not: it has been paid for.
CARRIERS = ("grid_import", "grid_export", "district_cooling", "fuel_gas", "fuel_diesel")
_SOLD = "grid_export"
_PRICE = "price"


def energy_cost(inputs: Inputs) -> Computed:
    """What energy cost: the sum first, then each carrier; what is sold is an income, negative.

        Σ amount of the hour × price of the hour, else amount × price of its validity

    Returns:
        In the operator's currency. A carrier with a meter and without a price is withheld, and
        the sum with it. Without a meter at the grid boundary there is no sum.
    """
    rows = {name: _cost(inputs, name) for name in _carriers(inputs)}
    if "grid_import" not in rows:
        lacking = "no boundary meter: grid_import is not metered, so what is bought is unknown"
        rows["grid_import"] = withheld(lacking, "grid_import")
    return _told(inputs, rows)


def water_cost(inputs: Inputs) -> Computed:
    """What water cost: the sum first, then each source. Waste water is not in it.

    Returns:
        In the operator's currency; withheld as the cost of energy is.
    """
    rows = {name: _cost(inputs, name) for name in WATERS if inputs.has(name)}
    if not rows:
        nothing = [inputs.stated_nothing(name) for name in WATERS if inputs.without(name)]
        lacking = withheld("no meter measures water input", *WATERS)
        whole = added(*nothing) if len(nothing) == len(WATERS) else lacking
        return [("", replace(whole, unit=_currency(inputs)))]
    return _told(inputs, rows)


def keys_of(inputs: Inputs, quantity: str) -> tuple[str, ...]:
    """The keys under which a price is looked for; the first that has one in the period decides.

    A price of the facility goes before one of its grid zone, and that before one of all:
    ``fra1/grid_import``, ``DE/grid_import``, ``grid_import``.
    """
    places = (inputs.facility.id, inputs.facility.grid_zone)
    return (*(f"{place}/{quantity}" for place in places if place), quantity)


def _carriers(inputs: Inputs) -> Iterable[str]:
    """Those that have a meter, or of which something is known without one."""
    made_inside = inputs.facility.boundary.district_cooling == "internal"
    for name in CARRIERS:
        if name == "district_cooling" and made_inside:
            continue
        if (
            inputs.has(name)
            or (name == "grid_import" and inputs.without(name))
            or (name == "fuel_diesel" and not inputs.without(name) and _burns_diesel(inputs))
        ):
            yield name


def _burns_diesel(inputs: Inputs) -> bool:
    """Whether the fuel log tells of diesel, or generators ran on a fuel that no meter measures."""
    ran = inputs.has("generator_output") and inputs.total("generator_output").high != 0
    return logged(inputs, "diesel") is not None or (ran and not inputs.has("fuel_gas"))


def _cost(inputs: Inputs, quantity: str) -> Figure:
    """Amount × price of one carrier; what is sold is negative."""
    if quantity not in inputs.totals and inputs.without(quantity):
        return inputs.stated_nothing(quantity)
    key = next((key for key in keys_of(inputs, quantity) if _prices(inputs, key)), "")
    wanted = f"{inputs.policies.currency}/{QUANTITIES[quantity].unit}"
    if not key:
        return withheld(
            f"no price of {quantity}: add one with kind price, key {quantity} and unit {wanted} "
            "to registers/factors",
            quantity,
            "factors",
        )
    if others := sorted({unit for unit, _ in _prices(inputs, key)} - {wanted}):
        return withheld(
            f"the price of {key} is in {', '.join(others)}, which is not {wanted}: currencies and "
            "units of prices are never converted",
            quantity,
            "factors",
        )
    if quantity == "fuel_diesel" and not inputs.has(quantity):
        return _cost_of_logged_fuel(inputs, key)
    found = by_factor(inputs, quantity, _PRICE, key)
    if found is None:
        lacking = f"no price of {key} covers {inputs.period.name}: complete it in registers/factors"
        return withheld(lacking, quantity, "factors")
    return negative(found) if quantity == _SOLD else found


def _cost_of_logged_fuel(inputs: Inputs, key: str) -> Figure:
    """Litres of the fuel log × the price that covers the period: the log tells no hours."""
    burnt = logged(inputs, "diesel")
    if burnt is None:
        return withheld(
            "generators ran, and neither a fuel_diesel meter nor registers/fuel.csv says on how "
            "much fuel",
            "fuel",
        )
    prices = covering(inputs, _PRICE, key)
    if not prices:
        lacking = f"no single price of {key} covers {inputs.period.name}, as the fuel log needs it"
        return withheld(lacking, "fuel", "factors")
    return with_inputs(scaled(burnt, Fraction(prices[0].value)), f"factor {prices[0].where}")


def _prices(inputs: Inputs, key: str) -> list[tuple[str, Decimal]]:
    """Unit and lowest value of every price of a key that touches the period."""
    period = inputs.period
    hourly = [
        (one.unit, min(one.values))
        for one in inputs.registers.hourly_factors
        if (one.kind, one.key) == (_PRICE, key)
        and one.hours
        and one.hours[0] < period.end
        and period.start <= one.hours[-1]
    ]
    return hourly + [(one.unit, one.value) for one in touching(inputs, _PRICE, key)]


def _told(inputs: Inputs, rows: dict[str, Figure]) -> Computed:
    """The sum, then its parts, all in the operator's currency."""
    whole = added(*rows.values())
    if whole.low is None:
        whole = replace(whole, low=_least(inputs, rows))
    for category, figure in {"": whole, **rows}.items():
        yield category, replace(figure, unit=_currency(inputs))


def _least(inputs: Inputs, rows: dict[str, Figure]) -> Fraction | None:
    """What has been paid at least: the parts that are known, and nothing for those that are not.

    Only where every price that is known is not below zero, and nothing is sold at an unknown one.
    """
    unknown = [name for name, figure in rows.items() if figure.low is None]
    below_zero = any(
        lowest < 0
        for name in rows
        for key in keys_of(inputs, name)
        for _, lowest in _prices(inputs, key)
    )
    if below_zero or _SOLD in unknown or len(unknown) == len(rows):
        return None
    return sum((one.low for one in rows.values() if one.low is not None), Fraction(0))


def _currency(inputs: Inputs) -> Unit:
    return Unit(inputs.policies.currency)


COMPUTED: dict[Metric, Formula] = {
    Metric.ENERGY_COST: energy_cost,
    Metric.WATER_COST: water_cost,
}
