"""The fleet on 31 December, what left it and by which way, and refrigerants."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from reports.charts import Table
from reports.facts import FacilityYear
from reports.numbers import DASH, THIN, number
from reports.sections.lifecycle import lifecycle
from reports.sections.section import Block, Section, Text
from schemas.estate.registers.equipment import Equipment
from schemas.estate.registers.refrigerants import RefrigerantEvent

_AGES = (
    ("under 3 years", 0, 3),
    ("3–5 years", 3, 5),
    ("5–8 years", 5, 8),
    ("8 years or more", 8, 999),
)
_EVENTS = ("opening", "purchase", "charge_increase", "returned", "closing")


def equipment(facts: FacilityYear) -> Section:
    """Fleet by category and age, what came and left, its carbon, passports, refrigerants."""
    blocks: list[Block] = []
    year = facts.year
    if facts.equipment is None:
        lead = "There is no equipment register."
    else:
        fleet = in_place(facts.equipment, year)
        pieces = sum(item.count for item in fleet)
        lead = f"{number(pieces)} pieces of equipment stood in place on 31 December {year}."
        blocks += [fleet_table(fleet, year)] if fleet else []
        gone = [
            item
            for item in facts.equipment
            if item.decommissioned_on and item.decommissioned_on.year == year
        ]
        blocks.append(
            routes_table(gone, year)
            if gone
            else Text(words=f"Nothing was decommissioned in {year}.")
        )
        blocks += lifecycle(facts, fleet)
    if facts.refrigerants is None:
        blocks.append(Text(words="There is no refrigerant register."))
    else:
        events = [event for event in facts.refrigerants if event.date.year == year]
        blocks.append(
            refrigerants_table(events, year)
            if events
            else Text(words=f"The refrigerant register has no event in {year}.")
        )
    return Section(id="equipment", title="Equipment", lead=lead, blocks=tuple(blocks))


def in_place(items: Iterable[Equipment], year: int) -> list[Equipment]:
    """What was installed and not yet decommissioned at the end of 31 December."""
    return [item for item in items if item.stands_on(date(year, 12, 31))]


def fleet_table(fleet: Sequence[Equipment], year: int) -> Table:
    """Pieces in place by category and age."""
    rows = []
    for category in sorted({item.category for item in fleet}):
        items = [item for item in fleet if item.category == category]
        rows.append(
            (
                category.capitalize() if category not in ("ups", "crah") else category.upper(),
                number(sum(item.count for item in items)),
                *(number(_aged(items, year, low, high)) for _, low, high in _AGES),
                number(sum(item.count for item in items if item.installed_on is None)),
                _sum(items, "rated_power_kw", "kW"),
            )
        )
    return Table(
        caption=f"Equipment in place on 31 December {year}, pieces by age",
        head=("Category", "Pieces", *(name for name, _, _ in _AGES), "Age unknown", "Rated power"),
        rows=tuple(rows),
    )


def _aged(items: Iterable[Equipment], year: int, low: int, high: int) -> int:
    """Pieces whose age at the end of 31 December is at least ``low`` and below ``high`` years."""
    end = date(year + 1, 1, 1)
    return sum(
        item.count
        for item in items
        if item.installed_on is not None and low <= (end - item.installed_on).days / 365.25 < high
    )


def _sum(items: Iterable[Equipment], column: str, unit: str) -> str:
    """A sum over pieces; what the register does not say is named, not taken as zero."""
    listed = list(items)
    known = [(getattr(item, column), item.count) for item in listed]
    total = sum((value * count for value, count in known if value is not None), Decimal(0))
    silent = sum(count for value, count in known if value is None)
    if silent == sum(count for _, count in known):
        return DASH
    text = f"{number(total, 1)}{THIN}{unit}"
    return f"{text}; {number(silent)} pieces not stated" if silent else text


def routes_table(gone: Sequence[Equipment], year: int) -> Table:
    """Where what was decommissioned went."""
    rows = []
    for route in sorted({item.route for item in gone}):
        items = [item for item in gone if item.route == route]
        handlers = sorted({item.handler for item in items if item.handler})
        rows.append(
            (
                route.replace("_", " ").capitalize() or "Not stated",
                number(sum(item.count for item in items)),
                _sum(items, "mass_kg", "kg"),
                ", ".join(sorted({item.category for item in items})),
                ", ".join(handlers) or DASH,
            )
        )
    return Table(
        caption=f"Decommissioned in {year}, by route",
        head=("Route", "Pieces", "Mass", "Categories", "Handlers"),
        rows=tuple(rows),
        text=(3, 4),
    )


def refrigerants_table(events: Sequence[RefrigerantEvent], year: int) -> Table:
    """Stocks and flows of each refrigerant, and what was lost."""
    rows = []
    for name in sorted({event.refrigerant for event in events}):
        sums = {
            kind: sum(
                (e.kg for e in events if e.refrigerant == name and e.event == kind), Decimal(0)
            )
            for kind in _EVENTS
        }
        stated = {event.event for event in events if event.refrigerant == name}
        whole = {"opening", "closing"} <= stated
        lost = (
            sums["opening"]
            + sums["purchase"]
            - sums["charge_increase"]
            - sums["returned"]
            - sums["closing"]
        )
        rows.append(
            (
                name,
                *(number(sums[kind], 1) if kind in stated else DASH for kind in _EVENTS),
                number(lost, 1) if whole else "opening or closing stock is missing",
            )
        )
    return Table(
        caption=f"Refrigerants [kg], {year}. Lost = opening + purchase − charge increase "
        "− returned − closing",
        head=(
            "Refrigerant",
            "Opening",
            "Purchase",
            "Charge increase",
            "Returned",
            "Closing",
            "Lost",
        ),
        rows=tuple(rows),
    )
