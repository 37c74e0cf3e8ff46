"""Where the electricity went: a balance from sources to uses, with what nobody metered."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from schemas.totals import TotalValue

SOURCES = {
    "grid_import": "Grid",
    "onsite_renewable": "On-site renewables",
    "generator_output": "Generators",
}
USES = {
    "cooling_electricity": "Cooling",
    "lighting": "Lighting",
    "other_facility": "Other uses",
    "heat_upgrade_electricity": "Heat upgrade",
    "grid_export": "Export to grid",
}
#: Where IT energy may be measured, from the boundary inwards.
IT_POINTS = {"ups_output": "UPS output", "pdu_output": "PDU output", "it_input": "IT input"}


@dataclass(frozen=True, kw_only=True)
class Flow:
    """Energy from one node to another [kWh], always above zero."""

    start: str
    end: str
    kwh: Decimal


@dataclass(frozen=True, kw_only=True)
class EnergyBalance:
    """Flows that add up at every node, and what the reader must know about them.

    Args:
        flows: empty where the balance cannot be drawn; ``remarks`` say why.
        remarks: withheld inputs, uses above supply and other doubts, one sentence each.
    """

    flows: tuple[Flow, ...]
    remarks: tuple[str, ...]


NOT_METERED = "Not metered"
SURPLUS = "Unexplained supply"


def energy_balance(totals: Mapping[str, TotalValue]) -> EnergyBalance:
    """The year's electricity from source to use.

        not metered = supply − (UPS input, or the IT energy where that is unknown) − other uses

    Args:
        totals: the year's totals by quantity; absent ones are not metered.

    Returns:
        Flows in kWh. A negative rest becomes a source of its own, never hidden; no flows where a
        source is withheld or nothing supplies the site.
    """
    known = {
        name: total.value
        for name, total in totals.items()
        if total.value is not None and total.value > 0
    }
    labels = {**SOURCES, "ups_input": "UPS input", **IT_POINTS, **USES}
    remarks = [
        f"{label} is withheld: {totals[name].reason}"
        for name, label in labels.items()
        if _is_withheld(totals, name)
    ]
    withheld = [label for name, label in SOURCES.items() if _is_withheld(totals, name)]
    supply = sum((known[name] for name in SOURCES if name in known), Decimal(0))
    if withheld or supply <= 0:
        remarks.append("Without the whole supply there is no balance to draw.")
        return EnergyBalance(flows=(), remarks=tuple(remarks))
    inner = _chain(known, remarks)
    uses = [(USES[name], known[name]) for name in USES if name in known]
    entering = sum((flow.kwh for flow in inner if flow.start == "Site"), Decimal(0))
    rest = supply - entering - sum((kwh for _, kwh in uses), Decimal(0))
    flows = [Flow(start=SOURCES[n], end="Site", kwh=known[n]) for n in SOURCES if n in known]
    if rest < 0:
        flows.append(Flow(start=SURPLUS, end="Site", kwh=-rest))
        remarks.append("Metered uses are more than the metered supply; the excess is shown.")
    flows += inner
    flows += [Flow(start="Site", end=label, kwh=kwh) for label, kwh in uses]
    if rest > 0:
        flows.append(Flow(start="Site", end=NOT_METERED, kwh=rest))
    return EnergyBalance(flows=tuple(flows), remarks=tuple(remarks))


def _is_withheld(totals: Mapping[str, TotalValue], name: str) -> bool:
    return name in totals and totals[name].value is None


def _chain(known: Mapping[str, Decimal], remarks: list[str]) -> list[Flow]:
    """From the site through UPS and distribution to IT, with losses between metered points."""
    points = [(label, known[name]) for name, label in IT_POINTS.items() if name in known]
    ups_input = known.get("ups_input")
    if not points:
        return [] if ups_input is None else [Flow(start="Site", end="UPS", kwh=ups_input)]
    flows = []
    first_label, first = points[0]
    if ups_input is None:
        start = "Site"
        remarks.append("UPS input is not known, so UPS losses are part of what is not metered.")
    elif first > ups_input:
        start = "Site"
        remarks.append(f"{first_label} exceeds UPS input; no loss is drawn between them.")
    else:
        start = "UPS"
        flows.append(Flow(start="Site", end="UPS", kwh=ups_input))
        if ups_input > first:
            loss = "UPS losses" if first_label == "UPS output" else "UPS and distribution losses"
            flows.append(Flow(start="UPS", end=loss, kwh=ups_input - first))
    last_label, last = points[-1]
    if len(points) == 1 or last > first:
        if last > first:
            remarks.append(f"{last_label} exceeds {first_label}; IT energy is drawn at the latter.")
        return [*flows, Flow(start=start, end="IT equipment", kwh=first)]
    flows.append(Flow(start=start, end="Distribution", kwh=first))
    flows.append(Flow(start="Distribution", end="IT equipment", kwh=last))
    if first > last:
        flows.append(Flow(start="Distribution", end="Distribution losses", kwh=first - last))
    return flows
