"""Totals and metrics of one facility and year, from its months."""

from collections.abc import Iterable, Sequence
from functools import partial

import polars as pl

from pipelines.metrics.weights import pue_weights
from pipelines.stages.edits import unedited_place
from pipelines.stages.figures import Rests, figures
from pipelines.stages.index import intervals_place
from pipelines.stages.partitions import Partitions, partitions_at, totals_place
from pipelines.stages.progress import done
from pipelines.stages.side_by_side import Crew
from pipelines.stages.workshop import Bench, Workshop, workshop_at
from pipelines.stages.years import UNEDITED, year_place
from pipelines.steps.calendar import month_bounds, months_of
from pipelines.steps.gaps import Gap, absent_gaps, explained, gaps_of
from pipelines.steps.hours import facility_hours, hourly_ratios
from pipelines.steps.meter_months import (
    METER_MONTHS,
    MeterMonth,
    absent_month,
    meter_months,
    read_meter_months,
)
from pipelines.steps.quality import balances, fixes
from pipelines.storage.lake import Place, concat, hash_of
from schemas.domains import DOMAINS
from schemas.estate.model import Facility
from schemas.published import (
    metrics_frame,
    totals_frame,
)
from schemas.tables import INTERVALS


def build_year(shop: Workshop, facility_id: str, year: int) -> bool:
    """Builds the year's totals, metrics and hours if anything they rest on has changed."""
    lake = shop.lake
    months, not_built = _months(shop, facility_id, year)
    hours = _hour_places(facility_id, months)
    inputs = _inputs(shop, facility_id, months, not_built)
    last = year_place(facility_id, year, "metrics")
    if lake.inputs(last) == inputs:
        return False
    facility = shop.facilities[facility_id]
    facts = _rests(shop, facility, year, months, not_built)
    found = figures(shop, facility, year, facts)
    doubts = fixes(
        facts.intervals,
        facts.absent,
        pue_weights(found.totals, found.metrics, f"{year:04d}"),
        facility_id=facility_id,
        year=year,
        zone=facility.zone,
    )
    lake.write(year_place(facility_id, year, "fixes"), doubts, inputs=inputs)
    balanced = balances(
        facts.intervals, shop.parents, shop.checks, facility_id=facility_id, year=year
    )
    lake.write(year_place(facility_id, year, "balances"), balanced, inputs=inputs)
    for name, frame in (
        ("ledger", found.ledger),
        ("tenants", found.tenants),
        ("incidents", found.incidents),
    ):
        lake.write(year_place(facility_id, year, name), frame, inputs=inputs)
    lake.write(year_place(facility_id, year, "hours"), facts.hours, inputs=inputs)
    lake.write(year_place(facility_id, year, "ratios"), hourly_ratios(facts.hours), inputs=inputs)
    lake.write(year_place(facility_id, year, "totals"), totals_frame(found.totals), inputs=inputs)
    _build_unedited(shop, facility, year, facts, hours=hours, inputs=inputs)
    lake.write(last, metrics_frame(found.metrics), inputs=inputs)
    return True


def is_stale(shop: Workshop, facility_id: str, year: int) -> bool:
    """Whether the year is not built from its months and the configuration as they are."""
    inputs = _inputs(shop, facility_id, *_months(shop, facility_id, year))
    return shop.lake.inputs(year_place(facility_id, year, "metrics")) != inputs


def _inputs(
    shop: Workshop, facility_id: str, months: Sequence[str], not_built: Sequence[str]
) -> str:
    lake, hours = shop.lake, _hour_places(facility_id, months)
    return hash_of(
        [lake.content(totals_place(facility_id, month)) for month in months],
        [lake.content(place) for place in hours],
        [lake.content(unedited_place(*place.parts)) for place in hours],
        not_built,
        shop.configuration_hash,
        shop.code_hash,
    )


def build_years(
    shop: Workshop, facility_id: str, years: Iterable[int], crew: Crew | None = None
) -> None:
    """Builds several years of a facility, those that are stale."""
    if crew is None:
        for year in years:
            build_year(shop, facility_id, year)
            done(f"{facility_id}: year")
    else:
        there = partial(_build_elsewhere, shop.bench, facility_id)
        crew.each(years, there, lambda _: done(f"{facility_id}: year"))


