"""Which months hold candidates of which meter, and which hold readings: the neighbours' map."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pipelines.stages.workshop import Workshop
from pipelines.storage.lake import Place


@dataclass(frozen=True)
class Part:
    """One current file's share of one partition."""

    sha256: str
    inputs: str
    part: dict[str, Any]


@dataclass
class Index:
    """The staged candidates of the estate's current files.

    ``months`` and ``made_up`` say by facility and meter row in which months any candidate begins,
    and one that the source itself calls an estimate.
    """

    parts: dict[tuple[str, str, str], list[Part]] = field(default_factory=lambda: defaultdict(list))
    months: dict[tuple[str, int], list[str]] = field(default_factory=dict)
    made_up: dict[tuple[str, int], list[str]] = field(default_factory=dict)

    def of(self, facility_id: str, month: str, domain: str) -> list[Part]:
        return self.parts.get((facility_id, month, domain), [])

    def months_of(self, facility_id: str) -> list[str]:
        """Months with candidates of any domain, sorted."""
        return sorted({month for facility, month, _ in self.parts if facility == facility_id})

    def last_reached(self, facility_id: str, month: str) -> datetime | None:
        """The last instant that intervals beginning in a month reach; None where none does."""
        ends = [
            datetime.fromisoformat(part.part["ends"])
            for (facility, begun, _), parts in self.parts.items()
            if (facility, begun) == (facility_id, month)
            for part in parts
        ]
        return max(ends, default=None)

    def neighbours(self, facility_id: str, month: str, rows: list[int]) -> list[str]:
        """For each meter row the nearest month before and after that holds candidates of it."""
        found = set()
        for row in rows:
            found.update(around(self.months.get((facility_id, row), []), month))
        return sorted(found)


def around(months: list[str], month: str) -> list[str]:
    """The nearest entries of a sorted list before and after ``month``, where there are any."""
    before, after = bisect_left(months, month), bisect_right(months, month)
    return months[before - 1 : before] * (before > 0) + months[after : after + 1]


def build_index(shop: Workshop) -> Index:
    """From the records of the current files."""
    index = Index()
    months: dict[tuple[str, int], set[str]] = defaultdict(set)
    made_up: dict[tuple[str, int], set[str]] = defaultdict(set)
    for file in shop.active:
        record = shop.lake.file_record(file.sha256)
        if record is None:
            continue
        for part in record["parts"]:
            key = (part["facility_id"], part["month"], part["domain"])
            index.parts[key].append(Part(file.sha256, record["inputs"], part))
            for row in part["meters"]:
                months[part["facility_id"], int(row)].add(part["month"])
            for row in part["made_up"]:
                made_up[part["facility_id"], row].add(part["month"])
    index.months = {key: sorted(found) for key, found in months.items()}
    index.made_up = {key: sorted(found) for key, found in made_up.items()}
    return index


def readings_place(facility_id: str, month: str, domain: str) -> Place:
    """Where the readings of a partition lie."""
    return Place(table="readings", parts=(facility_id, month, domain))


def intervals_place(facility_id: str, month: str, domain: str) -> Place:
    """Where the hours of a partition lie."""
    return Place(table="intervals", parts=(facility_id, month, domain))
