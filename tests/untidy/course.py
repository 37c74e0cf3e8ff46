"""The course of meters over some days: seeded, with the shape of days and weeks, exact."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from random import Random
from zoneinfo import ZoneInfo

#: Load by hour of the day, per cent of the mean.
HOURS = (
    *(82, 80, 78, 77, 78, 81, 88, 97, 106, 113, 117, 119),
    *(118, 119, 120, 118, 115, 112, 109, 106, 102, 97, 91, 86),
)
WEEKEND = Decimal("0.86")
#: A value, a mark that stands in its place, or None where there is no row.
Cell = Decimal | str | None


@dataclass(frozen=True, kw_only=True)
class Channel:
    """One meter: its cells stand at the instants of its course, in their order."""

    title: str
    unit: str
    kind: str
    cells: tuple[Cell, ...]
    label: str = ""

    def marked(self, mark: str, *places: int) -> "Channel":
        """The same with a mark in place of some values."""
        cells = list(self.cells)
        for place in places:
            cells[place] = mark
        return replace(self, cells=tuple(cells))

    def without(self, first: int, last: int) -> "Channel":
        """The same with no rows from ``first`` until before ``last``."""
        gap: tuple[Cell, ...] = (None,) * (last - first)
        return replace(self, cells=self.cells[:first] + gap + self.cells[last:])


@dataclass(frozen=True, kw_only=True)
class Course:
    """Some days of a site and the meters that run through them: each row lasts from one of
    ``starts`` until the same of ``ends``, UTC, which is ``every`` in ISO 8601."""

    seed: int
    name: str
    zone: str
    every: str
    starts: tuple[datetime, ...]
    ends: tuple[datetime, ...]

    def interval(self, title: str, unit: str, mean: str, places: int = 2) -> Channel:
        """Amounts with this mean."""
        return Channel(
            title=title, unit=unit, kind="interval", cells=self._loads(title, mean, places)
        )

    def average(self, title: str, unit: str, mean: str, places: int = 2) -> Channel:
        """Mean levels of intervals."""
        return Channel(
            title=title, unit=unit, kind="average", cells=self._loads(title, mean, places)
        )

    def register(
        self,
        title: str,
        unit: str,
        begin: str,
        mean: str,
        places: int = 1,
        *,
        reset: int | None = None,
        coarse: int | None = None,
    ) -> Channel:
        """Counts from ``begin`` on, by this mean a step. From place ``reset`` on it counts from 0;
        from ``coarse`` on it shows tens."""
        count, cells = Decimal(begin), []
        digits = Decimal(1).scaleb(-places)
        for place, amount in enumerate(self._loads(title, mean, places + 2)):
            if place == reset:
                count = Decimal(0)
            shown = digits if coarse is None or place < coarse else Decimal(10)
            tens = (count / shown).to_integral_value(ROUND_FLOOR) * shown
            cells.append(tens.quantize(digits))
            count += amount
        return Channel(title=title, unit=unit, kind="register", cells=tuple(cells))

    def gauge(self, title: str, low: str, high: str, places: int = 1) -> Channel:
        """Temperatures between two bounds [°C]."""
        span = Decimal(high) - Decimal(low)
        loads = self._loads(title, "0.5", 6)
        digits = Decimal(1).scaleb(-places)
        cells = tuple(
            (Decimal(low) + span * min(load, Decimal(1))).quantize(digits, ROUND_HALF_EVEN)
            for load in loads
        )
        return Channel(title=title, unit="°C", kind="gauge", cells=cells)

    def idle(self, title: str, unit: str, kind: str, value: str = "0") -> Channel:
        """A meter where nothing runs: a register stands still, amounts are nothing."""
        return Channel(
            title=title, unit=unit, kind=kind, cells=(Decimal(value),) * len(self.starts)
        )

    def _loads(self, title: str, mean: str, places: int) -> tuple[Decimal, ...]:
        random = Random(f"{self.seed}/{self.name}/{title}")
        zone, digits = ZoneInfo(self.zone), Decimal(1).scaleb(-places)
        cells = []
        for start in self.starts:
            local = start.astimezone(zone)
            part = Decimal(HOURS[local.hour] * random.randint(930, 1070)) / 100_000
            week = WEEKEND if local.weekday() > 4 else Decimal(1)
            cells.append((Decimal(mean) * part * week).quantize(digits, ROUND_HALF_EVEN))
        return tuple(cells)


def course(seed: int, name: str, zone: str, first: str, *, days: int, minutes: int) -> Course:
    """From the first instant of a local day until before that of the day ``days`` later."""
    day = date.fromisoformat(first)
    step = timedelta(minutes=minutes)
    at, end = midnight(day, zone), midnight(day + timedelta(days=days), zone)
    starts = []
    while at < end:
        starts.append(at)
        at += step
    ends = tuple(start + step for start in starts)
    return Course(
        seed=seed,
        name=name,
        zone=zone,
        every=f"PT{minutes}M",
        starts=tuple(starts),
        ends=ends,
    )


def days_of(seed: int, name: str, zone: str, days: Sequence[date], *, every: str) -> Course:
    """Rows that last from the first instant of one of these local days until that of the next."""
    turns = tuple(midnight(day, zone) for day in days)
    return Course(seed=seed, name=name, zone=zone, every=every, starts=turns[:-1], ends=turns[1:])


def midnight(day: date, zone: str) -> datetime:
    """The first instant of a local day, UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
