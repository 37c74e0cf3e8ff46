"""What ran, as the estate's own Dagster instance remembers it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_shared.error import SerializableErrorInfo

from pipelines.defs.instance import instance_of
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
        "failed": failed(instance, run.run_id) if run.is_failure else [],
    }


def failed(instance: dg.DagsterInstance, run_id: str) -> list[str]:
    """The steps that failed, each with its error's last words."""
    events = instance.all_logs(run_id, of_type=dg.DagsterEventType.STEP_FAILURE)
    found = []
    for entry in events:
        event = entry.dagster_event
        data = event.step_failure_data if event else None
        found.append(f"{entry.step_key}: {_cause(data.error if data else None)}")
    return found


def _cause(error: SerializableErrorInfo | None) -> str:
    """What went wrong at the bottom: Dagster wraps it in words of its own."""
    while error and error.cause:
        error = error.cause
    message = error.message.strip() if error else ""
    return message.removeprefix(f"{error.cls_name}: ") if error else message


def _time(seconds: float | None) -> str | None:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds") if seconds else None
