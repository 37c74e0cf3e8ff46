"""The estate: how it stands, and what needs attention first."""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import APIRouter, HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pipelines.stages.workshop import Workshop
from reports.app.access import Person, Right
from reports.app.desk import desk_of
from reports.app.guard import needs
from reports.app.layout import shown
from reports.app.published import Publication
from reports.estate_page import estate_view
from reports.readiness_page import SCOPE_WORDS
from reports.view import parts_of

router = APIRouter()
Reader = Annotated[Person, needs(Right.READ)]
KEPT = 32


@dataclass
class Kept:
    """Pages of an estate, made once for each publication, year and scope."""

    pages: OrderedDict[tuple[str, int, tuple[str, ...]], dict[str, object]] = field(
        default_factory=OrderedDict
    )

    def get(
        self, publication: Publication, shop: Workshop, year: int, scope: tuple[str, ...]
    ) -> dict[str, object]:
        """The parts of a page."""
        key = (publication.id, year, scope)
        if key not in self.pages:
            self.pages[key] = _parts(publication, shop, year, scope)
            while len(self.pages) > KEPT:
                self.pages.popitem(last=False)
        return self.pages[key]


@router.get("/")
def home(request: Request, person: Reader) -> Response:
    """The newest year."""
    years = desk_of(request).published.now().all_years
    if not years:
        return shown(request, "empty.html.j2", title="No figures yet", place="estate")
    return RedirectResponse(f"/estate/{years[-1]}", status_code=303)


@router.get("/estate/{year}")
def estate(request: Request, person: Reader, year: int) -> Response:
    """All facilities that the person may see."""
    desk = desk_of(request)
    publication = desk.published.now()
    scope = tuple(
        one for one in person.scope(Right.READ, publication.years) if year in publication.years[one]
    )
    if year not in publication.all_years:
        raise HTTPException(404, f"Nothing is known of {year}.")
    shop = desk.published.shop()
    kept: Kept = request.app.state.__dict__.setdefault("estate_pages", Kept())
    view = kept.get(publication, shop, year, scope)
    today = desk.now().date()
    due = [
        one
        for one in publication.readiness(today)
        if one.facility in scope and one.in_scope is not False and one.due is not None
    ]
    return shown(
        request,
        "estate_live.html.j2",
        title=str(view["title"]),
        place="estate",
        view=view,
        year=year,
        years=publication.all_years,
        due=due,
        scopes=SCOPE_WORDS,
        whole=len(scope) == len(publication.years),
    )


def _parts(
    publication: Publication, shop: Workshop, year: int, scope: tuple[str, ...]
) -> dict[str, object]:
    facts = publication.all_facts(shop, scope, year)
    parts = parts_of(estate_view(shop.estate.operator, shop.estate.policies, year, facts))
    sections = parts["sections"]
    assert isinstance(sections, list)
    for section in sections:
        for facility in scope:
            for other in publication.years[facility]:
                section["html"] = section["html"].replace(
                    f'href="{facility}-{other}.html', f'href="/facility/{facility}/{other}'
                )
    return parts
