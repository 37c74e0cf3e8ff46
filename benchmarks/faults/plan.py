"""Where and when faults happen: chosen by the seed so that none hides another."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from benchmarks.faults.fault import Fault, FaultKind
from benchmarks.faults.meters import Track
from sample_data.clock import DAY, HOUR

#: Between two faults of one meter, so that each is judged beside sound days.
APART = 2 * DAY
_TRIES = 300


@dataclass
class Plan:
    """A facility's year while faults are being placed in it.

    Args:
        facility_id: the facility.
        tracks: the faultless rows of each meter.
        zone: the facility's.
        year: its year.
        chance: the seed's.
    """

    facility_id: str
    tracks: Mapping[str, Track]
    zone: ZoneInfo
    year: int
    chance: Random
    faults: list[Fault] = field(default_factory=list)
    _busy: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    _closed: set[str] = field(default_factory=set)

    @property
    def start(self) -> int:
        return self.midnight(0)

    @property
    def end(self) -> int:
        return self.midnight(self.days)

    @property
    def days(self) -> int:
        first = datetime(self.year, 1, 1, tzinfo=self.zone)
        return (first.replace(year=self.year + 1) - first).days

    def midnight(self, day: int) -> int:
        """The first instant of a local day of the year, 0 being the first of January."""
        date = datetime(self.year, 1, 1, tzinfo=self.zone) + timedelta(days=day)
        return int(date.timestamp())

    def hour(self, hours: int) -> int:
        """A full hour in the year from which ``hours`` are left, a day off both of its ends."""
        span = (self.end - self.start) // HOUR - 48 - hours
        return self.start + DAY + HOUR * self.chance.randrange(span)

    def days_from(self, days: int) -> tuple[int, int]:
        """So many whole local days, neither the year's first nor its last."""
        first = 1 + self.chance.randrange(self.days - 2 - days)
        return self.midnight(first), self.midnight(first + days)

    def clock_changes(self) -> list[int]:
        """The instants at which the site's clocks are changed."""
        found = []
        for at in range(self.start, self.end, HOUR):
            if self._offset(at) != self._offset(at - HOUR):
                found.append(at)
        return found

    def _offset(self, at: int) -> timedelta:
        return datetime.fromtimestamp(at, tz=self.zone).utcoffset() or timedelta()

    def free(self, meter: str, start: int, end: int) -> bool:
        """Whether no fault of the meter, or of the whole site, lies near [start, end)."""
        return meter not in self._closed and all(
            end + APART <= begun or start - APART >= ended for begun, ended in self.rooms(meter)
        )

    def rooms(self, meter: str) -> list[tuple[int, int]]:
        """Where the meter, or the whole site, has a fault already."""
        return [*self._busy.get(meter, []), *self._busy.get("", [])]

    def add(self, *faults: Fault) -> None:
        """Takes faults in as they are."""
        self.faults.extend(faults)

    def place(self, draw: Callable[[], Fault | None]) -> Fault | None:
        """The first of many draws that is a fault in a free place; it is taken in, and others are
        kept away from it."""
        for _ in range(_TRIES):
            fault = draw()
            if fault is None:
                continue
            room = _room(fault)
            names = [fault.meter] if fault.meter else list(self.tracks)
            if all(self.free(name, *room) for name in names):
                self.add(fault)
                self.reserve(fault.meter, room)
                return fault
        return None

    def reserve(self, meter: str, room: tuple[int, int]) -> None:
        """Keeps other faults of the meter away; of all meters where none is named."""
        self._busy.setdefault(meter, []).append(room)

    def close(self, meter: str) -> None:
        """Keeps all but gaps away from a meter that has a fault throughout the year."""
        self._closed.add(meter)

    def file_name(self, at: int, mark: str) -> str:
        """The name of a further file of the month in which ``at`` lies."""
        month = datetime.fromtimestamp(at, tz=self.zone).strftime("%Y-%m")
        return f"{self.facility_id}/{self.facility_id}_{month}_{mark}.csv"

    def some(self, *tracks: Track) -> Track:
        """One of them."""
        return self.chance.choice(tracks)

    def amounts(self) -> Iterator[Track]:
        """Meters that tell amounts, and not levels."""
        return (track for track in self.tracks.values() if not track.meter.is_level)


def _room(fault: Fault) -> tuple[int, int]:
    """The time in which a fault wants to be alone: at a rollover or exchange only its moment."""
    if fault.kind in (FaultKind.ROLLOVER, FaultKind.EXCHANGE):
        return fault.start - HOUR, fault.start + HOUR
    return fault.start, fault.end
