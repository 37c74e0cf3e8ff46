"""Who is logged in: kept by the server; a browser holds nothing but a random name of its entry."""

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from reports.app.access import Person

#: A browser that never logs in again still costs an entry; the oldest go first.
MOST = 10_000


@dataclass(kw_only=True)
class Session:
    """One login.

    Args:
        expires: after this it counts no more, whatever the person does.
        access_token: what the provider is asked with whether the login still stands.
        checked: when it was asked last.
    """

    person: Person
    expires: datetime
    access_token: str = ""
    checked: datetime
    csrf: str = field(default_factory=lambda: secrets.token_urlsafe(24))


@dataclass
class Sessions:
    """The logins of one server. They end with it."""

    hours: int
    held: dict[str, Session] = field(default_factory=dict)

    def begin(
        self, person: Person, now: datetime, access_token: str = "", ends: datetime | None = None
    ) -> str:
        """A new login, and the name its browser keeps. ``ends``: the provider's own end, if it is
        before ours."""
        while len(self.held) >= MOST:
            self.held.pop(next(iter(self.held)))
        name = secrets.token_urlsafe(32)
        latest = now + timedelta(hours=self.hours)
        self.held[_key(name)] = Session(
            person=person,
            expires=min(latest, ends) if ends else latest,
            access_token=access_token,
            checked=now,
        )
        return name

    def find(self, name: str, now: datetime) -> Session | None:
        """The login of a browser; None where there is none, or it has ended."""
        session = self.held.get(_key(name)) if name else None
        if session is not None and session.expires <= now:
            self.end(name)
            return None
        return session

    def end(self, name: str) -> None:
        """Logs out; again does no harm."""
        self.held.pop(_key(name), None)


def _key(name: str) -> str:
    """What is kept of a browser's name: whoever reads our memory cannot log in with it."""
    return sha256(name.encode()).hexdigest()


def same(given: str, known: str) -> bool:
    """Whether two secrets are the same, in a time that does not tell."""
    return hmac.compare_digest(given.encode(), known.encode())
