"""The viewer as one ASGI application: routes, what stands before them, and how mistakes look."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from anyio import to_thread
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from reports.app import api, api_filings, oidc
from reports.app.desk import Desk, desk_of
from reports.app.guard import COOKIE, SAFE, NotLoggedIn, Refused, guard
from reports.app.layout import LANGUAGE, LANGUAGES, assets, refusal
from reports.app.oidc import NotBelieved
from reports.app.pages import (
    compare,
    edits,
    engineering,
    equipment,
    estate,
    explain,
    facility,
    filings,
    hours,
    packs,
    quality,
    raw,
    shared,
    verify,
)
from reports.app.paths import inside
from reports.app.published import NothingPublished
from schemas.errors import ConfigurationError, WattledgerError

TITLE = "wattledger"
#: What a form of ours may hold; a pack may be larger.
LARGEST_FORM = 256 * 1024
THREADS = 8
PAGES = (
    estate.router,
    facility.router,
    hours.router,
    compare.router,
    explain.router,
    quality.router,
    raw.router,
    edits.router,
    filings.router,
    packs.router,
    verify.router,
    shared.router,
    equipment.router,
    engineering.router,
)

#: How mistakes look: the error, the title of its page, and the status. The first that fits.
REFUSALS: tuple[tuple[type[Exception], str, int], ...] = (
    (NotLoggedIn, "Please log in", 401),
    (NotBelieved, "The login did not work", 403),
    (Refused, "Not allowed", 403),
    (NothingPublished, "Nothing is published yet", 503),
    (ConfigurationError, "The estate's files cannot be used as they stand", 409),
    (WattledgerError, "This cannot be done", 409),
)


def application(desk: Desk) -> FastAPI:
    """The viewer of one estate."""
    app = FastAPI(
        title=TITLE,
        version="1",
        description="What is published of an estate: figures with unit, period, coverage and "
        "bounds, forms, and the account of every row.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        max_body_size=LARGEST_FORM,
        lifespan=_life,
    )
    app.state.desk = desk
    app.middleware("http")(guard)
    for router in PAGES:
        app.include_router(router, include_in_schema=False)
    app.include_router(api.router, prefix="/api/v1")
    app.include_router(api_filings.router, prefix="/api/v1")
    app.add_api_route("/assets/{digest}/{name}", asset, include_in_schema=False)
    app.add_api_route("/health", health, include_in_schema=False)
    app.add_api_route("/language/{code}", choose, include_in_schema=False)
    app.add_api_route("/logout", logout, include_in_schema=False, methods=["POST"])
    if desk.settings.oidc is not None:
        oidc.mount(app, desk, desk.settings.oidc)
    for kind, title, status in REFUSALS:
        app.add_exception_handler(kind, _handler(title, status))
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _not_understood)
    app.add_exception_handler(Exception, _ours)
    return app


@asynccontextmanager
async def _life(app: FastAPI) -> AsyncIterator[None]:
    """Pages are made by a few threads: more would only wait for each other, and hold memory."""
    to_thread.current_default_thread_limiter().total_tokens = THREADS
    yield


def asset(digest: str, name: str) -> Response:
    """A script or style; its name changes with its content, so it is good for ever."""
    found = assets().get(f"{digest}/{name}")
    if found is None:
        raise HTTPException(404, "There is no such file.")
    body, kind = found
    return Response(
        body, media_type=kind, headers={"Cache-Control": "public, max-age=31536000, immutable"}
    )


def health() -> dict[str, str]:
    """Says that the server answers, and nothing else."""
    return {"status": "ok"}


def choose(request: Request, code: str, then: str = "/") -> Response:
    """Keeps a language, and goes back."""
    if code not in LANGUAGES:
        raise HTTPException(404, f"There is no language {code}. Known: {', '.join(LANGUAGES)}.")
    answer = RedirectResponse(inside(then), status_code=303)
    answer.set_cookie(
        LANGUAGE,
        code,
        max_age=31_536_000,
        httponly=True,
        samesite="lax",
        secure=desk_of(request).settings.is_secure,
    )
    return answer


async def logout(request: Request) -> Response:
    """Ends a login. No form of ours is asked for: whoever logs somebody out harms little."""
    desk_of(request).sessions.end(request.cookies.get(COOKIE, ""))
    answer = RedirectResponse("/", status_code=303)
    answer.delete_cookie(COOKIE)
    return answer


Handler = Callable[[Request, Exception], Awaitable[Response]]


def _handler(title: str, status: int) -> Handler:
    async def handled(request: Request, error: Exception) -> Response:
        asks_page = request.method in SAFE and not _is_api(request)
        if isinstance(error, NotLoggedIn) and asks_page and desk_of(request).settings.oidc:
            return RedirectResponse(f"/login?then={request.url.path}", status_code=303)
        return _refused(request, error, title=title, status=status)

    return handled


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    title = "There is no such page" if error.status_code == 404 else "This cannot be done"
    words = WattledgerError(str(error.detail))
    return _refused(request, words, title=title, status=error.status_code)


async def _not_understood(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    words = "; ".join(
        f"{'.'.join(str(part) for part in one['loc'][1:])}: {one['msg']}" for one in error.errors()
    )
    return _refused(request, WattledgerError(words), title="This cannot be asked so", status=422)


async def _ours(request: Request, error: Exception) -> Response:
    """A mistake of ours: the server's own log has all of it, the page none."""
    words = WattledgerError(
        "This is a mistake of wattledger's, and nothing was changed by it.\n"
        "Whoever runs the server finds its cause on standard error."
    )
    return _refused(request, words, title="Something went wrong", status=500)


def _refused(request: Request, error: Exception, *, title: str, status: int) -> Response:
    if _is_api(request):
        return JSONResponse({"error": title, "detail": str(error)}, status_code=status)
    return refusal(request, error, title=title, status=status)


def _is_api(request: Request) -> bool:
    return bool(re.match(r"/api/", request.url.path))
