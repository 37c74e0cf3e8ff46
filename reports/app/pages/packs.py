"""Sealed filings: fetched by staff, and shared with an authority for some days."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response

from pipelines.stages.filings import filed
from reports.app.access import Person, Right
from reports.app.desk import Desk, desk_of
from reports.app.guard import needs
from reports.app.layout import Crumb, shown

router = APIRouter()
Holder = Annotated[Person, needs(Right.PACKS)]
Sharer = Annotated[Person, needs(Right.SHARE)]
Field = Annotated[str, Form(max_length=200)]


def pack_path(desk: Desk, facility: str, name: str) -> Path:
    """A pack of a facility. 404 where there is none of that name."""
    for one in filed(desk.published.shop()):
        if one.path.name == name and one.filing.facility == facility:
            return one.path
    raise HTTPException(404, f"There is no pack {name} of {facility}.")


@router.get("/packs/{facility}/{name}")
def pack(request: Request, person: Holder, facility: str, name: str) -> Response:
    """The pack itself."""
    desk = desk_of(request)
    path = pack_path(desk, facility, name)
    desk.audit.write(desk.now(), person.name, "fetched", name, 200)
    return FileResponse(path, media_type="application/zip", filename=name)


@router.post("/packs/{facility}/{name}/share")
def share(
    request: Request, person: Sharer, facility: str, name: str, to: Field, days: Field = "30"
) -> Response:
    """A link for an authority; its secret is shown this once."""
    desk = desk_of(request)
    pack_path(desk, facility, name)
    if not days.isdigit() or not 1 <= int(days) <= 90:
        raise HTTPException(422, "A link is good for 1 to 90 days.")
    if not to.strip():
        raise HTTPException(422, "Say who it is for.")
    secret = desk.shares.add(name, to.strip(), person.name, desk.now(), int(days))
    return shown(
        request,
        "share.html.j2",
        title=f"{name} is shared with {to.strip()}",
        place="filings",
        crumbs=(Crumb("Filings", "/filings"),),
        link=f"{desk.settings.address or str(request.base_url).rstrip('/')}/shared/{secret}",
        to=to.strip(),
        days=int(days),
        name=name,
    )


@router.post("/packs/{facility}/{name}/unshare")
def unshare(request: Request, person: Sharer, facility: str, name: str, key: Field) -> Response:
    """Takes a link back."""
    desk = desk_of(request)
    pack_path(desk, facility, name)
    if any(one.key == key and one.pack == name for one in desk.shares.all()):
        desk.shares.end(key)
    return RedirectResponse("/filings", status_code=303)
