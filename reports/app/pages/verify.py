"""A pack put in front of the verifier: the same as ``wattledger verify``, with no estate needed."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from fastapi import APIRouter, Form, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from reports.app.access import Person, Right
from reports.app.guard import needs
from reports.app.layout import shown
from reports.verify.minisign import PublicKey, public_key
from reports.verify.pack import BadPack
from reports.verify.verify import verify as verified

router = APIRouter()
Verifier = Annotated[Person, needs(Right.VERIFY)]
CHUNK = 1024 * 1024
#: A pack of ten times what a large site makes in a year.
LARGEST_PACK = 256 * 1024 * 1024


@router.get("/verify")
def ask(request: Request, person: Verifier) -> Response:
    """Where a pack is given."""
    return _page(request, verdict=None, name="", problem="")


@router.post("/verify", max_body_size=LARGEST_PACK)
def verify(
    request: Request,
    person: Verifier,
    pack: UploadFile,
    key: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """What is wrong with a pack, or that nothing is. It is kept no longer than that takes."""
    known: PublicKey | None = None
    if key.strip():
        try:
            known = public_key(key.strip(), "the key")
        except BadPack as error:
            return _page(request, verdict=None, name="", problem=str(error), status=422)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "pack.zip"
        with path.open("wb") as file:
            while chunk := pack.file.read(CHUNK):
                file.write(chunk)
        verdict = verified(path, known)
    return _page(request, verdict=verdict, name=pack.filename or "the pack", problem="")


def _page(
    request: Request, *, verdict: object, name: str, problem: str, status: int = 200
) -> Response:
    return shown(
        request,
        "verify.html.j2",
        title="Verify a pack",
        place="filings",
        verdict=verdict,
        name=name,
        problem=problem,
        status=status,
    )
