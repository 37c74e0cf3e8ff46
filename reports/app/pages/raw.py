"""Landed files: a line among those around it, and the whole file byte for byte."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from pipelines.stages.raw_lines import facilities_of, landed, raw_lines
from reports.app.access import Person, Right
from reports.app.desk import desk_of
from reports.app.guard import Refused, needs
from reports.app.layout import Crumb, shown

router = APIRouter()
Reader = Annotated[Person, needs(Right.READ)]
Raw = Annotated[Person, needs(Right.RAW)]
CHUNK = 256 * 1024


@router.get("/facility/{facility}/raw/{sha256}")
def raw(
    request: Request,
    person: Reader,
    facility: str,
    sha256: str,
    line: Annotated[int, Query(ge=1, le=10**9)] = 1,
) -> Response:
    """A line of a landed file, among those around it."""
    shop = desk_of(request).published.shop()
    found = raw_lines(shop, sha256, line)
    if found is None or facility not in found.facilities:
        raise HTTPException(404, f"No file of {facility} has this hash.")
    _whole_scope(person, Right.READ, found.facilities)
    return shown(
        request,
        "raw.html.j2",
        title=f"{found.path}, line {line}",
        place="quality",
        crumbs=(Crumb("Data quality", "/quality"),),
        found=found,
        line=line,
        facility=facility,
        may_fetch=person.may(Right.RAW, facility),
    )


@router.get("/facility/{facility}/raw/{sha256}/file")
def raw_file(request: Request, person: Raw, facility: str, sha256: str) -> Response:
    """A landed file, byte for byte."""
    shop = desk_of(request).published.shop()
    file = landed(shop, sha256)
    about = facilities_of(shop, file) if file else frozenset()
    if file is None or facility not in about:
        raise HTTPException(404, f"No file of {facility} has this hash.")
    _whole_scope(person, Right.RAW, about)
    desk = desk_of(request)
    desk.audit.write(desk.now(), person.name, "fetched", file.path, 200)

    def chunks() -> Iterator[bytes]:
        with shop.lake.landing.opened(sha256) as opened:
            while chunk := opened.read(CHUNK):
                yield chunk

    name = file.path.rsplit("/", 1)[-1].encode("ascii", "replace").decode().replace('"', "_")
    return StreamingResponse(
        chunks(),
        media_type="application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _whole_scope(person: Person, right: Right, facilities: frozenset[str]) -> None:
    """A file may hold rows of several facilities: who may not see all of them sees none of it."""
    if not all(person.may(right, one) for one in facilities):
        raise Refused("This file also holds rows of facilities that you may not see.")
