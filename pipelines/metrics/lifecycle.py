"""Equipment from purchase to its next life: pieces, mass, age and the routes it leaves by."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from pipelines.metrics.embodied import embodied_added, embodied_allocated, embodied_unknown
from pipelines.metrics.figure import Figure, added, known, ratio, withheld
from pipelines.metrics.fleet import (
    DAYS_OF_A_YEAR,
    NO_REGISTER,
    flows,
    from_fleet,
    gone_within,
    lacking,
    lines_of,
    mine,
    pieces,
    servers_at_the_end,
    silent_on,
    stated,
    summed,
)
from pipelines.metrics.formula import Computed, Formula, single
from pipelines.metrics.inputs import Inputs
from schemas.estate.registers.equipment import ROUTES, Equipment
from schemas.metrics import Metric, Status
from schemas.waste import is_hazardous

NOT_STATED = "not stated"
#: A next use. The first two are no waste at all in law; L1 counts all of them as reuse.
REUSE = ("internal_reuse", "resale", "preparation_for_reuse")
RECYCLING = ("recycling",)
#: What is kept from disposal: "other recovery" too, as ESRS E5-5 sorts it.
DIVERTED = (*REUSE, *RECYCLING, "recovery")
#: What is used on as it is never becomes waste.
NO_WASTE = ("internal_reuse", "resale")


def servers(assets: Sequence[Equipment], inputs: Inputs) -> Figure:
    """Servers in place on the last day [pieces]."""
    standing = servers_at_the_end(assets, inputs)
    return known(pieces(standing), *lines_of(standing))


def _by_flow(sum_of: Callable[[Sequence[Equipment]], Figure]) -> Formula:
    """A sum for each flow of the mass balance: opening + installed = decommissioned + closing."""

    def computed(inputs: Inputs) -> Computed:
        assets = mine(inputs)
        for name, part in flows(assets or (), inputs).items():
            yield name, withheld(NO_REGISTER, "equipment") if assets is None else sum_of(part)

    return computed


def _pieces(assets: Sequence[Equipment]) -> Figure:
    return known(pieces(assets), *lines_of(assets))


def _mass_kg(asset: Equipment) -> Decimal | None:
    return asset.mass_kg


def mass(assets: Sequence[Equipment]) -> Figure:
    """Σ count × mass [kg]; null where one asset has none, with the stated mass as the lowest."""
    return summed(assets, _mass_kg, "mass_kg")


def _retired_mass(inputs: Inputs) -> Computed:
    """Mass that left in the period [kg], by the route it took."""
    assets = mine(inputs)
    gone = gone_within(assets or (), inputs)
    for route in (*ROUTES, NOT_STATED):
        taken = [one for one in gone if (one.route or NOT_STATED) == route]
        yield route, withheld(NO_REGISTER, "equipment") if assets is None else mass(taken)


def hazardous_mass(assets: Sequence[Equipment], inputs: Inputs) -> Figure:
    """Waste of the period whose List of Waste code has a star [kg].

    What is used on or sold is no waste; what bears a code and no route is, for nothing else has
    one. Waste without a code may be hazardous: null, between what is known to be and all that may
    be.
    """
    waste = [one for one in gone_within(assets, inputs) if one.route not in NO_WASTE]
    hazardous = mass([one for one in waste if is_hazardous(one.waste_code)])
    uncoded = [one for one in waste if one.count and not one.waste_code]
    if not uncoded:
        return hazardous
    may_be = mass(uncoded)
    reasons = (lacking("waste_code", uncoded), hazardous.reason, may_be.reason)
    return replace(
        hazardous,
        value=None,
        high=added(hazardous, may_be).high,
        status=Status.WITHHELD,
        reason="; ".join(dict.fromkeys(part for part in reasons if part)),
        inputs=tuple(lines_of(waste)),
    )


def route_share(assets: Sequence[Equipment], inputs: Inputs, routes: Sequence[str]) -> Figure:
    """Mass that left by some routes ÷ all mass that left in the period [1].

        diversion = (reuse + recycling + other recovery) ÷ total

    Null where a route or a mass is not stated. The bounds take all that may have gone either way:
    lowest where nothing unknown went by these routes, highest where all of it did; a mass that is
    not stated may be anything. ``zero_denominator`` where nothing left.

    Source:
        Sums of ESRS E5-5; that reuse holds what is sold or used on is our definition.
    """
    gone = gone_within(assets, inputs)
    by_route = [one for one in gone if one.route in routes]
    otherwise = [one for one in gone if one.route and one.route not in routes]
    unrouted = [one for one in gone if one.count and not one.route]
    unweighed = silent_on(gone, _mass_kg)
    counted, other, open_mass = (stated(part, _mass_kg) for part in (by_route, otherwise, unrouted))
    whole = counted + other + open_mass
    if not unrouted and not unweighed:
        return ratio(known(counted, *lines_of(gone)), known(whole))
    low = counted / whole if whole else Fraction(0)
    high = (counted + open_mass) / whole if whole else Fraction(1)
    reasons = [
        lacking(column, part)
        for column, part in (("route", unrouted), ("mass_kg", unweighed))
        if part
    ]
    return Figure(
        value=None,
        low=Fraction(0) if silent_on([*otherwise, *unrouted], _mass_kg) else low,
        high=Fraction(1) if silent_on([*by_route, *unrouted], _mass_kg) else high,
        status=Status.WITHHELD,
        reason="; ".join(reasons),
        inputs=tuple(lines_of(gone)),
    )


def equipment_age(assets: Sequence[Equipment], inputs: Inputs) -> Figure:
    """Mean age of the servers in place at the end of the period [a], each piece alike.

        Σ count × days from installed_on to the end of the last day ÷ 365.25 ÷ Σ count

    Null where one has no ``installed_on``; the lowest is then as if it had come just now.
    ``zero_denominator`` without servers.
    """
    standing = servers_at_the_end(assets, inputs)
    dated = [one for one in standing if one.installed_on is not None]
    end = inputs.last_day + timedelta(days=1)
    days = sum(one.count * (end - (one.installed_on or end)).days for one in dated)
    age = ratio(known(days / DAYS_OF_A_YEAR, *lines_of(standing)), known(pieces(standing)))
    silent = [one for one in standing if one.count and one.installed_on is None]
    if not silent:
        return age
    reason = lacking("installed_on", silent)
    return replace(age, value=None, high=None, status=Status.WITHHELD, reason=reason)


def _of_fleet(formula: Callable[[Sequence[Equipment], Inputs], Figure]) -> Formula:
    return single(from_fleet(formula))


def _share(routes: Sequence[str]) -> Formula:
    return _of_fleet(lambda assets, inputs: route_share(assets, inputs, routes))


COMPUTED: dict[Metric, Formula] = {
    Metric.SERVERS: _of_fleet(servers),
    Metric.EMBODIED_ADDED: _of_fleet(embodied_added),
    Metric.EMBODIED_ALLOCATED: _of_fleet(embodied_allocated),
    Metric.EMBODIED_UNKNOWN: _of_fleet(embodied_unknown),
    Metric.ASSETS: _by_flow(_pieces),
    Metric.ASSET_MASS: _by_flow(mass),
    Metric.RETIRED_MASS: _retired_mass,
    Metric.HAZARDOUS_MASS: _of_fleet(hazardous_mass),
    Metric.REUSE_RATE: _share(REUSE),
    Metric.RECYCLING_RATE: _share(RECYCLING),
    Metric.DIVERSION_RATE: _share(DIVERTED),
    Metric.EQUIPMENT_AGE: _of_fleet(equipment_age),
}
