"""What became of every file and row: the account that must always balance."""

from collections import defaultdict
from typing import Any

import polars as pl

from pipelines.stages.index import readings_place
from pipelines.stages.workshop import Workshop
from pipelines.steps.land import LandedFile
from pipelines.storage.files import read_parquet
from pipelines.storage.lake import Place, concat
from schemas.errors import AccountingError
from schemas.tables import INSTANT, QUARANTINE

FILES = pl.Schema(
    {
        "path": pl.String(),
        "sha256": pl.String(),
        "names": pl.List(pl.String()),
        "size": pl.Int64(),
        "arrived_at": INSTANT,
        "state": pl.String(),
        "landed": pl.Int64(),
        "kept": pl.Int64(),
        "quarantined": pl.Int64(),
        "duplicate": pl.Int64(),
        "pending": pl.Int64(),
    }
)
QUARANTINED = pl.Schema({"path": pl.String(), **QUARANTINE})


def files_frame(shop: Workshop) -> pl.DataFrame:
    """One row per landed file; ``pending`` rows lie in months that no backfill has asked for.

    Raises:
        AccountingError: where landed is not kept + quarantined + duplicate + pending.
    """
    manifests: dict[Place, dict[str, Any] | None] = {}
    rows = [_row(shop, file, manifests) for file in shop.files]
    frame = pl.DataFrame(rows, schema=FILES, orient="row")
    sums = pl.sum_horizontal("kept", "quarantined", "duplicate", "pending")
    lost = frame.filter((pl.col("state") == "current") & (pl.col("landed") != sums))
    if lost.height:
        raise AccountingError(f"rows of {lost['path'].to_list()} are not accounted for")
    return frame


def _row(
    shop: Workshop, file: LandedFile, manifests: dict[Place, dict[str, Any] | None]
) -> tuple[object, ...]:
    head = (file.path, file.sha256, list(file.names), file.size, file.arrived_at)
    record = shop.lake.file_record(file.sha256)
    if file.superseded:
        return (*head, "superseded", *(record["landed"] if record else None,), 0, 0, 0, 0)
    if record is None:
        return (*head, "unread", None, 0, 0, 0, 0)
    counts: dict[str, int] = defaultdict(int)
    for part in record["parts"]:
        place = readings_place(part["facility_id"], part["month"], part["domain"])
        if place not in manifests:
            manifests[place] = shop.lake.manifest(place)
        manifest = manifests[place]
        of_file = manifest["files"].get(file.sha256) if manifest else None
        if of_file is None or of_file["candidates"] != part["rows"]:
            counts["pending"] += part["rows"]
            continue
        for name in ("kept", "quarantined", "duplicate"):
            counts[name] += of_file[name]
    quarantined = counts["quarantined"] + record["refused"]
    return (
        *head,
        "current",
        record["landed"],
        counts["kept"],
        quarantined,
        counts["duplicate"],
        counts["pending"],
    )


def quarantine_frame(shop: Workshop) -> pl.DataFrame:
    """Every quarantined row of the current files, with path and every reason, sorted."""
    lake = shop.lake
    paths = {file.sha256: file.path for file in shop.active}
    folder = lake.folder / "quarantine"
    found = sorted(path for path in folder.rglob("*.parquet") if not path.name.startswith("."))
    frames = [read_parquet(path, QUARANTINE).select(QUARANTINE.keys()) for path in found]
    rows = concat(frames, QUARANTINE).filter(pl.col("file").is_in(list(paths)))
    return (
        rows.with_columns(
            path=pl.col("file").replace_strict(paths, default=None, return_dtype=pl.String)
        )
        .select(QUARANTINED.keys())
        .sort("path", "line", "meter_id", "timestamp")
    )
