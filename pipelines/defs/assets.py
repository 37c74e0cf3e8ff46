"""The assets: landing, readings of five domains, findings, hours, totals, metrics, publications,
forms."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import dagster as dg

from pipelines.defs.calendar import FACILITY, MONTH, YEAR, Calendar, parts_of
from pipelines.defs.estate_resource import EstateResource
from pipelines.defs.forms import form_assets, form_key
from pipelines.defs.published import reports, viewer_asset, warehouse
from pipelines.defs.source_keys import source_keys
from pipelines.stages.build_year import build_years
from pipelines.stages.fetch import fetch
from pipelines.stages.reading import Portion, land, read_files
from pipelines.stages.visits import LANDING, READING, at_facility
from reports.regimes import REGIMES
from schemas.domains import DOMAINS
from schemas.estate.model import Estate
from schemas.estate.source import Source

#: The tag of a run that reads some of the landed files.
PORTION = "wattledger/portion"
#: The tag that says what time it is.
NOW = "wattledger/now"
RANGES = dg.BackfillPolicy.single_run()
MANY = {"polars", "parquet"}


def source_assets(estate: Estate) -> list[dg.AssetSpec | dg.AssetsDefinition]:
    """Where files come from: not ours to make, but what the landing rests on; and what is fetched
    from remote systems, if there are any."""
    fetched = {one.match for one in estate.remotes}
    specs = [
        dg.AssetSpec(
            key,
            group_name="sources",
            kinds={"file"},
            deps=["fetched_histories"] if source.match in fetched else [],
            description=f"Files of the inbox that match {source.match}, read as {source.format}.",
        )
        for key, source in source_keys(estate.all_sources).items()
    ]
    return [*specs, fetched_histories] if fetched else [*specs]


@dg.asset(group_name="sources", kinds={"file"})
def fetched_histories(
    context: dg.AssetExecutionContext, estate: EstateResource
) -> dg.MaterializeResult[None]:
    """Histories of remote systems, day by day into the inbox. What can be had is written; then the
    run fails with every day that cannot."""
    told = estate.open().estate
    found = list(fetch(told, told.remotes, _now(context)))
    if problems := [problem for one in found for problem in one.problems]:
        raise dg.Failure("\n".join(problems))
    return dg.MaterializeResult(metadata={one.name: one.days for one in found})


def landed_files_asset(sources: Sequence[Source]) -> dg.AssetsDefinition:
    """The landing, below every source of the estate."""

    @dg.asset(group_name="landing", kinds={"file"}, deps=list(source_keys(sources)))
    def landed_files(
        context: dg.AssetExecutionContext, estate: EstateResource
    ) -> dg.MaterializeResult[None]:
        """The inbox as the bytes that came in, by sha256, with the time they arrived."""
        with estate.turn(LANDING):
            arrived = land(estate.open(), _now(context))
        return dg.MaterializeResult(metadata={"arrived": len(arrived)})

    return landed_files


def _now(context: dg.AssetExecutionContext) -> datetime:
    """The time that the run was told, else this moment."""
    now = context.run.tags.get(NOW)
    return datetime.fromisoformat(now) if now else datetime.now(UTC)


@dg.asset(group_name="landing", deps=["landed_files"], kinds=MANY)
def staged_files(
    context: dg.AssetExecutionContext, estate: EstateResource
) -> dg.MaterializeResult[None]:
    """Every current file read once: candidates by month and domain, refused rows in quarantine."""
    portion = Portion.named(context.run.tags.get(PORTION, ""))
    with estate.turn(READING):
        shop = estate.open()
        shop.remember(_now(context))
        read = read_files(shop, portion, estate.crew)
    return dg.MaterializeResult(metadata={"read": len(read), "current": len(shop.active)})


def readings_assets(calendar: Calendar) -> dg.AssetsDefinition:
    """The clean readings of every domain, one facility and month at a time: one step makes all that
    are asked for, for small domains cost less together."""
    names = {dg.AssetKey(f"{domain.name}_readings"): domain.name for domain in DOMAINS}

    @dg.multi_asset(
        name="readings",
        specs=[
            dg.AssetSpec(
                key,
                group_name="readings",
                deps=[staged_files],
                kinds=MANY,
                description=f"Clean {name} readings in canonical units, UTC.",
            )
            for key, name in names.items()
        ],
        can_subset=True,
        partitions_def=calendar.months,
        backfill_policy=RANGES,
    )
    def readings(
        context: dg.AssetExecutionContext, estate: EstateResource
    ) -> Iterator[dg.MaterializeResult[None]]:
        asked = [key for key in names if key in context.selected_asset_keys]
        for facility, months in _by_facility(context).items():
            with estate.turn(at_facility(facility)):
                estate.partitions(facility).build_readings(months, [names[key] for key in asked])
        for key in asked:
            yield dg.MaterializeResult(asset_key=key)

    return readings


def _with_neighbours(months: int) -> dg.MultiPartitionMapping:
    """A month rests on the months up to so many before and after it."""
    return dg.MultiPartitionMapping(
        {
            FACILITY: dg.DimensionPartitionMapping(FACILITY, dg.IdentityPartitionMapping()),
            MONTH: dg.DimensionPartitionMapping(
                MONTH,
                dg.TimeWindowPartitionMapping(
                    start_offset=-months,
                    end_offset=months,
                    allow_nonexistent_upstream_partitions=True,
                ),
            ),
        }
    )


def findings_asset(calendar: Calendar) -> dg.AssetsDefinition:
    """What the rules find in the hours that readings cover."""
    near = _with_neighbours(1)

    @dg.asset(
        group_name="intervals",
        deps=[dg.AssetDep(f"{domain.name}_readings", partition_mapping=near) for domain in DOMAINS],
        partitions_def=calendar.months,
        backfill_policy=RANGES,
        kinds=MANY,
    )
    def findings(
        context: dg.AssetExecutionContext, estate: EstateResource
    ) -> dg.MaterializeResult[None]:
        """Validation: which rule fired on which meter and when, and what it does about it."""
        for facility, months in _by_facility(context).items():
            with estate.turn(at_facility(facility)):
                estate.partitions(facility).build_findings(months)
        return dg.MaterializeResult()

    return findings


def intervals_asset(calendar: Calendar) -> dg.AssetsDefinition:
    """The hours of all domains; built months beside the range are renewed where they changed."""

    @dg.asset(
        group_name="intervals",
        deps=[dg.AssetDep("findings", partition_mapping=_with_neighbours(1))],
        partitions_def=calendar.months,
        backfill_policy=RANGES,
        kinds=MANY,
    )
    def intervals(
        context: dg.AssetExecutionContext, estate: EstateResource
    ) -> dg.MaterializeResult[None]:
        """Hours of every meter on the site's clock, with bounds."""
        for facility, months in _by_facility(context).items():
            with estate.turn(at_facility(facility)):
                estate.partitions(facility).build_intervals(months)
        return dg.MaterializeResult()

    return intervals


