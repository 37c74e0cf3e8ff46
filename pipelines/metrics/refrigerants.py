"""Refrigerant that was lost, what it weighs as carbon dioxide, and how leaky each system is."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from pipelines.metrics.factors import covers, with_inputs
from pipelines.metrics.figure import Figure, added, at_least, known, remarked, withheld
from pipelines.metrics.formula import Computed, Formula
from pipelines.metrics.inputs import Inputs
from schemas.estate.registers.refrigerants import BALANCE, RefrigerantEvent
from schemas.gwp import GWP_SETS, Potential, gas_of, potential
from schemas.metrics import Metric, Status

_DAY = timedelta(days=1)
_NO_REGISTER = (
    "there is no registers/refrigerants.csv; a site without says so in estate.yaml: "
    "without: [refrigerants]"
)


def losses(inputs: Inputs) -> dict[str, Figure]:
    """Refrigerant lost in the period by gas [kg].

        opening stock + purchases − closing stock − returned − net increase of charge

    Opening and closing are the stock takings of the period's first and last day, or of the day
    beside it. Withheld where one is not there, and where the balance is below zero: then a register
    entry is missing. A gas whose stock was nothing when last it was taken needs none; one that the
    register tells of only later was not there. One entry without a gas where there is no register,
    nothing in it, or nothing yet.

    Source:
        GHG Protocol, mass balance of refrigerants (vector C5).
    """
    if inputs.without("refrigerants"):
        return {"": inputs.stated_nothing("refrigerants")}
    if inputs.registers.refrigerants is None:
        return {"": withheld(_NO_REGISTER, "refrigerants")}
    mine: dict[str, list[RefrigerantEvent]] = {}
    for event in inputs.registers.refrigerants:
        if event.facility_id == inputs.facility.id and event.event in BALANCE:
            mine.setdefault(gas_of(event.refrigerant), []).append(event)
    if not mine:
        return {"": known(0, "refrigerants")}
    begun = {gas: min(one.date for one in events) for gas, events in mine.items()}
    found = {
        gas: _lost(inputs, gas, events)
        for gas, events in sorted(mine.items())
        if begun[gas] <= inputs.last_day + _DAY
    }
    beginning = f"registers/refrigerants.csv begins on {min(begun.values())}"
    return found or {"": withheld(beginning, "refrigerants")}


def _lost(inputs: Inputs, gas: str, events: Sequence[RefrigerantEvent]) -> Figure:
    """The balance of one gas, where both of its ends are stated, each in one way."""
    ends = {"opening": inputs.first_day, "closing": inputs.last_day}
    opening, closing = _stock(events, ends["opening"]), _stock(events, ends["closing"] + _DAY)
    lacking = [
        f"{name} stock of {gas} on {day}"
        for (name, day), there in zip(ends.items(), (opening, closing), strict=True)
        if not there
    ]
    gone = _gone(events, inputs.first_day, inputs.last_day)
    if lacking and gone and not _kg(closing):
        return known(0, *_lines(gone))
    if lacking:
        return withheld(f"registers/refrigerants.csv has no {' and no '.join(lacking)}")
    for stock in (opening, closing):
        if len({_kg(one) for one in _by_event(stock)}) > 1:
            told = " and ".join(f"{float(_kg(one)):g} kg" for one in _by_event(stock))
            days = " and ".join(sorted({one.date.isoformat() for one in stock}))
            return withheld(f"the stock of {gas} on {days} is told as {told}", *_lines(stock))
    opening, closing = _by_event(opening)[0], _by_event(closing)[0]
    within = [
        one
        for one in events
        if inputs.first_day <= one.date <= inputs.last_day
        and one.event in ("purchase", "charge_increase", "returned")
    ]
    bought = _kg(one for one in within if one.event == "purchase")
    elsewhere = _kg(one for one in within if one.event != "purchase")
    lost = _kg(opening) + bought - _kg(closing) - elsewhere
    lines = _lines((*opening, *closing, *within))
    if lost < 0:
        return withheld(
            f"the balance of {gas} is {float(lost):g} kg: an entry is missing or wrong", *lines
        )
    return known(lost, *lines)


def _stock(events: Iterable[RefrigerantEvent], day: date) -> list[RefrigerantEvent]:
    """What stood there as a day began: its openings, and the closings of the day before."""
    wanted = (("opening", day), ("closing", day - _DAY))
    return [one for one in events if (one.event, one.date) in wanted]


def _by_event(stock: Sequence[RefrigerantEvent]) -> list[list[RefrigerantEvent]]:
    """A stock in each of the ways it is told; a way may take a line for each store."""
    ways = [[one for one in stock if one.event == event] for event in ("opening", "closing")]
    return [way for way in ways if way]


def _gone(events: Iterable[RefrigerantEvent], first: date, last: date) -> list[RefrigerantEvent]:
    """The stock taking before the period that found nothing, if nothing has come since."""
    earlier = [one for one in events if one.date <= last]
    newest = max((one.date for one in earlier), default=date.max)
    taken = [one for one in earlier if one.date == newest]
    empty = all(one.event in ("opening", "closing") and not one.kg for one in taken)
    return taken if newest <= first and empty else []


def _lines(events: Iterable[RefrigerantEvent]) -> list[str]:
    """The register, and its lines that were used."""
    return ["refrigerants", *(f"refrigerants:{n}" for n in sorted({one.line for one in events}))]


def _kg(events: Iterable[RefrigerantEvent]) -> Fraction:
    return sum((Fraction(one.kg) for one in events), Fraction(0))


def refrigerant_emissions(inputs: Inputs, gwp_set: str) -> Figure:
    """Emissions of the refrigerant lost [kg CO2e], by the potentials of one assessment report."""
    parts = [_emitted(inputs, gas, lost, gwp_set) for gas, lost in losses(inputs).items()]
    return at_least(added(*parts), parts)


def _emitted(inputs: Inputs, gas: str, lost: Figure, gwp_set: str) -> Figure:
    """Loss × potential: of a factor file where it has the gas in this set, else of the table."""
    if not gas or lost.value is None or lost.value == 0:
        return lost
    stated = [
        one
        for one in inputs.registers.factors
        if one.kind == "gwp"
        and gas_of(one.key) == gas
        and one.edition == gwp_set
        and covers(inputs, one)
    ]
    factor = stated[-1] if stated else None
    if factor is not None:
        value = Fraction(factor.value)
        found: Potential | None = Potential(value=value, low=value, high=value)
    else:
        found = potential(gas, gwp_set)
    mending = f"add a factor of kind gwp with key {gas} and edition {gwp_set}"
    if found is None:
        return withheld(f"no potential of {gas} in {gwp_set} is known: {mending}", *lost.inputs)
    figure = Figure(
        value=None if found.value is None else lost.value * found.value,
        low=lost.value * found.low,
        high=lost.value * found.high,
        inputs=lost.inputs,
        status=Status.CLEAN if found.value is not None else Status.WITHHELD,
        reason=""
        if found.value is not None
        else f"{gwp_set} gives no value, only a limit, for a component of {gas}: {mending}",
    )
    return with_inputs(figure, f"factor {factor.where}") if factor else figure


def _by_set(inputs: Inputs) -> Computed:
    """The set that the policy files first, then the others."""
    filed = inputs.policies.gwp_set
    for gwp_set in (filed, *(one for one in GWP_SETS if one != filed)):
        yield gwp_set, refrigerant_emissions(inputs, gwp_set)


def leak_rates(inputs: Inputs) -> Computed:
    """What was topped up less what was taken out, per charge, of each system [%]."""
    systems = [
        one
        for one in inputs.registers.refrigerant_systems or ()
        if one.facility_id == inputs.facility.id
        and (one.installed_on is None or one.installed_on <= inputs.last_day)
        and (one.decommissioned_on is None or one.decommissioned_on > inputs.first_day)
    ]
    if not systems:
        return [
            ("", withheld("registers/refrigerant_systems.csv has no system", "refrigerant_systems"))
        ]
    return [
        (one.system_id, _leak(inputs, one.system_id, one.charge_kg, one.line)) for one in systems
    ]


def _leak(inputs: Inputs, system_id: str, charge_kg: Decimal, line: int) -> Figure:
    if inputs.registers.refrigerants is None:
        return withheld("there is no registers/refrigerants.csv", "refrigerants")
    filled = [
        one
        for one in inputs.registers.refrigerants
        if one.system_id == system_id and inputs.first_day <= one.date <= inputs.last_day
    ]
    net = _kg(one for one in filled if one.event == "topup") - _kg(
        one for one in filled if one.event == "recovered"
    )
    lines = (f"refrigerant_systems:{line}", *(f"refrigerants:{one.line}" for one in filled))
    figure = known(100 * net / Fraction(charge_kg), *lines)
    if net >= 0:
        return figure
    return remarked(figure, "more was taken out than filled in")


COMPUTED: dict[Metric, Formula] = {
    Metric.REFRIGERANT_LOSS: lambda inputs: losses(inputs).items(),
    Metric.CO2_REFRIGERANTS: _by_set,
    Metric.LEAK_RATE: leak_rates,
}
