"""Meters below others: which of them count, and what the power chain feeds beside IT."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from pipelines.metrics.inputs import Inputs
from schemas.estate.model import Meter

#: The points of the power chain at which energy may be metered, in its direction.
POINTS = ("ups_input", "ups_output", "pdu_output", "it_input")
#: What electricity serves inside the boundary beside IT equipment.
BESIDE_IT = ("cooling_electricity", "heat_upgrade_electricity", "lighting", "other_facility")


def counted(inputs: Inputs, meters: Sequence[Meter]) -> list[str]:
    """Those that add up: in place in the period, no check meters, and none below another one."""
    parents = {meter.meter_id: meter.parent for meter in inputs.meters}
    chosen = [
        meter.meter_id
        for meter in meters
        if not meter.checks and meter.meter_id in inputs.meter_totals
    ]
    upper = set(chosen)
    return [name for name in chosen if upper.isdisjoint(_above(name, parents))]


def fed_beside_it(inputs: Inputs, among: Collection[str]) -> list[str]:
    """Meters of loads that are not IT and hang below one of these meters, as fans on a UPS."""
    parents = {meter.meter_id: meter.parent for meter in inputs.meters}
    return counted(
        inputs,
        [
            meter
            for meter in inputs.meters
            if meter.quantity in BESIDE_IT
            and any(upper in among for upper in _above(meter.meter_id, parents))
        ],
    )


def fed_by_point(inputs: Inputs) -> dict[str, list[str]]:
    """The same by point of the power chain: a load stands at the last point that it hangs below.

    What the point's own total holds beside IT is fed from there, or from a later point.
    """
    found: dict[str, list[str]] = {}
    taken: set[str] = set()
    for point in reversed(POINTS):
        meters = {meter.meter_id for meter in inputs.meters if meter.quantity == point}
        found[point] = [name for name in fed_beside_it(inputs, meters) if name not in taken]
        taken.update(found[point])
    return found


def fed_from(inputs: Inputs, point: str) -> list[str]:
    """What hangs below a point of the power chain, or below a later one, beside IT."""
    by_point = fed_by_point(inputs)
    return [name for later in POINTS[POINTS.index(point) :] for name in by_point[later]]


def _above(meter_id: str, parents: Mapping[str, str]) -> Iterator[str]:
    upper = parents.get(meter_id, "")
    while upper:
        yield upper
        upper = parents.get(upper, "")
