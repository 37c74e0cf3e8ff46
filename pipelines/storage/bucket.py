"""A place in S3-compatible storage: files by key, and what it says when it fails."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from obstore.exceptions import BaseError
from obstore.store import S3Store

from pipelines.storage.files import replacing
from schemas.errors import WattledgerError

_PART = 4 * 2**20


class StoreError(WattledgerError):
    """The storage cannot be reached, or does not hold what it should."""


class Bucket:
    """A bucket, from a prefix on; a file's tag is another one whenever its content is.

    Args:
        url: ``s3://bucket/prefix``. Where that is and who may use it stands in the environment:
            ``AWS_ENDPOINT_URL``, ``AWS_REGION``, ``AWS_ACCESS_KEY_ID``, ``AWS_SECRET_ACCESS_KEY``.
    """

    def __init__(self, url: str) -> None:
        place = urlsplit(url)
        endpoint = os.environ.get("AWS_ENDPOINT_URL", "")
        self.url = url
        self._s3 = S3Store(
            place.netloc,
            prefix=place.path.strip("/") or None,
            config={"virtual_hosted_style_request": not endpoint},
            client_options={"allow_http": endpoint.startswith("http://")},
        )

    def tags(self, prefix: str) -> dict[str, str]:
        """Key and tag of every file below a prefix."""
        with self._told():
            pages = self._s3.list(prefix)
            return {one["path"]: str(one["e_tag"]) for page in pages for one in page}

    def tag(self, key: str) -> str | None:
        """A file's tag; None where there is none."""
        with self._told():
            try:
                return str(self._s3.head(key)["e_tag"])
            except FileNotFoundError:
                return None

    def folders(self, prefix: str) -> set[str]:
        """The names directly below a prefix that lead on."""
        with self._told():
            found = self._s3.list_with_delimiter(prefix)["common_prefixes"]
        return {one.rstrip("/").rsplit("/", 1)[-1] for one in found}

    def content(self, key: str) -> bytes:
        """A file's bytes."""
        with self._told():
            return bytes(self._s3.get(key).bytes())

    def take(self, key: str, path: Path) -> str | None:
        """Writes a file here, whole or not at all; its tag, or None where it is gone."""
        with self._told():
            try:
                answer = self._s3.get(key)
            except FileNotFoundError:
                return None
            with replacing(path) as beside, beside.open("wb") as file:
                for part in answer.stream(min_chunk_size=_PART):
                    file.write(part)
        return str(answer.meta["e_tag"])

    def give(self, key: str, path: Path) -> str:
        """Puts a file there; its tag."""
        with self._told():
            return str(self._s3.put(key, path)["e_tag"])

    def drop(self, keys: list[str]) -> None:
        """Takes files out."""
        with self._told():
            self._s3.delete(keys)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What the storage says in words: keys of access stand in none of them."""
        try:
            yield
        except (BaseError, OSError) as error:
            raise StoreError(
                f"{self.url}: {str(error).splitlines()[0][:300]}\n"
                "  Look whether the storage is up, and at AWS_ENDPOINT_URL, AWS_REGION, "
                "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
            ) from error
