"""What stands in the rooms: installed power over time, capacity on 31 December."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from pipelines.metrics.figure import Figure, known, withheld
from pipelines.metrics.inputs import Inputs
from schemas.estate.model import Equipment
from schemas.metrics import Status

IT = ("server", "storage", "network")
#: Servers installed since then must declare their performance (entry into force of the act).
DECLARED_SINCE = date(2024, 6, 6)
NO_REGISTER = "there is no registers/equipment.csv"


def mine(inputs: Inputs) -> list[Equipment] | None:
    """The facility's equipment; None where the estate has no such register."""
    if inputs.registers.equipment is None:
        return None
    return [one for one in inputs.registers.equipment if one.facility_id == inputs.facility.id]


def installed_it_power(inputs: Inputs) -> tuple[Figure, str]:
    """Installed IT power demand (PDIT) [kW] and how it was determined: installed or rated.

        Σ count × rated power × days in place ÷ days of the period

    From the equipment register; without one from the facility's ``installed_it_kw``, else from
    ``rated_it_kw``, which the law allows where the first cannot be determined. So too, with a
    remark, where an asset that stood in the period has no rated power.
    """
    assets = [one for one in mine(inputs) or () if one.category in IT and _days(one, inputs)]
    unpowered = [one.asset_id for one in assets if one.rated_power_kw is None]
    if assets and not unpowered:
        power = sum(
            (one.count * Fraction(one.rated_power_kw or 0) * _days(one, inputs) for one in assets),
            Fraction(0),
        )
        return known(power / inputs.days, *_lines(assets)), "installed"
    names = f"{', '.join(unpowered[:3])}{' …' if len(unpowered) > 3 else ''}"
    lacking = f"registers/equipment.csv has no rated_power_kw for {names}"
    facility = inputs.facility
    for power_kw, method in (
        (facility.installed_it_kw, "installed"),
        (facility.rated_it_kw, "rated"),
    ):
        if power_kw is not None:
            figure = known(Fraction(str(power_kw)), f"estate.yaml:{method}_it_kw")
            if unpowered:
                remark = f"{lacking}; taken from {method}_it_kw in estate.yaml"
                figure = replace(figure, status=Status.FLAGGED, reason=remark)
            return figure, method
    return withheld(lacking if unpowered else NO_REGISTER, "equipment"), ""


def _days(asset: Equipment, inputs: Inputs) -> int:
    """Days of the period on which the asset stood; it leaves on its decommissioning day."""
    start = max(asset.installed_on or inputs.first_day, inputs.first_day)
    gone = asset.decommissioned_on or inputs.last_day + timedelta(days=1)
    return max(0, (min(gone, inputs.last_day + timedelta(days=1)) - start).days)


def _on_last_day(assets: Iterable[Equipment], day: date) -> list[Equipment]:
    return [
        one
        for one in assets
        if (one.installed_on is None or one.installed_on <= day)
        and (one.decommissioned_on is None or one.decommissioned_on > day)
    ]


def server_capacity(inputs: Inputs) -> Figure:
    """Declared performance of servers in place on 31 December (CSERV) [SERT score]."""
    assets = mine(inputs)
    if assets is None:
        return withheld(NO_REGISTER, "equipment")
    servers = [one for one in _on_last_day(assets, inputs.last_day) if one.category == "server"]
    undeclared = [
        one.asset_id
        for one in servers
        if one.sert_performance is None
        and (one.installed_on is None or one.installed_on >= DECLARED_SINCE)
    ]
    return _capacity(servers, undeclared, lambda one: one.sert_performance, "sert_performance")


def storage_capacity(inputs: Inputs) -> Figure:
    """Raw capacity in place on 31 December (CSTOR) [PB], decimal."""
    assets = mine(inputs)
    if assets is None:
        return withheld(NO_REGISTER, "equipment")
    standing = _on_last_day(assets, inputs.last_day)
    drives = [one for one in standing if one.storage_tb is not None or one.category == "storage"]
    silent = [one.asset_id for one in drives if one.storage_tb is None]
    terabytes = _capacity(drives, silent, lambda one: one.storage_tb, "storage_tb")
    if terabytes.value is None:
        return terabytes
    return known(terabytes.value / 1000, *terabytes.inputs)


def _capacity(
    assets: Iterable[Equipment],
    silent: list[str],
    read: Callable[[Equipment], Decimal | None],
    column: str,
) -> Figure:
    if silent:
        more = f" and {len(silent) - 3} more" if len(silent) > 3 else ""
        return withheld(f"no {column} for {', '.join(silent[:3])}{more}", "equipment")
    declared = [one for one in assets if read(one) is not None]
    everything = sum((one.count * Fraction(read(one) or 0) for one in declared), Fraction(0))
    return known(everything, *_lines(declared))


def _lines(assets: Iterable[Equipment]) -> list[str]:
    """The register, and its lines that were used."""
    return ["equipment", *(f"equipment:{one.line}" for one in assets)]
