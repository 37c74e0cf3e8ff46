"""Which landed files count: the newest version under each name, and each content once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """A file came in under a name of the inbox. Arrivals are only ever added."""

    path: str
    sha256: str
    size: int
    arrived_at: datetime


@dataclass(frozen=True, kw_only=True)
class LandedFile:
    """One content and the names it is current under; ``path`` is the first of them."""

    sha256: str
    path: str
    names: tuple[str, ...]
    size: int
    arrived_at: datetime
    superseded: bool = False


def landed_files(arrivals: Iterable[Arrival], as_of: datetime | None = None) -> list[LandedFile]:
    """Every content that had arrived, sorted by path; those no name points to are superseded.

    A newer version under a name takes the older one's place. The same bytes under several names
    are one file. What is gone from the inbox stays landed.
    """
    known = [one for one in arrivals if as_of is None or one.arrived_at <= as_of]
    current: dict[str, str] = {}
    first: dict[str, Arrival] = {}
    names: dict[str, set[str]] = {}
    for one in sorted(known, key=lambda one: one.arrived_at):
        current[one.path] = one.sha256
        first.setdefault(one.sha256, one)
        names.setdefault(one.sha256, set()).add(one.path)
    files = []
    for sha256, arrival in first.items():
        living = sorted(path for path in names[sha256] if current[path] == sha256)
        shown = living or sorted(names[sha256])
        files.append(
            LandedFile(
                sha256=sha256,
                path=shown[0],
                names=tuple(shown),
                size=arrival.size,
                arrived_at=arrival.arrived_at,
                superseded=not living,
            )
        )
    return sorted(files, key=lambda file: (file.path, file.sha256))
