"""Numbers as a reader sees them: unit, thousands, decimals; a missing one is a dash, never 0."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

from schemas.units import Unit

DASH = "—"
#: Narrow no-break space: groups of thousands, and between number and unit.
THIN = "\u202f"
NBSP = "\u00a0"
MINUS = "\u2212"

Number = Decimal | float | int

_WRITTEN: dict[Unit, str] = {
    Unit.RATIO: "",
    Unit.CUBIC_METRE: "m³",
    Unit.CUBIC_METRE_PER_MEGAWATT_HOUR: "m³/MWh",
    Unit.SQUARE_METRE: "m²",
    Unit.TONNE_CO2E: "t CO₂e",
}
#: Larger units, from the largest: at least this much, divide by, written as.
_LARGER: dict[Unit, tuple[tuple[int, int, str], ...]] = {
    Unit.KILOWATT_HOUR: ((10_000_000, 1_000_000, "GWh"), (10_000, 1_000, "MWh")),
    Unit.KILOWATT: ((10_000, 1_000, "MW"),),
    Unit.KILOGRAM: ((10_000, 1_000, "t"),),
}


def exact(value: Number) -> Decimal:
    """The number as a decimal; floats by their shortest form, so 0.125 stays 0.125."""
    return value if isinstance(value, Decimal) else Decimal(str(value))


def written(unit: Unit) -> str:
    """A unit as it is printed; nothing for a ratio."""
    return _WRITTEN.get(unit, unit.value)


def number(value: Number | None, decimals: int = 0, *, rounding: str = ROUND_HALF_UP) -> str:
    """A number with thin spaces between thousands, half rounded up; a dash for None."""
    if value is None:
        return DASH
    rounded = exact(value).quantize(Decimal(1).scaleb(-decimals), rounding=rounding)
    if rounded == 0:
        rounded = abs(rounded)
    return f"{rounded:,.{decimals}f}".replace(",", THIN).replace("-", MINUS)


def counted(count: int, noun: str, plural: str = "") -> str:
    """A number of things: ``1 hour``, ``2 hours``."""
    return f"{number(count)} {noun if count == 1 else plural or noun + 's'}"


def share(part: Number | None, decimals: int = 1) -> str:
    """A share of 1 in percent; what is there but rounds to nothing reads as less than the last
    place, never as zero."""
    if part is None:
        return DASH
    text = number(exact(part) * 100, decimals)
    least = number(Decimal(1).scaleb(-decimals), decimals)
    return f"<{THIN}{least}{THIN}%" if part > 0 and not text.strip("0.") else f"{text}{THIN}%"


def coverage_text(coverage: Number | None) -> str:
    """Coverage in percent, rounded down: what is not complete is never shown as 100 %."""
    if coverage is None:
        return DASH
    return f"{number(exact(coverage) * 100, 1, rounding=ROUND_FLOOR)}{THIN}%"


def signed(value: Number, decimals: int = 0) -> str:
    """A difference with its sign, ``±0`` where it rounds to nothing."""
    text = number(value, decimals)
    if text.strip("0.") == "":
        return f"±{text}"
    return text if text.startswith(MINUS) else f"+{text}"


@dataclass(frozen=True, kw_only=True)
class Scale:
    """How the figures of one row are written, so that they can be compared.

    Args:
        divisor: canonical value ÷ divisor is what is printed.
        unit: the unit printed; empty for a ratio.
        decimals: places printed.
    """

    divisor: int
    unit: str
    decimals: int

    def text(self, value: Number | None, *, rounding: str = ROUND_HALF_UP) -> str:
        """The value with its unit; a bare dash for None. What is there but rounds to nothing reads
        as less than the last place, never as zero."""
        if value is None:
            return DASH
        bare = self.bare(value, rounding=rounding)
        if value > 0 and rounding == ROUND_HALF_UP and not bare.strip("0."):
            bare = f"<{THIN}{number(Decimal(1).scaleb(-self.decimals), self.decimals)}"
        return f"{bare}{THIN}{self.unit}".rstrip(THIN)

    def bare(self, value: Number | None, *, rounding: str = ROUND_HALF_UP) -> str:
        """The value without its unit."""
        if value is None:
            return DASH
        return number(exact(value) / self.divisor, self.decimals, rounding=rounding)

    def range(self, low: Number | None, high: Number | None) -> str:
        """Bounds, rounded outwards so that they still contain what they contained."""
        if low is None and high is None:
            return "no bounds known"
        if high is None:
            return f"at least {self.text(low, rounding=ROUND_FLOOR)}, no upper bound"
        if low is None:
            return f"at most {self.text(high, rounding=ROUND_CEILING)}, no lower bound"
        if low == high:
            return f"{self.text(low)}, exact"
        lowest = self.bare(low, rounding=ROUND_FLOOR)
        return f"{lowest}{NBSP}– {self.text(high, rounding=ROUND_CEILING)}"


def scale(unit: Unit, largest: Number | None, decimals: int = 0) -> Scale:
    """A readable unit for figures up to ``largest``: kWh become MWh or GWh, kg become t.

    Args:
        unit: the canonical unit of the figures.
        largest: the largest figure of the row; None keeps the canonical unit.
        decimals: places in the canonical unit; larger units take two.
    """
    size = abs(exact(largest)) if largest is not None else Decimal(0)
    for least, divisor, name in _LARGER.get(unit, ()):
        if size >= least:
            return Scale(divisor=divisor, unit=name, decimals=2 if size < 100 * divisor else 1)
    return Scale(divisor=1, unit=written(unit), decimals=decimals)
