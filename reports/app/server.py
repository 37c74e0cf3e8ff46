"""Starts the viewer: on this machine for whoever sits at it, elsewhere only behind a login."""

import getpass
import ipaddress
import os
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn

from pipelines.stages.workshop import estate_of
from reports.app.access import owner
from reports.app.application import application
from reports.app.desk import Desk
from reports.app.settings import FILE, read_settings
from reports.seal.signing import PASSWORD
from schemas.errors import UsageError

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def serve(folder: Path, host: str, port: int, say: Callable[[str], None]) -> None:
    """Serves an estate until it is told to end.

    Raises:
        UsageError: the address is not this machine's own, and nobody has to log in.
        ConfigurationError: the estate's or the viewer's settings cannot be used.
    """
    desk = desk_for(folder, host)
    known = "everybody at this machine" if desk.local else desk.settings.login
    shown = f"[{host}]" if ":" in host else host
    say(f"{desk.settings.address or f'http://{shown}:{port}'} (login: {known})")
    config = uvicorn.Config(
        application(desk),
        host=host,
        port=port,
        log_level="warning",
        proxy_headers=False,  # who asks is whoever is connected, not whom a header names
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    uvicorn.Server(config).run()


def desk_for(folder: Path, host: str) -> Desk:
    """What a server at an address has at hand."""
    estate = estate_of(folder)
    settings = read_settings(folder, [one.id for one in estate.facilities])
    if not settings.login and not is_loopback(host):
        raise UsageError(
            f"{host} can be reached by others, and nobody would have to log in.\n"
            f"  Write {FILE} in the estate's folder with a login (oidc or proxy), or leave --host "
            "out."
        )
    hosts = LOOPBACK
    if settings.login:
        named = urlsplit(settings.address).hostname or ""
        hosts = frozenset({named})
    return Desk(
        folder=folder.resolve(),
        settings=settings,
        hosts=hosts,
        local=None if settings.login else owner(getpass.getuser()),
        key_password=os.environ.get(PASSWORD, ""),
    )


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address. A name counts only if it is localhost."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
