"""One row or mapping of a configuration file, read field by field; problems are collected."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import TypeVar
from zoneinfo import ZoneInfo

from schemas.errors import Problem, nearest

T = TypeVar("T")

_SIMPLE_INTERVAL = re.compile(r"^(\d+)\s*(s|sec|m|min|h|d)$")
_ISO_INTERVAL = re.compile(r"^P(?:(\d+)M|(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?)$")
_UNIT_OF_LETTER = {"s": "seconds", "sec": "seconds", "m": "minutes", "min": "minutes"}


_WHOLE = 100


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A length of time: fixed, or a number of calendar months."""

    length: timedelta
    months: int = 0


def parse_interval(text: str) -> Interval:
    """``15min``, ``1h``, ``PT15M``, ``P1D`` or ``P1M``; ValueError for anything else.

    A month has no fixed length; ``length`` is then 31 days per month, the longest it can be.
    """
    if simple := _SIMPLE_INTERVAL.match(text):
        number, letter = int(simple[1]), simple[2]
        unit = _UNIT_OF_LETTER.get(letter, {"h": "hours", "d": "days"}.get(letter, ""))
        length = timedelta(**{unit: number})
        if length:
            return Interval(length=length)
    if iso := _ISO_INTERVAL.match(text):
        months, days, hours, minutes, seconds = (int(group or 0) for group in iso.groups())
        if months:
            return Interval(length=timedelta(days=31 * months), months=months)
        length = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        if length:
            return Interval(length=length)
    raise ValueError(f"'{text}' is not a length of time")


def parse_instant(text: str, zone: ZoneInfo) -> datetime:
    """A date (the zone's midnight) or an ISO 8601 time, as UTC. Naive times are in the zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"'{text}' is neither a date nor an ISO 8601 time") from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"'{text}' is beyond the calendar") from error


@dataclass(kw_only=True)
class Record:
    """String fields with a place of their own. Typed getters note problems and go on.

    A getter returns the default where the field is empty or cannot be read; the caller gathers
    ``problems`` over all records and raises them together.
    """

    values: Mapping[str, str]
    place: Callable[[str], str]
    line: int
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, key: str, what: str, remedy: str = "") -> None:
        self.problems.append(Problem(where=self.place(key), what=what, remedy=remedy))

    def _read(self, key: str, parse: Callable[[str], T], default: T, allowed: str) -> T:
        text = self.values.get(key, "").strip()
        if not text:
            return default
        try:
            return parse(text)
        except (ValueError, InvalidOperation):
            self.refuse(key, f"{key} '{text}' cannot be read.", allowed)
            return default

    def text(self, key: str, default: str = "") -> str:
        return self.values.get(key, "").strip() or default

    def required(self, key: str) -> str:
        text = self.values.get(key, "").strip()
        if not text:
            self.refuse(key, f"{key} is missing.", "Give it a value.")
        return text

    def choice(self, key: str, allowed: Sequence[str], default: str = "") -> str:
        text = self.text(key, default)
        if text and text not in allowed:
            self.refuse(key, f"{key} '{text}' is not known.", nearest(text, allowed))
            return default
        return text

    def decimal(
        self, key: str, *, lowest: Decimal | None = None, above: Decimal | None = None
    ) -> Decimal | None:
        value: Decimal | None = self._read(
            key, _decimal, None, "A number with a decimal point is allowed."
        )
        if value is not None and lowest is not None and value < lowest:
            self.refuse(key, f"{key} {value} is too low.", f"At least {lowest} is allowed.")
            return None
        if value is not None and above is not None and value <= above:
            self.refuse(key, f"{key} {value} is too low.", f"It must be above {above}.")
            return None
        return value

    def number(self, key: str, *, lowest: float | None = None) -> float | None:
        value = self.decimal(key, lowest=None if lowest is None else Decimal(str(lowest)))
        return None if value is None else float(value)

    def percent(self, key: str) -> float | None:
        value = self.number(key, lowest=0)
        if value is not None and value > _WHOLE:
            self.refuse(key, f"{key} {value:g} is too high.", f"At most {_WHOLE} % is allowed.")
            return None
        return value

    def whole(self, key: str, default: int, *, lowest: int = 0) -> int:
        value = self._read(key, int, default, "A whole number is allowed.")
        if value < lowest:
            self.refuse(key, f"{key} {value} is too low.", f"At least {lowest} is allowed.")
            return default
        return value

    def day(self, key: str) -> date | None:
        return self._read(key, date.fromisoformat, None, "A date as YYYY-MM-DD is allowed.")

    def needed_day(self, key: str) -> date:
        self.required(key)
        return self.day(key) or date.min

    def instant(self, key: str, zone: ZoneInfo) -> datetime | None:
        return self._read(
            key,
            lambda text: parse_instant(text, zone),
            None,
            "A date (the facility's midnight) or an ISO 8601 time is allowed.",
        )

    def interval(self, key: str, default: Interval) -> Interval:
        return self._read(
            key, parse_interval, default, "Allowed: 15min, 1h, PT15M, P1D, P1M and the like."
        )

    def only(self, known: Sequence[str]) -> None:
        """Refuse keys outside the known ones, naming the nearest."""
        for key in self.values:
            if key not in known:
                self.refuse(key, f"unknown key '{key}'.", nearest(key, known))


def _decimal(text: str) -> Decimal:
    value = Decimal(text)
    if not value.is_finite():
        raise ValueError(text)
    return value
