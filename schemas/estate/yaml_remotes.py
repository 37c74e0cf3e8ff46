"""``remotes`` of ``estate.yaml``: systems whose history is fetched. No secret may stand in it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from urllib.parse import urlsplit

import yaml

from schemas.errors import Problem
from schemas.estate.record import Record
from schemas.estate.remote import DIGESTS, Remote, RemoteKind
from schemas.estate.yaml_nodes import pairs, records

REMOTE = tuple(field.name for field in fields(Remote))
NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9-]*$")
FOLDER = re.compile(r"^[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)*$")
ELSEWHERE = "Name where a secret stands, in a key of its own that ends in _env or _file."


def remote_part(
    node: yaml.Node, kinds: Mapping[str, RemoteKind], name: str, problems: list[Problem]
) -> Remote:
    """One entry of ``remotes``; ``kinds`` says what systems there are."""
    known = (*REMOTE, "token", "password")
    [record] = records([node], known, name, problems) or [
        Record(values={}, place=lambda _key: name, line=0)
    ]
    for key in ("token", "password"):
        if key in record.values:
            record.refuse(key, "a secret does not stand in a configuration.", ELSEWHERE)
    identity, folder = record.required("name"), record.required("into")
    if identity and not NAME.match(identity):
        record.refuse("name", f"'{identity}' cannot begin a file's name.", "Letters, digits, -.")
    if folder and not FOLDER.match(folder):
        record.refuse("into", f"'{folder}' is no folder of the inbox.", "Such as: fra1/prometheus")
    series = pairs(node, "series", (), name, problems)
    kind = record.choice("kind", tuple(kinds), next(iter(kinds))) or next(iter(kinds))
    told = kinds[kind]
    if not series:
        record.refuse("series", "nothing is asked for.", "Write: series: {SELECTOR: METER}.")
    for one, _ in series:
        if not re.fullmatch(told.series, one, re.DOTALL):
            record.refuse("series", f"'{one}' names nothing of {kind}.", f"Such as: {told.named}")
    remote = Remote(
        name=identity,
        kind=kind,
        url=address(record, told.schemes, told.such_as),
        since=record.needed_day("since") if told.has_history else record.day("since"),
        into=folder,
        series=series,
        token_env=record.text("token_env"),
        token_file=record.text("token_file"),
        user=record.text("user"),
        password_env=record.text("password_env"),
        privacy_env=record.text("privacy_env"),
        authentication=record.choice("authentication", DIGESTS, ""),
        timeout_s=record.whole("timeout_s", 60),
        retries=record.whole("retries", 4),
    )
    if sum(map(bool, (remote.token_env, remote.token_file, remote.password_env))) > 1:
        record.refuse("token_file", "the secret stands in two places.", "Keep one.")
    if bool(remote.user) != bool(remote.password_env):
        record.refuse("user", "a user and a password belong together.", "user and password_env.")
    for key in ("privacy_env", "authentication"):
        if record.text(key) and not (kind == "snmp" and remote.user):
            record.refuse(key, "only a user of SNMP has it.", "Leave it out.")
    if remote.since and not told.has_history:
        record.refuse("since", f"{kind} keeps no history.", "Leave since out.")
    problems += record.problems
    return remote


def address(record: Record, schemes: Sequence[str], such_as: str) -> str:
    """The ``url`` of an entry: a place, and no secret."""
    text = record.required("url")
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("")
    if text and (parts.scheme not in schemes or not parts.hostname):
        record.refuse("url", f"'{text}' is no address.", f"Such as: {such_as}")
        return ""
    if parts.username or parts.password or parts.query or parts.fragment:
        record.refuse("url", "an address holds no user, secret, query or fragment.", ELSEWHERE)
        return ""
    return text.rstrip("/")
