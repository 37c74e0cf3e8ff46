"""``remotes`` of ``estate.yaml``: systems whose history is fetched. No secret may stand in it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from urllib.parse import urlsplit

import yaml

from schemas.errors import Problem
from schemas.estate.record import Record
from schemas.estate.remote import Remote
from schemas.estate.yaml_nodes import pairs, records

REMOTE = tuple(field.name for field in fields(Remote))
NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9-]*$")
FOLDER = re.compile(r"^[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)*$")
ELSEWHERE = "Name where a secret stands, in a key of its own that ends in _env or _file."


def remote_part(
    node: yaml.Node, kinds: Mapping[str, bool], name: str, problems: list[Problem]
) -> Remote:
    """One entry of ``remotes``; ``kinds`` says which keep a history."""
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
    if not series:
        record.refuse("series", "nothing is asked for.", "Write: series: {SELECTOR: METER}.")
    remote = Remote(
        name=identity,
        kind=kind,
        url=address(record, ("http", "https"), "https://prometheus:9090"),
        since=record.needed_day("since") if kinds[kind] else record.day("since"),
        into=folder,
        series=series,
        token_env=record.text("token_env"),
        token_file=record.text("token_file"),
        user=record.text("user"),
        password_env=record.text("password_env"),
        timeout_s=record.whole("timeout_s", 60),
        retries=record.whole("retries", 4),
    )
    if sum(map(bool, (remote.token_env, remote.token_file, remote.password_env))) > 1:
        record.refuse("token_file", "the secret stands in two places.", "Keep one.")
    if bool(remote.user) != bool(remote.password_env):
        record.refuse("user", "a user and a password belong together.", "user and password_env.")
    if remote.since and not kinds[kind]:
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
