"""From the units of metrics to those that forms ask for, by exact factors."""

from fractions import Fraction

from schemas.units import Unit

#: Units that forms ask for, each with what one canonical unit is in it.
_IN_FORMS: dict[tuple[Unit, Unit], Fraction] = {
    (Unit.KILOWATT_HOUR, Unit.MEGAWATT_HOUR): Fraction(1, 1000),
    (Unit.KILOGRAM, Unit.TONNE): Fraction(1, 1000),
    # Only masses of greenhouse gases are ever asked for in it.
    (Unit.KILOGRAM, Unit.TONNE_CO2E): Fraction(1, 1000),
    (Unit.PERCENT, Unit.RATIO): Fraction(1, 100),
    (Unit.RATIO, Unit.PERCENT): Fraction(100),
}


def in_form(unit: Unit, asked: Unit) -> Fraction:
    """What one ``unit`` of a metric is in the unit that a form asks for; 1 where they are equal.

    Raises:
        ValueError: there is no exact way from one to the other.
    """
    if unit is asked:
        return Fraction(1)
    try:
        return _IN_FORMS[unit, asked]
    except KeyError:
        raise ValueError(f"a figure in {unit} cannot be told in {asked}") from None
