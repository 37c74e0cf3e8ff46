"""What a machine knows of the store: which of its files are the same as those there.

Nothing rests on it but time: without it everything is taken or given once more.
"""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple


class Mark(NamedTuple):
    """A file's size and time of change here, and the store's tag of the same content."""

    size: int
    changed: int
    tag: str


class Record:
    """The record of one machine, in a small database of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def of(self, prefixes: Iterable[str]) -> dict[str, Mark]:
        """Every file known below the prefixes."""
        found: dict[str, Mark] = {}
        with self._open() as database:
            for prefix in prefixes:
                # '0' comes right after '/': all that begins with the prefix and a slash.
                rows = database.execute(
                    "SELECT key, size, changed, tag FROM files WHERE key > ? AND key < ?",
                    (f"{prefix}/", f"{prefix}0"),
                )
                found |= {key: Mark(*mark) for key, *mark in rows}
        return found

    def mark(self, key: str) -> Mark | None:
        """What is known of one file."""
        with self._open() as database:
            row = database.execute(
                "SELECT size, changed, tag FROM files WHERE key = ?", (key,)
            ).fetchone()
        return Mark(*row) if row else None

    def keep(self, marks: Mapping[str, Mark]) -> None:
        if marks:
            with self._open() as database:
                rows = ((key, *mark) for key, mark in marks.items())
                database.executemany("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)", rows)

    def forget(self, keys: Collection[str]) -> None:
        if keys:
            with self._open() as database:
                database.executemany("DELETE FROM files WHERE key = ?", ((key,) for key in keys))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self.path, timeout=60)) as database, database:
            database.execute(
                "CREATE TABLE IF NOT EXISTS files "
                "(key TEXT PRIMARY KEY, size INTEGER, changed INTEGER, tag TEXT) WITHOUT ROWID"
            )
            yield database
