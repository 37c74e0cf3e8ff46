"""One register's readings in order of time, and which of them can follow each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

MICROSECONDS_PER_HOUR = 3_600_000_000


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What the register can do, in its ticks (any integer scale of the canonical unit).

    Args:
        max_rate: ticks per hour, None where unknown.
        modulus: ticks at which the register starts again, None where it never does.
        count: ticks of one count of the register, the grain of its rate.
    """

    max_rate: int | None
    modulus: int | None
    count: int


@dataclass(frozen=True, kw_only=True)
class Trail:
    """One register's readings in order of time: microseconds and ticks."""

    times: Sequence[int]
    values: Sequence[int]
    limits: Limits

    def rises(self, i: int, j: int) -> bool:
        """Whether reading j can follow reading i without a rollover."""
        rise = self.values[j] - self.values[i]
        if rise < 0:
            return False
        rate = self.limits.max_rate
        if rate is None:
            return True
        reach = rate * (self.times[j] - self.times[i])
        return (rise - self.limits.count) * MICROSECONDS_PER_HOUR <= reach

    def rolls(self, i: int, j: int) -> bool:
        """Whether reading j can follow reading i over exactly one rollover (G3).

        The mean rate must stay within 1.2 × the maximum, and the maximum must not reach around
        the whole modulus meanwhile; otherwise the number of turns is anybody's guess. A count that
        the register cannot show did not roll over.
        """
        modulus, rate = self.limits.modulus, self.limits.max_rate
        if modulus is None or rate is None or self.values[j] >= self.values[i]:
            return False
        if self.values[i] >= modulus:
            return False
        time = self.times[j] - self.times[i]
        rise = self.values[j] + modulus - self.values[i]
        return (
            10 * rise * MICROSECONDS_PER_HOUR <= 12 * rate * time
            and rate * time < modulus * MICROSECONDS_PER_HOUR
        )

    def follows(self, i: int, j: int) -> bool:
        return self.rises(i, j) or self.rolls(i, j)

    def rate(self, i: int, j: int) -> Fraction:
        """The mean rate from reading i to reading j, a rollover unwound."""
        rise = self.values[j] - self.values[i]
        if rise < 0:
            rise %= self.limits.modulus or 0
        return Fraction(rise, self.times[j] - self.times[i])

    def chained(self, first: int, last: int) -> bool:
        return all(self.follows(k, k + 1) for k in range(first, last))


class Chain:
    """The accepted readings since the register last broke, by their places in the trail.

    How fast it ever rose is asked for seldom, and then again and again: where the fastest rise up
    to each reading ends is remembered as far as it was asked for.
    """

    def __init__(self, trail: Trail, first: int) -> None:
        self.trail = trail
        self.places = [first]
        self._fastest = [0]

    def __len__(self) -> int:
        return len(self.places)

    def take_back(self, count: int) -> list[int]:
        """Removes the last so many, and returns them."""
        taken = self.places[-count:]
        del self.places[-count:]
        del self._fastest[len(self.places) :]
        return taken

    def fastest(self, size: int) -> Fraction:
        """The highest mean rate between neighbours of the first ``size`` (at least two)."""
        for end in range(len(self._fastest), size):
            best = self._fastest[-1]
            self._fastest.append(end if not best or self._is_faster(end, best) else best)
        end = self._fastest[size - 1]
        return self.trail.rate(self.places[end - 1], self.places[end])

    def _is_faster(self, end: int, best: int) -> bool:
        """Rates compared without dividing: rise × the other's time."""
        rise, time = self._step(end)
        other_rise, other_time = self._step(best)
        return rise * other_time > other_rise * time

    def _step(self, end: int) -> tuple[int, int]:
        values, times = self.trail.values, self.trail.times
        i, j = self.places[end - 1], self.places[end]
        rise = values[j] - values[i]
        return rise % (self.trail.limits.modulus or 0) if rise < 0 else rise, times[j] - times[i]
