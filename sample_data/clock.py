"""Local months as spans of UTC seconds, and intervals as seconds."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sample_data.errors import SimulationError

MINUTE = 60
HOUR = 3600
DAY = 24 * HOUR

_INTERVAL = re.compile(r"([1-9]\d*)(min|h)")
_SECONDS = {"min": MINUTE, "h": HOUR}


@dataclass(frozen=True, kw_only=True)
class Month:
    """One local month of one site: [start, end) in UTC seconds since 1970."""

    year: int
    month: int
    timezone: str
    start: int
    end: int

    @property
    def label(self) -> str:
        """The month as it names files and periods: YYYY-MM."""
        return f"{self.year:04d}-{self.month:02d}"

    def at(self, day: int, hour: int) -> int:
        """The instant [s UTC] of a full local hour in this month."""
        return local_instant(self.year, self.month, day, hour=hour, timezone=self.timezone)

    @property
    def changes_clocks(self) -> bool:
        """Whether the site's clocks are put forward or back in this month."""
        zone = ZoneInfo(self.timezone)
        offsets = {
            datetime.fromtimestamp(instant, tz=zone).utcoffset()
            for instant in (self.start, self.end - 1)
        }
        return len(offsets) > 1


def local_instant(year: int, month: int, day: int, *, hour: int = 0, timezone: str) -> int:
    """UTC seconds since 1970 of a full local hour; the first pass where the hour is double."""
    return int(datetime(year, month, day, hour, tzinfo=ZoneInfo(timezone)).timestamp())


def months_of(*, first_year: int, months: int, timezone: str) -> tuple[Month, ...]:
    """Consecutive local months from January of ``first_year``."""
    starts = [
        local_instant(first_year + index // 12, index % 12 + 1, 1, timezone=timezone)
        for index in range(months + 1)
    ]
    return tuple(
        Month(
            year=first_year + index // 12,
            month=index % 12 + 1,
            timezone=timezone,
            start=starts[index],
            end=starts[index + 1],
        )
        for index in range(months)
    )


def as_utc(instant: int) -> str:
    """An instant as the plain drop writes it: 2025-01-01T00:00:00Z."""
    return datetime.fromtimestamp(instant, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds_of(interval: str) -> int:
    """Seconds in an interval such as 15min: whole minutes that divide an hour.

    Raises:
        SimulationError: the text is no interval, or does not divide an hour.
    """
    match = _INTERVAL.fullmatch(interval)
    seconds = int(match[1]) * _SECONDS[match[2]] if match else 0
    if seconds == 0 or HOUR % seconds:
        raise SimulationError.unknown_interval(interval)
    return seconds


def interval_text(seconds: int) -> str:
    """Seconds as meters.csv writes an interval: 15min, 1h."""
    return f"{seconds // HOUR}h" if seconds % HOUR == 0 else f"{seconds // MINUTE}min"


def at_least(seconds: int, step: int) -> int:
    """The shortest multiple of ``step`` that divides an hour and lasts at least ``seconds``."""
    return next(
        length for length in range(step, HOUR + 1, step) if length >= seconds and HOUR % length == 0
    )
