"""What ran, as the estate's own Dagster instance remembers it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg

from pipelines.defs.build import instance_of
from pipelines.defs.triggers import RANGE_END, RANGE_START


def runs(folder: Path, most: int) -> list[dict[str, Any]]:
    """The newest runs first: job, status, from when to when, which partitions, what went wrong."""
    if not (folder / "var" / "dagster").is_dir():
        return []
    with instance_of(folder) as instance:
        return [_told(instance, record) for record in instance.get_run_records(limit=most)]


def _told(instance: dg.DagsterInstance, record: dg.RunRecord) -> dict[str, Any]:
    run = record.dagster_run
    first, last = run.tags.get(RANGE_START, ""), run.tags.get(RANGE_END, "")
    return {
        "run_id": run.run_id,
        "job": run.job_name,
        "status": run.status.value.lower(),
        "started_at": _time(record.start_time),
        "ended_at": _time(record.end_time),
        "partitions": first if first == last else f"{first} to {last}",
        "failed": _failed(instance, run.run_id) if run.is_failure else [],
    }


def _failed(instance: dg.DagsterInstance, run_id: str) -> list[str]:
    """The steps that failed, each with its error's last words."""
    events = instance.all_logs(run_id, of_type=dg.DagsterEventType.STEP_FAILURE)
    found = []
    for entry in events:
        event = entry.dagster_event
        data = event.step_failure_data if event else None
        error = data.error.message.strip() if data and data.error else ""
        found.append(f"{entry.step_key}: {error}")
    return found


def _time(seconds: float | None) -> str | None:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds") if seconds else None
