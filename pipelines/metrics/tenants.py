"""Tenants: the IT energy of each by its shares of meters, and its part of what the site used.

What no tenant holds is a part of its own, so that the parts of each quantity add up to the
facility's figure exactly; it is never spread over tenants.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

import polars as pl

from pipelines.metrics.carbon import location_emissions
from pipelines.metrics.energy import it_categories, it_energy, total_energy
from pipelines.metrics.figure import (
    ZERO_DENOMINATOR,
    Figure,
    added,
    merged,
    negative,
    of_total,
    remarked,
    scaled,
)
from pipelines.metrics.inputs import Inputs
from pipelines.metrics.stretches import Stretch, in_service, stretches_of
from pipelines.metrics.water import water_input
from pipelines.steps.meters import exact
from schemas.estate.registers.tenants import TenantShare, touches
from schemas.metrics import Status
from schemas.tenants import TENANTS, UNALLOCATED, UNIT_OF, Basis, Shared

ALLOCATED: Mapping[Shared, Callable[[Inputs], Figure]] = {
    Shared.FACILITY_ENERGY: total_energy,
    Shared.WATER: water_input,
    Shared.CO2_LOCATION: location_emissions,
}
_NOTHING, _ALL = Fraction(0), Fraction(1)


@dataclass(frozen=True, kw_only=True)
class Part:
    """What one tenant has of one quantity; nobody where ``tenant_id`` is empty."""

    tenant_id: str
    name: str
    quantity: Shared
    figure: Figure

    @property
    def basis(self) -> Basis:
        return Basis.METERED if self.quantity is Shared.IT_ENERGY else Basis.ALLOCATED


def parts_of(inputs: Inputs) -> list[Part]:
    """Every tenant's part of IT energy, facility energy, water and emissions, and what is left.

        IT energy of a tenant = Σ over its meters: hours inside the validity × share
        its part of another amount = amount × (its IT energy / EIT of the filed category)

    Returns:
        No part of a tenant whose meters are all out of service in the period. The values of a
        quantity add up to the facility's exactly; where one is unknown, so is what is left. Parts
        by IT share are an allocation and no measurement.

    Source:
        EnEfG § 15 asks for the energy that is directly attributable to a customer; the other
        amounts are our own definition.
    """
    held = [
        one
        for one in inputs.registers.tenants or ()
        if one.facility_id == inputs.facility.id
        and touches(one, inputs.first_day, inputs.last_day)
        and in_service(inputs, one.meter_id)
    ]
    if not held:
        return []
    names = {one.tenant_id: one.name for one in held} | {"": UNALLOCATED}
    whole = _filed(inputs)
    used = _divided(inputs, held, whole)
    shares = _shares(used, whole)
    found = {Shared.IT_ENERGY: used}
    for quantity, formula in ALLOCATED.items():
        amount = formula(inputs)
        found[quantity] = {tenant: _product(amount, share) for tenant, share in shares.items()}
    return [
        Part(tenant_id=tenant, name=names[tenant], quantity=quantity, figure=figure)
        for quantity, figures in found.items()
        for tenant, figure in figures.items()
    ]


def _filed(inputs: Inputs) -> Figure:
    """IT energy at the point that is filed: the first that has a value, else the first."""
    found = [it_energy(inputs, category) for category in it_categories(inputs)]
    return next((one for one in found if one.value is not None), (*found, it_energy(inputs))[0])


def _divided(inputs: Inputs, held: Sequence[TenantShare], whole: Figure) -> dict[str, Figure]:
    """IT energy of each tenant, and what is left under an empty name [kWh]."""
    stretches = list(stretches_of(inputs, held))
    found = {}
    for tenant in dict.fromkeys(one.tenant_id for one in held):
        parts = (
            scaled(stretch.energy, stretch.held[tenant])
            for stretch in stretches
            if tenant in stretch.held
        )
        lines = (f"tenants:{one.line}" for one in held if one.tenant_id == tenant)
        figure = added(*parts)
        found[tenant] = replace(figure, inputs=(*figure.inputs, *lines))
    measured = {meter.meter_id: meter.quantity for meter in inputs.meters}
    elsewhere = {measured.get(one.meter_id, "") for one in held} - {"", *whole.inputs}
    found[""] = _left(inputs, whole, list(found.values()), stretches, elsewhere)
    return found


def _left(
    inputs: Inputs,
    whole: Figure,
    parts: Sequence[Figure],
    stretches: Sequence[Stretch],
    elsewhere: Iterable[str],
) -> Figure:
    """What no tenant holds: below zero only where more was given out than there is."""
    rest = added(whole, negative(added(*parts)))
    points = ", ".join(sorted(elsewhere))
    if points:
        words = f"tenants are metered at {points}: what is lost before it is unallocated"
        rest = remarked(rest, words, flagged=False)
    if (rest.value is not None and rest.value < 0) or (rest.high is not None and rest.high < 0):
        return remarked(
            rest,
            "tenants hold more than all IT energy: registers/tenants.csv gives the same energy "
            "out twice, at an upper and at a lower meter",
        )
    low, high = rest.low, rest.high
    if (own := _meter_by_meter(inputs, whole, stretches)) is not None:
        low, high = _highest(low, own.low), _lowest(high, own.high)
    return replace(rest, low=_highest(low, _NOTHING), high=_lowest(high, whole.high))


def _meter_by_meter(inputs: Inputs, whole: Figure, stretches: Sequence[Stretch]) -> Figure | None:
    """What is left of each meter, where tenants share the very meters that IT energy is made of:
    bounds of the same meter need not be subtracted from each other then. None elsewhere."""
    [quantity] = whole.inputs if len(whole.inputs) == 1 else [""]
    meters = inputs.totals[quantity].meters if inputs.has(quantity) else ()
    parents = {meter.meter_id: meter.parent for meter in inputs.meters}
    given = {stretch.meter_id for stretch in stretches}
    nested = any(upper in meters for meter in meters for upper in _above(meter, parents))
    if nested or not given <= set(meters) or not set(meters) <= inputs.meter_totals.keys():
        return None
    alone = [of_total(inputs.meter_totals[meter]) for meter in meters if meter not in given]
    return added(*alone, *(scaled(one.energy, one.left) for one in stretches))


def _above(meter: str, parents: Mapping[str, str]) -> Iterable[str]:
    upper = parents.get(meter, "")
    while upper:
        yield upper
        upper = parents.get(upper, "")


def _shares(used: Mapping[str, Figure], whole: Figure) -> dict[str, Figure]:
    """Each part of IT energy ÷ all of it [1]: the values add up to 1.

    A part and all others together are the whole, so that the share is lowest where the part is
    lowest and all others are highest; the whole's own bounds say less.
    """
    sound = all(one.low is None or one.low >= 0 for one in used.values())
    lows = sum((one.low or _NOTHING for one in used.values()), _NOTHING)
    unbounded = {tenant for tenant, one in used.items() if one.high is None}
    highs = sum((one.high or _NOTHING for one in used.values()), _NOTHING)
    found = {}
    for tenant, one in used.items():
        share = merged([one, whole] if tenant else [one])  # what is left has the whole in it
        value = low = high = None
        if whole.value == 0:
            share = remarked(share, ZERO_DENOMINATOR)
        elif one.value is not None and whole.value is not None:
            value = one.value / whole.value
        if sound:
            most_others = None if unbounded - {tenant} else highs - (one.high or _NOTHING)
            low = _of(one.low, most_others)
            high = _of(one.high, lows - (one.low or _NOTHING)) if one.high is not None else _ALL
        found[tenant] = replace(share, value=value, low=low, high=high)
    return found


def _of(part: Fraction | None, others: Fraction | None) -> Fraction:
    """Part / (part + others); nothing where there is no telling how large the others are."""
    if part is None or others is None or not part + others:
        return _NOTHING
    return part / (part + others)


def _product(amount: Figure, share: Figure) -> Figure:
    """An amount × a share, between the products of their ends."""
    both = merged([amount, share])
    known = amount.value is not None and share.value is not None
    ends = (amount.low, amount.high, share.low, share.high)
    low = high = None
    if ends[0] is not None and ends[2] is not None:
        low = ends[0] * ends[2] if ends[0] >= 0 else _times(ends[0], ends[3])
    if ends[1] is not None and ends[3] is not None:
        high = ends[1] * ends[3] if ends[1] >= 0 else _times(ends[1], ends[2])
    value = (amount.value or _NOTHING) * (share.value or _NOTHING) if known else None
    return replace(both, value=value, low=low, high=high)


def _times(one: Fraction, other: Fraction | None) -> Fraction | None:
    return None if other is None else one * other


def _highest(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    return max((end for end in (one, other) if end is not None), default=None)


def _lowest(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    return min((end for end in (one, other) if end is not None), default=None)


def tenants_frame(inputs: Inputs) -> pl.DataFrame:
    """``TENANTS`` of a facility and period; rounded so that the parts still add up."""
    return pl.DataFrame(list(_rows(inputs)), schema=TENANTS, orient="row")


def _rows(inputs: Inputs) -> Iterable[tuple[object, ...]]:
    parts = parts_of(inputs)
    for part in parts:
        figure = part.figure
        value = None if figure.value is None else exact(figure.value)
        if value is not None and not part.tenant_id:
            value = _rest([one for one in parts if one.quantity is part.quantity])
        low, high = (None if end is None else exact(end) for end in (figure.low, figure.high))
        yield (
            inputs.facility.id,
            part.tenant_id,
            part.name,
            inputs.period.name,
            inputs.period.start,
            inputs.period.end,
            part.quantity.value,
            value,
            low if value is None or low is None else min(low, value),
            high if value is None or high is None else max(high, value),
            UNIT_OF[part.quantity].value,
            figure.coverage,
            part.basis.value,
            (Status.WITHHELD if value is None else figure.status).value,
            figure.reason,
        )


def _rest(parts: Sequence[Part]) -> Decimal:
    """The rounded whole less the rounded parts of tenants: nothing is lost by rounding."""
    values = [(part.tenant_id, part.figure.value or _NOTHING) for part in parts]
    whole = exact(sum((value for _, value in values), _NOTHING))
    return whole - sum((exact(value) for tenant, value in values if tenant), Decimal(0))
