"""Readings of one facility, month by month and domain by domain, each built only if stale."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from pipelines.stages.candidates import PART, Candidates
from pipelines.stages.index import Index, Part, build_index, readings_place
from pipelines.stages.series import ENDS, SERIES, Seen
from pipelines.stages.side_by_side import together
from pipelines.stages.workshop import Workshop
from pipelines.steps.calendar import month_bounds
from pipelines.steps.screen import Screened, of_meters, screen
from pipelines.storage.lake import Place, concat, hash_of
from schemas.domains import DOMAINS
from schemas.quantities import Kind
from schemas.tables import ESTIMATED, READINGS

#: So many rows are worked on at once: what a call costs however few rows it is given counts for
#: small partitions, and memory for large ones.
MOST_ROWS = 150_000
NAMES = tuple(domain.name for domain in DOMAINS)


def ends_place(facility_id: str, month: str, domain: str) -> Place:
    """First and last reading of each meter (``ENDS``): all that the neighbours need to see, and not
    which file it came from."""
    return Place(table="ends", parts=(facility_id, month, domain))


@dataclass
class Readings:
    """Builds the readings of one facility."""

    shop: Workshop
    facility_id: str
    _fresh: set[str] = field(default_factory=set)
    _held: dict[tuple[str, str], Mapping[str, int]] = field(default_factory=dict)
    _was_held: dict[tuple[str, str], Mapping[str, int]] = field(default_factory=dict)

    @cached_property
    def index(self) -> Index:
        return build_index(self.shop)

    @cached_property
    def candidates(self) -> Candidates:
        return Candidates(self.shop, self.facility_id, self.index)

    def only_closing(self, month: str) -> bool:
        """Whether a month holds nothing but closing readings at its first instant."""
        start, _ = month_bounds(month, self.shop.facilities[self.facility_id].zone)
        closing = (pl.col("measured_at") == start) & (pl.col("seconds") == 0)
        return all(
            self.candidates.of(month, domain.name).select(closing.all()).item()
            for domain in DOMAINS
        )

    def build(self, month: str, domain: str) -> Place:
        """The month's readings, built if stale."""
        self.build_month(month, (domain,))
        return readings_place(self.facility_id, month, domain)

    def build_month(self, month: str, domains: Iterable[str]) -> None:
        """The month's readings of some domains, those that are stale; small ones together.

        A facility has no partition of a domain that it has no meter of.
        """
        stale = {}
        known = set(self.shop.meters_of(self.facility_id)["domain"])
        for domain in domains:
            place = readings_place(self.facility_id, month, domain)
            if domain not in known or str(place) in self._fresh:
                continue
            if self._was(month, domain) == (inputs := self._inputs(month, domain)):
                self._fresh.add(str(place))
            else:
                stale[domain] = inputs
        rows = {
            domain: sum(part.part["rows"] for part in self._parts(month, domain))
            for domain in stale
        }
        for some in together(rows, MOST_ROWS):
            self._build(month, {domain: stale[domain] for domain in some})

    def is_stale(self, month: str) -> bool:
        """Whether any domain's readings are not built from what there is now."""
        known = self.shop.meters_of(self.facility_id)["domain"].unique()
        return any(self._was(month, domain) != self._inputs(month, domain) for domain in known)

    def _was(self, month: str, domain: str) -> str:
        """The hash of what the readings, and the ends their neighbours look at, were built from;
        empty where either is not there."""
        parts = (self.facility_id, month, domain)
        ends = self.shop.lake.inputs(ends_place(*parts))
        return ends if ends == self.shop.lake.inputs(readings_place(*parts)) else ""

    def _parts(self, month: str, domain: str) -> list[Part]:
        return self.index.of(self.facility_id, month, domain)

    def _near(self, month: str, domain: str) -> list[str]:
        """Months whose candidates the month's own are judged by."""
        return self.index.neighbours(self.facility_id, month, self._judged(domain))

    def _inputs(self, month: str, domain: str) -> str:
        near = self._near(month, domain)
        return hash_of(
            [part.inputs for part in self._parts(month, domain)],
            [(one, [part.inputs for part in self._parts(one, domain)]) for one in near],
            self.shop.meters_hash,
            self.shop.code_hash,
        )

    def _build(self, month: str, inputs: Mapping[str, str]) -> None:
        """The month's readings of the domains that ``inputs`` names."""
        around = concat(
            (
                self.candidates.around(month, one, self._near(month, one), self._judged(one))
                for one in inputs
            ),
            PART,
        )
        rows = concat((self.candidates.of(month, one) for one in inputs), PART)
        meters = self.shop.meters_of(self.facility_id)
        meters = meters.filter(pl.col("domain").is_in(list(inputs)))
        if rows.height <= MOST_ROWS:
            found = screen(rows, around, meters, self.facility_id)
            for domain, own in inputs.items():
                self._write(month, domain, [found[domain]], own)
            return
        [(domain, own)] = inputs.items()
        parts = (
            screen(of_meters(some, rows), of_meters(some, around), some, self.facility_id)[domain]
            for some in in_parts(meters, _sizes(meters, rows))
        )
        self._write(month, domain, parts, own)

    def _write(self, month: str, domain: str, parts: Iterable[Screened], inputs: str) -> None:
        """Readings part by part; then what the parts tell together, and the manifest last."""
        lake, seen = self.shop.lake, Seen()
        place = readings_place(self.facility_id, month, domain)
        quarantine = Place(table="quarantine", parts=place.parts)
        lake.remove(quarantine)

        def told() -> Mapping[str, object]:
            if (refused := seen.refused()).height:
                lake.write(quarantine, refused, inputs=inputs)
            lake.write(ends_place(*place.parts), seen.ends(), inputs=inputs)
            return seen.told()

        lake.write_parts(place, map(seen.add, parts), inputs=inputs, told=told)
        self._fresh.add(str(place))

    def _judged(self, domain: str) -> list[int]:
        """Meters whose readings are judged by their neighbours: all but gauges."""
        meters = self.shop.meters_of(self.facility_id, domain).select("row", "kind")
        return [row for row, kind in meters.iter_rows() if kind != Kind.GAUGE]

    def ends(self, month: str, domain: str, *, last: bool) -> pl.DataFrame:
        """The last or first reading of every meter in a month."""
        ends = self.shop.lake.read(ends_place(self.facility_id, month, domain), ENDS)
        of_meter = ends.group_by(SERIES, maintain_order=True)
        return (of_meter.tail(1) if last else of_meter.head(1)).select(ENDS.keys())

    def read(self, month: str, domain: str) -> pl.DataFrame:
        """The month's readings as they were built."""
        return self.shop.lake.read(readings_place(self.facility_id, month, domain), READINGS)

    def needed(self, month: str, domain: str, meters: Sequence[str]) -> pl.DataFrame:
        """What hours need of the month's readings of some meters (``ENDS``)."""
        place = readings_place(self.facility_id, month, domain)
        if not self.held(month, domain):
            return ENDS.to_frame()
        return self.shop.lake.read_some(place, ENDS, "meter_id", meters)

    def events(self, month: str) -> pl.DataFrame:
        """The month's readings at which a register rolled over, was reset or leapt."""
        found = []
        for name in NAMES:
            manifest = self.shop.lake.manifest(readings_place(self.facility_id, month, name))
            if manifest and manifest["events"]:
                found.append(self.read(month, name).filter(pl.col("event").is_not_null()))
        return concat(found, READINGS).select("meter_id", "serial", "measured_at", "event")

    def nearest(self, month: str, domain: str, *, build: bool = True) -> list[str]:
        """Per meter the nearest months that hold accepted readings of it, built as needed."""
        found: set[str] = set()
        meters = self.shop.meters_of(self.facility_id, domain)
        for row, meter_id, serial in meters.select("row", "meter_id", "serial").iter_rows():
            series = ((self.index.months, ""), (self.index.made_up, ESTIMATED))
            for held, standing in series:
                months = held.get((self.facility_id, row), [])
                name = f"{meter_id}|{serial}|{standing}"
                found.update(self._nearest_with(name, months, month, domain, build=build))
        return sorted(found)

    def _nearest_with(
        self, name: str, months: list[str], month: str, domain: str, *, build: bool
    ) -> Iterable[str]:
        """The nearest month on each side whose readings keep at least one of this meter."""
        before, after = bisect_left(months, month), bisect_right(months, month)
        for side in (range(before - 1, -1, -1), range(after, len(months))):
            for other in (months[place] for place in side):
                if name in self.held(other, domain, build=build):
                    yield other
                    break

    def held(self, month: str, domain: str, *, build: bool = True) -> Mapping[str, int]:
        """How many readings a month keeps of each series; built first, or as it was built."""
        key = (month, domain)
        if key in self._held:
            return self._held[key]
        place = readings_place(self.facility_id, month, domain)
        if build:
            self.build(month, domain)
        elif key in self._was_held:
            return self._was_held[key]
        manifest = self.shop.lake.manifest(place)
        held: Mapping[str, int] = manifest["meters"] if manifest else {}
        (self._held if build else self._was_held)[key] = held
        return held

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


def in_parts(meters: pl.DataFrame, sizes: Mapping[str, int]) -> list[pl.DataFrame]:
    """The meter table in parts, in its order, whose meters have up to ``MOST_ROWS`` rows together.
    All serials of a meter stay together."""
    names = meters["meter_id"].unique(maintain_order=True)
    parts = together({name: sizes.get(name, 0) for name in names}, MOST_ROWS)
    if len(parts) == 1:
        return [meters]
    return [meters.filter(pl.col("meter_id").is_in(some)) for some in parts]


def _sizes(meters: pl.DataFrame, rows: pl.DataFrame) -> dict[str, int]:
    """How many of the rows each meter has."""
    counts = rows.group_by("row").len().join(meters.select("row", "meter_id"), on="row")
    return dict(counts.group_by("meter_id").agg(pl.col("len").sum()).iter_rows())
