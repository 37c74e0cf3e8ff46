"""PUE by other rules than the standard's: Germany's, weighted, partial, interim and designed."""

from datetime import date
from fractions import Fraction

from pipelines.metrics.energy import (
    CATEGORIES,
    by_carrier,
    it_energy,
    less_fed,
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
from pipelines.metrics.nesting import POINTS, counted, fed_beside_it
from schemas.metrics import Metric

#: The Green Grid's weights relative to electricity (unverified). No law of ours asks for them.
WEIGHTS = {
    "fuel_gas": Fraction(35, 100),
    "fuel_diesel": Fraction(35, 100),
    "district_cooling": Fraction(4, 10),
}
#: Energy inside a room besides what feeds IT.
_ROOM = ("cooling_electricity", "lighting", "other_facility")


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


def _began(inputs: Inputs) -> date:
    """The day since which the facility is in operation: the first of all days unless stated."""
    text = inputs.facility.commissioned
    return date(int(text[:4]), int(text[5:7]), 1) if text else date.min


def energy_annualised(inputs: Inputs) -> Figure:
    """EDC of the year's operating part as if it had been all year [kWh]."""
    began = _began(inputs)
    if not inputs.is_year:
        return withheld("only a year is stretched: see edc_annualised of the year")
    if began <= inputs.first_day:
        return withheld("the whole year was in operation: see edc", "estate.yaml:commissioned")
    if began > inputs.last_day:
        return _not_yet(inputs)
    operating = (inputs.last_day - began).days + 1
    found = annualised(total_energy(inputs), operating_days=operating, days=inputs.days)
    remark = f"for planning only: {operating} days of operation stretched to {inputs.days}"
    return with_inputs(remarked(found, remark), "estate.yaml:commissioned")


def _not_yet(inputs: Inputs) -> Figure:
    commissioned = inputs.facility.commissioned
    return withheld(
        f"{inputs.facility.id} is in operation since {commissioned} only",
        "estate.yaml:commissioned",
    )


def interim_usage(inputs: Inputs) -> Figure:
    """PUE of less than twelve months: a month, or the part of the first year in operation.

    Source:
        ISO/IEC 30134-2: a period shorter than twelve months has an interim PUE.
    """
    began = _began(inputs)
    if began > inputs.last_day:
        return _not_yet(inputs)
    if inputs.is_year and began <= inputs.first_day:
        return withheld("a whole year: see pue")
    _, found = next(iter(usage_by_category(inputs)))
    if not inputs.is_year:
        return found
    found = remarked(found, f"interim: in operation since {began}", flagged=False)
    return with_inputs(found, "estate.yaml:commissioned")


def designed_usage(inputs: Inputs) -> Figure:
    """PUE as designed, by the operator's word in ``estate.yaml``."""
    if inputs.facility.design_pue is None:
        return withheld(f"estate.yaml states no design_pue of {inputs.facility.id}")
    return known(Fraction(str(inputs.facility.design_pue)), "estate.yaml:design_pue")


def partial_usage(inputs: Inputs) -> Computed:
    """PPUE by room: what enters the room per its IT energy. Never to be filed as a PUE.

    What enters is the power chain at its first metered point in the room, and the cooling, light
    and other loads metered there that the chain does not feed; IT energy is the chain at its last
    point, less the loads that it feeds.

    Source:
        ISO/IEC 30134-2: PUE of a part of the data centre is partial.
    """
    rooms = sorted({meter.room for meter in inputs.meters if meter.room})
    found = [(room, figure) for room in rooms if (figure := _of_room(inputs, room)) is not None]
    return found or [("", withheld("no room in meters.csv has a meter of IT energy", "meters"))]


def _of_room(inputs: Inputs, room: str) -> Figure | None:
    mine = [meter for meter in inputs.meters if meter.room == room]
    at = {name: counted(inputs, [one for one in mine if one.quantity == name]) for name in POINTS}
    chain = [name for name in POINTS if at[name]]
    if not chain or chain[-1] not in CATEGORIES.values():
        return None
    first, last = at[chain[0]], at[chain[-1]]
    loads = counted(inputs, [meter for meter in mine if meter.quantity in _ROOM])
    inside, beside_it = fed_beside_it(inputs, first), fed_beside_it(inputs, last)
    outside = [name for name in loads if name not in inside]
    others = added(known(0), *(inputs.total_of(name) for name in outside))
    used = inputs.total_of(*last)
    if beside_it:
        used = less_fed(used, inputs.total_of(*beside_it), beside_it)
    elif chain[0] == chain[-1]:
        # What feeds IT is IT energy itself: it stands in the formula once, and bounds are tight.
        found = added(known(1), ratio(others, used))
        silent = "nothing but IT equipment is metered in the room"
        return found if outside else remarked(found, silent)
    return ratio(added(inputs.total_of(*first), others), used)


COMPUTED: dict[Metric, Formula] = {
    Metric.EDC_ANNUALISED: single(energy_annualised),
    Metric.EDC_WEIGHTED: single(weighted_energy),
    Metric.PUE_WEIGHTED: single(lambda inputs: ratio(weighted_energy(inputs), it_energy(inputs))),
    Metric.PUE_DE: single(usage_in_germany),
    Metric.PPUE: partial_usage,
    Metric.IPUE: single(interim_usage),
    Metric.DPUE: single(designed_usage),
}
