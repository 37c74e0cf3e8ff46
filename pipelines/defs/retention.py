"""What Dagster remembers stays bounded: runs are forgotten once later ones did all of it again.

The memory of a run is also how Dagster knows which partitions are built, so that age alone is no
reason. What was read, built and changed is told by the lake, the landing and the change reports.
"""

from collections import defaultdict

import dagster as dg

from pipelines.defs.calendar import parts_of
from pipelines.defs.jobs import FETCH, LANDING, MONTHS, PUBLISH, READING, YEARS
from pipelines.defs.triggers import RANGE_END, RANGE_START
from pipelines.steps.calendar import months_between

#: The newest runs are kept, whatever they did.
KEPT = 200
_OURS = (FETCH, LANDING, READING, MONTHS, YEARS, PUBLISH)


def forget_runs(instance: dg.DagsterInstance, keep: int = KEPT) -> int:
    """Deletes ended runs, all but the newest ``keep``, whose partitions a later run of the same job
    has built; how many they were."""
    again: dict[tuple[str, str], set[str]] = defaultdict(set)
    forgotten = 0
    for place, record in enumerate(instance.get_run_records()):
        run = record.dagster_run
        if run.job_name not in _OURS:
            continue
        facility, periods = _covered(run)
        later = again[run.job_name, facility]
        if place >= keep and run.is_finished and periods <= later:
            instance.delete_run(run.run_id)
            forgotten += 1
        elif run.is_success:
            later |= periods
    return forgotten


@dg.sensor(minimum_interval_seconds=24 * 3600)
def retention_sensor(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Once a day, where nobody runs backfills from the command line, which do it at their end."""
    return dg.SkipReason(f"{forget_runs(context.instance)} runs forgotten.")


def _covered(run: dg.DagsterRun) -> tuple[str, set[str]]:
    """The facility of a run and its months or years; of a run about everything one word."""
    if RANGE_START not in run.tags:
        return "", {"all"}
    [(facility, first), (_, last)] = parts_of([run.tags[RANGE_START], run.tags[RANGE_END]])
    if run.job_name == YEARS:
        return facility, {str(year) for year in range(int(first), int(last) + 1)}
    return facility, set(months_between(first, last))
