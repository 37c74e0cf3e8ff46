"""Equipment of all facilities: what stands, what came and left, and the carbon in it."""

from typing import Annotated

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from reports.app.access import Person, Right
from reports.app.desk import desk_of
from reports.app.guard import needs
from reports.app.layout import shown
from reports.app.paging import table
from reports.app.published import Publication
from reports.charts import Table
from reports.explained import explained
from reports.numbers import DASH
from reports.sections.equipment import fleet_table, in_place, refrigerants_table, routes_table
from reports.sections.headline import metric_scale
from reports.sections.lifecycle import passports_table
from schemas.metrics import FACTS, Metric

router = APIRouter()
Reader = Annotated[Person, needs(Right.READ)]
#: Carbon in equipment beside that of its use, and how it ends.
FIGURES = (
    Metric.EMBODIED_ALLOCATED,
    Metric.CO2_LOCATION,
    Metric.CO2_MARKET,
    Metric.EQUIPMENT_AGE,
    Metric.REUSE_RATE,
    Metric.RECYCLING_RATE,
    Metric.LEAK_RATE,
)


@router.get("/equipment")
def equipment(request: Request, person: Reader, year: int = 0) -> Response:
    """The fleet of a year."""
    desk = desk_of(request)
    publication = desk.published.now()
    registers = desk.published.shop().estate.registers
    scope = person.scope(Right.READ, publication.years)
    years = publication.all_years
    chosen = year if year in years else (years[-1] if years else 0)
    items = [one for one in registers.equipment or () if one.facility_id in scope]
    events = [
        one
        for one in registers.refrigerants or ()
        if one.facility_id in scope and one.date.year == chosen
    ]
    fleet = in_place(items, chosen) if chosen else []
    gone = [one for one in items if one.decommissioned_on and one.decommissioned_on.year == chosen]
    tables = [
        fleet_table(fleet, chosen) if fleet else None,
        routes_table(gone, chosen) if gone else None,
        _figures(publication, scope, chosen),
        refrigerants_table(events, chosen) if events else None,
        passports_table(fleet, chosen) if fleet else None,
    ]
    return shown(
        request,
        "equipment.html.j2",
        title=f"Equipment {chosen}",
        place="equipment",
        year=chosen,
        years=years,
        pieces=sum(one.count for one in fleet),
        registered=registers.equipment is not None,
        tables=[one for one in tables if one is not None and one.rows],
        facilities=[(one, f"/facility/{one}/{chosen}/topic/equipment") for one in scope],
    )


def _figures(publication: Publication, scope: list[str], year: int) -> Table:
    """A row for each figure and facility, those with a bound only."""
    rows = []
    for value in publication.metrics(scope, [str(year)], *FIGURES):
        if value.founded:
            chosen = metric_scale(value)
            rows.append(
                (
                    FACTS[value.metric].name,
                    value.facility_id,
                    value.category.replace("_", " ") or DASH,
                    explained(chosen.text(value.value), value),
                    chosen.range(value.low, value.high),
                )
            )
    return table(
        f"Carbon in equipment and of its use, and how it ends, {year}",
        ("Figure", "Facility", "Category", "Value", "Bounds"),
        sorted(rows, key=lambda row: (row[0], row[1])),
        (1, 2),
    )
