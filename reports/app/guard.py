"""What stands before every route: the host's name, who asks, how often, what a browser may do with
the answer; and one line in the log for whatever was done or refused."""

import hmac
from collections.abc import Awaitable, Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from reports.app.access import Person, Right
from reports.app.desk import Desk, desk_of, session_of
from reports.app.oidc import still_stands
from reports.app.sessions import Session, same
from schemas.errors import WattledgerError

COOKIE = "wattledger"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
Next = Callable[[Request], Awaitable[Response]]

#: No script, style, image or request but this server's own; nobody may frame a page.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class NotLoggedIn(WattledgerError):
    """Nobody has logged in, and the route is not for everybody."""


class Refused(WattledgerError):
    """Who asks may not have it."""


def needs(right: Right) -> Any:  # noqa: ANN401 - what FastAPI's Depends gives
    """A route's permission: looked at here and nowhere else.

    Where the path names a facility, the right must be held there. What changes anything must come
    from a form of ours.
    """

    async def allowed(request: Request) -> Person:
        session = session_of(request)
        if session is None:
            raise NotLoggedIn("This page is for people who have logged in.")
        if not session.person.may(right, request.path_params.get("facility", "")):
            roles = ", ".join(session.person.roles) or "no role"
            raise Refused(
                f"{session.person.name} ({roles}) may not do this: it needs the right to {right}."
            )
        if request.method not in SAFE:
            form = await request.form()
            if not same(str(form.get("csrf", "")), session.csrf):
                raise Refused("This form is not of your login. Load its page again, then send it.")
        return session.person

    allowed.right = right  # type: ignore[attr-defined]
    return Depends(allowed)


async def guard(request: Request, following: Next) -> Response:
    """Every request passes here."""
    desk = desk_of(request)
    if urlsplit(f"//{request.headers.get('host', '')}").hostname not in desk.hosts:
        return _with_headers(
            PlainTextResponse("This server does not go by that name.\n", status_code=421), desk
        )
    session = await _session(request, desk)
    request.state.session = session
    side = session.person.name if session else _peer(request)
    limit = desk.reading if request.method in SAFE else desk.acting
    if not limit.allows(side, desk.ticks()):
        response: Response = PlainTextResponse(
            "Too many requests. Wait a few seconds.\n",
            status_code=429,
            headers={"Retry-After": "5"},
        )
    elif request.method not in SAFE and _from_elsewhere(request):
        response = PlainTextResponse("This came from another site's page.\n", status_code=403)
    else:
        response = await following(request)
    if request.method not in SAFE or response.status_code in (401, 403, 421, 429):
        desk.audit.write(desk.now(), side, request.method, request.url.path, response.status_code)
    return _with_headers(response, desk)


def _with_headers(response: Response, desk: Desk) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "private, no-cache")
    if desk.settings.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


def _peer(request: Request) -> str:
    return request.client.host if request.client else ""


def _from_elsewhere(request: Request) -> bool:
    """Whether a browser says that another site's page sent this."""
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin")
    return site not in ("same-origin", "none") or (
        origin is not None and urlsplit(origin).netloc != request.headers.get("host", "")
    )


async def _session(request: Request, desk: Desk) -> Session | None:
    if desk.local is not None:
        return _told(desk, desk.local)
    settings, now = desk.settings, desk.now()
    if settings.proxy is not None:
        user = request.headers.get(settings.proxy.user_header, "")
        if not user or not settings.proxy.is_trusted(_peer(request)):
            return None
        named = request.headers.get(settings.proxy.group_header, "")
        groups = [group.strip() for group in named.split(",") if group.strip()]
        return _told(desk, Person(name=user, grants=settings.grants_of(user, groups)))
    name = request.cookies.get(COOKIE, "")
    session = desk.sessions.find(name, now)
    if session is not None and settings.oidc is not None:
        interval = timedelta(seconds=settings.oidc.recheck_s)
        if now - session.checked >= interval:
            verdict = await still_stands(request, session.access_token)
            if verdict is True:
                session.checked = now
            elif verdict is False or now - session.checked >= 4 * interval:
                # Who cannot be asked any more is not believed for ever.
                desk.sessions.end(name)
                return None
    return session


def _told(desk: Desk, person: Person) -> Session:
    """A login that is told anew with every request."""
    now = desk.now()
    mark = hmac.new(desk.secret.encode(), person.name.encode(), sha256).hexdigest()
    return Session(person=person, expires=now + timedelta(hours=1), checked=now, csrf=mark)
