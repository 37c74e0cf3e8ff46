"""Files that are either whole or not there: written beside, then renamed over."""

import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import polars as pl

if TYPE_CHECKING:
    import pyarrow as pa

CHUNK = 1024 * 1024
#: How columns of a type are stored: each value by its distance from the one before, or as a number
#: in a list of all values. Others stand as they are.
_RISING = (pl.Datetime, pl.UInt32, pl.Int64)
_REPEATED = (pl.String, pl.Int32, pl.Int8, pl.Date)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path to write to; on leaving without an error it takes the place of ``path`` at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{uuid4().hex}.part")
    try:
        yield beside
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def write_bytes(path: Path, content: bytes) -> None:
    """A whole file at once."""
    with replacing(path) as beside:
        beside.write_bytes(content)


def write_new(path: Path, content: bytes) -> None:
    """A whole file at once where there is none: ``FileExistsError`` where there is one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{uuid4().hex}.part")
    try:
        beside.write_bytes(content)
        os.link(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Sorted keys and fixed separators: the same content is the same bytes."""
    text = json.dumps(content, sort_keys=True, indent=1, ensure_ascii=False)
    write_bytes(path, f"{text}\n".encode())


def read_json(path: Path) -> dict[str, Any] | None:
    """The document, or None where there is none yet."""
    try:
        found: dict[str, Any] = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    return found


def write_parquet(path: Path, frame: pl.DataFrame) -> None:
    """A frame as zstd Parquet: the same frame is the same bytes."""
    write_parts(path, [frame])


def write_parts(path: Path, frames: Iterable[pl.DataFrame]) -> int:
    """Frames of one schema, at least one, as one zstd Parquet file, each as a group of rows; how
    many rows they are. None is kept: they may be more together than fits into memory.

    Times and line numbers of a sorted frame rise in even steps, so each is stored as its distance
    from the one before: Arrow's writer can do that, Polars' own cannot, and half of what a reading
    takes goes with it.
    """
    import pyarrow.parquet as pq

    coming = iter(frames)
    first = next(coming)
    kinds = first.schema.items()
    rows = 0
    with (
        replacing(path) as beside,
        pq.ParquetWriter(
            beside,
            _as_arrow(first).schema,
            compression="zstd",
            compression_level=1,
            use_dictionary=[name for name, kind in kinds if kind in _REPEATED],
            column_encoding={
                name: "DELTA_BINARY_PACKED" for name, kind in kinds if kind in _RISING
            },
            store_schema=False,
        ) as writer,
    ):
        for frame in chain([first], coming):
            rows += frame.height
            writer.write_table(_as_arrow(frame))
    return rows


def _as_arrow(frame: pl.DataFrame) -> "pa.Table":
    """Without a copy, texts as they lie in memory."""
    return frame.to_arrow(compat_level=pl.CompatLevel.newest())


def write_staged(path: Path, frame: pl.DataFrame) -> None:
    """For what is written once and read once or twice: quick rather than small."""
    with replacing(path) as beside:
        frame.write_parquet(beside, compression="lz4", statistics=False)


def read_parquet(path: Path, schema: pl.Schema) -> pl.DataFrame:
    """The schema's columns, or an empty frame of it where there is no file."""
    if not path.exists():  # asked first: an error costs a hundred times as much
        return pl.DataFrame(schema=schema)
    try:
        return pl.read_parquet(path, columns=list(schema), hive_partitioning=False)
    except FileNotFoundError:
        return pl.DataFrame(schema=schema)


def read_some(path: Path, schema: pl.Schema, column: str, values: Sequence[str]) -> pl.DataFrame:
    """The rows of a file whose column holds one of the values; what cannot hold one is not read."""
    wanted = pl.scan_parquet(path, hive_partitioning=False).filter(pl.col(column).is_in(values))
    return wanted.select(schema.names()).collect()


def sha256_of(path: Path) -> str:
    """The hash of a file's bytes, in little memory."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


@contextmanager
def locked(path: Path, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
    """One process at a time; ``waiting`` is called if another has it. The lock goes with the
    process, however that ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)
