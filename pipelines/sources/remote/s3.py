"""Files of an S3-compatible bucket."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from obstore.exceptions import BaseError
from obstore.store import S3Store

from pipelines.sources.remote.problem import FetchProblem
from pipelines.sources.remote.secret import secret
from pipelines.sources.remote.shelf import Listed
from schemas.estate.drop import Drop

if TYPE_CHECKING:
    from obstore.store import S3Config

_PART = 4 * 2**20


@contextmanager
def opened(drop: Drop) -> Iterator["Bucket"]:
    """The bucket of a drop. Without a key it is read as anybody may."""
    config: S3Config = {
        "region": drop.region or "us-east-1",
        "virtual_hosted_style_request": not drop.endpoint,
    }
    if drop.endpoint:
        config["endpoint"] = drop.endpoint
    if drop.key_env:
        config["access_key_id"] = secret(drop.key_env)
        config["secret_access_key"] = secret(drop.secret_env)
    else:
        config["skip_signature"] = True
    limit = timedelta(seconds=drop.timeout_s)
    store = S3Store(
        drop.place,
        config=config,
        client_options={
            "timeout": limit,
            "connect_timeout": timedelta(seconds=10),
            "allow_http": drop.endpoint.startswith("http://"),
        },
        retry_config={"max_retries": 3, "retry_timeout": limit},
    )
    yield Bucket(store=store, folder=drop.folder)


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """An open bucket; paths are those below the prefix."""

    store: S3Store
    folder: str

    def files(self) -> Iterator[Listed]:
        prefix = f"{self.folder}/" if self.folder else ""
        try:
            for page in self.store.list(prefix or None):
                for one in page:
                    mark = one["e_tag"] or one["last_modified"].isoformat()
                    path = one["path"].removeprefix(prefix)
                    yield Listed(path=path, size=one["size"], mark=mark)
        except (BaseError, OSError) as error:
            raise FetchProblem(_told(error), is_unreachable=True) from error

    def content(self, path: str) -> Iterator[bytes]:
        whole = f"{self.folder}/{path}" if self.folder else path
        try:
            for part in self.store.get(whole).stream(min_chunk_size=_PART):
                yield bytes(part)
        except (BaseError, OSError) as error:
            raise FetchProblem(_told(error)) from error


def _told(error: Exception) -> str:
    """The first line of what went wrong: keys stand in none of them."""
    return f"cannot be read: {str(error).splitlines()[0][:300]}"
