"""How far a backfill is: what is done of all there is to do, how fast, how long it still takes.

Who works says what is done (``done``); who started it listens (``watching``). Without a listener
nothing is told.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.storage.files import read_json, write_json

Say = Callable[[str], None]
#: Nobody wants to be told more often [s].
PATIENCE_S = 5.0


@dataclass
class Progress:
    """Steps of months and years that are done, of all that were asked for.

    Args:
        say: whom to tell.
        total: how many steps there are to do.
        clock: seconds that never go back.
    """

    say: Say
    total: int
    clock: Callable[[], float] = time.monotonic
    finished: int = 0
    _begun: float = field(init=False)
    _told: float = field(init=False)

    def __post_init__(self) -> None:
        self._begun, self._told = self.clock(), 0.0

    @property
    def taken(self) -> float:
        """Seconds so far."""
        return self.clock() - self._begun

    def done(self, what: str) -> None:
        """One more step; told if the last word was long ago."""
        self.finished += 1
        taken = self.taken
        if taken - self._told < PATIENCE_S:
            return
        self._told = taken
        rate = self.finished / taken
        left = max(0, self.total - self.finished) / rate
        share = min(1.0, self.finished / self.total) if self.total else 1.0
        self.say(f"  {share:4.0%}  {what}, {rate:.3g} steps a second, {duration(left)} left")


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How long a month took that was new or changed, all its steps together [s]. Kept beside the
    lake, for no figure rests on it."""

    seconds: float

    @classmethod
    def kept(cls, var: Path) -> "Pace | None":
        """That of the last backfill that had enough to do."""
        found = read_json(var / _PACE)
        return cls(seconds=found["seconds_a_month"]) if found else None

    @classmethod
    def of(cls, progress: Progress, months: int) -> "Pace":
        return cls(seconds=progress.taken / months if months else 0.0)

    def keep(self, var: Path) -> None:
        """Nothing where nothing was to do."""
        if self.seconds:
            write_json(var / _PACE, {"seconds_a_month": round(self.seconds, 4)})

    def seconds_of(self, months: int) -> float:
        return months * self.seconds


_PACE = "pace.json"
_watching: list[Progress] = []


@contextmanager
def watching(progress: Progress) -> Iterator[None]:
    """Whoever works meanwhile, in this process, is heard."""
    _watching.append(progress)
    try:
        yield
    finally:
        _watching.remove(progress)


def done(what: str) -> None:
    """Says that a step is done."""
    for progress in _watching:
        progress.done(what)


def duration(seconds: float) -> str:
    """``42 s``, ``3 min 5 s``, ``2 h 10 min``: as exactly as one wants to know."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min"
