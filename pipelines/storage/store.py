"""An estate's files in S3-compatible storage, where several machines work on one estate.

The store holds what counts, and every machine works on files of its own: it makes a part of them
the same as the store's (``fetch``), works, and brings what it made (``bring``). Keys are the paths
in the estate's folder, so that other engines read the lake there as they would here. What landed
is only ever added.
"""

import os
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from pipelines.storage.bucket import Bucket, StoreError
from pipelines.storage.files import read_json, sha256_of
from pipelines.storage.store_record import Mark, Record

Result = TypeVar("Result")
#: Files under way at once.
_AT_ONCE = 16
#: So often is looked again for what another machine replaces meanwhile.
_TRIES = 5


class Store:
    """The store of one estate, and the folder that this machine works in.

    Args:
        url: where the store is (``Bucket``).
        folder: the estate's folder on this machine.
    """

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder
        self._bucket = Bucket(url)
        # What is the same as in one storage says nothing about another.
        digest = sha256(url.encode()).hexdigest()[:12]
        self._record = Record(folder / "var" / f"store-{digest}.db")

    def fetch(self, *prefixes: str) -> int:
        """Makes what is here below the prefixes the same as what the store holds; how many files it
        took.

        What was made here and never brought, since the work on it was ended, is dropped.
        """
        for _ in range(_TRIES):
            held = self._held(prefixes)
            here = self._here(prefixes)
            known = self._record.of(prefixes)
            for key in here.keys() - held.keys():
                (self.folder / key).unlink(missing_ok=True)
            self._record.forget(known.keys() - held.keys())
            stale = sorted(
                key
                for key, tag in held.items()
                if key not in here or known.get(key) != Mark(*here[key], tag)
            )
            if self._take(stale):
                self._drop_torn(stale)
                return len(stale)
        raise StoreError(f"{self.url} changes faster than it can be read.\n  Run the same again.")

    def fetch_file(self, key: str) -> bool:
        """Makes one file the same as the store's, if it holds it; says whether it does."""
        tag = self._bucket.tag(key)
        if tag is None:
            return False
        path = self.folder / key
        if not path.exists() or self._record.mark(key) != Mark(*_state(path), tag):
            self._take([key])
        return True

    def bring(self, *prefixes: str) -> int:
        """Gives the store what was made or changed here below the prefixes since it was the same,
        and takes out what is no longer here; how many files it gave.

        Frames come before their manifests, and manifests go before their frames: whoever reads
        meanwhile finds a partition whole, or not built.
        """
        here = self._here(prefixes)
        known = self._record.of(prefixes)
        gone = known.keys() - here.keys()
        changed = [key for key, state in here.items() if _local(known.get(key)) != state]
        self._drop(key for key in gone if _is_manifest(key))
        self._give(key for key in changed if not _is_manifest(key))
        self._give(key for key in changed if _is_manifest(key))
        self._drop(key for key in gone if not _is_manifest(key))
        return len(changed)

    def add(self, prefix: str) -> int:
        """Gives the store what was made or changed here below a prefix, and takes nothing out."""
        known = self._record.of([prefix])
        new = [
            key for key, state in self._here([prefix]).items() if _local(known.get(key)) != state
        ]
        self._give(new)
        return len(new)

    def append(self, key: str) -> None:
        """Gives the store a file that only grows.

        Raises:
            StoreError: another machine has let it grow meanwhile.
        """
        self.check_appending(key)
        path = self.folder / key
        if path.exists() and _local(self._record.mark(key)) != _state(path):
            self._give([key])

    def check_appending(self, key: str) -> None:
        """Whether what the store holds of a file that only grows is the beginning of what is here.

        Raises:
            StoreError: it is not.
        """
        if not self._is_ahead(key):
            raise StoreError(
                f"{self.url}/{key} has lines that this machine did not write: another one lands "
                "files of this estate.\n  One machine lands them. To make this one it, have it "
                "follow first: wattledger storage ESTATE"
            )

    def follow(self, key: str) -> None:
        """Makes a file that only grows the same as the store's; what is here and not there yet
        stays.

        Raises:
            StoreError: each has lines that the other lacks.
        """
        if self._is_ahead(key):
            return
        path = self.folder / key
        here = path.read_bytes() if path.exists() else b""
        if not self._bucket.content(key).startswith(here):
            raise StoreError(
                f"{path} and {self.url}/{key} each have lines that the other lacks: two machines "
                "have landed files of this estate.\n  Nothing was changed. Move the file away, "
                "run the same again, and put the files that only this machine landed into the "
                "inbox of the other."
            )
        self._take([key])

    def _is_ahead(self, key: str) -> bool:
        """Whether all that the store holds of a file stands here too."""
        tag, known = self._bucket.tag(key), self._record.mark(key)
        path = self.folder / key
        if tag is None or (known and known.tag == tag and path.exists()):
            return True
        return path.exists() and path.read_bytes().startswith(self._bucket.content(key))

    def take_missing(self, prefix: str) -> int:
        """Takes what the store holds below a prefix and is not here; what is here stays."""
        missing = sorted(self._held([prefix]).keys() - self._here([prefix]).keys())
        self._take(missing)
        return len(missing)

    def folders(self, prefix: str) -> list[str]:
        """The names directly below a prefix that lead on, in the store or here."""
        here = self.folder / prefix
        names = {one.name for one in here.iterdir() if one.is_dir()} if here.is_dir() else set()
        return sorted(names | self._bucket.folders(prefix))

    def known(self, *prefixes: str) -> list[str]:
        """The keys below the prefixes that this machine gave or took."""
        return sorted(self._record.of(prefixes))

    def check_copy(self, key: str) -> None:
        """Whether a folder may be made the same as the store: it is empty yet, or its file of this
        key came from there or was given to it.

        Raises:
            StoreError: it is somebody else's.
        """
        if (self.folder / key).exists() and self._record.mark(key) is None:
            raise StoreError(
                f"{self.folder} has a {key} that is not from {self.url}: it would be lost.\n"
                "  Name a folder that is not there yet."
            )

    def give(self, keys: Collection[str]) -> None:
        """Gives the store these files as they are here. Those that are not here are taken out, if
        this machine knows them."""
        there = [key for key in keys if (self.folder / key).exists()]
        known = {key: self._record.mark(key) for key in there}
        self._give(key for key in there if _local(known[key]) != _state(self.folder / key))
        self._drop(key for key in keys if key not in there and self._record.mark(key))

    def holds(self, key: str) -> bool:
        """Whether there is such a file."""
        return self._bucket.tag(key) is not None

    def _held(self, prefixes: Iterable[str]) -> dict[str, str]:
        """Key and tag of all that the store holds below the prefixes."""
        return {key: tag for one in prefixes for key, tag in self._bucket.tags(one).items()}

    def _here(self, prefixes: Iterable[str]) -> dict[str, tuple[int, int]]:
        """Key and state of the files here below the prefixes, but for those half written."""
        found = {}
        for prefix in prefixes:
            for folder, _, names in os.walk(self.folder / prefix):
                for name in names:
                    path = Path(folder, name)
                    if not name.startswith("."):
                        found[path.relative_to(self.folder).as_posix()] = _state(path)
        return found

    def _take(self, keys: list[str]) -> bool:
        """Whether all of them were still there."""
        marks = self._each(self._taken, keys)
        self._record.keep({key: mark for key, mark in zip(keys, marks, strict=True) if mark})
        return all(marks)

    def _taken(self, key: str) -> Mark | None:
        path = self.folder / key
        tag = self._bucket.take(key, path)
        return None if tag is None else Mark(*_state(path), tag)

    def _give(self, keys: Iterable[str]) -> None:
        wanted = list(keys)
        self._record.keep(dict(zip(wanted, self._each(self._given, wanted), strict=True)))

    def _given(self, key: str) -> Mark:
        state = _state(self.folder / key)
        return Mark(*state, self._bucket.give(key, self.folder / key))

    def _drop(self, keys: Iterable[str]) -> None:
        if gone := list(keys):
            self._bucket.drop(gone)
            self._record.forget(gone)

    def _drop_torn(self, keys: Iterable[str]) -> None:
        """A manifest that is not about the frame beside it was taken while another machine put the
        next ones there: both go from here, and count as not built."""
        for stem in {key.rsplit(".", 1)[0] for key in keys if key.startswith("var/lake/")}:
            manifest, frame = (self.folder / f"{stem}.{end}" for end in ("json", "parquet"))
            content = (read_json(manifest) or {}).get("content")
            if content and frame.exists() and sha256_of(frame) != content:
                manifest.unlink()
                frame.unlink()

    def _each(self, deed: Callable[[str], Result], keys: Iterable[str]) -> list[Result]:
        with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
            return list(pool.map(deed, keys))


def _state(path: Path) -> tuple[int, int]:
    """Size, and time of the last change."""
    stat = path.stat()
    return stat.st_size, stat.st_mtime_ns


def _local(mark: Mark | None) -> tuple[int, int] | None:
    return (mark.size, mark.changed) if mark else None


def _is_manifest(key: str) -> bool:
    return key.endswith(".json")
