"""From the meters' hours to totals, a second time: sums, bounds and coverage."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from reports.verify.evidence import ZERO, Evidence, Meter, Row, decimal, instant, needed, rows
from reports.verify.number import Number
from reports.verify.pack import BadPack

_TICKS = 10**12


@dataclass(slots=True)
class Month:
    """One meter over one month: what its hours add up to."""

    covered_seconds: float = 0.0
    measured_seconds: float = 0.0
    seconds: float = 0.0
    measured: Decimal = ZERO
    covered: Decimal = ZERO
    gap_low: Decimal = ZERO
    gap_value: Decimal | None = ZERO
    gap_high: Decimal | None = ZERO
    first: tuple[Decimal, Decimal] = (ZERO, ZERO)
    last: tuple[Decimal, Decimal] = (ZERO, ZERO)


@dataclass(frozen=True)
class Hour:
    """One hour of one meter, or of all meters of a quantity together."""

    start: datetime
    local: str
    seconds: int
    number: Number


@dataclass(frozen=True)
class Sum:
    """One total: its number, what was measured of it, and how much of the time."""

    number: Number
    measured: Fraction | None
    coverage: float


@dataclass
class Hours:
    """All hours of a pack, read once, meter by meter."""

    evidence: Evidence
    kept: frozenset[str]
    months: dict[str, dict[str, Month]] = field(default_factory=dict)
    by_meter: dict[str, list[Hour]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for meter in self.evidence.meters.values():
            self.months[meter.meter_id] = {}
            if meter.hours:
                self._read(meter)
        built = {month for months in self.months.values() for month in months}
        for month, ends in self.evidence.months.items():
            if month not in built:
                for meter in self.evidence.meters.values():
                    if (absent := _absent(meter, ends)) is not None:
                        self.months[meter.meter_id][month] = absent

    def _read(self, meter: Meter) -> None:
        months = self.months[meter.meter_id]
        hours: list[Hour] = []
        before: datetime | None = None
        for row in rows(self.evidence.pack, meter.hours):
            start = instant(row["start"])
            if before is not None and start <= before:
                raise BadPack(f"{meter.hours}: {row['start']} does not follow the hour before it")
            before = start
            month = row["local"][:7]
            ends = self.evidence.months.get(month)
            if ends is None or not ends[0] <= start < ends[1]:
                raise BadPack(f"{meter.hours}: {row['start']} is not in {month or 'any month'}")
            _add(months.setdefault(month, Month()), row, meter)
            if meter.quantity in self.kept:
                number = Number(*(_exact(decimal(row, name)) for name in ("value", "low", "high")))
                hours.append(Hour(start, row["local"], int(row["seconds"]), number))
        self.by_meter[meter.meter_id] = hours

    def of(self, meter: str, period: str) -> tuple[Number, "_Times", Fraction | None] | None:
        """One meter's number over a period, its times, and what was measured; None without any."""
        months = {name: one for name, one in self.months[meter].items() if name.startswith(period)}
        return _sum(self.evidence.meters[meter], months) if months else None

    @staticmethod
    def mean(number: Number, times: "_Times") -> Number:
        """A level over the time that its meter was in place."""
        hours = 3600 / Fraction(times.expected)
        return Number(*(_twelve(one, 1) for one in (number * hours).ends))

    @cached_property
    def parents(self) -> Mapping[str, str]:
        return {one.meter_id: one.parent for one in self.evidence.meters.values()}

    def above(self, meter: str) -> Iterator[str]:
        """The meters above one, from the next on."""
        upper = self.parents.get(meter, "")
        while upper:
            yield upper
            upper = self.parents.get(upper, "")

    def total(self, quantity: str, period: str) -> Sum | None:
        """A quantity over a period: each point once, no check meters; None where none has hours."""
        parts = []
        for name, meter in sorted(self.evidence.meters.items()):
            if meter.quantity != quantity or meter.checks:
                continue
            months = {
                month: one
                for month, one in self.months[name].items()
                if month.startswith(period) and not self._counted_above(name, month)
            }
            if months:
                parts.append((meter, *_sum(meter, months)))
        return _together(parts) if parts else None

    def _counted_above(self, meter: str, month: str) -> bool:
        mine = self.evidence.meters[meter].quantity
        return any(
            upper in self.evidence.meters
            and self.evidence.meters[upper].quantity == mine
            and month in self.months[upper]
            for upper in self.above(meter)
        )

    def together(self, quantity: str) -> list[Hour]:
        """The facility's hours of a quantity: the sum of its meters, of a level their mean."""
        meters = [
            one
            for one in self.evidence.meters.values()
            if one.quantity == quantity and not one.checks
        ]
        starts = {
            one.meter_id: {hour.start for hour in self.by_meter[one.meter_id]}
            for one in meters
            if one.hours
        }
        found: dict[datetime, list[Hour]] = {}
        for meter in meters:
            upper = [name for name in self.above(meter.meter_id) if name in starts]
            for hour in self.by_meter.get(meter.meter_id, ()):
                if not any(hour.start in starts[name] for name in upper):
                    found.setdefault(hour.start, []).append(hour)
        level = bool(meters) and meters[0].level
        return [_merged(hours, level=level) for _, hours in sorted(found.items())]


