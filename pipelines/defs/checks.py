"""Asset checks: what must hold of what was built. They tell; what must not happen raises."""

import dagster as dg

from pipelines.defs.calendar import Calendar, parts_of
from pipelines.defs.estate_resource import EstateResource
from pipelines.stages.accounts import files_frame
from pipelines.stages.years import load_year
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


def all_checks(calendar: Calendar) -> list[dg.AssetChecksDefinition]:
    """Every asset check."""
    return [metrics_check(calendar), every_row_accounted]
