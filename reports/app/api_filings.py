"""The JSON API of filings: forms, what is ready, what is sealed, what would be another today."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Path
from starlette.requests import Request
from starlette.responses import Response

from pipelines.stages.filings import filed
from pipelines.stages.restatements import restatements as compared
from reports.app.access import Person, Right
from reports.app.answers import answer
from reports.app.api import REFUSALS, Facility, Year
from reports.app.desk import desk_of
from reports.app.forms import form_document
from reports.app.guard import needs
from reports.regimes import REGIMES

router = APIRouter(tags=["filings"])
Reader = Annotated[Person, needs(Right.READ)]


@router.get("/forms/{facility}/{year}/{regime}", responses=REFUSALS)
def form(
    request: Request,
    person: Reader,
    facility: Facility,
    year: Year,
    regime: Annotated[str, Path(max_length=60)],
) -> Response:
    """A filled form, as ``wattledger report --format json`` writes it."""
    desk = desk_of(request)
    publication = desk.published.now()
    document = form_document(desk.folder, facility, year, regime) if regime in REGIMES else None
    if document is None:
        raise HTTPException(404, f"There is no form {regime} of {facility} for {year}.")
    return answer(request, publication, person, document)


@router.get("/readiness", responses=REFUSALS)
def readiness(request: Request, person: Reader) -> Response:
    """Every form with a deadline, the next one first, and what still stands between."""
    desk = desk_of(request)
    publication = desk.published.now()
    rows = [
        {**vars(one), "ready": one.ready}
        for one in publication.readiness(desk.now().date())
        if person.may(Right.READ, one.facility)
    ]
    return answer(request, publication, person, {"forms": rows})


@router.get("/filings", responses=REFUSALS)
def filings(request: Request, person: Reader) -> Response:
    """Every sealed version of every filing."""
    desk = desk_of(request)
    publication = desk.published.now()
    rows = [
        {**vars(one.filing), "version": one.version, "pack": one.path.name}
        for one in filed(desk.published.shop())
        if person.may(Right.READ, one.filing.facility)
    ]
    return answer(request, publication, person, {"filings": rows})


@router.get("/restatements", responses=REFUSALS)
def restatements(request: Request, person: Reader) -> Response:
    """The last version of every filing, with the cells that would be others today."""
    desk = desk_of(request)
    publication = desk.published.now()
    rows = [
        {
            **vars(one.filing),
            "version": one.version,
            "material": one.is_material,
            "moved": [
                {**vars(cell), "is_material": cell.is_material, "causes": list(cell.causes)}
                for cell in one.moved
            ],
        }
        for one in compared(desk.published.shop())
        if person.may(Right.READ, one.filing.facility)
    ]
    return answer(request, publication, person, {"filings": rows})


@router.get("/proposals", responses=REFUSALS)
def proposals(request: Request, person: Reader) -> Response:
    """Edits that wait for a review."""
    desk = desk_of(request)
    rows = [vars(one) for one in desk.proposals.all() if person.may(Right.READ, one.facility)]
    return answer(request, desk.published.now(), person, {"proposals": rows})
