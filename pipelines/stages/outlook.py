"""Where things are going: forecasts, limits and capacities of a facility, from all its years."""

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from pipelines.outlook.capacity import capacities, capacity_frame
from pipelines.outlook.forecast import forecasts, forecasts_frame
from pipelines.outlook.limits import outlook, outlook_frame
from pipelines.stages.workshop import Workshop
from pipelines.stages.years import built_years, year_place
from pipelines.steps.hours import FACILITY_HOURS
from pipelines.storage.lake import Place, concat, hash_of
from schemas.outlook import CAPACITY, FORECASTS, OUTLOOK
from schemas.published import METRICS, metrics_of_frame

#: The tables of a facility's outlook, as the warehouse names them too.
TABLES = {"forecasts": FORECASTS, "limits": OUTLOOK, "capacities": CAPACITY}


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """What is expected of one facility: ``FORECASTS``, ``OUTLOOK`` and ``CAPACITY``."""

    forecasts: pl.DataFrame
    limits: pl.DataFrame
    capacities: pl.DataFrame


def outlook_place(facility_id: str, table: str) -> Place:
    """Where one table of a facility's outlook lies."""
    return Place(table="outlook", parts=(facility_id, table))


def build_outlook(shop: Workshop, facility_id: str) -> bool:
    """Builds the outlook if any year of the facility has changed; takes it out with the last."""
    lake, facility = shop.lake, shop.facilities[facility_id]
    places = {table: outlook_place(facility_id, table) for table in TABLES}
    years = built_years(shop, facility_id)
    if not years:
        for place in places.values():
            lake.remove(place)
        return False
    held = [year_place(facility_id, year, name) for year in years for name in ("metrics", "hours")]
    inputs = hash_of(
        [lake.content(place) for place in held], shop.configuration_hash, shop.code_hash
    )
    if lake.inputs(places["capacities"]) == inputs:
        return False
    metrics = metrics_of_frame(
        concat((lake.read(year_place(facility_id, y, "metrics"), METRICS) for y in years), METRICS)
    )
    hours = concat(
        (lake.read(year_place(facility_id, y, "hours"), FACILITY_HOURS) for y in years),
        FACILITY_HOURS,
    )
    expected = forecasts(facility, metrics)
    frames = {
        "forecasts": forecasts_frame(expected),
        "limits": outlook_frame(outlook(facility, expected, metrics)),
        "capacities": capacity_frame(capacities(facility, hours)),
    }
    for table, frame in frames.items():
        lake.write(places[table], frame, inputs=inputs)
    return True


def build_outlooks(shop: Workshop) -> None:
    """The outlook of every facility: pages and the warehouse each see to it that it is there."""
    for facility in shop.estate.facilities:
        build_outlook(shop, facility.id)


def load_outlook(shop: Workshop, facility_ids: Iterable[str]) -> Outlook:
    """What was built of some facilities, in their order."""
    ids = list(facility_ids)
    frames = {
        table: concat((shop.lake.read(outlook_place(one, table), schema) for one in ids), schema)
        for table, schema in TABLES.items()
    }
    return Outlook(**frames)
