"""Definitions of one estate."""

import logging
import warnings
from pathlib import Path

import dagster as dg

from pipelines.defs.assets import all_assets
from pipelines.defs.calendar import calendar_of
from pipelines.defs.checks import all_checks
from pipelines.defs.estate_resource import EstateResource
from pipelines.defs.jobs import all_jobs
from pipelines.defs.retention import retention_sensor
from pipelines.defs.triggers import (
    after_months_sensor,
    fetch_schedules,
    inbox_sensor,
    monthly_schedule,
    stale_sensor,
)
from pipelines.stages.workshop import estate_of


@dg.logger({"level": dg.Field(str, is_required=False, default_value="WARNING")})
def quiet_logger(context: dg.InitLoggerContext) -> logging.Logger:
    """Warnings and worse on standard error; the whole log stands in the instance."""
    logger = logging.getLogger("wattledger.dagster")
    logger.setLevel(context.logger_config["level"])
    if not logger.handlers:
        logger.addHandler(logging.StreamHandler())
    return logger


def build_definitions(
    folder: Path, *, turn_is_held: bool = False, workers: int = 1
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
        sensors=[
            inbox_sensor(jobs),
            stale_sensor(jobs),
            after_months_sensor(jobs),
            retention_sensor,
        ],
        schedules=[monthly_schedule(jobs), *fetch_schedules(jobs)],
        resources={
            "estate": EstateResource(folder=str(folder), turn_is_held=turn_is_held, workers=workers)
        },
        loggers={"console": quiet_logger},
        executor=dg.in_process_executor,
    )
