"""Exact numbers between bounds: what is not known is None, and stays so through every sum."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Number:
    """A value between a lowest and a highest; None where one is not known, or nothing bounds it."""

    value: Fraction | None
    low: Fraction | None
    high: Fraction | None

    def __add__(self, other: "Number") -> "Number":
        return Number(
            _plus(self.value, other.value), _plus(self.low, other.low), _plus(self.high, other.high)
        )

    def __neg__(self) -> "Number":
        return Number(_minus(self.value), _minus(self.high), _minus(self.low))

    def __sub__(self, other: "Number") -> "Number":
        return self + -other

    def __mul__(self, factor: Fraction) -> "Number":
        if factor < 0:
            return -(self * -factor)
        return Number(*(None if one is None else one * factor for one in self.ends))

    def __truediv__(self, other: "Number") -> "Number":
        """Sums before ratios; nothing where nothing is divided by, and bounds the widest there
        are."""
        value = None
        if self.value is not None and other.value:
            value = self.value / other.value
        low = high = None
        if other.low is not None:
            if self.low is not None and self.low >= 0:
                low = Fraction(0) if other.high is None else _over(self.low, other.high)
            elif self.low is not None and other.low > 0:
                low = self.low / other.low
            if self.high is not None and self.high < 0:
                high = Fraction(0) if other.high is None else _over(self.high, other.high)
            elif self.high is not None and other.low > 0:
                high = self.high / other.low
        return Number(value, low, high)

    @property
    def ends(self) -> tuple[Fraction | None, Fraction | None, Fraction | None]:
        return self.value, self.low, self.high

    def within(self, lowest: int, highest: int | None = None) -> "Number":
        """Kept between limits that hold by definition."""

        def kept(one: Fraction) -> Fraction:
            above = max(Fraction(lowest), one)
            return above if highest is None else min(Fraction(highest), above)

        top = None if highest is None else Fraction(highest)
        return Number(
            None if self.value is None else kept(self.value),
            Fraction(lowest) if self.low is None else kept(self.low),
            top if self.high is None else kept(self.high),
        )


NOTHING = Number(None, None, None)


def exactly(value: Fraction | int) -> Number:
    """A number that is known."""
    return Number(Fraction(value), Fraction(value), Fraction(value))


def total(numbers: Iterable[Number]) -> Number:
    """The sum; nothing added up is exactly nothing."""
    found = exactly(0)
    for one in numbers:
        found = found + one
    return found


def _plus(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    return None if one is None or other is None else one + other


def _minus(one: Fraction | None) -> Fraction | None:
    return None if one is None else -one


def _over(one: Fraction, other: Fraction) -> Fraction | None:
    return one / other if other > 0 else None
