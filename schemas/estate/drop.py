"""A place elsewhere from which files are taken into the inbox, as ``estate.yaml`` describes it."""

from dataclasses import dataclass
from urllib.parse import urlsplit

#: Kinds of places by the scheme of their addresses, with an address for people.
PLACES = {"s3": "s3://bucket/folder", "sftp": "sftp://host/folder"}


@dataclass(frozen=True, kw_only=True)
class Drop:
    """Files of an S3-compatible bucket or an SFTP folder.

    Args:
        name: what it is called.
        url: ``s3://bucket/prefix`` or ``sftp://host:port/folder``, without any secret.
        into: the folder of the inbox.
        match: which files are taken, by their path below the prefix or folder.
        endpoint, region: of S3, where it is not Amazon's own.
        key_env, secret_env: the environment's names of an S3 key and its secret.
        user: who logs in over SFTP.
        password_env, key_file: by what.
        host_key: the server's own public key, as ``ssh-keyscan`` writes it; no other is trusted.
        timeout_s: how long one answer may take.
    """

    name: str
    url: str
    into: str
    match: str = "*"
    endpoint: str = ""
    region: str = ""
    key_env: str = ""
    secret_env: str = ""
    user: str = ""
    password_env: str = ""
    key_file: str = ""
    host_key: str = ""
    timeout_s: int = 60

    @property
    def kind(self) -> str:
        """``s3`` or ``sftp``."""
        return urlsplit(self.url).scheme

    @property
    def place(self) -> str:
        """The bucket, or the server with its port."""
        return urlsplit(self.url).netloc

    @property
    def folder(self) -> str:
        """The prefix within the bucket, or the folder on the server."""
        return urlsplit(self.url).path.strip("/")