def _by_facility(context: dg.AssetExecutionContext) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for facility, period in parts_of(context.partition_keys):
        found.setdefault(facility, []).append(period)
    return found


def totals_asset(calendar: Calendar) -> dg.AssetsDefinition:
    """What each meter contributes to a month."""

    @dg.asset(
        group_name="totals",
        deps=["intervals"],
        partitions_def=calendar.months,
        backfill_policy=RANGES,
        kinds=MANY,
    )
    def totals(
        context: dg.AssetExecutionContext, estate: EstateResource
    ) -> dg.MaterializeResult[None]:
        """Exact sums by meter and month, with bounds and coverage."""
        for facility, months in _by_facility(context).items():
            with estate.turn(at_facility(facility)):
                estate.partitions(facility).build_totals(months)
        return dg.MaterializeResult()

    return totals


def metrics_asset(calendar: Calendar) -> dg.AssetsDefinition:
    """Totals and metrics of a facility's year, from its months."""
    of_year = dg.MultiPartitionMapping(
        {
            FACILITY: dg.DimensionPartitionMapping(FACILITY, dg.IdentityPartitionMapping()),
            MONTH: dg.DimensionPartitionMapping(
                YEAR,
                dg.TimeWindowPartitionMapping(allow_nonexistent_upstream_partitions=True),
            ),
        }
    )

    @dg.asset(
        group_name="metrics",
        deps=[dg.AssetDep("totals", partition_mapping=of_year)],
        partitions_def=calendar.years,
        backfill_policy=RANGES,
        kinds=MANY,
    )
    def metrics(
        context: dg.AssetExecutionContext, estate: EstateResource
    ) -> dg.MaterializeResult[None]:
        """PUE, WUE, CUE, REF, ERF and all that a filing asks for, by month and year."""
        for facility, years in _by_facility(context).items():
            with estate.turn(at_facility(facility)):
                shop = estate.partitions(facility).shop
                build_years(shop, facility, map(int, years), estate.crew)
        return dg.MaterializeResult()

    return metrics


def all_assets(calendar: Calendar, estate: Estate) -> list[dg.AssetsDefinition | dg.AssetSpec]:
    """Every asset, in the order of the flow."""
    return [
        *source_assets(estate),
        landed_files_asset(estate.all_sources),
        staged_files,
        readings_assets(calendar),
        findings_asset(calendar),
        intervals_asset(calendar),
        totals_asset(calendar),
        metrics_asset(calendar),
        warehouse,
        reports,
        form_assets(REGIMES.values()),
        viewer_asset(form_key(regime) for regime in REGIMES.values()),
    ]