@dataclass(frozen=True)
class _Times:
    expected: float
    measured: float


def _exact(value: Decimal | None) -> Fraction | None:
    return None if value is None else Fraction(value)


def _add(month: Month, row: Row, meter: Meter) -> None:
    if not month.seconds:
        month.first = needed(row, "start_slack_low"), needed(row, "start_slack_high")
    month.last = needed(row, "end_slack_low"), needed(row, "end_slack_high")
    month.seconds += float(row["seconds"])
    month.measured_seconds += float(row["measured_seconds"])
    month.covered_seconds += float(row["covered_seconds"])
    month.measured += needed(row, "measured")
    month.covered += needed(row, "covered")
    month.gap_low += needed(row, "gap_low")
    best, high = decimal(row, "gap_value"), decimal(row, "gap_high")
    known = decimal(row, "value")
    month.gap_value = None if known is None else _plus(month.gap_value, best)
    month.gap_high = _plus(month.gap_high, high)
    if known is not None and not (row["low"] and Decimal(row["low"]) <= known):
        raise BadPack(f"{meter.hours}: the hour {row['start']} is below its lowest")


def _plus(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else one + other


def _absent(meter: Meter, ends: tuple[datetime, datetime]) -> Month | None:
    """A month of which there are no hours at all: anything up to the meter's maximum rate."""
    found: Month | None = None
    for since, until, max_rate in meter.validities:
        start, end = max(ends[0], since or ends[0]), min(ends[1], until or ends[1])
        if end <= start:
            continue
        found = found or Month(gap_value=None)
        hours = Decimal(str((end - start).total_seconds())) / 3600
        most = meter.highest if meter.level else max_rate
        found.seconds += (end - start).total_seconds()
        found.gap_low += (meter.lowest if meter.level else ZERO) * hours
        found.gap_high = _plus(found.gap_high, None if most is None else most * hours)
    return found


def _sum(meter: Meter, months: Mapping[str, Month]) -> tuple[Number, _Times, Fraction | None]:
    """Months in their order; slack counts where a stretch of covered months begins and ends."""
    ordered = sorted(months.items())
    names = [name for name, _ in ordered]
    rows_ = [one for _, one in ordered]
    low_slack = rows_[0].first[1] + rows_[-1].last[0]
    high_slack = rows_[0].first[0] + rows_[-1].last[1]
    for place in range(len(rows_) - 1):
        earlier, later = rows_[place], rows_[place + 1]
        apart = _next(names[place]) != names[place + 1]
        if apart or not earlier.covered_seconds or not later.covered_seconds:
            low_slack += earlier.last[0] + later.first[1]
            high_slack += earlier.last[1] + later.first[0]
    covered = sum((one.covered for one in rows_), ZERO)
    best: Decimal | None = covered
    high: Decimal | None = covered + high_slack
    for one in rows_:
        best, high = _plus(best, one.gap_value), _plus(high, one.gap_high)
    low = covered + sum((one.gap_low for one in rows_), ZERO) - low_slack
    times = _Times(sum(one.seconds for one in rows_), sum(one.measured_seconds for one in rows_))
    measured = sum((one.measured for one in rows_), ZERO) if times.measured else None
    number = Number(_exact(best), _exact(low if meter.level else max(ZERO, low)), _exact(high))
    return number, times, _exact(measured)


def _next(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12:04d}-{number % 12 + 1:02d}"


def _together(parts: Iterable[tuple[Meter, Number, _Times, Fraction | None]]) -> Sum:
    parts = list(parts)
    expected = sum(times.expected for _, _, times, _ in parts)
    measured_time = sum(times.measured for _, _, times, _ in parts)
    level = parts[0][0].level
    numbers = [
        number * (3600 / Fraction(times.expected)) if level else number
        for _, number, times, _ in parts
    ]
    found = numbers[0]
    for one in numbers[1:]:
        found = found + one
    measured = [one for _, _, _, one in parts if one is not None]
    whole = sum(measured, Fraction(0)) if measured else None
    if level:
        found = Number(*(_twelve(one, len(numbers)) for one in found.ends))
        means = [
            one * 3600 / Fraction(times.measured)
            for _, _, times, one in parts
            if one is not None and times.measured
        ]
        whole = _twelve(sum(means, Fraction(0)), len(means)) if means else None
    return Sum(found, whole, measured_time / expected if expected else 0.0)


def _twelve(value: Fraction | None, parts: int) -> Fraction | None:
    """A mean of levels to the twelve places that tables have, half up."""
    if value is None:
        return None
    mean = value / parts * _TICKS
    return Fraction((2 * mean.numerator + mean.denominator) // (2 * mean.denominator), _TICKS)


def _merged(hours: list[Hour], *, level: bool) -> Hour:
    number = hours[0].number
    for one in hours[1:]:
        number = number + one.number
    if level:
        number = Number(*(_twelve(one, len(hours)) for one in number.ends))
    return Hour(hours[0].start, hours[0].local, max(one.seconds for one in hours), number)
