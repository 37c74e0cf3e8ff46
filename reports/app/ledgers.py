"""What the viewer itself remembers, under ``var/desk``: who did what, and what was shared."""

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from pipelines.storage.files import locked, read_json, write_json

#: A link to a filing is good for at most so long.
LONGEST_SHARE = timedelta(days=90)


@dataclass(frozen=True)
class AuditLog:
    """Who did what: a line each, only ever added to."""

    path: Path

    def write(self, now: datetime, who: str, did: str, on: str, status: int) -> None:
        """One line. Line ends and marks of control in a name cannot begin another one."""
        row = {"at": now.isoformat(timespec="seconds"), "who": who, "did": did, "on": on}
        line = json.dumps({**row, "status": status}, ensure_ascii=True)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")

    def last(self, most: int) -> list[dict[str, object]]:
        """The newest lines first."""
        if not self.path.exists():
            return []
        lines = self.path.read_text(encoding="utf-8").splitlines()[-most:]
        return [json.loads(line) for line in reversed(lines)]


@dataclass(frozen=True, kw_only=True)
class Share:
    """A pack that an authority may fetch until a day, by a link or after logging in.

    Args:
        key: sha256 of the link's secret; the secret itself is shown once and not kept.
        pack: the file's name in ``var/filings``.
        to: who it is for, as they log in; anybody with the link may fetch it.
    """

    key: str
    pack: str
    to: str
    by: str
    until: str

    def is_open(self, now: datetime) -> bool:
        return now < datetime.fromisoformat(self.until)


@dataclass(frozen=True)
class Shares:
    """The shares of an estate."""

    path: Path

    def all(self) -> list[Share]:
        """Every share that was not taken back, the newest first."""
        document = read_json(self.path) or {}
        return [Share(**one) for one in document.get("shares", [])]

    def add(self, pack: str, to: str, by: str, now: datetime, days: int) -> str:
        """Shares a pack; the secret of its link."""
        secret = secrets.token_urlsafe(32)
        until = now + min(timedelta(days=days), LONGEST_SHARE)
        share = Share(
            key=_key(secret), pack=pack, to=to, by=by, until=until.isoformat(timespec="seconds")
        )
        with self._alone() as held:
            held.insert(0, share)
        return secret

    def end(self, key: str) -> None:
        """Takes a share back."""
        with self._alone() as held:
            held[:] = [one for one in held if one.key != key]

    def by_link(self, secret: str, now: datetime) -> Share | None:
        """The share of a link; None where there is none, or its time is over."""
        found = [one for one in self.all() if one.key == _key(secret) and one.is_open(now)]
        return found[0] if found else None

    def of(self, person: str, now: datetime) -> list[Share]:
        """What was shared with a person who has logged in."""
        return [one for one in self.all() if one.to == person and one.is_open(now)]

    @contextmanager
    def _alone(self) -> Iterator[list[Share]]:
        """The list, written back when the turn ends without an error."""
        with locked(self.path.with_suffix(".lock")):
            held = self.all()
            yield held
            write_json(self.path, {"shares": [asdict(one) for one in held]})


def _key(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
