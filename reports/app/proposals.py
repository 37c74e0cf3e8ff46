"""Edits that somebody proposed and nobody has reviewed yet, under ``var/desk``."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from pipelines.storage.files import locked, read_json, write_json


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """An edit that does not count.

    Args:
        row: the line of ``edits.csv`` that it would be.
        at: when it was proposed, ISO 8601.
    """

    id: str
    facility: str
    row: dict[str, str]
    at: str

    @property
    def author(self) -> str:
        return self.row["author"]


@dataclass(frozen=True)
class Proposals:
    """The proposals of an estate that wait for a review."""

    path: Path

    def all(self) -> list[Proposal]:
        """The oldest first."""
        return [Proposal(**one) for one in (read_json(self.path) or {}).get("proposals", [])]

    def find(self, id: str) -> Proposal | None:
        """A proposal that still waits."""
        return next((one for one in self.all() if one.id == id), None)

    @contextmanager
    def turn(self) -> Iterator[list[Proposal]]:
        """The list, alone; written back when the turn ends without an error."""
        with locked(self.path.with_suffix(".lock")):
            held = self.all()
            yield held
            write_json(self.path, {"proposals": [asdict(one) for one in held]})
