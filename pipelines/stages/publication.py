"""What the viewer reads: one publication, whole, swapped in at once.

viewer/current.json                     which files belong together; replaced last
viewer/<name>.<hash of content>.<end>   the files it names; of earlier ones only the last stay
"""

import io
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from hashlib import sha256
from pathlib import Path

import polars as pl

from pipelines.stages.freshness import freshness
from pipelines.stages.outlook import load_outlook
from pipelines.stages.publish import published_inputs
from pipelines.stages.published import viewer_folder
from pipelines.stages.readiness import readiness_of
from pipelines.stages.workshop import Workshop
from pipelines.stages.years import all_years, year_place
from pipelines.storage.files import read_json, write_bytes, write_json
from pipelines.storage.lake import concat
from pipelines.storage.warehouse import NAME as WAREHOUSE
from reports.view import View, parts_of
from schemas.estate.model import Facility
from schemas.published import METRICS, TOTALS

#: The hourly tables of a year, which charts of days and weeks are drawn from.
HOURLY = ("hours", "ratios")
#: Another number, where readers of before could not read what is written now.
LAYOUT = 1


def view_file(shop: Workshop, name: str, view: View) -> str:
    """Writes the parts of a page for the viewer, unless they are there, and names the file."""
    text = json.dumps(parts_of(view), sort_keys=True, ensure_ascii=False)
    return _kept(viewer_folder(shop), name, "json", text.encode())


def publish_viewer(shop: Workshop, views: Mapping[str, str]) -> bool:
    """Swaps in what is published now; says whether it is another than before.

    Args:
        views: the file of each facility and year (``fra1-2025``), as ``view_file`` named it.
    """
    folder = viewer_folder(shop)
    before = read_json(folder / "current.json") or {}
    inputs = published_inputs(shop)
    if before.get("id") == inputs[:16] and all((folder / one).exists() for one in _named(before)):
        return False
    years = all_years(shop)
    current = {
        "layout": LAYOUT,
        "id": inputs[:16],
        "as_of": shop.as_of.isoformat() if shop.as_of else "",
        "years": {
            facility.id: [year for one, year in years if one.id == facility.id]
            for facility in shop.estate.facilities
        },
        "views": dict(views),
        "hours": {
            f"{facility.id}-{year}": {
                table: _linked(
                    folder,
                    f"{facility.id}-{year}-{table}",
                    shop.lake.content(place)[:12],
                    shop.lake.path(place),
                )
                for table in HOURLY
                for place in (year_place(facility.id, year, table),)
            }
            for facility, year in years
        },
        "inputs": {
            f"{facility.id}-{year}": shop.lake.inputs(year_place(facility.id, year, "metrics"))
            for facility, year in years
        },
        "tables": {
            name: _written(folder, name, frame) for name, frame in _tables(shop, years).items()
        },
        "readiness": _kept(folder, "readiness", "json", _readiness(shop)),
        "sources": [
            {
                "match": one.source.match,
                "every": one.source.every.total_seconds() if one.source.every else None,
                "until": one.until.isoformat() if one.until else None,
            }
            for one in freshness(shop)
        ],
        "warehouse": _linked(folder, "warehouse", inputs[:12], shop.var / WAREHOUSE),
    }
    write_json(folder / "current.json", current)
    _clear(folder, keep={"current.json", *_named(before), *_named(current)})
    return True


def _tables(shop: Workshop, years: Sequence[tuple[Facility, int]]) -> dict[str, pl.DataFrame]:
    """What pages of many facilities are made from, in a form that is read at once."""
    ahead = load_outlook(shop, (facility.id for facility in shop.estate.facilities))
    return {
        name: concat((shop.lake.read(year_place(f.id, y, name), schema) for f, y in years), schema)
        for name, schema in (("metrics", METRICS), ("totals", TOTALS))
    } | {"forecasts": ahead.forecasts, "limits": ahead.limits}


def _readiness(shop: Workshop) -> bytes:
    """How ready each form is; days until a deadline are counted by whoever shows it."""
    # Any day will do: what depends on it is not kept.
    rows = [asdict(one) | {"days": None} for one in readiness_of(shop, date.min)]
    return json.dumps(rows, sort_keys=True, ensure_ascii=False, default=str).encode()


def _named(current: Mapping[str, object]) -> Iterable[str]:
    """Every file that a publication consists of."""
    views, hours = current.get("views"), current.get("hours")
    if isinstance(views, dict):
        yield from views.values()
    if isinstance(hours, dict):
        for tables in hours.values():
            yield from tables.values()
    tables = current.get("tables")
    if isinstance(tables, dict):
        yield from tables.values()
    for name in ("readiness", "warehouse"):
        if name in current:
            yield str(current[name])


def _written(folder: Path, name: str, frame: pl.DataFrame) -> str:
    content = io.BytesIO()
    # About a facility and year in a group: whoever asks for one reads little else.
    frame.write_parquet(content, compression="zstd", statistics=True, row_group_size=2048)
    return _kept(folder, name, "parquet", content.getvalue())


def _kept(folder: Path, name: str, end: str, content: bytes) -> str:
    file = f"{name}.{sha256(content).hexdigest()[:12]}.{end}"
    if not (folder / file).exists():
        write_bytes(folder / file, content)
    return file


def _linked(folder: Path, name: str, digest: str, path: Path) -> str:
    """A file that is replaced and never changed: another name for it keeps it as it is."""
    file = f"{name}.{digest}{path.suffix}"
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / file).exists():
        try:
            os.link(path, folder / file)
        except OSError:  # a file system without links
            write_bytes(folder / file, path.read_bytes())
    return file


def _clear(folder: Path, keep: set[str]) -> None:
    """Whoever reads the publication before this one still finds its files."""
    for path in folder.iterdir():
        if path.is_file() and path.name.count(".") == 2 and path.name not in keep:
            path.unlink(missing_ok=True)
