"""Our own path from the spoiled inbox to figures: through the stages, in this process."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree

import polars as pl

from benchmarks.faults.inject import LATER
from benchmarks.faults.scene import YEAR
from pipelines.stages.build_year import build_year
from pipelines.stages.index import intervals_place
from pipelines.stages.partitions import Partitions
from pipelines.stages.publish import publish_warehouse
from pipelines.stages.reading import land, read_files
from pipelines.stages.readings import NAMES
from pipelines.stages.workshop import Workshop, open_workshop
from pipelines.steps.calendar import months_of
from pipelines.storage.lake import concat
from schemas.tables import INTERVALS

#: When the two deliveries arrive: after the year, so that no stamp lies in the future.
ARRIVALS = (datetime(2026, 1, 10, tzinfo=UTC), datetime(2026, 2, 10, tzinfo=UTC))


@dataclass(frozen=True, kw_only=True)
class Flagged:
    """Meter hours of the year, and how many of them are told not to be measured."""

    hours: int
    flagged: int


def backfill(folder: Path) -> Flagged:
    """Builds everything, then once more with the files that arrive later, and publishes."""
    shop = _build(folder, ARRIVALS[0])
    if (folder / LATER).is_dir():
        copytree(folder / LATER, folder / "inbox", dirs_exist_ok=True)
        shop = _build(folder, ARRIVALS[1])
    publish_warehouse(shop)
    return _flagged(shop)


def _build(folder: Path, now: datetime) -> Workshop:
    shop = open_workshop(folder)
    land(shop, now)
    read_files(shop)
    for facility_id in shop.facilities:
        partitions = Partitions(shop, facility_id)
        # A row stamped at the end of its interval may reach into a month of another year.
        months = [month for month in partitions.months() if month in months_of(YEAR)]
        partitions.build(months)
        build_year(shop, facility_id, YEAR)
    return shop


def _flagged(shop: Workshop) -> Flagged:
    places = [
        intervals_place(facility_id, month, name)
        for facility_id in shop.facilities
        for month in months_of(YEAR)
        for name in NAMES
    ]
    rows = concat((shop.lake.read(place, INTERVALS) for place in places), INTERVALS)
    measured = rows.select((pl.col("status") == "measured").sum()).item()
    return Flagged(hours=rows.height, flagged=rows.height - measured)
