"""What starts runs by itself: new files in the inbox, another register or edit, stale months, and
the turn of the month."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from pipelines.defs.calendar import MONTH, YEAR, key_of
from pipelines.defs.estate_resource import EstateResource
from pipelines.defs.jobs import FETCH, LANDING, MONTHS, PUBLISH, READING, YEARS
from pipelines.stages.changes import reconfigured
from pipelines.stages.partitions import Partitions
from pipelines.storage.landing import files_of
from schemas.estate.read import meters_path

RANGE_START = "dagster/asset_partition_range_start"
RANGE_END = "dagster/asset_partition_range_end"
#: Of a facility one run is done at a time.
FACILITY_TAG = "wattledger/facility"


def range_tags(facility_id: str, first: str, last: str, dimension: str) -> dict[str, str]:
    """The tags by which one run covers a range of a facility's partitions."""
    return {
        FACILITY_TAG: facility_id,
        RANGE_START: key_of(facility_id, first, dimension),
        RANGE_END: key_of(facility_id, last, dimension),
    }


def inbox_sensor(jobs: dict[str, UnresolvedAssetJobDefinition]) -> dg.SensorDefinition:
    """A landing run whenever names, sizes or times of the inbox, estate.yaml, the meters or other
    registers differ from the last look."""

    @dg.sensor(job=jobs[LANDING], name="inbox_sensor", minimum_interval_seconds=60)
    def sensor(
        context: dg.SensorEvaluationContext, estate: EstateResource
    ) -> dg.RunRequest | dg.SkipReason:
        seen = _listing(Path(estate.folder))
        if seen == context.cursor:
            return dg.SkipReason("The inbox and the registers are as they were.")
        context.update_cursor(seen)
        return dg.RunRequest(run_key=seen)

    return sensor


def _listing(folder: Path) -> str:
    found = [folder / "estate.yaml", meters_path(folder)]
    found += [*files_of(folder / "inbox"), *(folder / "registers").rglob("*")]
    digest = hashlib.sha256()
    for path in sorted(path for path in found if path.is_file()):
        state = path.stat()
        digest.update(f"{path.relative_to(folder)}|{state.st_size}|{state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def stale_sensor(jobs: dict[str, UnresolvedAssetJobDefinition]) -> dg.SensorDefinition:
    """After a landing: the months of each facility whose files have changed; all its months if the
    configuration is not the published one. What that does not touch is not built again."""

    @dg.asset_sensor(
        asset_key=dg.AssetKey("staged_files"),
        name="stale_months_sensor",
        jobs=[jobs[MONTHS], jobs[YEARS], jobs[PUBLISH]],
    )
    def sensor(
        context: dg.SensorEvaluationContext, estate: EstateResource
    ) -> Iterator[dg.RunRequest]:
        shop = estate.look()
        renewed = bool(reconfigured(shop))
        for facility in shop.estate.facilities:
            partitions = Partitions(shop, facility.id)
            stale = partitions.months() if renewed else partitions.stale_months()
            if stale:
                tags = range_tags(facility.id, stale[0], stale[-1], MONTH)
                yield dg.RunRequest(job_name=MONTHS, tags=tags)

    return sensor


def after_months_sensor(jobs: dict[str, UnresolvedAssetJobDefinition]) -> dg.SensorDefinition:
    """After a landing: reading; after a run of months: the years they lie in; after a run of years:
    publishing."""

    @dg.run_status_sensor(
        run_status=dg.DagsterRunStatus.SUCCESS,
        name="years_sensor",
        request_jobs=[jobs[READING], jobs[YEARS], jobs[PUBLISH]],
    )
    def sensor(context: dg.RunStatusSensorContext) -> dg.RunRequest | dg.SkipReason:
        run = context.dagster_run
        if run.job_name == LANDING:
            return dg.RunRequest(job_name=READING)
        if run.job_name == MONTHS and RANGE_START in run.tags:
            facility, first = run.tags[RANGE_START].split("|")
            last = run.tags[RANGE_END].split("|")[1]
            tags = range_tags(facility, first[:4], last[:4], YEAR)
            return dg.RunRequest(job_name=YEARS, tags=tags)
        if run.job_name == YEARS:
            return dg.RunRequest(job_name=PUBLISH)
        return dg.SkipReason("Nothing follows this run.")

    return sensor


def monthly_schedule(jobs: dict[str, UnresolvedAssetJobDefinition]) -> dg.ScheduleDefinition:
    """On the third of each month: the month before, for every facility, with or without files."""

    @dg.schedule(job=jobs[MONTHS], cron_schedule="0 4 3 * *", name="monthly_schedule")
    def schedule(
        context: dg.ScheduleEvaluationContext, estate: EstateResource
    ) -> Iterator[dg.RunRequest]:
        now = context.scheduled_execution_time
        month = (now.replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
        for facility in estate.open().estate.facilities:
            tags = range_tags(facility.id, month, month, MONTH)
            yield dg.RunRequest(run_key=f"{facility.id}|{month}", tags=tags)

    return schedule


def fetch_schedules(
    jobs: dict[str, UnresolvedAssetJobDefinition],
) -> list[dg.ScheduleDefinition]:
    """Half an hour after every day of UTC: the histories of remote systems, if there are any. What
    arrives in the inbox starts a landing."""
    if FETCH not in jobs:
        return []
    return [
        dg.ScheduleDefinition(job=jobs[FETCH], cron_schedule="30 0 * * *", name="fetch_schedule")
    ]
