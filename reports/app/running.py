"""Backfills started from the viewer: each a process of its own, as from the command line."""

import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from schemas.errors import UsageError

#: So long a history may be read; Dagster needs a second or two to load.
PATIENCE_S = 60


class Running:
    """The backfill that this server started, if it has not ended."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "var" / "desk" / "backfill.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.turn = threading.Lock()

    @property
    def goes_on(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def ended_with(self) -> int | None:
        """The exit code of the last one; None where none has ended."""
        return self.process.poll() if self.process is not None else None

    def start(self, facilities: Sequence[str], first: str, last: str, workers: int) -> None:
        """Starts a backfill; what it says goes into a log.

        Raises:
            UsageError: one goes on already.
        """
        asked = [
            *(part for one in facilities for part in ("--facility", one)),
            *(("--from", first) if first else ()),
            *(("--to", last) if last else ()),
            *("--workers", str(workers)),
        ]
        with self.turn:
            if self.goes_on:
                raise UsageError("A backfill that was started here goes on. Wait for its end.")
            self.log.parent.mkdir(parents=True, exist_ok=True)
            with self.log.open("wb") as log:
                self.process = subprocess.Popen(
                    [*_COMMAND, "backfill", str(self.folder), *asked],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )

    def said(self, most: int = 40) -> list[str]:
        """The last lines of the log."""
        if not self.log.exists():
            return []
        return self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-most:]


_COMMAND = (sys.executable, "-m", "pipelines.cli.start")


def history(folder: Path, most: int = 20) -> list[dict[str, Any]]:
    """The newest runs in Dagster's own memory, read by a process of its own: Dagster is large, and
    a server that only shows pages has no other use for it."""
    found: list[dict[str, Any]] = _told("runs", folder, "--most", str(most))["runs"]
    return found


class PartitionsTold:
    """Which months are built and stale, told by a process of its own, once for each state of
    landing and lake: to know it all files' parts are looked at."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.turn = threading.Lock()
        self.held: tuple[object, list[dict[str, Any]]] | None = None

    def now(self) -> list[dict[str, Any]]:
        """``facility``, ``reach``, ``built`` and ``stale`` of each facility."""
        with self.turn:
            state = self._state()
            if self.held is None or self.held[0] != state:
                self.held = (state, _told("partitions", self.folder)["facilities"])
            return self.held[1]

    def _state(self) -> object:
        """Whatever a landing or a backfill changes last."""
        var = self.folder / "var"
        paths = ["landing/arrivals.jsonl", "lake/files", "lake/state.json", "viewer/current.json"]
        return [(path, (var / path).stat().st_mtime_ns) for path in paths if (var / path).exists()]


def _told(command: str, folder: Path, *more: str) -> dict[str, Any]:
    """What a command of ours says in JSON."""
    asked = [*_COMMAND, command, str(folder), *more, "--json"]
    try:
        done = subprocess.run(asked, capture_output=True, timeout=PATIENCE_S, check=True)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise UsageError(f"'wattledger {command}' gave no answer: {error}.") from error
    found: dict[str, Any] = json.loads(done.stdout)
    return found
