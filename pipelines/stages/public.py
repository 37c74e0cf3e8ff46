"""What an estate says in public, and the memory of what it has said already.

``var/public/<year>.jsonl`` holds, of each publication, which sites each group was made of. It is
confidential, and it is what keeps a later publication from telling of one site by subtraction.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from pipelines.stages.workshop import Workshop
from pipelines.stages.years import built_years, load_year
from pipelines.storage.files import locked, write_bytes, write_new
from reports.public import MEANS, MEASURES, SUMS, Members, Publication, Site, publication
from schemas.estate.model import Facility
from schemas.metrics import FACTS, Metric, MetricValue

#: Letters of a NUTS 3 code that name the region above: a state, not a town.
_NUTS1 = 3


def preview(shop: Workshop, year: int) -> Publication:
    """What a publication of the year would hold today."""
    return publication(_sites(shop, year), _told(_memory(shop, year)))


def publish(shop: Workshop, year: int, now: datetime) -> Path:
    """Writes the next publication of the year, and remembers what it tells."""
    with locked(shop.var / "locks" / "public"):
        entries = _memory(shop, year)
        found = publication(_sites(shop, year), _told(entries))
        path = shop.var / "public" / f"{year}_{len(entries) + 1}.json"
        write_new(path, public_bytes(shop, year, found, now))
        entry = {
            "at": now.isoformat(timespec="seconds"),
            "publication": path.name,
            "told": {name: [sorted(one) for one in sets] for name, sets in found.told.items()},
        }
        lines = [json.dumps(one, sort_keys=True) for one in (*entries, entry)]
        write_bytes(_memory_path(shop, year), "".join(f"{line}\n" for line in lines).encode())
    return path


def public_bytes(shop: Workshop, year: int, found: Publication, now: datetime) -> bytes:
    """The public document: groups, never a site."""
    document = {
        "operator": shop.estate.operator.name,
        "year": year,
        "published_at": now.isoformat(timespec="seconds"),
        "official": False,
        "rules": "Groups of three or more; means of ratios weighted by energy consumption "
        "(Delegated Regulation (EU) 2024/1364, Annex IV). A group that is not shown has a reason.",
        "groups": [
            {
                "by": one.group[0],
                "group": one.group[1],
                "measure": one.measure,
                "unit": FACTS[Metric(one.measure)].unit.value,
                "aggregate": "sum" if one.measure in SUMS else "mean weighted by energy",
                "count": one.count,
                "value": one.value,
                "reason": one.reason,
            }
            for one in found.aggregates
        ],
    }
    return f"{json.dumps(document, indent=1, ensure_ascii=False)}\n".encode()


def _memory_path(shop: Workshop, year: int) -> Path:
    return shop.var / "public" / f"{year}.jsonl"


def _memory(shop: Workshop, year: int) -> list[dict[str, Any]]:
    path = _memory_path(shop, year)
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def _told(entries: list[dict[str, Any]]) -> Mapping[str, list[Members]]:
    return {
        measure: [frozenset(one) for entry in entries for one in entry["told"].get(measure, ())]
        for measure in MEASURES
    }


def _sites(shop: Workshop, year: int) -> list[Site]:
    return [
        _site(
            facility,
            [one for one in load_year(shop, facility.id, year).metrics if one.period == str(year)],
        )
        for facility in shop.estate.facilities
        if year in built_years(shop, facility.id)
    ]


def _site(facility: Facility, metrics: list[MetricValue]) -> Site:
    figures: dict[str, float] = {}
    for measure in (*SUMS, *MEANS):
        values = [one.value for one in metrics if one.metric == measure and one.value is not None]
        if values:
            figures[measure] = values[0]
    return Site(
        facility=facility.id,
        type=facility.type,
        it_power_kw=facility.installed_it_kw or facility.rated_it_kw,
        region=facility.nuts3[:_NUTS1] or facility.country,
        figures=figures,
    )
