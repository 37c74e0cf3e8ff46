"""What goes wrong on the way from the meters to the inbox, planned from the seed.

Faults only ever remove, repeat, delay or spoil rows. None of them changes a kept value, and none
falls near a change of clocks, where a lone local stamp could be taken for the other pass.

The days of a month are shared out, so that faults do not hide one another:
3–9 gaps, 15 the exchange, 18 the outage, 20 late rows, the last half day overlapping files.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sample_data.chance import key_of, pick
from sample_data.clock import DAY, HOUR, Month, as_utc
from sample_data.facilities import Facility
from sample_data.meters import Meter
from sample_data.rows import Exchange, Rows

HEADER = ("facility_id", "fault", "meter_id", "start", "end", "detail")

_GAPS_A_YEAR = 5
_GAPS_IN_A_LONE_MONTH = 3
_LATE_A_YEAR = 2
_OVERLAPS_A_YEAR = 2
_LONGEST_GAP_HOURS = {"register": 88, "interval": 18, "average": 18, "gauge": 18}
_EXCHANGED = {"air": "water.potable", "liquid": "heat.reused", "evaporative": "water.potable"}
_ROLLED_OVER = {"air": "grid.a", "liquid": "ups.a.in", "evaporative": "water.reclaimed"}


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One fault, as truth/faults.csv tells it; ``start`` and ``end`` are in UTC seconds."""

    facility_id: str
    fault: str
    meter_id: str
    start: int
    end: int
    detail: str

    def cells(self) -> tuple[str, ...]:
        """The row of truth/faults.csv."""
        return (
            self.facility_id,
            self.fault,
            self.meter_id,
            as_utc(self.start),
            as_utc(self.end),
            self.detail,
        )


@dataclass(frozen=True, kw_only=True)
class Hole:
    """Rows stamped in [start, end) that were never delivered; of one meter, or of all."""

    meter: Meter | None
    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class FaultPlan:
    """The faults of one facility; months are given by their labels."""

    holes: tuple[Hole, ...] = ()
    late: tuple[str, ...] = ()
    overlaps: tuple[str, ...] = ()
    exchange: Exchange | None = None
    rollover_month: Month | None = None
    rolled_over: Meter | None = None
    spoils: bool = False


NO_FAULTS = FaultPlan()


def plan_faults(facility: Facility, meters: Sequence[Meter], months: Sequence[Month]) -> FaultPlan:
    """Decide what goes wrong at a facility in these months."""
    key = key_of(facility.key, "faults")
    named = {meter.name: meter for meter in meters}
    plant = facility.archetype.plant.name
    exchanged = named[_EXCHANGED[plant]]
    at_risk = [meter for meter in meters if meter.name != exchanged.name]
    first_year = months[:12]
    holes: list[Hole] = []
    late: list[str] = []
    overlaps: list[str] = []
    for index in range(0, len(months), 12):
        year = months[index : index + 12]
        year_key = key_of(key, year[0].year)
        holes += _gaps(year_key, at_risk, year)
        holes.append(_outage(year_key, year))
        late += _chosen(key_of(year_key, "late"), year, _LATE_A_YEAR)
        # A file that ends in the double hour would hold half of it.
        steady = [month for month in year if not month.changes_clocks]
        overlaps += _chosen(key_of(year_key, "overlap"), steady, _OVERLAPS_A_YEAR)
    return FaultPlan(
        holes=tuple(holes),
        late=tuple(late),
        overlaps=tuple(overlaps),
        exchange=_exchange(key, facility, exchanged, first_year),
        rollover_month=first_year[pick(key_of(key, "rollover"), 0, len(first_year))],
        rolled_over=named[_ROLLED_OVER[plant]],
        spoils=True,
    )


def _chosen(key: int, months: Sequence[Month], count: int) -> list[str]:
    left = list(months)
    return [left.pop(pick(key, number, len(left))).label for number in range(min(count, len(left)))]


def _gaps(key: int, meters: Sequence[Meter], months: Sequence[Month]) -> Iterator[Hole]:
    left = list(meters)
    for number in range(_GAPS_A_YEAR if len(months) > 1 else _GAPS_IN_A_LONE_MONTH):
        meter = left.pop(pick(key_of(key, "gap meter"), number, len(left)))
        month = months[pick(key_of(key, "gap month"), number, len(months))]
        hour = pick(key_of(key, "gap hour"), number, 24)
        longest = _LONGEST_GAP_HOURS[meter.kind]
        hours = 3 + pick(key_of(key, "gap hours"), number, longest - 2)
        start = month.at(3, hour)
        yield Hole(meter=meter, start=start, end=start + hours * HOUR)


def _outage(key: int, months: Sequence[Month]) -> Hole:
    month = months[pick(key_of(key, "outage month"), 0, len(months))]
    start = month.at(18, 1 + pick(key_of(key, "outage hour"), 0, 12))
    hours = 4 + pick(key_of(key, "outage hours"), 0, 6)
    return Hole(meter=None, start=start, end=start + hours * HOUR)


def _exchange(key: int, facility: Facility, meter: Meter, months: Sequence[Month]) -> Exchange:
    month = months[pick(key_of(key, "exchange"), 0, len(months))]
    at_midnight = facility.archetype.plant.name == "air"
    at = month.at(15, 0 if at_midnight else 10)
    return Exchange(
        meter=meter,
        at=at,
        moment=f"{month.label}-15" if at_midnight else as_utc(at),
        new_serial=f"{meter.serial}-B",
        first_count=meter.ticks_per_unit * meter.multiplier * 3 + 7,
    )


def with_holes(rows: Rows, plan: FaultPlan) -> Rows:
    """The rows without those that were never delivered."""
    values = rows.values.copy()
    for hole in plan.holes:
        lost = slice(*np.searchsorted(rows.instants, (hole.start, hole.end)).tolist())
        columns = slice(None) if hole.meter is None else rows.meters.index(hole.meter)
        values[lost, columns] = np.nan
    return Rows(instants=rows.instants, values=values, meters=rows.meters)


def late_window(month: Month) -> tuple[int, int]:
    """The day [start, end) whose rows come in a file of their own."""
    start = month.at(20, 0)
    return start, start + DAY


def overlap_window(month: Month) -> tuple[int, int]:
    """The last half day of the month, which an overlapping file repeats."""
    return month.end - DAY // 2, month.end + 1


def told(facility: Facility, plan: FaultPlan) -> Iterator[Fault]:
    """The planned holes and the exchange, as truth/faults.csv tells them."""
    for hole in plan.holes:
        yield Fault(
            facility_id=facility.id,
            fault="outage" if hole.meter is None else "gap",
            meter_id="" if hole.meter is None else hole.meter.id,
            start=hole.start,
            end=hole.end,
            detail="no rows stamped in [start, end)",
        )
    if plan.exchange is not None:
        exchange = plan.exchange
        yield Fault(
            facility_id=facility.id,
            fault="exchange",
            meter_id=exchange.meter.id,
            start=exchange.closing,
            end=exchange.at,
            detail=f"serial {exchange.meter.serial} to {exchange.new_serial}",
        )
