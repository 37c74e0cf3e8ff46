"""Readings of one facility, month by month and domain by domain, each built only if stale."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from pipelines.stages.candidates import PART, Candidates
from pipelines.stages.index import Index, Part, build_index, readings_place
from pipelines.stages.side_by_side import together
from pipelines.stages.workshop import Workshop
from pipelines.steps.calendar import month_bounds
from pipelines.steps.meters import NEEDED
from pipelines.steps.screen import Screened, screen
from pipelines.storage.lake import Place, concat, hash_of
from schemas.domains import DOMAINS
from schemas.quantities import Kind
from schemas.tables import ESTIMATED, READINGS

ENDS = pl.Schema({name: READINGS[name] for name in NEEDED})
#: Domains of a month are screened together up to so many rows: what a call costs however few rows
#: it is given counts for small ones, and memory for large ones.
MOST_ROWS = 200_000
NAMES = tuple(domain.name for domain in DOMAINS)
#: What was read of a meter, and what its source made up, are series of their own.
SERIES = ("meter_id", "serial", pl.col("flag").eq_missing(pl.lit(ESTIMATED)).alias("made_up"))
_STANDING = pl.when("made_up").then(pl.lit(ESTIMATED)).otherwise(pl.lit(""))
_NAME = pl.format("{}|{}|{}", "meter_id", "serial", _STANDING)


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
    _held: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)

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
            if self.shop.lake.inputs(place) == (inputs := self._inputs(month, domain)):
                self._fresh.add(str(place))
            else:
                stale[domain] = inputs
        rows = {
            domain: sum(part.part["rows"] for part in self._parts(month, domain))
            for domain in stale
        }
        for some in together(rows, MOST_ROWS):
            self._build(month, {domain: stale[domain] for domain in some})

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
        around = (
            self.candidates.around(month, one, self._near(month, one), self._judged(one))
            for one in inputs
        )
        meters = self.shop.meters_of(self.facility_id)
        screened = screen(
            concat((self.candidates.of(month, one) for one in inputs), PART),
            concat(around, PART),
            meters.filter(pl.col("domain").is_in(list(inputs))),
            self.facility_id,
        )
        for domain, own in screened.items():
            place = readings_place(self.facility_id, month, domain)
            self._write(place, own, inputs[domain])
            self._fresh.add(str(place))

    def _write(self, place: Place, screened: Screened, inputs: str) -> None:
        lake = self.shop.lake
        quarantine = Place(table="quarantine", parts=place.parts)
        lake.path(quarantine).unlink(missing_ok=True)
        if screened.refused.height:
            lake.write(quarantine, screened.refused, inputs=inputs)
        numbered = screened.readings.with_row_index("place")
        series = numbered.group_by(SERIES, maintain_order=True).agg(
            pl.len(), first=pl.col("place").min(), last=pl.col("place").max()
        )
        rows = dict(series.select(_NAME, "len").sort("meter_id").iter_rows())
        ends = screened.readings.select(ENDS.keys())[pl.concat([series["first"], series["last"]])]
        ends = ends.unique(maintain_order=True).sort("meter_id", "serial", "measured_at")
        lake.write(ends_place(*place.parts), ends, inputs=inputs)
        lake.write(
            place,
            screened.readings,
            inputs=inputs,
            meters=rows,
            events=screened.readings["event"].count(),
            files={
                file: {"candidates": n, "kept": kept, "quarantined": refused, "duplicate": twice}
                for file, n, kept, refused, twice in screened.counts.iter_rows()
            },
        )

    def _judged(self, domain: str) -> list[int]:
        """Meters whose readings are judged by their neighbours: all but gauges."""
        meters = self.shop.meters_of(self.facility_id, domain).select("row", "kind")
        return [row for row, kind in meters.iter_rows() if kind != Kind.GAUGE]

    def ends(self, month: str, domain: str, *, last: bool) -> pl.DataFrame:
        """The last or first reading of every meter in a month."""
        ends = self.shop.lake.read(ends_place(self.facility_id, month, domain), ENDS)
        of_meter = ends.group_by(SERIES, maintain_order=True)
        return (of_meter.tail(1) if last else of_meter.head(1)).select(ENDS.keys())

    def read(
        self, month: str, domain: str, columns: Sequence[str] = tuple(READINGS)
    ) -> pl.DataFrame:
        """The month's readings as they were built, or some columns of them."""
        place = readings_place(self.facility_id, month, domain)
        return self.shop.lake.read(place, pl.Schema({name: READINGS[name] for name in columns}))

    def rows(self, month: str, domain: str) -> int:
        """How many readings a month holds."""
        manifest = self.shop.lake.manifest(readings_place(self.facility_id, month, domain))
        return int(manifest["rows"]) if manifest else 0

    def events(self, month: str) -> pl.DataFrame:
        """The month's readings at which a register rolled over, was reset or leapt."""
        found = []
        for name in NAMES:
            manifest = self.shop.lake.manifest(readings_place(self.facility_id, month, name))
            if manifest and manifest["events"]:
                found.append(self.read(month, name).filter(pl.col("event").is_not_null()))
        return concat(found, READINGS).select("meter_id", "serial", "measured_at", "event")

    def nearest(self, month: str, domain: str) -> list[str]:
        """Per meter the nearest months that hold accepted readings of it, built as needed."""
        found: set[str] = set()
        meters = self.shop.meters_of(self.facility_id, domain)
        for row, meter_id, serial in meters.select("row", "meter_id", "serial").iter_rows():
            series = ((self.index.months, ""), (self.index.made_up, ESTIMATED))
            for held, standing in series:
                months = held.get((self.facility_id, row), [])
                name = f"{meter_id}|{serial}|{standing}"
                found.update(self._nearest_with(name, months, month, domain))
        return sorted(found)

    def _nearest_with(self, name: str, months: list[str], month: str, domain: str) -> Iterable[str]:
        """The nearest month on each side whose readings keep at least one of this meter."""
        for side in (
            [m for m in reversed(months) if m < month],
            [m for m in months if m > month],
        ):
            for other in side:
                if name in self._names(other, domain):
                    yield other
                    break

    def _names(self, month: str, domain: str) -> frozenset[str]:
        """The series that a month keeps readings of."""
        key = (month, domain)
        if key not in self._held:
            manifest = self.shop.lake.manifest(self.build(month, domain))
            self._held[key] = frozenset(manifest["meters"] if manifest else ())
        return self._held[key]

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
