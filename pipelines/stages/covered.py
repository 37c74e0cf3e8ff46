"""From readings to covered hours of one facility: what they tell of each hour, unjudged."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock

import polars as pl

from pipelines.stages.index import readings_place
from pipelines.stages.readings import MOST_ROWS, NAMES, Readings, ends_place, in_parts
from pipelines.stages.series import ENDS, SERIES
from pipelines.stages.side_by_side import together
from pipelines.stages.workshop import Workshop
from pipelines.steps.calendar import hours_of, month_bounds, next_month
from pipelines.steps.covered import covered
from pipelines.steps.meters import NUMBERED, numbered
from pipelines.storage.lake import Place, concat, hash_of
from schemas.tables import COVERED

#: Months of covered hours kept at hand: each is looked at by its two neighbours as well.
KEPT = 4


def covered_place(facility_id: str, month: str, domain: str) -> Place:
    """What readings cover of the hours of a partition."""
    return Place(table="covered", parts=(facility_id, month, domain))


@dataclass(frozen=True)
class Stretch:
    """Months in a row of one domain, each with the hash of what its covered hours rest on."""

    domain: str
    inputs: Mapping[str, str]


@dataclass
class Covered:
    """Builds the covered hours of one facility. Threads may share it."""

    shop: Workshop
    facility_id: str
    readings: Readings
    _cache: dict[str, pl.DataFrame] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def stretches(self, months: Iterable[str]) -> list[Stretch]:
        """Months in a row whose covered hours are stale, up to so many readings of a domain."""
        found = []
        for domain in NAMES:
            if self.shop.meters_of(self.facility_id, domain).is_empty():
                continue
            for run in _in_a_row(self._stale(months, domain)):
                rows = {month: sum(self.readings.held(month, domain).values()) for month in run}
                some = together(rows, MOST_ROWS)
                found += [Stretch(domain, {one: run[one] for one in part}) for part in some]
        return found

    def _stale(self, months: Iterable[str], domain: str) -> dict[str, str]:
        """Months of stale covered hours, with the hash of what goes into them now."""
        found = {month: self._inputs(month, domain, build=True) for month in months}
        return {
            month: inputs for month, inputs in found.items() if self._was(month, domain) != inputs
        }

    def _inputs(self, month: str, domain: str, *, build: bool) -> str:
        """The hash of what covered hours rest on: of readings as they are, or built first."""
        lake = self.shop.lake
        near = self.readings.nearest(month, domain, build=build)
        if build:
            self.readings.build(month, domain)
        return hash_of(
            lake.content(readings_place(self.facility_id, month, domain)),
            [(m, lake.content(ends_place(self.facility_id, m, domain))) for m in near],
            self.shop.meters_hash,
            self.shop.code_hash,
        )

    def _was(self, month: str, domain: str) -> str:
        return self.shop.lake.inputs(covered_place(self.facility_id, month, domain))

    def is_stale(self, month: str) -> bool:
        """Whether the month's covered hours are not those of its readings as they are."""
        known = self.shop.meters_of(self.facility_id)["domain"].unique()
        return any(
            self._was(month, domain) != self._inputs(month, domain, build=False) for domain in known
        )

    def cover(self, stretch: Stretch) -> None:
        """What readings cover of the hours of some months in a row.

        Whether months are covered together or one by one, the same comes out: an hour rests on the
        readings within it and the nearest on either side, wherever these lie.
        """
        domain, months = stretch.domain, list(stretch.inputs)
        meters = self.shop.meters_of(self.facility_id, domain)
        before, after = self._before(months[0], domain), self._after(months[-1], domain)
        zone = self.shop.facilities[self.facility_id].zone
        hours = pl.concat([hours_of(month, zone) for month in months])
        sizes: Counter[str] = Counter()
        for month in months:
            for name, count in self.readings.held(month, domain).items():
                sizes[name.rsplit("|", 2)[0]] += count
        parts = []
        for some in in_parts(meters, sizes):
            names = some["meter_id"].unique().to_list()
            inside = [self.readings.needed(month, domain, names) for month in months]
            numbers = some.select("row", "meter_id", "serial")
            frames = (numbered(frame, numbers) for frame in (before, *inside, after))
            # Each frame is in order, and each after the one before it.
            rows = concat(frames, NUMBERED).drop_nulls("row").sort("row", maintain_order=True)
            parts.append(covered(rows, some, hours, domain))
        frame = pl.concat(parts)
        for month, inputs in stretch.inputs.items():
            start, end = month_bounds(month, zone)
            place = covered_place(self.facility_id, month, domain)
            own = frame.filter(pl.col("start").is_between(start, end, closed="left"))
            self.shop.lake.write(place, own, inputs=inputs)

    def _before(self, month: str, domain: str) -> pl.DataFrame:
        """The last reading of each series before a month."""
        near = [one for one in self.readings.nearest(month, domain) if one < month]
        ends = concat((self.readings.ends(one, domain, last=True) for one in near), ENDS)
        return ends.sort("measured_at").group_by(SERIES, maintain_order=True).tail(1)

    def _after(self, month: str, domain: str) -> pl.DataFrame:
        """The first reading of each series after a month."""
        near = [one for one in self.readings.nearest(month, domain) if one > month]
        ends = concat((self.readings.ends(one, domain, last=False) for one in near), ENDS)
        return ends.sort("measured_at").group_by(SERIES, maintain_order=True).head(1)

    def hours(self, months: Sequence[str]) -> pl.DataFrame:
        """Covered hours of all domains, sorted by meter and start."""
        frames = [self._month(month) for month in months]
        return concat(frames, COVERED).sort("meter_id", "start")

    def _month(self, month: str) -> pl.DataFrame:
        found = self._cache.get(month)
        if found is None:
            places = [covered_place(self.facility_id, month, name) for name in NAMES]
            found = concat((self.shop.lake.read(place, COVERED) for place in places), COVERED)
            with self._lock:
                self._cache[month] = found
                while len(self._cache) > KEPT:
                    self._cache.pop(next(iter(self._cache)))
        return found

    def contents(self, months: Sequence[str]) -> list[str]:
        lake, site = self.shop.lake, self.facility_id
        return [lake.content(covered_place(site, m, name)) for m in months for name in NAMES]


def _in_a_row(months: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """The months that follow each other, run by run."""
    run: dict[str, str] = {}
    for month in sorted(months):
        if run and next_month(max(run)) != month:
            yield run
            run = {}
        run[month] = months[month]
    if run:
        yield run
