"""Jobs: fetching, landing, reading, a facility's months, its years, publishing, in this order."""

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from pipelines.defs.forms import form_key
from reports.regimes import REGIMES
from schemas.domains import DOMAINS

FETCH = "fetch"
LANDING, READING, MONTHS, YEARS, PUBLISH = "landing", "reading", "months", "years", "publish"
#: Of a cluster the machine that has the inbox, and what is published, does these itself: Celery's
#: queue of that name is its own.
HOME_QUEUE = "home"
_AT_HOME = {"dagster-celery/queue": HOME_QUEUE}


def all_jobs(*, fetches: bool) -> dict[str, UnresolvedAssetJobDefinition]:
    """The jobs by name; ``FETCH`` only where there are remotes. Backfills from the command line and
    from the page run these."""
    readings = [f"{domain.name}_readings" for domain in DOMAINS]
    monthly = [*readings, "findings", "intervals", "totals"]
    forms = [form_key(regime) for regime in REGIMES.values()]
    in_process = dg.in_process_executor
    fetch = {
        FETCH: dg.define_asset_job(
            FETCH, ["fetched_histories"], executor_def=in_process, tags=_AT_HOME
        )
    }
    return {
        **(fetch if fetches else {}),
        LANDING: dg.define_asset_job(
            LANDING, ["landed_files"], executor_def=in_process, tags=_AT_HOME
        ),
        READING: dg.define_asset_job(READING, ["staged_files"], executor_def=in_process),
        MONTHS: dg.define_asset_job(MONTHS, monthly, executor_def=in_process),
        YEARS: dg.define_asset_job(YEARS, ["metrics"], executor_def=in_process),
        PUBLISH: dg.define_asset_job(
            PUBLISH,
            ["warehouse", "reports", *forms, "viewer"],
            executor_def=in_process,
            tags=_AT_HOME,
        ),
    }
