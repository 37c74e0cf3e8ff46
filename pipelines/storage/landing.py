"""The landing: files as the bytes they came in, by sha256, with the time they arrived.

``landing/files/<ab>/<sha256>`` holds the bytes; ``landing/arrivals.jsonl`` says what came when
under which name. Both only grow.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from uuid import uuid4

from pipelines.steps.land import Arrival, LandedFile, landed_files
from pipelines.storage.files import CHUNK, sha256_of
from schemas.errors import WattledgerError

if TYPE_CHECKING:
    from pipelines.storage.store import Store

#: Files taken in at once.
_AT_ONCE = 4


class LandingError(WattledgerError):
    """A landed file is not what it was."""


class Landing:
    """The landing of one estate."""

    def __init__(self, var: Path, store: "Store | None" = None) -> None:
        self.folder = var / "landing"
        self._elsewhere = store
        self.log = self.folder / "arrivals.jsonl"

    def land(self, inbox: Path, now: datetime) -> list[Arrival]:
        """Takes in what the inbox holds and the landing does not; returns the new arrivals.

        Bytes first, then the log line, each durable before the next: after a crash a file is
        either landed or still to be landed. Hidden files and links are left alone. One process
        at a time may land (``Lake.turn``).
        """
        newest = {one.path: one.sha256 for one in self.arrivals()}

        def taken(path: Path) -> Arrival | None:
            name = path.relative_to(inbox).as_posix()
            if name in newest and newest[name] == sha256_of(path):
                return None
            sha256, size = self._store(path)
            return Arrival(path=name, sha256=sha256, size=size, arrived_at=now)

        # Hashing and copying leave Python's lock to others.
        with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
            found = [one for one in pool.map(taken, sorted(files_of(inbox))) if one]
        self._append(found)
        return found

    def _store(self, path: Path) -> tuple[str, int]:
        """Copies the bytes; the name is the hash of what was copied, not of what was there."""
        beside = self.folder / "files" / f".{uuid4().hex}.part"
        beside.parent.mkdir(parents=True, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        try:
            with path.open("rb") as source, beside.open("wb") as copy:
                while chunk := source.read(CHUNK):
                    digest.update(chunk)
                    size += copy.write(chunk)
                copy.flush()
                os.fsync(copy.fileno())
            sha256 = digest.hexdigest()
            target = self.path_of(sha256)
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(beside, target)
        finally:
            beside.unlink(missing_ok=True)
        return sha256, size

    def _append(self, arrivals: Iterable[Arrival]) -> None:
        lines = "".join(
            json.dumps(
                {
                    "path": one.path,
                    "sha256": one.sha256,
                    "size": one.size,
                    "arrived_at": one.arrived_at.isoformat(),
                },
                ensure_ascii=False,
                sort_keys=True,
            )
            + "\n"
            for one in arrivals
        )
        if not lines:
            return
        with self.log.open("ab+") as file:
            file.truncate(_whole_lines(self.log))
            file.write(lines.encode())
            file.flush()
            os.fsync(file.fileno())

    def arrivals(self) -> list[Arrival]:
        if not self.log.exists():
            return []
        whole = self.log.read_bytes()[: _whole_lines(self.log)]
        return [_arrival(line, number) for number, line in enumerate(whole.splitlines(), start=1)]

    def restore(self, sha256: str, path: Path) -> bool:
        """Puts back the bytes of a landed file from another file, if it holds them."""
        if not path.is_file() or sha256_of(path) != sha256:
            return False
        self._store(path)
        return True

    def files(self, as_of: datetime | None = None) -> list[LandedFile]:
        return landed_files(self.arrivals(), as_of)

    def path_of(self, sha256: str) -> Path:
        return self.folder / "files" / sha256[:2] / sha256

    @contextmanager
    def opened(self, sha256: str) -> Iterator[BinaryIO]:
        """A file's bytes; a machine that did not land it takes them from the store."""
        path = self.path_of(sha256)
        if self._elsewhere is not None and not path.exists():
            _take(self._elsewhere, path)
        with path.open("rb") as file:
            yield file


def _take(store: "Store", path: Path) -> None:
    """Takes a landed file's bytes from the store.

    Raises:
        LandingError: it does not hold them, or others under their name.
    """
    if store.fetch_file(path.relative_to(store.folder).as_posix()):
        if sha256_of(path) == path.name:
            return
        path.unlink()
    raise LandingError(
        f"{store.url} holds no {path.name} as it was landed.\n"
        "  The machine with the inbox has it under var/landing/files: put it there again."
    )


def _arrival(line: bytes, number: int) -> Arrival:
    """One line of the log.

    Raises:
        LandingError: it is none.
    """
    try:
        entry = json.loads(line)
        return Arrival(
            path=entry["path"],
            sha256=entry["sha256"],
            size=entry["size"],
            arrived_at=datetime.fromisoformat(entry["arrived_at"]),
        )
    except (ValueError, KeyError, TypeError):
        raise LandingError(
            f"var/landing/arrivals.jsonl:{number} cannot be read: the disk, or somebody, changed "
            "it.\n  Put the file back from a backup: no other place says what arrived when."
        ) from None


def _whole_lines(log: Path) -> int:
    """Bytes up to the last line's end: what a crash cut off while writing never arrived."""
    return log.read_bytes().rfind(b"\n") + 1


def files_of(inbox: Path) -> Iterator[Path]:
    """The files that an inbox holds; hidden ones, locks and links are left alone."""
    for folder, folders, names in os.walk(inbox):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in names:
            path = Path(folder) / name
            if not name.startswith((".", "~$")) and path.is_file() and not path.is_symlink():
                yield path
