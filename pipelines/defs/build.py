"""Definitions of one estate, and its Dagster instance under ``var/dagster``."""

import logging
import sqlite3
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
from sqlalchemy import event
from sqlalchemy.engine import Engine

from pipelines.defs.assets import all_assets
from pipelines.defs.calendar import calendar_of
from pipelines.defs.checks import all_checks
from pipelines.defs.estate_resource import EstateResource
from pipelines.defs.jobs import all_jobs
from pipelines.defs.triggers import (
    after_months_sensor,
    fetch_schedules,
    inbox_sensor,
    monthly_schedule,
    stale_sensor,
)
from pipelines.stages.workshop import estate_of

SETTINGS = "telemetry:\n  enabled: false\n"


@dg.logger({"level": dg.Field(str, is_required=False, default_value="WARNING")})
def quiet_logger(context: dg.InitLoggerContext) -> logging.Logger:
    """Warnings and worse on standard error; the whole log stands in the instance."""
    logger = logging.getLogger("wattledger.dagster")
    logger.setLevel(context.logger_config["level"])
    if not logger.handlers:
        logger.addHandler(logging.StreamHandler())
    return logger


def build_definitions(
    folder: Path, as_of: str = "", *, turn_is_held: bool = False, workers: int = 1
) -> dg.Definitions:
    """Everything Dagster needs for one estate. Raises ``ConfigurationError``."""
    estate = estate_of(folder)
    calendar = calendar_of(estate)
    jobs = all_jobs(fetches=bool(estate.remotes))
    with warnings.catch_warnings():
        # Ranges and multi-dimensional mappings are marked beta; a change in them fails a test.
        warnings.simplefilter("ignore", dg.BetaWarning)
        warnings.simplefilter("ignore", dg.PreviewWarning)
        assets = all_assets(calendar, estate)
        checks = all_checks(calendar, estate.all_sources)
    return dg.Definitions(
        assets=assets,
        asset_checks=checks,
        jobs=list(jobs.values()),
        sensors=[inbox_sensor(jobs), stale_sensor(jobs), after_months_sensor(jobs)],
        schedules=[monthly_schedule(jobs), *fetch_schedules(jobs)],
        resources={
            "estate": EstateResource(
                folder=str(folder), as_of=as_of, turn_is_held=turn_is_held, workers=workers
            )
        },
        loggers={"console": quiet_logger},
        executor=dg.in_process_executor,
    )


@contextmanager
def instance_of(folder: Path) -> Iterator[dg.DagsterInstance]:
    """The estate's own Dagster instance: runs and events of every backfill, however started."""
    home = folder / "var" / "dagster"
    home.mkdir(parents=True, exist_ok=True)
    settings = home / "dagster.yaml"
    if not settings.exists():
        settings.write_text(SETTINGS, encoding="utf-8")
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
