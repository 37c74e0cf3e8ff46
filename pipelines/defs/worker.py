"""A worker of a cluster, as Celery loads it. It loads nothing that computes before a run has begun,
in a process of its own: what Polars and DuckDB keep in memory does not survive being forked."""

import os
from pathlib import Path
from typing import Any

from celery import Task
from dagster_celery.tasks import create_execute_job_task, create_resume_job_task

from pipelines.defs.cluster import app as app_of

#: Where a worker that has no estate of its own takes it from.
STORAGE, ESTATE = "WATTLEDGER_STORAGE", "WATTLEDGER_ESTATE"


class Prepared(Task):  # type: ignore[misc]
    """A run on a machine that knows the newest configuration."""

    def before_start(self, task_id: str, args: object, kwargs: Any) -> None:  # noqa: ANN401
        """Takes it from the store. An error ends the run before it began."""
        from pipelines.defs.instance import settle
        from pipelines.stages.visits import take_configuration
        from pipelines.stages.workshop import store_of

        folder = Path(os.environ[ESTATE])
        if url := os.environ.get(STORAGE):
            take_configuration(store_of(url, folder))
        settle(folder)


app = app_of()
create_execute_job_task(app, base=Prepared)  # type: ignore[arg-type]
create_resume_job_task(app, base=Prepared)  # type: ignore[arg-type]
