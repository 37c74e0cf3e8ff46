"""The lines of the equipment register that count, and for how long."""

from collections.abc import Iterable
from datetime import date, timedelta

from pipelines.metrics.inputs import Inputs
from schemas.estate.registers.equipment import Equipment

IT = ("server", "storage", "network")
NO_REGISTER = "there is no registers/equipment.csv"


def mine(inputs: Inputs) -> list[Equipment] | None:
    """The facility's equipment; None where the estate has no such register."""
    if inputs.registers.equipment is None:
        return None
    return [one for one in inputs.registers.equipment if one.facility_id == inputs.facility.id]


def days_in_place(asset: Equipment, inputs: Inputs) -> int:
    """Days of the period on which the asset stood; it leaves on its decommissioning day."""
    start = max(asset.installed_on or inputs.first_day, inputs.first_day)
    gone = asset.decommissioned_on or inputs.last_day + timedelta(days=1)
    return max(0, (min(gone, inputs.last_day + timedelta(days=1)) - start).days)


def standing_on(assets: Iterable[Equipment], day: date) -> list[Equipment]:
    """The assets in place at the end of a day."""
    return [
        one
        for one in assets
        if (one.installed_on is None or one.installed_on <= day)
        and (one.decommissioned_on is None or one.decommissioned_on > day)
    ]


def lines_of(assets: Iterable[Equipment]) -> list[str]:
    """The register, and its lines that were used."""
    return ["equipment", *(f"equipment:{one.line}" for one in assets)]
