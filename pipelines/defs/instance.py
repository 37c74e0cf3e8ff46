"""The estate's Dagster instance: in a folder under ``var``, or shared by the machines of a
cluster."""

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import dagster as dg
from sqlalchemy import event
from sqlalchemy.engine import Engine

from schemas.errors import UsageError

#: Nothing is told to anybody, and nobody is asked to join anything.
_ALONE = "telemetry:\n  enabled: false\nnux:\n  enabled: false\n"
_FROM_ENVIRONMENT = re.compile(r"\{\s*env:\s*(\w+)\s*\}")


def settle(folder: Path) -> Path:
    """Dagster's home for an estate, with the settings of its cluster where it has some.

    Raises:
        UsageError: what the settings name is not installed, or not in the environment.
    """
    home = folder / "var" / "dagster"
    home.mkdir(parents=True, exist_ok=True)
    settings, shared = home / "dagster.yaml", folder / "cluster" / "dagster.yaml"
    if shared.exists():
        text = shared.read_text(encoding="utf-8")
        _check(text)
        if not settings.exists() or settings.read_text(encoding="utf-8") != text:
            settings.write_text(text, encoding="utf-8")
    elif not settings.exists():
        settings.write_text(_ALONE, encoding="utf-8")
    return home


def _check(settings: str) -> None:
    """What a cluster needs is there."""
    if missing := [one for one in ("dagster_celery", "dagster_postgres") if not find_spec(one)]:
        raise UsageError(
            f"cluster/dagster.yaml: {' and '.join(missing)} not installed.\n"
            "  Install what a cluster needs: pip install 'wattledger[cluster]'"
        )
    named = dict.fromkeys(_FROM_ENVIRONMENT.findall(settings))
    if unset := [name for name in named if not os.environ.get(name)]:
        raise UsageError(
            f"cluster/dagster.yaml: {', '.join(unset)} not in the environment.\n"
            "  cluster/environment shows what each looks like; systemd reads it for its services."
        )


@contextmanager
def instance_of(folder: Path) -> Iterator[dg.DagsterInstance]:
    """The estate's own Dagster instance: runs and events of every backfill, however started."""
    home = settle(folder)
    event.listen(Engine, "connect", _without_waiting_for_the_disk)
    try:
        with dg.DagsterInstance.from_config(str(home)) as instance, _kept_open(home):
            yield instance
    finally:
        event.remove(Engine, "connect", _without_waiting_for_the_disk)


def _without_waiting_for_the_disk(connection: object, _record: object) -> None:
    """One disk flush per checkpoint, not per event: the run log may lose its last moments when
    power fails, the lake may not and does not rest on it. A range of a year writes hundreds of
    events, and flushing each costs more than the work."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous = NORMAL")


@contextmanager
def _kept_open(home: Path) -> Iterator[None]:
    """Holds the event index open: Dagster opens it anew for each event, and SQLite folds its
    write-ahead log back whenever the last connection closes."""
    index = home / "history" / "runs" / "index.db"
    if not index.exists():
        yield
        return
    connection = sqlite3.connect(index)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
        yield
    finally:
        connection.close()
