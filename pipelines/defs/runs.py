"""Runs of a backfill: all in this process, or side by side on the workers of a cluster."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import dagster as dg
from dagster._core.definitions.reconstruct import ReconstructableRepository
from dagster._core.launcher.base import LaunchRunContext, WorkerStatus
from dagster._core.launcher.default_run_launcher import DefaultRunLauncher

from pipelines.defs.assets import PORTION
from pipelines.defs.history import failed
from pipelines.defs.triggers import RANGE_END, RANGE_START
from schemas.errors import WattledgerError

Say = Callable[[str], None]
#: The tag of a run whose worker did not live to see its end.
LOST = "wattledger/worker-lost"
#: Seconds between looks at runs, and between looks at whether their workers are still there.
_LOOK_S, _CARE_S = 0.5, 5.0
#: So often a run is begun whose worker is lost, before somebody should look into it.
_TRIES = 3


@dataclass(frozen=True)
class Run:
    """A job, and the tags that say what of it."""

    job: str
    tags: Mapping[str, str]

    def __str__(self) -> str:
        first, last = self.tags.get(RANGE_START, ""), self.tags.get(RANGE_END, "")
        told = (self.job, self.tags.get(PORTION, ""), first, last if last != first else "")
        return " ".join(one for one in told if one)


class RunFailed(WattledgerError):
    """A run on another machine failed."""


class Runs(Protocol):
    """How runs are done."""

    @property
    def hands(self) -> int:
        """How many runs there can be at once."""

    def do(self, runs: Sequence[Run]) -> None:
        """Does runs that do not depend on each other, and returns when all have ended well."""


def runs_of(definitions: dg.Definitions, instance: dg.DagsterInstance, say: Say) -> Runs:
    """As the estate's Dagster is set up.

    Raises:
        RunFailed: it has workers, and none of them answers.
    """
    if isinstance(instance.run_launcher, DefaultRunLauncher):
        return Here(definitions, instance)
    from pipelines.defs.cluster import Workers

    launcher = instance.run_launcher
    listening = launcher.listening() if isinstance(launcher, Workers) else []
    if not listening:
        raise RunFailed(
            "no worker answers.\n  Start some: wattledger worker DIR --storage s3://bucket/prefix"
        )
    say(f"workers: {', '.join(listening)}")
    return Away(definitions, instance, len(listening), say)


@dataclass(frozen=True)
class Here:
    """One after the other, in this process."""

    definitions: dg.Definitions
    instance: dg.DagsterInstance
    hands: int = 1

    def do(self, runs: Sequence[Run]) -> None:
        """An error comes out as it is, after the instance has recorded it."""
        for run in runs:
            self.definitions.resolve_job_def(run.job).execute_in_process(
                instance=self.instance,
                tags=dict(run.tags),
                run_config={"loggers": {"console": {}}},
            )


@dataclass(frozen=True)
class Away:
    """By the workers of a cluster, as many at once as there are."""

    definitions: dg.Definitions
    instance: dg.DagsterInstance
    hands: int
    say: Say

    def do(self, runs: Sequence[Run]) -> None:
        """Waits for all, whatever becomes of one; a run whose worker is lost is begun again.

        Raises:
            RunFailed: with the errors of every run that failed.
        """
        under_way = {self._launch(run): (run, 1) for run in runs}
        problems: list[str] = []
        for run_id in self._ended(under_way):
            run, tries = under_way.pop(run_id)
            ended = self.instance.get_run_by_id(run_id)
            if ended and ended.is_success:
                self.say(f"  {run}: done, {len(under_way)} of {len(runs)} to go")
            elif ended and LOST in ended.tags and tries < _TRIES:
                self.say(f"  {run}: its worker was lost; begun again")
                under_way[self._launch(run)] = (run, tries + 1)
            else:
                told = failed(self.instance, run_id) or ["its worker was lost"]
                problems.append(f"{run} (run {run_id}): {'; '.join(told)}")
        if problems:
            raise RunFailed("\n".join(problems) + "\n  What is built stands. Run the same again.")

    def _launch(self, run: Run) -> str:
        """Hands a run to the broker, which keeps it until a worker is free."""
        repository = ReconstructableRepository.for_module("pipelines.definitions", "defs")
        created = self.instance.create_run_for_job(
            self.definitions.resolve_job_def(run.job),
            # Whoever watches over runs begins none of these again: that is done here.
            tags={**run.tags, "dagster/max_retries": "0"},
            run_config={"loggers": {"console": {}}},
            job_code_origin=repository.get_reconstructable_job(run.job).get_python_origin(),
        )
        launcher = self.instance.run_launcher
        launcher.launch_run(LaunchRunContext(dagster_run=created, workspace=None))
        return created.run_id

    def _ended(self, under_way: Mapping[str, object]) -> Iterator[str]:
        """Runs as they end, until none is under way."""
        cared = time.monotonic()
        while under_way:
            cares = time.monotonic() - cared > _CARE_S
            for run_id in list(under_way):
                run = self.instance.get_run_by_id(run_id)
                if run and not run.is_finished and cares:
                    self._care(run)
                elif run is None or run.is_finished:
                    yield run_id
            if cares:
                cared = time.monotonic()
            time.sleep(_LOOK_S)

    def _care(self, run: dg.DagsterRun) -> None:
        """Ends a run whose worker is no longer there."""
        health = self.instance.run_launcher.check_run_worker_health(run)
        if health.status is WorkerStatus.FAILED:
            self.instance.add_run_tags(run.run_id, {LOST: "yes"})
            self.instance.report_run_failed(run, health.msg)
