"""What a backfill would find to do: files that wait in the inbox, and months that are stale."""

from dataclasses import dataclass
from typing import Any

from pipelines.stages.partitions import Partitions
from pipelines.stages.workshop import Workshop
from pipelines.storage.landing import files_of


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A file of the inbox that is not landed as it is: its path, size, and whether its name is."""

    path: str
    size: int
    is_known: bool


def waiting(shop: Workshop) -> list[Waiting]:
    """Files of the inbox that are new, or whose size is not that of the landed ones."""
    inbox = shop.estate.folder / "inbox"
    landed = {name: file.size for file in shop.active for name in file.names}
    found = []
    for path in files_of(inbox):
        name = path.relative_to(inbox).as_posix()
        size = path.stat().st_size
        if landed.get(name) != size:
            found.append(Waiting(path=name, size=size, is_known=name in landed))
    return found


def partitions_told(shop: Workshop) -> list[dict[str, Any]]:
    """Each facility's months: ``reach`` of its files and edits, those that are ``built``, and of
    them the ``stale`` ones, whose files are not those that they were built from."""
    told = []
    for facility in shop.estate.facilities:
        partitions = Partitions(shop, facility.id)
        told.append(
            {
                "facility": facility.id,
                "reach": partitions.months(),
                "built": shop.lake.months("totals", facility.id),
                "stale": partitions.stale_months(),
            }
        )
    return told
