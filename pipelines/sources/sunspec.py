"""SunSpec's models: where a point stands in a model's block of registers.

The models are those that the SunSpec Alliance publishes with ``pysunspec2``.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from pipelines.sources.unreadable import Unreadable
from schemas.errors import nearest

#: Of a block, its model and its length stand first.
HEAD = 2


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a point stands.

    Args:
        offset: registers from the block's first, which is its model's number.
        size: in registers.
        type: as SunSpec names it: ``acc32``, ``int16``, ``sunssf`` …
        scale: the point that says which power of ten the value is in, or that power; empty is 1.
        unit: as SunSpec writes it.
    """

    offset: int
    size: int
    type: str
    scale: str
    unit: str


@lru_cache(maxsize=64)
def places(model: int) -> dict[str, Place]:
    """Points of a model's fixed block by name; groups that repeat come after it, and are left out.

    Raises:
        Unreadable: no such model, or ``pysunspec2`` is not installed.
    """
    try:
        folder = files("sunspec2") / "models" / "json"
    except ModuleNotFoundError as error:
        raise Unreadable(
            "SunSpec's models need an extra; install it with: pip install 'wattledger[modbus]'"
        ) from error
    file = folder / f"model_{model}.json"
    if not file.is_file():
        raise Unreadable(f"SunSpec has no model {model}")
    told = json.loads(file.read_text(encoding="utf-8"))
    found, offset = {}, 0
    for point in told["group"]["points"]:
        found[point["name"]] = Place(
            offset=offset,
            size=int(point["size"]),
            type=point["type"],
            scale=str(point.get("sf") or ""),
            unit=point.get("units") or "",
        )
        offset += int(point["size"])
    return found


def place(model: int, name: str) -> Place:
    """The place of one point. Raises ``Unreadable`` where the model has none of the name."""
    known = places(model)
    if name not in known:
        raise Unreadable(
            f"model {model} has no point '{name}' in its fixed block. {nearest(name, list(known))}"
        )
    return known[name]
