"""Packed files: gzip and zip, read as the files inside them; any other file is itself.

Lines go on counting from one file of a zip to the next, in the order in which they were packed.
What is packed is looked through to its end first: of a damaged file nothing is read at all.
"""

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import IO, BinaryIO, cast

import polars as pl

from pipelines.sources.unreadable import Unreadable

#: What is unpacked may be so many times as large as what was packed; below a gigabyte anything.
MOST_TIMES, FREE_BYTES = 200, 2**30
#: A workbook is a zip that is read as what it is.
_OF_OFFICE = "[Content_Types].xml"
_DAMAGED = (EOFError, zlib.error, zipfile.BadZipFile, gzip.BadGzipFile)
#: What zipfile raises for an archive that is cut off, or names a way of packing that it lacks.
_NO_ARCHIVE = (zipfile.BadZipFile, NotImplementedError)
_KNOWN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_CHUNK = 2**16
Read = Callable[[BinaryIO], Iterator[pl.DataFrame]]
#: A file inside: its name, the file itself, and how many lines it has.
_Inside = tuple[str, BinaryIO, int]


def packed_rows(file: BinaryIO, read: Read) -> Iterator[pl.DataFrame]:
    """Raw rows of a file, or of every file that is packed in it.

    Raises:
        Unreadable: what is packed is damaged, encrypted or grows beyond all measure, or one of the
            files cannot be read; the reason names it.
    """
    before = 0
    for name, stream, lines in list(_inside(file)):
        try:
            for frame in read(stream):
                yield frame.with_columns(pl.col("line") + before) if before else frame
        except Unreadable as problem:
            where = f"{name}: " if name else ""
            raise Unreadable(where + problem.reason, line=before + problem.line) from problem
        before += lines


def first_of(file: BinaryIO) -> BinaryIO:
    """A file, or the first one that is packed in it.

    Raises:
        Unreadable: what is packed is damaged, encrypted or grows beyond all measure.
    """
    return next(_inside(file))[1]


def lines_of(file: BinaryIO, numbers: Iterable[int]) -> dict[int, str]:
    """The text of some lines, by number, of a file or of the files packed in it."""
    wanted = set(numbers)
    found: dict[int, str] = {}
    number = 0
    for _, stream, _ in _inside(file):
        for line in stream:
            number += 1
            if number in wanted:
                found[number] = line.decode("utf-8-sig", errors="replace").rstrip("\r\n")
                if len(found) == len(wanted):
                    return found
    return found


def _inside(file: BinaryIO) -> Iterator[_Inside]:
    magic = file.read(4)
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if magic[:2] == b"\x1f\x8b":
        lines = _looked_through("", cast(IO[bytes], gzip.GzipFile(fileobj=file)), size)
        file.seek(0)
        yield "", cast(BinaryIO, gzip.GzipFile(fileobj=file)), lines
    elif magic in _ZIP:
        yield from _of_zip(file, size)
    else:
        yield "", file, 0


def _of_zip(file: BinaryIO, size: int) -> Iterator[_Inside]:
    try:
        archive = zipfile.ZipFile(file)
    except _NO_ARCHIVE as error:
        raise Unreadable("the zip file is damaged, or its end is missing") from error
    names = [info for info in archive.infolist() if not _is_beside(info)]
    if any(info.filename == _OF_OFFICE for info in names):
        file.seek(0)
        yield "", file, 0
        return
    if not names:
        raise Unreadable("the zip file is empty")
    for info in names:
        if info.flag_bits & 1:
            raise Unreadable(f"{info.filename}: is encrypted; land it unpacked")
        if info.compress_type not in _KNOWN:
            raise Unreadable(f"{info.filename}: is not packed by deflate; land it unpacked")
        try:
            packed = archive.open(info)
        except _NO_ARCHIVE as error:
            raise Unreadable(f"{info.filename}: the zip file is damaged: {error}") from error
        lines = _looked_through(f"{info.filename}: ", packed, size)
        yield info.filename, cast(BinaryIO, archive.open(info)), lines


def _is_beside(info: zipfile.ZipInfo) -> bool:
    """Folders, and what a file system keeps beside files: as in the inbox, hidden ones are left
    alone."""
    parts = info.filename.split("/")
    return info.is_dir() or parts[0] == "__MACOSX" or any(part.startswith(".") for part in parts)


def _looked_through(where: str, stream: IO[bytes], size: int) -> int:
    """How many lines there are; the last one may lack its end."""
    ends = length = 0
    last = b"\n"
    most = max(FREE_BYTES, MOST_TIMES * size)
    try:
        while chunk := stream.read(_CHUNK):
            ends, length, last = ends + chunk.count(b"\n"), length + len(chunk), chunk[-1:]
            if length > most:
                raise Unreadable(f"{where}unpacks to more than {MOST_TIMES} times its size")
    except _DAMAGED as error:
        raise Unreadable(f"{where}the packed file is damaged: {error}", line=ends + 1) from error
    return ends + (last != b"\n")
