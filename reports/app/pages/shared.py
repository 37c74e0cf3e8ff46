"""What an authority sees: the packs that were shared with it, and nothing else."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from reports.app.access import Person, Right
from reports.app.desk import Desk, desk_of
from reports.app.guard import needs
from reports.app.layout import shown
from reports.app.ledgers import Share
from reports.verify.verify import verify as verified

router = APIRouter()
Invited = Annotated[Person, needs(Right.SHARED)]


@router.get("/shared")
def mine(request: Request, person: Invited) -> Response:
    """What was shared with whoever has logged in."""
    desk = desk_of(request)
    return shown(
        request,
        "shared_list.html.j2",
        title="Shared with me",
        place="shared",
        shares=desk.shares.of(person.name, desk.now()),
    )


@router.get("/shared/mine/{key}")
def my_pack(request: Request, person: Invited, key: str) -> Response:
    """A pack that was shared with whoever has logged in."""
    desk = desk_of(request)
    found = [one for one in desk.shares.of(person.name, desk.now()) if one.key == key]
    if not found:
        raise HTTPException(404, "Nothing of this name is shared with you.")
    return _sent(desk, found[0], person.name)


@router.get("/shared/{secret}")
def by_link(request: Request, secret: str) -> Response:
    """What a link leads to. Whoever has the link may see it, until its time is over."""
    desk = desk_of(request)
    share, path = _of_link(desk, secret)
    verdict = verified(path)
    return shown(
        request,
        "shared.html.j2",
        title=share.pack,
        share=share,
        secret=secret,
        verdict=verdict,
    )


@router.get("/shared/{secret}/pack")
def pack_by_link(request: Request, secret: str) -> Response:
    """The pack that a link leads to."""
    desk = desk_of(request)
    share, _ = _of_link(desk, secret)
    return _sent(desk, share, f"link for {share.to}")


def _of_link(desk: Desk, secret: str) -> tuple[Share, Path]:
    share = desk.shares.by_link(secret, desk.now())
    if share is None:
        raise HTTPException(404, "This link is over, or never was. Ask who sent it for another.")
    return share, _path(desk, share)


def _path(desk: Desk, share: Share) -> Path:
    path = desk.folder / "var" / "filings" / share.pack
    if not path.is_file():
        raise HTTPException(404, f"The pack {share.pack} is not there any more.")
    return path


def _sent(desk: Desk, share: Share, who: str) -> Response:
    desk.audit.write(desk.now(), who, "fetched", share.pack, 200)
    return FileResponse(_path(desk, share), media_type="application/zip", filename=share.pack)
