"""What a quantity is, what kinds of meters measure it, and what a domain holds."""

from dataclasses import dataclass
from enum import StrEnum

from schemas.units import Unit


class Kind(StrEnum):
    """How the values of a meter add up over time."""

    REGISTER = "register"  # cumulative count: amount = later - earlier
    INTERVAL = "interval"  # an amount per interval: amount = sum
    AVERAGE = "average"  # a mean level over an interval: amount = value × duration
    GAUGE = "gauge"  # a level at an instant: summary = time-weighted mean


class Nature(StrEnum):
    """Whether a quantity adds up over time or only has a level."""

    AMOUNT = "amount"
    LEVEL = "level"


KINDS: dict[Nature, tuple[Kind, ...]] = {
    Nature.AMOUNT: (Kind.REGISTER, Kind.INTERVAL, Kind.AVERAGE),
    Nature.LEVEL: (Kind.GAUGE, Kind.AVERAGE),
}

_LEVEL_UNITS = frozenset(
    {Unit.KILOWATT, Unit.CELSIUS, Unit.PERCENT, Unit.GIGABYTE_PER_SECOND},
)


@dataclass(frozen=True, kw_only=True)
class Quantity:
    """What a meter measures.

    Args:
        name: the word used in ``meters.csv``, tables and reports.
        unit: the canonical unit of totals; amounts per hour in it for kind ``average``.
        meaning: one sentence for a person who holds a meter in his hand.
        lowest, highest: values outside are physically impossible [canonical unit; for amounts per
            hour]. They bound a level in hours without a reading.
    """

    name: str
    unit: Unit
    meaning: str
    lowest: float = 0.0
    highest: float | None = None

    @property
    def nature(self) -> Nature:
        return Nature.LEVEL if self.unit in _LEVEL_UNITS else Nature.AMOUNT

    def reading_unit(self, kind: Kind) -> str:
        """The unit of a reading: of a mean over an interval it is a rate, not an amount."""
        if kind is not Kind.AVERAGE or self.nature is Nature.LEVEL:
            return self.unit.value
        return "kW" if self.unit is Unit.KILOWATT_HOUR else f"{self.unit.value}/h"

    @property
    def kinds(self) -> tuple[Kind, ...]:
        return KINDS[self.nature]


@dataclass(frozen=True, kw_only=True)
class Domain:
    """Quantities that arrive together."""

    name: str
    quantities: tuple[Quantity, ...]
