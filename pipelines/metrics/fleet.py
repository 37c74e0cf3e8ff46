"""The lines of the equipment register that count, for how long, and the sums over them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from pipelines.metrics.figure import Figure, known, withheld
from pipelines.metrics.inputs import Inputs
from schemas.estate.registers.equipment import Equipment
from schemas.metrics import Status

IT = ("server", "storage", "network")
NO_REGISTER = "there is no registers/equipment.csv"
#: The Julian year of astronomers: what a life or an age in years is told in.
DAYS_OF_A_YEAR = Fraction("365.25")

#: A measure of one piece, as a column of the register.
Measure = Callable[[Equipment], Decimal | None]


def mine(inputs: Inputs) -> list[Equipment] | None:
    """The facility's equipment; None where the estate has no such register."""
    if inputs.registers.equipment is None:
        return None
    return [one for one in inputs.registers.equipment if one.facility_id == inputs.facility.id]


def from_fleet(
    formula: Callable[[Sequence[Equipment], Inputs], Figure],
) -> Callable[[Inputs], Figure]:
    """A formula over the facility's equipment; withheld where there is no register."""

    def computed(inputs: Inputs) -> Figure:
        assets = mine(inputs)
        return withheld(NO_REGISTER, "equipment") if assets is None else formula(assets, inputs)

    return computed


def days_in_place(asset: Equipment, inputs: Inputs) -> int:
    """Days of the period on which the asset stood; it leaves on its decommissioning day."""
    start = max(asset.installed_on or inputs.first_day, inputs.first_day)
    gone = asset.decommissioned_on or inputs.last_day + timedelta(days=1)
    return max(0, (min(gone, inputs.last_day + timedelta(days=1)) - start).days)


def standing_on(assets: Iterable[Equipment], day: date) -> list[Equipment]:
    """The assets in place at the end of a day."""
    return [one for one in assets if one.stands_on(day)]


def servers_at_the_end(assets: Iterable[Equipment], inputs: Inputs) -> list[Equipment]:
    """Servers in place on the last day of the period."""
    return [one for one in standing_on(assets, inputs.last_day) if one.category == "server"]


def installed_within(assets: Iterable[Equipment], inputs: Inputs) -> list[Equipment]:
    """The assets that came in the period. One without ``installed_on`` stood all along."""
    return [
        one
        for one in assets
        if one.installed_on is not None and inputs.first_day <= one.installed_on <= inputs.last_day
    ]


def gone_within(assets: Iterable[Equipment], inputs: Inputs) -> list[Equipment]:
    """The assets that left in the period."""
    return [
        one
        for one in assets
        if one.decommissioned_on is not None
        and inputs.first_day <= one.decommissioned_on <= inputs.last_day
    ]


def flows(assets: Sequence[Equipment], inputs: Inputs) -> dict[str, list[Equipment]]:
    """What stood when the period began, came, left, and stood when it ended.

    Opening and installed together are decommissioned and closing together: an asset that came and
    left in the period is in both flows, and in neither stock.
    """
    day_before = inputs.first_day - timedelta(days=1)
    return {
        "opening": standing_on(assets, day_before),
        "installed": installed_within(assets, inputs),
        "decommissioned": gone_within(assets, inputs),
        "closing": standing_on(assets, inputs.last_day),
    }


def pieces(assets: Iterable[Equipment]) -> Fraction:
    """How many there are: a line of the register may stand for many."""
    return Fraction(sum(one.count for one in assets))


def silent_on(assets: Iterable[Equipment], measure: Measure) -> list[Equipment]:
    """Those of which the register does not state a measure, and that are any pieces at all."""
    return [one for one in assets if one.count and measure(one) is None]


def stated(assets: Iterable[Equipment], measure: Measure) -> Fraction:
    """Σ count × measure over the assets of which it is stated."""
    return sum(
        (one.count * Fraction(each) for one in assets if (each := measure(one)) is not None),
        Fraction(0),
    )


def summed(assets: Sequence[Equipment], measure: Measure, column: str) -> Figure:
    """Σ count × measure of a piece.

    Null where one asset lacks it, with what is stated as the lowest; nothing is known of the
    highest then. Zero where there are no assets.
    """
    whole = known(stated(assets, measure), *lines_of(assets))
    silent = silent_on(assets, measure)
    if not silent:
        return whole
    return replace(
        whole, value=None, high=None, status=Status.WITHHELD, reason=lacking(column, silent)
    )


def lacking(column: str, assets: Sequence[Equipment]) -> str:
    """What the register does not say of which assets: up to three by name."""
    more = f" and {len(assets) - 3} more" if len(assets) > 3 else ""
    names = ", ".join(one.asset_id for one in assets[:3])
    return f"registers/equipment.csv has no {column} for {names}{more}"


def lines_of(assets: Iterable[Equipment]) -> list[str]:
    """The register, and its lines that were used."""
    return ["equipment", *(f"equipment:{one.line}" for one in assets)]
