"""What a backfill would find to do: files that wait in the inbox, and months that are stale."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.stages.partitions import Partitions
from pipelines.stages.workshop import Workshop
from pipelines.steps.calendar import months_between
from pipelines.storage.landing import files_of


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A file of the inbox that is not landed as it is: its path, size, and whether its name is."""

    path: str
    size: int
    is_known: bool


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a backfill touches at one facility.

    Args:
        months: those asked for, as far as readings or the request reach.
        built: how many of them are built already; they are built again only if anything they rest
            on has changed.
    """

    facility: str
    months: tuple[str, ...]
    built: int


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


def built_months(shop: Workshop, facility_id: str) -> list[str]:
    """The months of a facility that have totals."""
    return shop.lake.months("totals", facility_id)


def stale_months(shop: Workshop, facility_id: str) -> list[str]:
    """Months whose staged files are not the ones their readings were built from."""
    return Partitions(shop, facility_id).stale_months()


def plan(shop: Workshop, facilities: Sequence[str], first: str, last: str) -> list[Plan]:
    """What a backfill of these facilities and months touches; empty ends mean as far as files
    reach."""
    plans = []
    for facility in facilities:
        held = Partitions(shop, facility).months()
        begins, ends = first or (held[0] if held else ""), last or (held[-1] if held else "")
        months = tuple(months_between(begins, ends)) if begins and ends >= begins else ()
        built = set(built_months(shop, facility))
        plans.append(
            Plan(facility=facility, months=months, built=sum(one in built for one in months))
        )
    return plans
