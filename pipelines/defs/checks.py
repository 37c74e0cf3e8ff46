"""Asset checks: what must hold of what was built. They tell; what must not happen raises."""

from collections.abc import Sequence
from datetime import UTC, datetime

import dagster as dg

from pipelines.defs.calendar import Calendar, parts_of
from pipelines.defs.estate_resource import EstateResource
from pipelines.defs.source_keys import source_keys
from pipelines.stages.accounts import files_frame
from pipelines.stages.freshness import freshness
from pipelines.stages.years import load_year
from schemas.estate.source import Source
from schemas.metrics import Metric


def metrics_check(calendar: Calendar) -> dg.AssetChecksDefinition:
    """PUE below 1 is impossible: a meter, a multiplier or a boundary is wrong."""

    @dg.asset_check(asset="metrics", name="pue_at_least_one", partitions_def=calendar.years)
    def check(
        context: dg.AssetCheckExecutionContext, estate: EstateResource
    ) -> dg.AssetCheckResult:
        below = [
            f"{facility} {one.period}: {one.value:.4f}"
            for facility, year in parts_of(context.partition_keys)
            for one in load_year(estate.partitions(facility).shop, facility, int(year)).metrics
            if one.metric is Metric.PUE and one.value is not None and one.value < 1
        ]
        return dg.AssetCheckResult(passed=not below, metadata={"below": "; ".join(below)})

    return check


@dg.asset_check(asset="staged_files", name="every_row_accounted")
def every_row_accounted(estate: EstateResource) -> dg.AssetCheckResult:
    """Landed = kept + quarantined + duplicate (+ rows of months not backfilled), file by file."""
    files = files_frame(estate.open())
    return dg.AssetCheckResult(
        passed=True,
        metadata={"files": files.height, "rows not backfilled": int(files["pending"].sum())},
    )


def fresh_sources_check(sources: Sequence[Source]) -> dg.AssetChecksDefinition:
    """Which sources owe a delivery: those that say in estate.yaml how much time one tells of."""
    names = [key.path[-1] for key in source_keys(sources)]

    @dg.asset_check(asset="staged_files", name="sources_fresh")
    def check(estate: EstateResource) -> dg.AssetCheckResult:
        now = datetime.now(UTC)
        found = dict(zip(names, freshness(estate.open()), strict=True))
        late = [name for name, one in found.items() if one.is_late(now)]
        until = {
            name: one.until.isoformat() if one.until else "nothing landed"
            for name, one in found.items()
        }
        return dg.AssetCheckResult(
            passed=not late,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={"overdue": "; ".join(late), **until},
        )

    return check


def all_checks(calendar: Calendar, sources: Sequence[Source]) -> list[dg.AssetChecksDefinition]:
    """Every asset check."""
    return [metrics_check(calendar), every_row_accounted, fresh_sources_check(sources)]
