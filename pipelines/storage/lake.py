"""The lake: Parquet, one file per partition, addressed by name, each with a small manifest.

    lake/staged/<facility>/<month>/<domain>/<sha256>.<n>.parquet   candidates, file by file
    lake/files/<sha256>.json                                       what became of each file
    lake/readings|covered|intervals|unedited|quarantine/<facility>/<month>/<domain>.parquet
    lake/findings|totals/<facility>/<month>.parquet
    lake/years/<facility>/<year>/{totals,metrics,hours,ratios,fixes,balances,cells …}.parquet

A manifest holds the hash of all that went in (``inputs``) and of the file that came out
(``content``); a partition whose inputs are unchanged need not be built again.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from pipelines.storage.files import (
    locked,
    read_json,
    read_parquet,
    read_some,
    sha256_of,
    write_json,
    write_parts,
)
from pipelines.storage.landing import Landing

if TYPE_CHECKING:
    from pipelines.storage.store import Store


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where one frame of the lake lies: a table, and the parts of its partition's name."""

    table: str
    parts: tuple[str, ...]

    def __str__(self) -> str:
        return "/".join((self.table, *self.parts))


class Lake:
    """The lake of one estate, under ``var/lake``."""

    def __init__(self, var: Path, store: "Store | None" = None) -> None:
        self.var = var
        self.folder = var / "lake"
        self.landing = Landing(var, store)

    @contextmanager
    def turn(self, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
        """One writer at a time: others are told, and wait until it has ended, however it ends."""
        with locked(self.var / "locks" / "writer", waiting):
            yield

    def path(self, place: Place, suffix: str = ".parquet") -> Path:
        return self.folder.joinpath(place.table, *place.parts[:-1], place.parts[-1] + suffix)

    def manifest(self, place: Place) -> dict[str, Any] | None:
        """None also where it cannot be read: a partition whose manifest rotted is not built."""
        return _readable(self.path(place, ".json"))

    def inputs(self, place: Place) -> str:
        """The hash of what the partition was built from; empty where it is not built."""
        manifest = self.manifest(place)
        return str(manifest["inputs"]) if manifest and self.path(place).exists() else ""

    def content(self, place: Place) -> str:
        manifest = self.manifest(place)
        return str(manifest["content"]) if manifest else ""

    def read(self, place: Place, schema: pl.Schema) -> pl.DataFrame:
        return read_parquet(self.path(place), schema)

    def read_some(
        self, place: Place, schema: pl.Schema, column: str, values: Sequence[str]
    ) -> pl.DataFrame:
        """The rows of a frame whose column holds one of the values."""
        return read_some(self.path(place), schema, column, values)

    def write(self, place: Place, frame: pl.DataFrame, *, inputs: str, **more: object) -> None:
        """The frame first, the manifest after it: a crash between leaves it unbuilt, not wrong."""
        self.write_parts(place, [frame], inputs=inputs, told=lambda: more)

    def write_parts(
        self,
        place: Place,
        frames: Iterable[pl.DataFrame],
        *,
        inputs: str,
        told: Callable[[], Mapping[str, object]],
    ) -> None:
        """As ``write``, for frames that come one by one and are not kept; what the manifest says
        besides is asked for after the last."""
        path = self.path(place)
        self.path(place, ".json").unlink(missing_ok=True)
        rows = write_parts(path, frames)
        manifest = {"inputs": inputs, "content": sha256_of(path), "rows": rows, **told()}
        write_json(self.path(place, ".json"), _sealed(manifest))

    def remove(self, place: Place) -> None:
        """Takes a partition out; its manifest first, so that it never looks built."""
        self.path(place, ".json").unlink(missing_ok=True)
        self.path(place).unlink(missing_ok=True)

    def months(self, table: str, facility_id: str) -> list[str]:
        """The months of a facility that a table holds, sorted; not those emptied by ``remove``."""
        folder = self.folder / table / facility_id
        if not folder.is_dir():
            return []
        seen = [entry for entry in folder.iterdir() if entry.name[:1] != "."]
        return sorted({one.name[:7] for one in seen if one.is_file() or any(one.iterdir())})

    def file_record(self, sha256: str) -> dict[str, Any] | None:
        """What became of a landed file; None where it was not read yet, or that cannot be told."""
        return _readable(self.record_path(sha256))

    def record_path(self, sha256: str) -> Path:
        return self.folder / "files" / f"{sha256}.json"

    def write_file_record(self, sha256: str, record: Mapping[str, Any]) -> None:
        write_json(self.record_path(sha256), _sealed(record))


def _sealed(document: Mapping[str, Any]) -> dict[str, Any]:
    """With a hash of all that it says, so that it is seen where it changed."""
    return {**document, "seal": hash_of(dict(document))}


def is_intact(document: Mapping[str, Any]) -> bool:
    """Whether a manifest or a file's record says what was written."""
    said = {name: value for name, value in document.items() if name != "seal"}
    return bool(document.get("seal") == hash_of(said))


def _readable(path: Path) -> dict[str, Any] | None:
    try:
        return read_json(path)
    except ValueError:
        return None


def hash_of(*parts: object) -> str:
    """sha256 over a canonical text of plain values; the same values give the same hash."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def hash_of_frame(frame: pl.DataFrame) -> str:
    """The hash of a small frame's values."""
    return hashlib.sha256(frame.write_csv().encode()).hexdigest()


def concat(frames: Iterable[pl.DataFrame], schema: pl.Schema) -> pl.DataFrame:
    """The frames one below the other; an empty one of that schema where there is none."""
    found = [frame for frame in frames if frame.height]
    return pl.concat(found) if found else pl.DataFrame(schema=schema)