def _build_elsewhere(bench: Bench, facility_id: str, year: int) -> None:
    """What the crew's processes are sent to do. A year takes memory: what months left is let go."""
    partitions_at.cache_clear()
    build_year(workshop_at(bench), facility_id, year)


def rests_of(shop: Workshop, facility: Facility, year: int) -> Rests:
    """What the figures of a year rest on, as the lake holds it."""
    return _rests(shop, facility, year, *_months(shop, facility.id, year))


def _rests(
    shop: Workshop, facility: Facility, year: int, months: Sequence[str], not_built: Sequence[str]
) -> Rests:
    places = _hour_places(facility.id, months)
    intervals = concat((shop.lake.read(place, INTERVALS) for place in places), INTERVALS)
    rows = _meter_months(shop, facility, year, months)
    absent = [row for row in rows if row.month not in (*months, *not_built)]
    return Rests(
        rows=rows,
        absent=absent,
        intervals=intervals,
        hours=facility_hours(intervals, shop.parents, facility.timezone, checks=shop.checks),
        gaps=_gaps(shop, facility, intervals, absent),
        not_built=not_built,
    )


def _gaps(
    shop: Workshop, facility: Facility, intervals: pl.DataFrame, absent: Sequence[MeterMonth]
) -> list[Gap]:
    """What no reading covers, and which incidents explain it."""
    mine = (one for one in shop.estate.registers.incidents or () if one.facility_id == facility.id)
    return explained([*gaps_of(intervals), *absent_gaps(absent, facility.zone)], mine)


def _months(shop: Workshop, facility_id: str, year: int) -> tuple[list[str], tuple[str, ...]]:
    """The months of a year that are built, and those that landed rows tell of and are not."""
    places = {month: totals_place(facility_id, month) for month in months_of(year)}
    months = [month for month, place in places.items() if shop.lake.inputs(place)]
    return months, _not_built(shop, facility_id, year, months)


def _hour_places(facility_id: str, months: Sequence[str]) -> list[Place]:
    return [
        intervals_place(facility_id, month, domain.name) for month in months for domain in DOMAINS
    ]


def _build_unedited(
    shop: Workshop,
    facility: Facility,
    year: int,
    edited: Rests,
    *,
    hours: Sequence[Place],
    inputs: str,
) -> None:
    """Totals and metrics without any edit; taken out where no edit reaches the year any more."""
    lake = shop.lake
    own = {place: unedited_place(*place.parts) for place in hours}
    months = {place.parts[1] for place in hours if lake.inputs(own[place])}
    places = [year_place(facility.id, year, table) for table in UNEDITED]
    if not months:
        for place in places:
            lake.remove(place)
        return
    frames = {
        place: lake.read(own[place] if place.parts[1] in months else place, INTERVALS)
        for place in hours
    }
    intervals = concat(frames.values(), INTERVALS)
    rows = [row for row in edited.rows if row.month not in months]
    for month in sorted(months):
        mine = concat((frame for at, frame in frames.items() if at.parts[1] == month), INTERVALS)
        rows += read_meter_months(meter_months(mine, month))
    without = Rests(
        rows=rows,
        absent=edited.absent,
        intervals=intervals,
        hours=facility_hours(intervals, shop.parents, facility.timezone, checks=shop.checks),
        gaps=_gaps(shop, facility, intervals, edited.absent),
        not_built=edited.not_built,
    )
    found = figures(shop, facility, year, without)
    told = (totals_frame(found.totals), metrics_frame(found.metrics))
    for place, frame in zip(places, told, strict=True):
        lake.write(place, frame, inputs=inputs)


def _not_built(
    shop: Workshop, facility_id: str, year: int, months: Sequence[str]
) -> tuple[str, ...]:
    """Months of the year that landed rows tell of and no backfill has asked for yet."""
    landed = Partitions(shop, facility_id).months()
    return tuple(
        month for month in landed if month.startswith(f"{year:04d}-") and month not in months
    )


def _meter_months(
    shop: Workshop, facility: Facility, year: int, months: Sequence[str]
) -> list[MeterMonth]:
    rows: list[MeterMonth] = []
    for month in months_of(year):
        if month in months:
            frame = shop.lake.read(totals_place(facility.id, month), METER_MONTHS)
            rows += read_meter_months(frame)
        else:
            bounds = month_bounds(month, facility.zone)
            rows += absent_month(shop.meters_of(facility.id), month, bounds)
    return rows
