"""The JSON API: all that the pages show, by table, page by page; any table as CSV too."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

import polars as pl
from fastapi import APIRouter, HTTPException, Path, Query
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from reports.app.access import Person, Right
from reports.app.answers import answer, as_csv, unchanged
from reports.app.desk import desk_of
from reports.app.guard import Refused, needs
from reports.app.pages.explain import asked
from reports.app.published import Publication
from reports.app.trails import trail

router = APIRouter(tags=["published"])
Reader = Annotated[Person, needs(Right.READ)]
Facility = Annotated[str, Path(max_length=80, description="A facility's id.")]
Year = Annotated[int, Path(ge=1, le=9998)]
MOST = 5000


class Form(StrEnum):
    """How rows are written."""

    JSON = "json"
    CSV = "csv"


class Rows(BaseModel):
    """One page of a table; ``count`` is of all its rows that were asked for."""

    published: str
    table: str
    columns: list[str]
    count: int
    offset: int
    rows: list[dict[str, Any]]


class Index(BaseModel):
    """What is published."""

    published: str
    as_of: str
    facilities: dict[str, list[int]]
    tables: dict[str, list[str]]


class Refusal(BaseModel):
    """Why there is no answer."""

    error: str
    detail: str


REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": Refusal, "description": words}
    for status, words in (
        (401, "Nobody has logged in."),
        (403, "Whoever asks may not have it."),
        (404, "There is no such thing."),
        (409, "The estate's files or its lake cannot be used as they stand."),
        (422, "It cannot be asked so."),
        (429, "Too many requests."),
        (503, "Nothing is published yet."),
    )
}


@router.get("/", responses={200: {"model": Index}, **REFUSALS})
def index(request: Request, person: Reader) -> Response:
    """Facilities, their years, and the tables with their columns."""
    publication = desk_of(request).published.now()
    scope = person.scope(Right.READ, publication.years)
    document = {
        "published": publication.id,
        "as_of": publication.current["as_of"],
        "facilities": {one: publication.years[one] for one in scope},
        "tables": publication.tables.columns,
    }
    return answer(request, publication, person, document)


@router.get("/tables/{table}", responses={200: {"model": Rows}, **REFUSALS})
def table(
    request: Request,
    person: Reader,
    table: Annotated[str, Path(max_length=40)],
    facility: Annotated[str, Query(max_length=80)] = "",
    year: Annotated[int | None, Query(ge=1, le=9998)] = None,
    period: Annotated[str, Query(max_length=7)] = "",
    metric: Annotated[str, Query(max_length=60)] = "",
    quantity: Annotated[str, Query(max_length=60)] = "",
    regime: Annotated[str, Query(max_length=60)] = "",
    status: Annotated[str, Query(max_length=40)] = "",
    limit: Annotated[int, Query(ge=1, le=MOST)] = 500,
    offset: Annotated[int, Query(ge=0, le=10**12)] = 0,
    format: Form = Form.JSON,
) -> Response:
    """Rows of one table of the warehouse, in its own order, of the facilities one may see."""
    publication = desk_of(request).published.now()
    columns = publication.tables.columns.get(table)
    if columns is None:
        known = ", ".join(sorted(publication.tables.columns))
        raise HTTPException(404, f"There is no table '{table}'. Known: {known}.")
    where = _scoped(person, publication, columns, facility)
    for name, value in (
        ("year", year),
        ("period", period),
        ("metric", metric),
        ("quantity", quantity),
        ("regime", regime),
        ("status", status),
    ):
        if value:
            if name not in columns:
                raise HTTPException(422, f"{table} has no column {name}.")
            where[name] = value
    if (same := unchanged(request, publication, person)) is not None:
        return same
    rows = publication.tables.rows(table, where, limit=limit, offset=offset)
    count = publication.tables.count(table, where)
    if format is Form.CSV:
        return as_csv(request, publication, person, columns, rows, name=f"{table}.csv")
    document = {
        "published": publication.id,
        "table": table,
        "columns": columns,
        "count": count,
        "offset": offset,
        "rows": rows,
    }
    return answer(request, publication, person, document)


def _scoped(
    person: Person, publication: Publication, columns: Sequence[str], facility: str
) -> dict[str, Any]:
    """Which rows one may see: of a facility, or of all one's own."""
    if "facility_id" not in columns:
        if facility:
            raise HTTPException(422, "This table is not by facility.")
        if not person.everywhere(Right.READ):
            raise Refused("This table is of the whole estate; you may see some facilities of it.")
        return {}
    if facility:
        if facility not in publication.years:
            raise HTTPException(404, f"There is no facility '{facility}'.")
        if not person.may(Right.READ, facility):
            raise Refused(f"You may not see {facility}.")
        return {"facility_id": facility}
    if person.everywhere(Right.READ):
        return {}
    return {"facility_id": person.scope(Right.READ, publication.years)}


@router.get("/hours/{facility}/{year}", responses={200: {"model": Rows}, **REFUSALS})
def hours(
    request: Request,
    person: Reader,
    facility: Facility,
    year: Year,
    start: date | None = None,
    end: date | None = None,
    quantity: Annotated[str, Query(max_length=60)] = "",
    ratios: bool = False,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 500,
    offset: Annotated[int, Query(ge=0, le=10**12)] = 0,
    format: Form = Form.JSON,
) -> Response:
    """Hours of a facility's year, from ``start`` to ``end`` (exclusive) on the site's calendar:
    quantities with bounds, or the ratios that charts show."""
    publication = desk_of(request).published.now()
    name = "ratios" if ratios else "hours"
    frame = publication.hours(facility, year, name)
    if frame is None:
        raise HTTPException(404, f"Nothing is published of {facility} in {year}.")
    if quantity and ratios:
        raise HTTPException(422, "Ratios are of no quantity.")
    if (same := unchanged(request, publication, person)) is not None:
        return same
    if quantity:
        frame = frame.filter(pl.col("quantity") == quantity)
    if start:
        frame = frame.filter(pl.col("local_date") >= start)
    if end:
        frame = frame.filter(pl.col("local_date") < end)
    held = frame.collect()
    rows = held.slice(offset, limit).to_dicts()
    if format is Form.CSV:
        return as_csv(
            request, publication, person, held.columns, rows, name=f"{facility}-{year}-{name}.csv"
        )
    document = {
        "published": publication.id,
        "table": name,
        "columns": held.columns,
        "count": held.height,
        "offset": offset,
        "rows": rows,
    }
    return answer(request, publication, person, document)


@router.get("/explain/{facility}/{period}/{kind}/{name}", responses=REFUSALS)
def explain(
    request: Request,
    person: Reader,
    facility: Facility,
    period: Annotated[str, Path(max_length=7)],
    kind: Annotated[str, Path(max_length=10)],
    name: Annotated[str, Path(max_length=60)],
) -> Response:
    """A figure back to totals, meters, files and lines: as ``wattledger explain --json``."""
    asked(period, kind, name)
    published = desk_of(request).published
    publication = published.now()
    if int(period[:4]) not in publication.years.get(facility, []):
        raise HTTPException(404, f"Nothing is published of {facility} in {period[:4]}.")
    found = trail(publication, published.shop(), facility, period, kind=kind, name=name)
    return answer(request, publication, person, {"facility": facility, "period": period, **found})
