"""The trails of published figures: followed once, and kept until the figures are others."""

import json
from pathlib import Path
from typing import Any

from pipelines.stages.explain import as_rows, explain, explain_total
from pipelines.stages.workshop import Workshop
from pipelines.stages.years import year_place
from pipelines.storage.files import read_json, write_bytes
from reports.app.published import Publication
from schemas.errors import WattledgerError
from schemas.metrics import Metric


class BeingBuilt(WattledgerError):
    """The lake holds other figures than those that are published."""


def trail(
    publication: Publication, shop: Workshop, facility: str, period: str, *, kind: str, name: str
) -> dict[str, Any]:
    """What a figure was computed from, down to quoted lines.

    Args:
        kind: ``metric`` or ``total``; ``name`` is a metric's or a quantity's.

    Returns:
        ``explanations`` of a metric, one for each category, or ``total``; both may be empty.

    Raises:
        BeingBuilt: a backfill has gone on since the publication.
    """
    year = int(period[:4])
    published = publication.current["inputs"].get(f"{facility}-{year}", "")
    if shop.lake.inputs(year_place(facility, year, "metrics")) != published:
        raise BeingBuilt(
            "These figures are being built anew: their trail is told when the backfill has ended."
        )
    folder = publication.folder / "explained"
    path = folder / f"{facility}.{period}.{kind}.{name}.{published[:12]}.json"
    kept = read_json(path)
    if kept is None:
        kept = json.loads(json.dumps(_followed(shop, facility, period, kind, name), default=str))
        _forget(folder, path)
        write_bytes(path, json.dumps(kept, sort_keys=True, ensure_ascii=False).encode())
    return kept


def _followed(shop: Workshop, facility: str, period: str, kind: str, name: str) -> dict[str, Any]:
    site, year = shop.facilities[facility], int(period[:4])
    if kind == "metric":
        found = explain(shop, site, year, [Metric(name)], period)
        return {"explanations": as_rows(found), "total": None}
    return {"explanations": [], "total": explain_total(shop, site, year, name, period)}


def _forget(folder: Path, path: Path) -> None:
    """Trails of figures that are no more."""
    stem = path.name.rsplit(".", 2)[0]
    for other in folder.glob(f"{stem}.*.json"):
        if other != path:
            other.unlink(missing_ok=True)
