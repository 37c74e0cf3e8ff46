"""Partitions up to totals: readings, intervals and totals of one facility and month."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from pipelines.stages.candidates import Candidates
from pipelines.stages.index import (
    Index,
    Part,
    around,
    build_index,
    intervals_place,
    readings_place,
)
from pipelines.stages.side_by_side import each
from pipelines.stages.workshop import Workshop
from pipelines.steps.calendar import hours_of, month_bounds, months_between
from pipelines.steps.estimate import estimate
from pipelines.steps.meters import NEEDED, NUMBERED, numbered
from pipelines.steps.screen import by_row_and_time, screen
from pipelines.steps.total import METER_MONTHS, meter_months
from pipelines.storage.lake import Place, concat, hash_of
from schemas.domains import DOMAINS
from schemas.quantities import Kind
from schemas.tables import INTERVALS, READINGS

NAMES = tuple(domain.name for domain in DOMAINS)


def _ends_place(facility_id: str, month: str, domain: str) -> Place:
    """First and last reading of each meter: all that the neighbours need to see."""
    return Place(table="ends", parts=(facility_id, month, domain))


def totals_place(facility_id: str, month: str) -> Place:
    """Where the meters' contributions of a month lie."""
    return Place(table="totals", parts=(facility_id, month))


@dataclass
class Partitions:
    """Builds the partitions of one facility, each only if what goes into it has changed."""

    shop: Workshop
    facility_id: str
    built: list[Place] = field(default_factory=list)
    _fresh: set[str] = field(default_factory=set)

    @cached_property
    def index(self) -> Index:
        return build_index(self.shop)

    @cached_property
    def candidates(self) -> Candidates:
        return Candidates(self.shop, self.facility_id, self.index)

    def months(self) -> list[str]:
        """First to last month that holds candidates; what lies between is built too, as gaps.

        A last month with nothing but closing readings at its first instant does not count: they
        end the month before, and are read as its neighbours.
        """
        found = self.index.months_of(self.facility_id)
        if len(found) > 1 and self._only_closing(found[-1]):
            found.pop()
        return list(months_between(found[0], found[-1])) if found else []

    def _only_closing(self, month: str) -> bool:
        start, _ = month_bounds(month, self.shop.facilities[self.facility_id].zone)
        return all(
            (self.candidates.of(month, domain.name)["measured_at"] == start).all()
            for domain in DOMAINS
        )

    # Ranges

    def build_readings(self, months: Iterable[str], domains: Iterable[str] = NAMES) -> None:
        """Readings of all these months and domains, side by side."""
        pairs = [(month, domain) for domain in domains for month in months]
        each(pairs, lambda pair: self.readings(*pair))

    def build_intervals(self, months: Sequence[str]) -> None:
        """Hours of these months, and of built months beside them whose border has changed."""
        pairs = [
            (month, domain)
            for domain in NAMES
            for month in [*months, *self.stale_neighbours(months, domain)]
        ]
        for month, domain in pairs:  # what hours need of other months, before many ask at once
            self.readings(month, domain)
            self._readings_around(month, domain)
        each(pairs, lambda pair: self.intervals(*pair))

    def build_totals(self, months: Sequence[str]) -> None:
        """Totals of these months, and of built months beside them."""
        for month in [*months, *self.built_beside(months)]:
            self.totals(month)

    def drop_outside(self, months: Sequence[str]) -> None:
        """Takes out partitions that no current file reaches: of another ``as_of``, or replaced."""
        lake = self.shop.lake
        held = {
            *lake.months("readings", self.facility_id),
            *lake.months("totals", self.facility_id),
        }
        reached = {*months, *self.index.months_of(self.facility_id)}
        for month in sorted(held - reached):
            for domain in NAMES:
                for table in ("readings", "ends", "intervals", "quarantine"):
                    lake.remove(Place(table=table, parts=(self.facility_id, month, domain)))
            lake.remove(totals_place(self.facility_id, month))

    # Readings

    def readings(self, month: str, domain: str) -> Place:
        """The month's readings, built if stale."""
        place = readings_place(self.facility_id, month, domain)
        if str(place) in self._fresh:
            return place
        lake = self.shop.lake
        parts = self.index.of(self.facility_id, month, domain)
        near = self.index.neighbours(self.facility_id, month, self._judged(domain))
        inputs = hash_of(
            [part.inputs for part in parts],
            [(m, [p.inputs for p in self.index.of(self.facility_id, m, domain)]) for m in near],
            self.shop.meters_hash,
            self.shop.code_hash,
        )
        if lake.inputs(place) != inputs:
            self._build_readings(place, parts=parts, near=near, inputs=inputs)
        self._fresh.add(str(place))
        return place

    def _build_readings(
        self,
        place: Place,
        *,
        parts: Sequence[Part],
        near: Sequence[str],
        inputs: str,
    ) -> None:
        _, month, domain = place.parts
        lake = self.shop.lake
        meters = self.shop.meters_of(self.facility_id, domain)
        screened = screen(
            self.candidates.of(month, domain),
            self.candidates.around(month, domain, near, self._judged(domain)),
            meters,
            self.facility_id,
            domain,
        )
        quarantine = Place(table="quarantine", parts=place.parts)
        lake.path(quarantine).unlink(missing_ok=True)
        if screened.refused.height:
            lake.write(quarantine, screened.refused, inputs=inputs)
        rows = dict(
            screened.readings.group_by("meter_id", "serial")
            .len()
            .select(pl.format("{}|{}", "meter_id", "serial"), "len")
            .sort("meter_id")
            .iter_rows()
        )
        of_meter = screened.readings.group_by("meter_id", "serial", maintain_order=True)
        ends = pl.concat([of_meter.head(1), of_meter.tail(1)]).select(READINGS.keys())
        ends = ends.unique(maintain_order=True).sort("meter_id", "serial", "measured_at")
        lake.write(_ends_place(self.facility_id, month, domain), ends, inputs=inputs)
        lake.write(
            place,
            screened.readings,
            inputs=inputs,
            meters=rows,
            files={
                file: {"candidates": n, "kept": kept, "quarantined": refused, "duplicate": twice}
                for file, n, kept, refused, twice in screened.counts.iter_rows()
            },
        )
        self.built.append(place)

    def _judged(self, domain: str) -> list[int]:
        """Meters whose readings are judged by their neighbours: all but gauges."""
        meters = self.shop.meters_of(self.facility_id, domain)
        return meters.filter(pl.col("kind") != Kind.GAUGE)["row"].to_list()

    # Intervals

    def intervals(self, month: str, domain: str) -> Place:
        """The month's hours, built if stale; needs the nearest readings around the month."""
        place = intervals_place(self.facility_id, month, domain)
        own = self.readings(month, domain)
        near = self._readings_around(month, domain)
        lake = self.shop.lake
        inputs = hash_of(
            lake.content(own),
            [(m, lake.content(readings_place(self.facility_id, m, domain))) for m in near],
            self.shop.meters_hash,
            self.shop.code_hash,
        )
        if lake.inputs(place) != inputs:
            self._build_intervals(place, month, domain, near, inputs)
        return place

    def _build_intervals(
        self, place: Place, month: str, domain: str, near: Sequence[str], inputs: str
    ) -> None:
        meters = self.shop.meters_of(self.facility_id, domain)
        if meters.is_empty():
            return
        before = [self._ends(other, domain, last=True) for other in near if other < month]
        after = [self._ends(other, domain, last=False) for other in near if other > month]
        by_meter = ["meter_id", "serial"]
        sides = [
            concat(before, READINGS).sort("measured_at").group_by(by_meter).tail(1),
            concat(after, READINGS).sort("measured_at").group_by(by_meter).head(1),
        ]
        frames = [self._read_readings(month, domain), *sides]
        numbers = meters.select("row", *by_meter)
        rows = concat((numbered(frame.select(NEEDED), numbers) for frame in frames), NUMBERED)
        rows = by_row_and_time(rows)
        zone = self.shop.facilities[self.facility_id].zone
        frame = estimate(rows, meters, hours_of(month, zone), domain)
        self.shop.lake.write(place, frame, inputs=inputs)
        self.built.append(place)

    def _ends(self, month: str, domain: str, *, last: bool) -> pl.DataFrame:
        """The last or first reading of every meter in a month."""
        ends = self.shop.lake.read(_ends_place(self.facility_id, month, domain), READINGS)
        of_meter = ends.group_by("meter_id", "serial", maintain_order=True)
        return (of_meter.tail(1) if last else of_meter.head(1)).select(READINGS.keys())

    def _read_readings(self, month: str, domain: str) -> pl.DataFrame:
        return self.shop.lake.read(readings_place(self.facility_id, month, domain), READINGS)

    def _readings_around(self, month: str, domain: str) -> list[str]:
        """Per meter row the nearest months that hold accepted readings of it, built as needed."""
        found: set[str] = set()
        meters = self.shop.meters_of(self.facility_id, domain)
        for row, meter_id, serial in meters.select("row", "meter_id", "serial").iter_rows():
            months = self.index.months.get((self.facility_id, row), [])
            name = f"{meter_id}|{serial}"
            found.update(self._nearest_with(name, months, month, domain))
        return sorted(found)

    def _nearest_with(self, name: str, months: list[str], month: str, domain: str) -> Iterable[str]:
        """The nearest month on each side whose readings keep at least one of this meter."""
        for side in (
            [m for m in reversed(months) if m < month],
            [m for m in months if m > month],
        ):
            for other in side:
                manifest = self.shop.lake.manifest(self.readings(other, domain))
                if manifest and name in manifest["meters"]:
                    yield other
                    break

    def stale_neighbours(self, months: Sequence[str], domain: str) -> list[str]:
        """Months already built next to these, whose first or last hours may have changed."""
        known = self.shop.lake.months("intervals", self.facility_id)
        beside = {other for month in months for other in around(known, month)}
        return sorted(beside - set(months))

    def built_beside(self, months: Sequence[str]) -> list[str]:
        """Months already totalled next to these."""
        known = self.shop.lake.months("totals", self.facility_id)
        beside = {other for month in months for other in around(known, month)}
        return sorted(beside - set(months))

    def stale_months(self) -> list[str]:
        """Months whose staged files are not the ones their readings were built from."""
        stale = set()
        for (facility, month, domain), parts in self.index.parts.items():
            if facility != self.facility_id:
                continue
            manifest = self.shop.lake.manifest(readings_place(facility, month, domain))
            files = manifest["files"] if manifest else {}
            if {part.sha256 for part in parts} != set(files):
                stale.add(month)
        return sorted(stale)

    # Totals

    def totals(self, month: str) -> Place:
        """What each meter contributes to the month, built if stale."""
        place = totals_place(self.facility_id, month)
        lake = self.shop.lake
        hours = [intervals_place(self.facility_id, month, domain.name) for domain in DOMAINS]
        inputs = hash_of([lake.content(one) for one in hours], self.shop.code_hash)
        if lake.inputs(place) != inputs:
            frames = [lake.read(one, INTERVALS) for one in hours]
            frame = meter_months(concat(frames, INTERVALS), month)
            lake.write(place, frame.cast(METER_MONTHS), inputs=inputs)
            self.built.append(place)
        return place
