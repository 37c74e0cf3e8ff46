"""What the formulas are given: a facility's year, its totals by quantity and by meter."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from reports.verify.evidence import Evidence, Meter
from reports.verify.number import NOTHING, Number, exactly, total
from reports.verify.totals import Hour, Hours

#: The power chain in its direction, and what it may feed beside IT.
POINTS = ("ups_input", "ups_output", "pdu_output", "it_input")
BESIDE_IT = ("cooling_electricity", "heat_upgrade_electricity", "lighting", "other_facility")


@dataclass(frozen=True)
class Site:
    """One facility and year."""

    evidence: Evidence
    hours: Hours

    @property
    def year(self) -> str:
        return str(self.evidence.site["year"])

    @cached_property
    def quantities(self) -> dict[str, Number]:
        """The year's total of every quantity that has a meter in place."""
        names = {one.quantity for one in self.evidence.meters.values()}
        found = {name: self.hours.total(name, self.year) for name in sorted(names)}
        return {name: one.number for name, one in found.items() if one is not None}

    def has(self, quantity: str) -> bool:
        return quantity in self.quantities

    def total(self, quantity: str) -> Number:
        """What is measured; nothing by the operator's word; else unknown."""
        if quantity in self.quantities:
            return self.quantities[quantity]
        return exactly(0) if self.evidence.without(quantity) else NOTHING

    def present(self, *quantities: str) -> Number:
        """The sum of those that have a meter; unknown where none has."""
        found = [self.quantities[name] for name in quantities if self.has(name)]
        return total(found) if found else NOTHING

    def of_meters(self, names: Iterable[str]) -> Number:
        return total(self.of_meter(name) for name in names)

    def of_meter(self, name: str) -> Number:
        """One meter's year: an amount, or the mean of a level over the time it was in place."""
        found = self.hours.of(name, self.year)
        if found is None:
            return NOTHING
        number, times, _ = found
        return self.hours.mean(number, times) if self.evidence.meters[name].level else number

    def counted(self, meters: Iterable[Meter]) -> list[str]:
        """Those that add up: in place, no check meters, none below another one of them."""
        chosen = [
            one.meter_id
            for one in meters
            if not one.checks and self.hours.of(one.meter_id, self.year) is not None
        ]
        return [name for name in chosen if not set(chosen) & set(self.hours.above(name))]

    def fed_beside_it(self, point: str) -> list[str]:
        """Loads that are not IT and hang below a point of the power chain, or a later one."""
        found: list[str] = []
        for later in reversed(POINTS[POINTS.index(point) :]):
            uppers = {m.meter_id for m in self.evidence.meters.values() if m.quantity == later}
            below = self.counted(
                one
                for one in self.evidence.meters.values()
                if one.quantity in BESIDE_IT and uppers & set(self.hours.above(one.meter_id))
            )
            found += [name for name in below if name not in found]
        return found

    def together(self, quantity: str) -> list[Hour]:
        return self.hours.together(quantity)

    def over_points(self, quantity: str) -> Number:
        """A level that adds up over its points: bandwidth, batteries."""
        points = self.counted(
            one for one in self.evidence.meters.values() if one.quantity == quantity
        )
        if len(points) < 2:
            return self.total(quantity)
        return total(self.of_meter(name) * self._presence(name) for name in points)

    def _presence(self, meter: str) -> Fraction:
        hours = self.hours.by_meter.get(meter)
        if not hours:
            return Fraction(1)
        return Fraction(sum(hour.seconds for hour in hours), self.seconds)

    @cached_property
    def seconds(self) -> int:
        ends = self.evidence.months
        year = sorted(ends)
        return round((ends[year[-1]][1] - ends[year[0]][0]).total_seconds())

    def stated(self, key: str) -> Number:
        """A number that estate.yaml states of the facility."""
        value = self.evidence.facility[key]
        return NOTHING if value is None else exactly(Fraction(str(value)))
