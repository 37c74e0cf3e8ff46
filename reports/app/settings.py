"""``viewer.yaml`` in the estate's folder: how people log in, and who may do what."""

import ipaddress
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from reports.app.access import Grant, Role
from schemas.errors import ConfigurationError, Problem
from schemas.estate.record import Record
from schemas.estate.yaml_nodes import compose, items, nested, records, sequence

FILE = "viewer.yaml"
TOP = (
    "login",
    "address",
    "oidc",
    "proxy",
    "people",
    "session_hours",
    "signing_key_file",
    "dagster",
)
OIDC = ("issuer", "client_id", "client_secret_env", "group_claim", "recheck_s")
PROXY = ("user_header", "group_header", "from")
PERSON = ("user", "group", "role", "facilities")
LOGINS = ("oidc", "proxy")


@dataclass(frozen=True, kw_only=True)
class Oidc:
    """An OpenID Connect provider.

    Args:
        issuer: its address; ``/.well-known/openid-configuration`` is below it.
        client_secret_env: the environment variable that holds the secret.
        group_claim: where the ID token names a person's groups.
        recheck_s: so often the provider is asked whether a login still stands.
    """

    issuer: str
    client_id: str
    client_secret_env: str
    group_claim: str = "groups"
    recheck_s: int = 300

    @property
    def secret(self) -> str:
        return os.environ.get(self.client_secret_env, "")


@dataclass(frozen=True, kw_only=True)
class Proxy:
    """A proxy that has asked people who they are, and says so in headers.

    Args:
        trusted: networks whose headers are believed; from others they are refused.
    """

    user_header: str
    group_header: str
    trusted: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]

    def is_trusted(self, client: str) -> bool:
        """Whether a peer's headers are believed."""
        try:
            address = ipaddress.ip_address(client)
        except ValueError:
            return False
        return any(address in network for network in self.trusted)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A person, or a group of them, and what is granted; exactly one of both is named."""

    user: str
    group: str
    grant: Grant


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How the viewer is reached. Without ``login`` only from the machine itself.

    Args:
        address: as browsers write it, such as ``https://figures.example.org``; empty on loopback.
        signing_key_file: the secret key that filings are sealed with; None for unsigned ones.
        dagster: where Dagster's own pages are, if they are served.
    """

    login: str = ""
    address: str = ""
    oidc: Oidc | None = None
    proxy: Proxy | None = None
    people: tuple[Entry, ...] = ()
    session_hours: int = 8
    signing_key_file: Path | None = None
    dagster: str = ""

    @property
    def is_secure(self) -> bool:
        """Whether browsers come over TLS."""
        return self.address.startswith("https:")

    def grants_of(self, user: str, groups: Sequence[str]) -> tuple[Grant, ...]:
        """What is granted to a user by name or by any group."""
        return tuple(
            entry.grant
            for entry in self.people
            if (entry.user and entry.user == user) or (entry.group and entry.group in groups)
        )


def read_settings(folder: Path, facilities: Sequence[str]) -> Settings:
    """The viewer's settings; the plain ones where there is no file.

    Raises:
        ConfigurationError: every problem, with its line.
    """
    path = folder / FILE
    if not path.exists():
        return Settings()
    problems: list[Problem] = []
    root = compose(path, TOP, problems)
    if root is None:
        raise ConfigurationError(problems)
    settings = _read(root, folder, facilities, problems)
    if problems:
        raise ConfigurationError(problems)
    return settings


def _read(
    root: yaml.Node, folder: Path, facilities: Sequence[str], problems: list[Problem]
) -> Settings:
    [record] = records([root], TOP, FILE, problems) or [
        Record(values={}, place=lambda _key: FILE, line=1)
    ]
    parts = dict(items(root, FILE, TOP, []))
    login = record.choice("login", LOGINS, "") or ""
    address = _address(record, "address")
    if login and not address:
        record.refuse("login", "a login needs 'address', as browsers write it.")
    key = record.text("signing_key_file")
    settings = Settings(
        login=login,
        address=address,
        oidc=_oidc(parts.get("oidc"), problems) if login == "oidc" else None,
        proxy=_proxy(parts.get("proxy"), problems) if login == "proxy" else None,
        people=tuple(
            entry
            for node in sequence(parts.get("people"), "people", FILE, problems)
            if (entry := _entry(node, facilities, problems))
        ),
        session_hours=record.whole("session_hours", 8),
        signing_key_file=folder / key if key else None,
        dagster=_address(record, "dagster"),
    )
    if login and login not in parts:
        record.refuse("login", f"login is {login}, and nothing is said of it.", f"Add: {login}: …")
    if login and not settings.people:
        record.refuse("login", "nobody may do anything.", "Add: people: [{group: …, role: viewer}]")
    problems += record.problems
    return settings


def _address(record: Record, key: str) -> str:
    """An address of a server, without a path; empty where none is given."""
    address = record.text(key).rstrip("/")
    told = urlsplit(address)
    if address and (told.scheme not in ("http", "https") or not told.hostname or told.path):
        record.refuse(key, f"'{address}' is no address.", "Such as: https://figures.example")
        return ""
    return address


def _oidc(node: yaml.Node | None, problems: list[Problem]) -> Oidc | None:
    for record in records([node], OIDC, FILE, problems):
        made = Oidc(
            issuer=record.required("issuer").rstrip("/"),
            client_id=record.required("client_id"),
            client_secret_env=record.required("client_secret_env"),
            group_claim=record.text("group_claim") or "groups",
            recheck_s=record.whole("recheck_s", 300),
        )
        if made.client_secret_env and not made.secret:
            record.refuse(
                "client_secret_env",
                f"the environment has no {made.client_secret_env}.",
                "Set it to the client's secret; it does not stand in a file.",
            )
        problems += record.problems
        return made
    return None


def _proxy(node: yaml.Node | None, problems: list[Problem]) -> Proxy | None:
    for record in records([node], PROXY, FILE, problems):
        networks = []
        assert node is not None
        for entry in sequence(nested(node, "from"), "from", FILE, problems):
            try:
                networks.append(ipaddress.ip_network(str(entry.value)))
            except ValueError:
                record.refuse("from", f"'{entry.value}' is no network.", "Such as: 10.1.0.0/16")
        if not networks:
            record.refuse("from", "no proxy is trusted.", "Add: from: [127.0.0.1/32]")
        made = Proxy(
            user_header=record.required("user_header"),
            group_header=record.text("group_header"),
            trusted=tuple(networks),
        )
        problems += record.problems
        return made
    return None


def _entry(node: yaml.Node, facilities: Sequence[str], problems: list[Problem]) -> Entry | None:
    for record in records([node], PERSON, FILE, problems):
        user, group = record.text("user"), record.text("group")
        if bool(user) == bool(group):
            record.refuse("role", "an entry names a user or a group, one of both.")
        role = record.choice("role", tuple(Role), "")
        if not role:
            record.refuse("role", "'role' is missing.", f"One of: {', '.join(Role)}.")
        named = [
            str(one.value)
            for one in sequence(nested(node, "facilities"), "facilities", FILE, problems)
        ]
        for one in named:
            if one not in facilities:
                known = ", ".join(facilities)
                record.refuse("facilities", f"facility '{one}' is not known.", f"Known: {known}.")
        problems += record.problems
        if role:
            scope = frozenset(named) if named else None
            return Entry(user=user, group=group, grant=Grant(role=Role(role), facilities=scope))
    return None
