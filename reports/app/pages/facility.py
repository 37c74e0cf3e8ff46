"""One facility and year: its figures by topic, its hours, and beside others."""

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException
from starlette.requests import Request
from starlette.responses import Response

from reports.app.access import Person, Right
from reports.app.desk import desk_of
from reports.app.guard import needs
from reports.app.layout import Crumb, shown
from reports.app.published import Publication

router = APIRouter()
Reader = Annotated[Person, needs(Right.READ)]

#: The topics of a facility: title, and the sections of its report that stand under it.
TOPICS: dict[str, tuple[str, tuple[str, ...]]] = {
    "overview": ("Overview", ("efficiency",)),
    "energy": ("Energy", ("energy",)),
    "water": ("Water, heat", ("water", "heat")),
    "carbon": ("Renewables, carbon", ("renewables", "carbon")),
    "equipment": ("Equipment", ("equipment",)),
    "outlook": ("Outlook", ("outlook",)),
    "incidents": ("Incidents", ("incidents",)),
    "quality": ("Data quality", ("quality", "method")),
}
#: Pages of a facility that are made when they are asked for.
BESIDE = {"hours": "By the hour", "compare": "Compare"}


@router.get("/facility/{facility}/{year}")
@router.get("/facility/{facility}/{year}/topic/{topic}")
def topic(
    request: Request, person: Reader, facility: str, year: int, topic: str = "overview"
) -> Response:
    """One topic of the facility's report."""
    publication = desk_of(request).published.now()
    view = known(publication, facility, year)
    if topic not in TOPICS:
        raise HTTPException(404, f"There is no topic '{topic}'. Known: {', '.join(TOPICS)}.")
    title, wanted = TOPICS[topic]
    sections = [one for one in view["sections"] if one["id"] in wanted]
    return shown(
        request,
        "facility_live.html.j2",
        title=f"{view['heading']} {year}: {title}",
        place="estate",
        crumbs=(Crumb("Estate", f"/estate/{year}"),),
        view=view,
        sections=sections,
        drawn=any(one["drawn"] for one in sections),
        **frame(publication, facility, year, topic),
    )


def known(publication: Publication, facility: str, year: int) -> dict[str, Any]:
    """The parts of a facility's page; 404 where nothing is published of that year."""
    view = publication.view(facility, year)
    if view is None:
        raise HTTPException(404, f"Nothing is published of {facility} in {year}.")
    return view


def frame(publication: Publication, facility: str, year: int, topic: str) -> dict[str, Any]:
    """What stands above every page of a facility: its years and topics."""
    base = f"/facility/{facility}/{year}"
    tabs = [
        *((key, f"{base}/topic/{key}", title) for key, (title, _) in TOPICS.items()),
        *((key, f"{base}/{key}", title) for key, title in BESIDE.items()),
    ]
    return {
        "facility": facility,
        "year": year,
        "years": publication.years.get(facility, []),
        "tabs": tabs,
        "topic": topic,
    }
