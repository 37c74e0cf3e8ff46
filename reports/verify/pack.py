"""A pack as a zip file from anybody: opened with care, read member by member."""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from zlib import error as zlib_error

#: What a pack may hold at most. A facility's year of hours is a tenth of it.
MOST_MEMBERS = 5_000
MOST_BYTES = 2 * 1024**3
MOST_OF_A_DOCUMENT = 64 * 1024**2
#: Deflate shrinks text of digits by ten to thirty; more than this is a bomb.
MOST_RATIO = 500

_NAME = re.compile(r"[A-Za-z0-9_%][A-Za-z0-9_.%+~-]*(/[A-Za-z0-9_%][A-Za-z0-9_.%+~-]*)*")
_PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
_CHUNK = 1024 * 1024
_DAMAGE = (zipfile.BadZipFile, zlib_error, EOFError, NotImplementedError, OSError, ValueError)


class BadPack(Exception):
    """What is wrong with a pack, in words that name the member."""


class Pack:
    """The members of a pack. Nothing is ever written to disk, so that no name can lead anywhere."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._members = {one.filename: one for one in archive.infolist()}

    @property
    def names(self) -> tuple[str, ...]:
        """In the order in which they lie in the zip."""
        return tuple(self._members)

    def __contains__(self, name: object) -> bool:
        return name in self._members

    @contextmanager
    def opened(self, name: str) -> Iterator[IO[bytes]]:
        """A member to read from.

        Raises:
            BadPack: it is not there, or damaged.
        """
        if name not in self._members:
            raise BadPack(f"{name}: is not in the pack")
        try:
            with self._archive.open(self._members[name]) as file:
                yield file
        except _DAMAGE as error:
            raise BadPack(f"{name}: cannot be read: {error}") from error

    def sha256(self, name: str) -> str:
        """The hash of a member's bytes, in little memory."""
        digest = hashlib.sha256()
        with self.opened(name) as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
        return digest.hexdigest()

    def document(self, name: str) -> bytes:
        """A member that is read whole: a manifest, a form, a signature."""
        if name in self._members and self._members[name].file_size > MOST_OF_A_DOCUMENT:
            raise BadPack(f"{name}: is larger than {MOST_OF_A_DOCUMENT} bytes")
        with self.opened(name) as file:
            return file.read()

    def text(self, name: str) -> str:
        try:
            return self.document(name).decode()
        except UnicodeDecodeError as error:
            raise BadPack(f"{name}: is not UTF-8: {error}") from error

    def json(self, name: str) -> Any:  # noqa: ANN401 - what JSON holds is looked at by its reader
        try:
            return json.loads(self.text(name))
        except (json.JSONDecodeError, RecursionError) as error:
            raise BadPack(f"{name}: is not JSON: {error}") from error

    @contextmanager
    def lines(self, name: str) -> Iterator[io.TextIOWrapper]:
        """A member's text, to be read line by line."""
        with self.opened(name) as file, io.TextIOWrapper(file, "utf-8", newline="") as text:
            try:
                yield text
            except UnicodeDecodeError as error:
                raise BadPack(f"{name}: is not UTF-8: {error}") from error


@contextmanager
def open_pack(path: Path) -> Iterator[Pack]:
    """A pack on disk, if it is a plain zip within limits.

    Raises:
        BadPack: it is none, or holds names, sizes or ways of packing that no pack has.
    """
    try:
        archive = zipfile.ZipFile(path)
    except (*_DAMAGE, RuntimeError) as error:
        raise BadPack(f"{path.name}: is no zip file: {error}") from error
    with archive:
        _refuse(archive.infolist())
        yield Pack(archive)


def _refuse(members: list[zipfile.ZipInfo]) -> None:
    if not members or len(members) > MOST_MEMBERS:
        raise BadPack(f"the pack has {len(members)} members; 1 to {MOST_MEMBERS} are allowed")
    seen: set[str] = set()
    for one in members:
        if not _NAME.fullmatch(one.filename):
            raise BadPack(
                f"{one.filename!r}: is no name of a member: letters, digits, . _ + - ~ % /"
            )
        if one.filename.casefold() in seen:
            raise BadPack(f"{one.filename}: is in the pack twice")
        seen.add(one.filename.casefold())
        if one.compress_type not in _PLAIN or one.flag_bits & _ENCRYPTED:
            raise BadPack(f"{one.filename}: is packed in a way that packs are not")
        if one.file_size > MOST_RATIO * max(one.compress_size, 1):
            raise BadPack(f"{one.filename}: unpacks to more than {MOST_RATIO} times its size")
    if sum(one.file_size for one in members) > MOST_BYTES:
        raise BadPack(f"the pack unpacks to more than {MOST_BYTES} bytes")
