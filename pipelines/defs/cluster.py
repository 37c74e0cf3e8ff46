"""The machines of a cluster: Dagster's memory on PostgreSQL, a broker, and workers that it hands
runs to (Celery).

A worker is given whole runs, not steps: those of a facility rest on each other, and handing them
over one by one would only add to the way.
"""

import os
import warnings
from collections.abc import Mapping
from pathlib import Path

from celery.app.base import Celery
from celery.exceptions import DuplicateTaskNameWarning
from dagster import DagsterRun
from dagster._core.launcher.base import CheckRunHealthResult, LaunchRunContext, WorkerStatus
from dagster_celery.config import DEFAULT_CONFIG
from dagster_celery.launcher import CeleryRunLauncher
from dagster_celery.make_app import make_app
from dagster_celery.tags import DAGSTER_CELERY_TASK_ID_TAG

#: Where the broker is, and where it is said what became of a task: ``redis://host:6379/0`` may be
#: both; RabbitMQ (``amqp://…``) keeps no results.
BROKER, RESULTS = "WATTLEDGER_BROKER", "WATTLEDGER_RESULTS"
QUEUE = "dagster"
_ASKED, _PATIENCE_S = 3, 5.0
#: One run at a time, in a process of its own: it knows the newest configuration, and what it took
#: of memory is given back. A worker takes no second one that would wait where nobody works on it.
_SETTINGS = {
    **DEFAULT_CONFIG,
    "broker_connection_retry_on_startup": True,
    "worker_concurrency": 1,
    "worker_disable_prefetch": True,
    "worker_hijack_root_logger": False,
    "worker_max_tasks_per_child": 1,
    "worker_prefetch_multiplier": 1,
}


class Workers(CeleryRunLauncher):
    """Gives runs to the workers of a cluster, and notices where one is no longer there."""

    def launch_run(self, context: LaunchRunContext) -> None:
        """As its parent, which registers the same task anew for each run."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DuplicateTaskNameWarning)
            super().launch_run(context)

    def listening(self) -> list[str]:
        """The workers that take runs at this moment."""
        found: Mapping[str, list[Mapping[str, str]]] = (
            self.celery.control.inspect(timeout=_PATIENCE_S).active_queues() or {}
        )
        return sorted(
            name for name, queues in found.items() if any(one["name"] == QUEUE for one in queues)
        )

    def check_run_worker_health(self, run: DagsterRun) -> CheckRunHealthResult:
        """A worker that was ended, or whose machine was, cannot say so: it does not answer."""
        task = self.celery.AsyncResult(run.tags[DAGSTER_CELERY_TASK_ID_TAG])
        if task.state != "STARTED" or not isinstance(task.info, Mapping):
            return super().check_run_worker_health(run)
        worker = task.info["hostname"]
        for _ in range(_ASKED):
            if self.celery.control.ping([worker], timeout=_PATIENCE_S):
                return CheckRunHealthResult(WorkerStatus.RUNNING)
        return CheckRunHealthResult(WorkerStatus.FAILED, f"worker {worker} does not answer.")


def app() -> Celery:
    """What a worker is, with the broker that the environment names."""
    arguments = {
        "broker": os.environ[BROKER],
        "backend": os.environ[RESULTS],
        "config_source": _SETTINGS,
        "task_default_queue": QUEUE,
    }
    return make_app(arguments)


def worker_command(python: str, folder: Path, queue: str) -> list[str]:
    """How a worker is started; several on one machine have folders and names of their own."""
    name = f"{folder.name}-{os.getpid()}@%h"
    return [
        python, "-m", "celery", "-q", "-A", "pipelines.defs.worker", "worker",
        "-Q", queue, "-n", name, "--loglevel", "WARNING", "--without-gossip", "--without-mingle",
    ]  # fmt: skip
