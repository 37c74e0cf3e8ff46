"""Units of emission intensities, each exactly in kg per kWh."""

from decimal import Decimal
from fractions import Fraction

_POUND = Fraction("0.45359237")  # kg, exact

#: kg per kWh for one of the unit.
INTENSITY = {
    "kg/kWh": Fraction(1),
    "g/kWh": Fraction(1, 1000),
    "t/MWh": Fraction(1),
    "kg/MWh": Fraction(1, 1000),
    "lb/MWh": _POUND / 1000,
    "gCO2eq/kWh": Fraction(1, 1000),
}


def to_kg_per_kwh(value: Decimal, unit: str) -> Decimal | None:
    """An emission intensity in kg/kWh, exact to 28 digits; None for a unit that is not one."""
    factor = INTENSITY.get(unit)
    if factor is None:
        return None
    return value * Decimal(factor.numerator) / Decimal(factor.denominator)
