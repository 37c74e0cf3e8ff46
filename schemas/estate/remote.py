"""A system that is asked, as ``estate.yaml`` describes it."""

from dataclasses import dataclass
from datetime import date, datetime

#: Digests of SNMP's passwords, the first where nothing is said.
DIGESTS = ("sha", "sha256", "sha512")
#: A day in a file's name, as a glob.
_DAY = "-".join("[0-9]" * digits for digits in (4, 2, 2))


@dataclass(frozen=True, kw_only=True)
class RemoteKind:
    """What there is to know of a kind of system where nobody asks it.

    Args:
        has_history: whether it tells of days that are over, or only of the moment.
        schemes: how its addresses begin.
        such_as: an address, for people.
        series: what names a series, as a regular expression.
        named: one, for people.
    """

    has_history: bool
    schemes: tuple[str, ...]
    such_as: str
    series: str
    named: str


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
        token_env, token_file: where the bearer token (of SNMP the community) stands, if one is
            needed.
        user, password_env: who asks, and where the password stands, if that is needed instead.
        privacy_env: where the password stands that SNMP's answers are encrypted with.
        authentication: the digest that SNMP's password makes: one of ``DIGESTS``.
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
    privacy_env: str = ""
    authentication: str = ""
    timeout_s: int = 60
    retries: int = 4

    @property
    def match(self) -> str:
        """Which files of the inbox are its own."""
        return f"{self.into}/{self.name}_{_DAY}*"

    def path_of(self, day: date, suffix: str) -> str:
        """The file of one day, from the inbox."""
        return f"{self.into}/{self.name}_{day.isoformat()}.{suffix}"

    def path_at(self, at: datetime, suffix: str) -> str:
        """The file of one moment (UTC), from the inbox."""
        return f"{self.into}/{self.name}_{at:%Y-%m-%dT%H%M%SZ}.{suffix}"
