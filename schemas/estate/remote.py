"""A system whose history is fetched, as ``estate.yaml`` describes it."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True)
class Remote:
    """A system that is asked: for its history, one file for each day of UTC, or for what its
    counters show at the moment, one file each time.

    Args:
        name: what it is called, also in its files' names.
        kind: what answers there.
        url: where, without any secret.
        since: the first day of history wanted; None of what keeps none.
        into: the folder of the inbox.
        series: what is asked for, and the meter that it is.
        token_env, token_file: where the bearer token stands, if one is needed.
        user, password_env: who asks, and where the password stands, if that is needed instead.
        timeout_s: how long one answer may take.
        retries: how often a question is asked again where nobody answers.
    """

    name: str
    kind: str
    url: str
    into: str
    series: tuple[tuple[str, str], ...]
    since: date | None = None
    token_env: str = ""
    token_file: str = ""
    user: str = ""
    password_env: str = ""
    timeout_s: int = 60
    retries: int = 4

    @property
    def match(self) -> str:
        """Which files of the inbox are its own."""
        return f"{self.into}/{self.name}_*.json"

    def path_of(self, day: date) -> str:
        """The file of one day, from the inbox."""
        return f"{self.into}/{self.name}_{day.isoformat()}.json"

    def path_at(self, at: datetime) -> str:
        """The file of one moment (UTC), from the inbox."""
        return f"{self.into}/{self.name}_{at:%Y-%m-%dT%H%M%SZ}.json"
