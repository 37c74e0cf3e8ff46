"""OpenID Connect: people log in at their own provider; Authlib checks what it says."""

from datetime import UTC, datetime
from typing import Any

import httpx2
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.starlette_client import OAuth
from fastapi import APIRouter, FastAPI
from joserfc.errors import JoseError
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from reports.app.access import Person
from reports.app.desk import Desk, desk_of
from reports.app.paths import inside
from reports.app.settings import Oidc
from schemas.errors import WattledgerError

CALLBACK = "/login/back"
#: A login that is not finished by then begins anew.
UNDER_WAY_S = 600

router = APIRouter(include_in_schema=False)


class NotBelieved(WattledgerError):
    """The provider's answer does not stand."""


def mount(app: FastAPI, desk: Desk, provider: Oidc) -> None:
    """Adds the login to an app."""
    registry = OAuth()
    registry.register(
        "provider",
        client_id=provider.client_id,
        client_secret=provider.secret,
        server_metadata_url=f"{provider.issuer}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid profile email",
            "code_challenge_method": "S256",
            "timeout": 10,
        },
    )
    app.state.provider = registry.provider
    app.add_middleware(
        SessionMiddleware,
        secret_key=desk.secret,
        session_cookie="wattledger_login",
        max_age=UNDER_WAY_S,
        same_site="lax",
        https_only=desk.settings.is_secure,
    )
    app.include_router(router)


@router.get("/login")
async def login(request: Request) -> Response:
    """To the provider, and back to where one came from."""
    desk = desk_of(request)
    request.session["then"] = inside(request.query_params.get("then", "/"))
    try:
        answer: Response = await request.app.state.provider.authorize_redirect(
            request, f"{desk.settings.address}{CALLBACK}"
        )
    except (httpx2.HTTPError, OAuthError) as error:
        raise NotBelieved(f"The login provider cannot be reached: {error}.") from error
    return answer


@router.get(CALLBACK)
async def back(request: Request) -> Response:
    """What the provider says of a person, checked: issuer, audience, nonce, signature, expiry."""
    desk = desk_of(request)
    provider = desk.settings.oidc
    assert provider is not None
    try:
        token: dict[str, Any] = await request.app.state.provider.authorize_access_token(
            request, claims_options=_expected(provider)
        )
    except (OAuthError, JoseError, httpx2.HTTPError, ValueError, KeyError) as error:
        raise NotBelieved(f"The login is not believed: {error}.") from error
    told = token.get("userinfo") or {}
    user = str(told.get("email") or told.get("preferred_username") or told.get("sub") or "")
    if told.get("email") and told.get("email_verified") is False:
        user = str(told.get("sub", ""))
    groups = told.get(provider.group_claim) or []
    grants = desk.settings.grants_of(user, [str(one) for one in groups])
    now = desk.now()
    ends = datetime.fromtimestamp(int(told["exp"]), UTC) if "exp" in told else None
    then = inside(request.session.pop("then", "/"))
    if not grants:
        desk.audit.write(now, user, "login", "no role is granted", 403)
        raise NotBelieved(f"{user} has no role here. Ask whoever keeps viewer.yaml.")
    name = desk.sessions.begin(
        Person(name=user, grants=grants), now, str(token.get("access_token", "")), ends
    )
    desk.audit.write(now, user, "login", "", 200)
    answer = RedirectResponse(then, status_code=303)
    answer.set_cookie(
        "wattledger", name, httponly=True, samesite="lax", secure=desk.settings.is_secure, path="/"
    )
    return answer


def _expected(provider: Oidc) -> dict[str, Any]:
    """Whom a token must be from and for. Authlib by itself takes one for another audience if it
    names us as the party that asked."""
    return {
        "iss": {"essential": True, "values": [provider.issuer, f"{provider.issuer}/"]},
        "aud": {"essential": True, "values": [provider.client_id]},
        "exp": {"essential": True},
    }


async def still_stands(request: Request, access_token: str) -> bool | None:
    """Whether the provider still knows a login; None where it cannot be asked."""
    client = request.app.state.provider
    try:
        metadata = await client.load_server_metadata()
        address = metadata.get("userinfo_endpoint")
        if not address or not access_token:
            return None
        async with httpx2.AsyncClient(timeout=5) as asked:
            answer = await asked.get(address, headers={"Authorization": f"Bearer {access_token}"})
    except httpx2.HTTPError:
        return None
    if answer.status_code in (401, 403):
        return False
    return True if answer.is_success else None
