"""Files of a folder over SFTP. The server must show the key that the configuration names."""

import base64
import stat
from binascii import Error as NoBase64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import paramiko

from pipelines.sources.remote.problem import FetchProblem
from pipelines.sources.remote.secret import secret
from pipelines.sources.remote.shelf import Listed
from schemas.estate.drop import Drop

_PART = 2**20
_FAILED = (paramiko.SSHException, OSError, EOFError)


@contextmanager
def opened(drop: Drop) -> Iterator["Folder"]:
    """The folder of a drop."""
    place = urlsplit(drop.url)
    host, port = place.hostname or "", place.port or 22
    kind, key = _host_key(drop)
    client = paramiko.SSHClient()
    named = host if port == 22 else f"[{host}]:{port}"
    client.get_host_keys().add(named, kind, key)
    client.set_missing_host_key_policy(paramiko.RejectPolicy())
    try:
        client.connect(
            host,
            port=port,
            username=drop.user,
            password=secret(drop.password_env) if drop.password_env else None,
            key_filename=drop.key_file or None,
            timeout=10,
            banner_timeout=10,
            auth_timeout=drop.timeout_s,
            channel_timeout=drop.timeout_s,
            allow_agent=False,
            look_for_keys=False,
        )
        transfer = client.open_sftp()
        channel = transfer.get_channel()
        if channel is not None:
            channel.settimeout(float(drop.timeout_s))
        yield Folder(transfer=transfer, folder=f"/{drop.folder}" if drop.folder else ".")
    except _FAILED as error:
        raise FetchProblem(_told(error), is_unreachable=True) from error
    finally:
        client.close()


def _host_key(drop: Drop) -> tuple[str, paramiko.PKey]:
    """``[host] ssh-ed25519 AAAA…`` as a key."""
    words = drop.host_key.split()
    place = next((nr for nr, word in enumerate(words) if word.startswith(("ssh-", "ecdsa-"))), None)
    try:
        if place is None:
            raise ValueError(drop.host_key)
        kind = words[place]
        return kind, paramiko.PKey.from_type_string(kind, base64.b64decode(words[place + 1]))
    except (ValueError, IndexError, NoBase64, paramiko.SSHException) as error:
        raise FetchProblem(
            "host_key is no public key; write: ssh-ed25519 AAAA…", is_unreachable=True
        ) from error


@dataclass(frozen=True, kw_only=True)
class Folder:
    """An open folder; paths are those below it. Links are left alone."""

    transfer: paramiko.SFTPClient
    folder: str

    def files(self) -> Iterator[Listed]:
        try:
            yield from self._below("")
        except _FAILED as error:
            raise FetchProblem(_told(error), is_unreachable=True) from error

    def _below(self, path: str) -> Iterator[Listed]:
        for one in self.transfer.listdir_attr(f"{self.folder}/{path}"):
            name, mode = f"{path}{one.filename}", one.st_mode or 0
            if stat.S_ISDIR(mode):
                yield from self._below(f"{name}/")
            elif stat.S_ISREG(mode):
                yield Listed(path=name, size=one.st_size or 0, mark=str(one.st_mtime))

    def content(self, path: str) -> Iterator[bytes]:
        try:
            with self.transfer.open(f"{self.folder}/{path}", "rb") as file:
                while part := file.read(_PART):
                    yield part
        except _FAILED as error:
            raise FetchProblem(_told(error)) from error


def _told(error: BaseException) -> str:
    first = str(error).partition("\n")[0]
    return f"cannot be read: {type(error).__name__} {first}".rstrip()
