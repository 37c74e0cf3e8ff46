"""PUE by other rules than the standard's: Germany's, weighted, partial, interim and designed."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from pipelines.metrics.energy import (
    CATEGORIES,
    by_carrier,
    it_energy,
    total_energy,
    usage_by_category,
)
from pipelines.metrics.factors import with_inputs
from pipelines.metrics.figure import (
    Figure,
    added,
    known,
    negative,
    ratio,
    remarked,
    scaled,
    withheld,
)
from pipelines.metrics.formula import Computed, Formula, single
from pipelines.metrics.inputs import Inputs
from schemas.estate.model import Meter
from schemas.metrics import Metric

#: The Green Grid's weights relative to electricity (unverified). No law of ours asks for them.
WEIGHTS = {
    "fuel_gas": Fraction(35, 100),
    "fuel_diesel": Fraction(35, 100),
    "district_cooling": Fraction(4, 10),
}
#: Energy inside a room besides what feeds IT.
_ROOM = ("cooling_electricity", "lighting", "other_facility")
#: The power chain from the source to the equipment.
_CHAIN = ("ups_input", "ups_output", "pdu_output", "it_input")


def weighted_energy(inputs: Inputs) -> Figure:
    """Energy by carrier, each times its weight relative to electricity [kWh of electricity].

    A figure of its own beside EDC, which the law wants as the plain sum.
    """
    if not inputs.has("grid_import"):
        return total_energy(inputs)
    return added(
        *(
            scaled(figure, WEIGHTS.get(name, Fraction(1)))
            for name, figure in by_carrier(inputs).items()
        )
    )


def usage_in_germany(inputs: Inputs) -> Figure:
    """PUE less the electricity of plant that only upgrades waste heat.

        (EDC − heat_upgrade_electricity) / EIT

    The relief is one that the operator claims by a meter; without one nothing is claimed.

    Source:
        EnEfG § 11(2).
    """
    if inputs.facility.country != "DE":
        return withheld(f"facility {inputs.facility.id} is not in Germany")
    everything = total_energy(inputs)
    if not inputs.has("heat_upgrade_electricity"):
        _, found = next(iter(usage_by_category(inputs)))
        remark = "no heat_upgrade_electricity is metered, so none is left out"
        return remarked(found, remark, flagged=False)
    upgrade = inputs.total("heat_upgrade_electricity")
    return ratio(added(everything, negative(upgrade)), it_energy(inputs))


def annualised(energy: Figure, *, operating_days: int, days: int) -> Figure:
    """Energy of a part of a year stretched to all of it [kWh]; for planning, and never filed.

    energy × days / operating_days
    """
    return scaled(energy, Fraction(days, operating_days))


def _first_operating_day(inputs: Inputs) -> date | None:
    """The day on which the facility began, where that is inside the year."""
    text = inputs.facility.commissioned
    if not text:
        return None
    first = date(int(text[:4]), int(text[5:7]), 1)
    return first if inputs.first_day < first <= inputs.last_day else None


def energy_annualised(inputs: Inputs) -> Figure:
    """EDC of the year's operating part as if it had been all year [kWh]."""
    began = _first_operating_day(inputs)
    if not inputs.is_year or began is None:
        return withheld("the whole period was in operation: see edc", "estate.yaml:commissioned")
    operating = (inputs.last_day - began).days + 1
    found = annualised(total_energy(inputs), operating_days=operating, days=inputs.days)
    remark = f"for planning only: {operating} days of operation stretched to {inputs.days}"
    return with_inputs(remarked(found, remark), "estate.yaml:commissioned")


def interim_usage(inputs: Inputs) -> Figure:
    """PUE of less than twelve months: a month, or the part of the first year in operation."""
    began = _first_operating_day(inputs)
    if inputs.is_year and began is None:
        return withheld("a whole year: see pue")
    _, found = next(iter(usage_by_category(inputs)))
    return found


def designed_usage(inputs: Inputs) -> Figure:
    """PUE as designed, by the operator's word in ``estate.yaml``."""
    if inputs.facility.design_pue is None:
        return withheld(f"estate.yaml states no design_pue of {inputs.facility.id}")
    return known(Fraction(str(inputs.facility.design_pue)), "estate.yaml:design_pue")


def partial_usage(inputs: Inputs) -> Computed:
    """PPUE by room: what enters the room per its IT energy. Never to be filed as a PUE.

    What enters is the power chain at its first metered point in the room, and the cooling, light
    and other loads metered there; IT energy is the chain at its last one.
    """
    rooms = sorted({meter.room for meter in inputs.meters if meter.room})
    found = [(room, figure) for room in rooms if (figure := _of_room(inputs, room)) is not None]
    return found or [("", withheld("no room in meters.csv has a meter of IT energy", "meters"))]


def _of_room(inputs: Inputs, room: str) -> Figure | None:
    stages = {name: list(_counted(inputs, room, name)) for name in (*_CHAIN, *_ROOM)}
    chain = [name for name in _CHAIN if stages[name]]
    if not chain or chain[-1] not in CATEGORIES.values():
        return None
    used = inputs.total_of(*stages[chain[-1]])
    others = [inputs.total_of(*stages[name]) for name in _ROOM if stages[name]]
    return ratio(added(inputs.total_of(*stages[chain[0]]), *others), used)


def _counted(inputs: Inputs, room: str, quantity: str) -> Iterator[str]:
    """The room's meters of a quantity: no check meters, and none below another one of them."""
    mine = {
        meter.meter_id: meter
        for meter in inputs.meters
        if meter.room == room and meter.quantity == quantity and not meter.checks
    }
    parents = {meter.meter_id: meter.parent for meter in inputs.meters}
    for name, meter in mine.items():
        if name in inputs.meter_totals and not _below(meter, mine, parents):
            yield name


def _below(meter: Meter, mine: dict[str, Meter], parents: dict[str, str]) -> bool:
    upper = meter.parent
    while upper:
        if upper in mine:
            return True
        upper = parents.get(upper, "")
    return False


COMPUTED: dict[Metric, Formula] = {
    Metric.EDC_ANNUALISED: single(energy_annualised),
    Metric.EDC_WEIGHTED: single(weighted_energy),
    Metric.PUE_WEIGHTED: single(lambda inputs: ratio(weighted_energy(inputs), it_energy(inputs))),
    Metric.PUE_DE: single(usage_in_germany),
    Metric.PPUE: partial_usage,
    Metric.IPUE: single(interim_usage),
    Metric.DPUE: single(designed_usage),
}
