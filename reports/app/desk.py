"""What every request finds at hand: settings, clocks, logins, what is published."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from time import monotonic

from starlette.requests import Request

from reports.app.access import Person
from reports.app.ledgers import AuditLog, Shares
from reports.app.proposals import Proposals
from reports.app.published import Published
from reports.app.rate import RateLimit
from reports.app.running import PartitionsTold, Running
from reports.app.sessions import Session, Sessions
from reports.app.settings import Settings
from schemas.errors import UsageError


def utc_now() -> datetime:
    """The time it is."""
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Desk:
    """One server's things.

    Args:
        folder: the estate's.
        hosts: the names by which browsers may call this server; others are refused, so that no
            page of elsewhere can have it answer under a name of its own.
        local: who sits at the machine, where nobody has to log in.
        now: the time; tests give their own.
        key_password: of the key that filings are sealed with.
    """

    folder: Path
    settings: Settings
    hosts: frozenset[str]
    local: Person | None
    now: Callable[[], datetime] = utc_now
    ticks: Callable[[], float] = monotonic
    key_password: str = ""

    def signer(self, person: Person, named: str) -> str:
        """Who signs: whoever has logged in. At the machine itself a name is asked for.

        Raises:
            UsageError: none was given there.
        """
        if self.local is None:
            return person.name
        if not named.strip():
            raise UsageError("Say who you are: without a login a name is asked for.")
        return named.strip()

    @cached_property
    def published(self) -> Published:
        return Published(self.folder)

    @cached_property
    def sessions(self) -> Sessions:
        return Sessions(hours=self.settings.session_hours)

    @cached_property
    def secret(self) -> str:
        """Of this server's life: what it signs for browsers ends with it."""
        return secrets.token_urlsafe(32)

    @cached_property
    def audit(self) -> AuditLog:
        return AuditLog(self.folder / "var" / "desk" / "audit.jsonl")

    @cached_property
    def shares(self) -> Shares:
        return Shares(self.folder / "var" / "desk" / "shares.json")

    @cached_property
    def running(self) -> Running:
        return Running(self.folder)

    @cached_property
    def partitions(self) -> PartitionsTold:
        return PartitionsTold(self.folder)

    @cached_property
    def proposals(self) -> Proposals:
        return Proposals(self.folder / "var" / "desk" / "proposals.json")

    @cached_property
    def reading(self) -> RateLimit:
        return RateLimit(burst=240, per_second=40)

    @cached_property
    def acting(self) -> RateLimit:
        return RateLimit(burst=30, per_second=1)


def desk_of(request: Request) -> Desk:
    """The server's desk."""
    desk: Desk = request.app.state.desk
    return desk


def session_of(request: Request) -> Session | None:
    """Who asks; None where nobody has logged in."""
    session: Session | None = request.state.session
    return session
