"""Kinds of factors and the units each may be given in, converted exactly to one."""

import re
from decimal import Decimal
from fractions import Fraction

from schemas.estate.intensity import INTENSITY, to_kg_per_kwh
from schemas.units import Unit

#: What a factor of each kind is.
KINDS = {
    "location": "mean emissions of a grid zone's electricity",
    "residual": "emissions of a zone's electricity that nobody has claimed",
    "fuel": "emissions of burning a fuel or of buying cold, by litre or kWh",
    "upstream": "emissions before a carrier reaches the site: extraction, transport, grid losses",
    "waste": "emissions of treating waste, by route of equipment.csv",
    "gwp": "warming potential of a refrigerant over 100 years",
    "price": "price of a carrier, by quantity, facility/quantity or grid zone/quantity",
    "water": "water that a zone's power stations consume per electricity",
    "water_stress": "water stress of a place, 0 (low) to 5 (extremely high)",
}
_PRICE = re.compile(r"^([A-Z]{3})/(kWh|MWh|m3|L)$")
CURRENCIES = tuple(unit.value for unit in Unit if re.fullmatch(r"[A-Z]{3}", unit.value))
_FREE = {
    "fuel": ("kg/L", "kgCO2/L", "kg/kWh"),
    "upstream": ("kg/kWh", "kg/L", "kg/m3"),
    "waste": ("kg/kg",),
    "gwp": ("kg/kg",),
    "water_stress": ("1",),
}
_WATER = {"m3/MWh": Fraction(1), "L/kWh": Fraction(1), "m3/kWh": Fraction(1000)}


def units_of(kind: str) -> tuple[str, ...]:
    """The units that a factor of a kind may have, for messages."""
    if kind in ("location", "residual"):
        return tuple(INTENSITY)
    if kind == "water":
        return tuple(_WATER)
    return _FREE.get(kind, ("EUR/kWh", "EUR/MWh", "EUR/m3", "EUR/L"))


def canonical(kind: str, value: Decimal, unit: str) -> tuple[Decimal, str] | None:
    """Value and unit as formulas want them; None for a unit that the kind does not have.

    Intensities in kg/kWh, water in m3/MWh, prices per kWh where they are per MWh.
    """
    if kind in ("location", "residual"):
        intensity = to_kg_per_kwh(value, unit)
        return None if intensity is None else (intensity, "kg/kWh")
    if kind == "water":
        return (value * int(_WATER[unit]), "m3/MWh") if unit in _WATER else None
    if kind == "price":
        match = _PRICE.match(unit)
        if match is None or match[1] not in CURRENCIES:
            return None
        return (value / 1000, f"{match[1]}/kWh") if match[2] == "MWh" else (value, unit)
    return (value, unit) if unit in _FREE.get(kind, ()) else None
