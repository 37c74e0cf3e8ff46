"""What both rivals know of each meter, read from the estate's own register."""

import csv
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import yaml

from schemas import units
from schemas.domains import QUANTITIES
from schemas.quantities import Nature

_HOUR = {"min": 60, "h": 3600}


class Fact(NamedTuple):
    """One meter; ``factor`` takes its values to the canonical unit, multiplier included.

    ``seconds`` is the length of its intervals (0 for a register or gauge), ``rate`` the highest
    possible amount per hour, ``lowest`` and ``highest`` bound a level. ``counted`` is false for a
    sub-meter, whose amount is in its upper meter's already.
    """

    meter_id: str
    facility_id: str
    timezone: str
    quantity: str
    kind: str
    is_level: bool
    factor: float
    seconds: int
    stamp_end: bool
    modulus: float | None
    rate: float | None
    lowest: float
    highest: float | None
    counted: bool


def facts_of(estate: Path) -> list[Fact]:
    """The register of an estate without meter exchanges, as the simulator writes it."""
    config = yaml.safe_load((estate / "estate.yaml").read_text(encoding="utf-8"))
    zones = {facility["id"]: facility["timezone"] for facility in config["facilities"]}
    with (estate / "meters.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    quantity_of = {row["meter_id"]: row["quantity"] for row in rows}
    parent_of = {row["meter_id"]: row["parent"] for row in rows}
    return [_fact(row, zones, quantity_of, parent_of) for row in rows]


def _fact(
    row: dict[str, str],
    zones: dict[str, str],
    quantity_of: dict[str, str],
    parent_of: dict[str, str],
) -> Fact:
    quantity, kind = QUANTITIES[row["quantity"]], row["kind"]
    found = units.conversion(row["unit"], canonical=quantity.unit, rate=kind == "average")
    if found is None or found.offset:
        raise ValueError(f"{row['meter_id']}: this benchmark does not know unit {row['unit']}")
    factor = found.factor * Fraction(row["multiplier"] or 1)
    upper = row["parent"]
    while upper and quantity_of[upper] != row["quantity"]:
        upper = parent_of[upper]
    return Fact(
        meter_id=row["meter_id"],
        facility_id=row["facility_id"],
        timezone=zones[row["facility_id"]],
        quantity=row["quantity"],
        kind=kind,
        is_level=quantity.nature is Nature.LEVEL,
        factor=float(factor),
        seconds=_seconds(row["interval"]) if kind in ("interval", "average") else 0,
        stamp_end=row["stamp"] == "end",
        modulus=float(Fraction(row["modulus"]) * factor) if row["modulus"] else None,
        rate=float(row["max_rate"]) if row["max_rate"] else None,
        lowest=quantity.lowest,
        highest=quantity.highest,
        counted=not upper,
    )


def _seconds(interval: str) -> int:
    number = interval.rstrip("minh")
    return int(number) * _HOUR[interval.removeprefix(number)]


def drops_of(estate: Path) -> dict[str, list[Path]]:
    """Each facility's files, the newest month first.

    In this order a month's registers are read after the first readings of the next month, which
    close the last hour.
    """
    return {
        folder.name: sorted(folder.glob("*.csv"), reverse=True)
        for folder in sorted((estate / "inbox").iterdir())
    }
