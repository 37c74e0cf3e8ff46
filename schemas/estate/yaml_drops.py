"""``drops`` of ``estate.yaml``: buckets and folders elsewhere. No secret may stand in it."""

from dataclasses import fields

import yaml

from schemas.errors import Problem
from schemas.estate.drop import PLACES, Drop
from schemas.estate.record import Record
from schemas.estate.yaml_nodes import records
from schemas.estate.yaml_remotes import ELSEWHERE, FOLDER, NAME, address

DROP = tuple(field.name for field in fields(Drop))
#: Keys that would hold a secret.
SECRETS = ("password", "secret", "key")
_ONLY = {
    "s3": ("endpoint", "region", "key_env", "secret_env"),
    "sftp": ("user", "password_env", "key_file", "host_key"),
}


def drop_part(node: yaml.Node, name: str, problems: list[Problem]) -> Drop:
    """One entry of ``drops``."""
    [record] = records([node], (*DROP, *SECRETS), name, problems) or [
        Record(values={}, place=lambda _key: name, line=0)
    ]
    for key in SECRETS:
        if key in record.values:
            record.refuse(key, "a secret does not stand in a configuration.", ELSEWHERE)
    identity, folder = record.required("name"), record.required("into")
    if identity and not NAME.match(identity):
        record.refuse("name", f"'{identity}' cannot be a file's name.", "Letters, digits, -.")
    if folder and not FOLDER.match(folder):
        record.refuse("into", f"'{folder}' is no folder of the inbox.", "Such as: fra1/bms")
    texts = [key for key in DROP if key not in ("name", "url", "into", "match", "timeout_s")]
    drop = Drop(
        name=identity,
        url=address(record, tuple(_ONLY), " or ".join(PLACES.values())),
        into=folder,
        match=record.text("match", "*"),
        timeout_s=record.whole("timeout_s", 60, lowest=1),
        **{key: record.text(key) for key in texts},
    )
    _check_kind(record, drop)
    problems += record.problems
    return drop


def _check_kind(record: Record, drop: Drop) -> None:
    """What one kind needs, and the other has no use for."""
    for kind, keys in _ONLY.items():
        for key in keys:
            if drop.kind and kind != drop.kind and key in record.values:
                record.refuse(key, f"{key} is for {kind}.", f"Leave it out of a {drop.kind} drop.")
    if drop.kind == "s3" and bool(drop.key_env) != bool(drop.secret_env):
        record.refuse("key_env", "a key and its secret belong together.", "Name both, or neither.")
    if drop.kind == "sftp":
        if not drop.host_key:
            record.refuse(
                "host_key", "no server is trusted without its key.", "ssh-keyscan HOST shows it."
            )
        if not drop.user or bool(drop.password_env) == bool(drop.key_file):
            record.refuse(
                "user", "who logs in, and by what?", "user, and password_env or key_file."
            )
