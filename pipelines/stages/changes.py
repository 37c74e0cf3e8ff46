"""The change report: what a publication moved, kept as a journal under ``var/changes``.

Unlike the lake it is no function of the inputs: it tells what was published before, and that is
gone afterwards. Deleting it changes no figure.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, replace
from operator import itemgetter
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.stages.workshop import Workshop
from pipelines.steps.changes import COMPARED, causes_of, moved
from pipelines.storage.files import read_json, write_json
from pipelines.storage.warehouse import published
from schemas.changes import Change, TouchedFile

_FILES = pl.Schema({"sha256": pl.String(), "path": pl.String(), "state": pl.String()})
_CODE = "rules or formulas changed with a new version of wattledger"


def journal(shop: Workshop) -> list[Path]:
    """The change reports, oldest first."""
    return sorted((shop.var / "changes").glob("*.json"))


def latest(shop: Workshop) -> dict[str, Any] | None:
    """The newest change report, if figures ever moved."""
    reports = journal(shop)
    return read_json(reports[-1]) if reports else None


def tell_changes(
    shop: Workshop, tables: Mapping[str, pl.DataFrame], inputs: str, before: Mapping[str, Any]
) -> Path | None:
    """Writes what the new tables move against the warehouse that stands, before it is swapped.

    Args:
        tables: what is about to be published.
        inputs: the hash of all it rests on; a report of it is written once.
        before: the mark of the last publication (``mark_of``).

    Returns:
        The report; None where nothing was published before, or no figure moved.
    """
    known = [(path, read_json(path) or {}) for path in journal(shop)]
    if known and known[-1][1].get("inputs") == inputs:
        return known[-1][0]
    changes = _moved(shop, tables)
    if not changes:
        return None
    files = _touched(shop, tables["files"])
    others = _others(shop, before)
    quantities = _quantities(tables["metrics"])
    told = [
        replace(one, causes=causes_of(one, _of(one, quantities), files, others)) for one in changes
    ]
    path = shop.var / "changes" / f"{len(known) + 1:06d}.json"
    write_json(
        path,
        {
            "inputs": inputs,
            "files": [{"path": one.path, "verb": one.verb} for one in files],
            "others": others,
            "changes": [asdict(one) | {"difference": one.difference} for one in told],
        },
    )
    return path


def mark_of(shop: Workshop, inputs: str) -> dict[str, Any]:
    """What a publication is remembered by."""
    return {
        "inputs": inputs,
        "code": shop.code_hash,
        "as_of": shop.as_of.isoformat() if shop.as_of else None,
        "configuration": dict(shop.estate.hashes),
    }


def mark_path(shop: Workshop) -> Path:
    """Where the mark of the last publication lies."""
    return shop.var / "lake" / "published.json"


def reconfigured(shop: Workshop) -> list[str]:
    """The files of the configuration that are not what was last published from; none where nothing
    was published yet."""
    mark = read_json(mark_path(shop))
    return _differing(shop, mark) if mark else []


def _differing(shop: Workshop, mark: Mapping[str, Any]) -> list[str]:
    then, now = mark.get("configuration", {}), dict(shop.estate.hashes)
    return sorted(name for name in {*then, *now} if then.get(name) != now.get(name))


def _moved(shop: Workshop, tables: Mapping[str, pl.DataFrame]) -> list[Change]:
    found = []
    for kind, name in (("total", "totals"), ("metric", "metrics")):
        old = published(shop.var, name, COMPARED[kind])
        if old is not None:
            found += moved(kind, old, tables[name])
    return found


def _touched(shop: Workshop, files: pl.DataFrame) -> list[TouchedFile]:
    """Files that count now and did not in the warehouse that stands, and the other way round."""
    old = published(shop.var, "files", _FILES)
    if old is None:
        return []
    current = pl.col("state") == "current"
    then = dict(old.filter(current).select("sha256", "path").iter_rows())
    now = dict(files.filter(current).select("sha256", "path").iter_rows())
    state = dict(files.select("sha256", "state").iter_rows())
    arrived = [(sha, path, "arrived") for sha, path in now.items() if sha not in then]
    gone = [
        (sha, path, "superseded" if state.get(sha) == "superseded" else "not yet known")
        for sha, path in then.items()
        if sha not in now
    ]
    return [
        TouchedFile(path=path, verb=verb, rows=rows_of(shop, sha))
        for sha, path, verb in sorted([*arrived, *gone], key=itemgetter(1, 2))
    ]


def rows_of(shop: Workshop, sha256: str) -> dict[tuple[str, str, str], int]:
    """How many rows a landed file holds, by facility, month and quantity."""
    record = shop.lake.file_record(sha256)
    quantity_of = dict(shop.meters.select("row", "quantity").iter_rows())
    rows: dict[tuple[str, str, str], int] = defaultdict(int)
    for part in record["parts"] if record else ():
        for row, count in part["meters"].items():
            quantity = quantity_of.get(int(row), "")
            rows[part["facility_id"], part["month"], quantity] += count
    return dict(rows)


def _others(shop: Workshop, before: Mapping[str, Any]) -> list[str]:
    found = [f"{name} changed" for name in _differing(shop, before)]
    if before.get("code") != shop.code_hash:
        found.append(_CODE)
    return found


def _quantities(metrics: pl.DataFrame) -> dict[tuple[str, ...], list[str]]:
    columns = ("facility_id", "metric", "category", "period", "inputs")
    return {tuple(row[:4]): row[4] or [] for row in metrics.select(columns).iter_rows()}


def _of(change: Change, quantities: Mapping[tuple[str, ...], list[str]]) -> list[str]:
    if change.kind == "total":
        return [change.name]
    key = (change.facility_id, change.name, change.category, change.period)
    return quantities.get(key, [])
