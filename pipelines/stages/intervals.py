"""From readings to hours: covered, judged by the rules, estimated. One facility, month by month."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from threading import Lock

import polars as pl

from pipelines.stages.covered import Covered
from pipelines.stages.edits import Layer, layer_of, unedited_place
from pipelines.stages.index import intervals_place, readings_place
from pipelines.stages.readings import NAMES, Readings
from pipelines.stages.workshop import Workshop
from pipelines.steps.calendar import month_bounds, month_numbers, next_month
from pipelines.steps.estimate import estimate
from pipelines.steps.estimate.judged import NOTHING_DECIDED
from pipelines.steps.validate import Window, validate
from pipelines.steps.validate.window import ARRIVALS
from pipelines.storage.lake import Place, concat, hash_of, hash_of_frame
from schemas.domains import DOMAINS
from schemas.rules import RuleId
from schemas.tables import FINDINGS, QUARANTINE

#: Months of refused rows kept at hand.
KEPT = 6
_QUANTITIES = {domain.name: [one.name for one in domain.quantities] for domain in DOMAINS}


def findings_place(facility_id: str, month: str) -> Place:
    """What the rules found in a month."""
    return Place(table="findings", parts=(facility_id, month))


@dataclass
class Intervals:
    """Builds the hours of one facility. Threads may share it."""

    shop: Workshop
    facility_id: str
    readings: Readings
    covered: Covered
    months: Sequence[str]
    _cache: dict[str, pl.DataFrame] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def around(self, month: str) -> list[str]:
        """The month and its neighbours, as far as the facility has them."""
        near = (next_month(month, -1), month, next_month(month))
        return [one for one in near if one == month or one in self.months]

    # Findings

    def findings(self, month: str) -> Place:
        """What the rules find in the month; needs covered hours of the month and its neighbours."""
        place = findings_place(self.facility_id, month)
        near = self.around(month)
        lake, seen = self.shop.lake, self._seen(month)
        refused, arrivals, holes = seen
        inputs = self._findings_inputs(month, *seen)
        if lake.inputs(place) != inputs:
            facility = self.shop.facilities[self.facility_id]
            start, end = month_bounds(month, facility.zone)
            window = Window(
                facility=facility,
                month=month,
                start=start,
                end=end,
                hours=self.covered.hours(near),
                meters=self.shop.meters_of(self.facility_id),
                parents=self.shop.parents,
                refused=refused,
                events=self.readings.events(month),
                holes=holes,
                arrivals=arrivals,
                checks=self.shop.checks,
            )
            lake.write(place, validate(window), inputs=inputs)
        return place

    def _seen(self, month: str) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
        """What rules look at besides hours: refused rows, arrivals, and stamps in a spring hole."""
        refused = concat(map(self._refused, self.around(month)), QUARANTINE)
        return refused, self._arrivals(month), self._holes

    def _findings_inputs(
        self, month: str, refused: pl.DataFrame, arrivals: pl.DataFrame, holes: pl.DataFrame
    ) -> str:
        lake = self.shop.lake
        return hash_of(
            self.covered.contents(self.around(month)),
            [lake.content(readings_place(self.facility_id, month, name)) for name in NAMES],
            hash_of_frame(refused),
            arrivals.rows(),
            holes.rows(),
            self._links,
            self.shop.meters_hash,
            self.shop.code_hash,
        )

    def is_stale(self, month: str) -> bool:
        """Whether findings or hours are not those of the covered hours as they are."""
        lake, site = self.shop.lake, self.facility_id
        found = lake.inputs(findings_place(site, month))
        if found != self._findings_inputs(month, *self._seen(month)):
            return True
        inputs, layer = self._inputs(month)
        return any(lake.inputs(place) != inputs for place in self._wanted(month, layer))

    @cached_property
    def _links(self) -> list[tuple[str, str, str]]:
        """Parent and checked meter of every meter: what rules and estimates rest on besides."""
        checks = self.shop.checks
        mine = [one for one in self.shop.estate.meters if one.facility_id == self.facility_id]
        return sorted({(m.meter_id, m.parent, checks.get(m.meter_id, "")) for m in mine})

    @cached_property
    def _refused_files(self) -> pl.DataFrame:
        """Rows of the facility that were refused while reading, with a time."""
        lake = self.shop.lake
        frames = [
            lake.read(Place(table="quarantine", parts=("files", file.sha256)), QUARANTINE)
            for file in self.shop.active
            if (record := lake.file_record(file.sha256)) and record["refused"]
        ]
        return concat(frames, QUARANTINE).filter(
            (pl.col("facility_id") == self.facility_id) & pl.col("measured_at").is_not_null()
        )

    @cached_property
    def _refused_by_month(self) -> dict[int, pl.DataFrame]:
        """The same by local month, a number as in ``CANDIDATES``."""
        zone = self.shop.facilities[self.facility_id].zone
        numbers = month_numbers(self._refused_files["measured_at"], zone).alias("month")
        parts = self._refused_files.with_columns(numbers).partition_by(
            "month", as_dict=True, include_key=False
        )
        return {int(str(month)): rows for (month,), rows in parts.items()}

    def _refused(self, month: str) -> pl.DataFrame:
        """The month's refused rows; the last few months' are kept at hand, for each is looked at by
        its neighbours too."""
        found = self._cache.get(month)
        if found is None:
            found = self._refused_of(month)
            with self._lock:
                self._cache[month] = found
                while len(self._cache) > KEPT:
                    self._cache.pop(next(iter(self._cache)))
        return found

    def _refused_of(self, month: str) -> pl.DataFrame:
        places = [
            Place(table="quarantine", parts=(self.facility_id, month, name)) for name in NAMES
        ]
        judged = [self.shop.lake.read(place, QUARANTINE) for place in places]
        found = [
            one for one in (self._refused_by_month.get(_number(month)), *judged) if one is not None
        ]
        return concat(found, QUARANTINE).sort("meter_id", "measured_at", "file", "line")

    @cached_property
    def _holes(self) -> pl.DataFrame:
        """Meters whose stamps fell into a spring hole, and when: of any year."""
        in_hole = pl.col("reasons").str.contains(RuleId.DST_HOLE.value, literal=True)
        return (
            self._refused_files.filter(in_hole)
            .group_by("meter_id", pl.col("measured_at").dt.year().alias("year"))
            .agg(at=pl.col("measured_at").min())
            .select("meter_id", "at")
            .sort("meter_id", "at")
        )

    def _arrivals(self, month: str) -> pl.DataFrame:
        """``ARRIVALS`` of the month: one row per file, whatever domains it tells of."""
        arrived = {file.sha256: file.arrived_at for file in self.shop.active}
        rows = []
        for name in NAMES:
            manifest = self.shop.lake.manifest(readings_place(self.facility_id, month, name))
            counts = manifest["files"] if manifest else {}
            for part in self.readings.index.of(self.facility_id, month, name):
                told, file = part.part, part.sha256
                rows.append(
                    (
                        file,
                        arrived[file],
                        datetime.fromisoformat(told["first"]),
                        datetime.fromisoformat(told["last"]),
                        self._newest[file],
                        told["rows"],
                        min(told["onward"], told["backward"]),
                        counts[file]["duplicate"] if file in counts else 0,
                    )
                )
        return (
            pl.DataFrame(rows, schema=ARRIVALS, orient="row")
            .group_by("file")
            .agg(
                pl.col("arrived_at", "first").min(),
                pl.col("last", "newest").max(),
                pl.col("rows", "disordered", "duplicates").sum(),
            )
            .select(ARRIVALS.keys())
            .sort("file")
        )

    @cached_property
    def _newest(self) -> dict[str, datetime]:
        """The latest row of each file, of whatever month and facility."""
        found: dict[str, datetime] = {}
        for parts in self.readings.index.parts.values():
            for part in parts:
                last = datetime.fromisoformat(part.part["last"])
                found[part.sha256] = max(last, found.get(part.sha256, last))
        return found

    # Intervals

    def intervals(self, month: str) -> list[Place]:
        """The month's hours of all domains; needs covered hours and findings of three months."""
        site, lake = self.facility_id, self.shop.lake
        places = [intervals_place(site, month, name) for name in NAMES]
        near = self.around(month)
        inputs, layer = self._inputs(month)
        own = [place for place in places if self._has(place)]
        without = [unedited_place(*place.parts) for place in own]
        if any(lake.inputs(place) != inputs for place in self._wanted(month, layer)):
            frame = self._estimated(month, near, NOTHING_DECIDED)
            for place in without:
                lake.remove(place)
            if layer.edits:
                self._write(without, frame, inputs)
                hours = self.covered.hours(near)
                frame = self._estimated(month, near, layer.decides(self.shop, site, hours))
            self._write(own, frame, inputs)
        return places

    def _inputs(self, month: str) -> tuple[str, Layer]:
        """The hash of what the month's hours rest on, and the edits among it."""
        near = self.around(month)
        layer = layer_of(self.shop, self.readings, near, map(self._refused, near))
        inputs = hash_of(
            self.covered.contents(near),
            [self.shop.lake.content(findings_place(self.facility_id, one)) for one in near],
            self._links,
            layer.inputs,
            self.shop.meters_hash,
            self.shop.code_hash,
        )
        return inputs, layer

    def _wanted(self, month: str, layer: Layer) -> list[Place]:
        """The places of the month's hours, and those without edits where any edit reaches it."""
        places = (intervals_place(self.facility_id, month, name) for name in NAMES)
        own = [place for place in places if self._has(place)]
        without = [unedited_place(*place.parts) for place in own]
        return [*own, *without] if layer.edits else own

    def _estimated(self, month: str, near: Sequence[str], decided: pl.DataFrame) -> pl.DataFrame:
        """The month's hours of all domains, with what edits decide."""
        lake, site = self.shop.lake, self.facility_id
        findings = [lake.read(findings_place(site, one), FINDINGS) for one in near]
        start, end = month_bounds(month, self.shop.facilities[site].zone)
        return estimate(
            self.covered.hours(near),
            self.shop.meters_of(site),
            self.shop.parents,
            self.shop.checks,
            concat(findings, FINDINGS),
            start=start,
            end=end,
            decided=decided,
        )

    def _write(self, places: Sequence[Place], frame: pl.DataFrame, inputs: str) -> None:
        """The hours of each place's domain."""
        for place in places:
            names = _QUANTITIES[place.parts[2]]
            self.shop.lake.write(
                place, frame.filter(pl.col("quantity").is_in(names)), inputs=inputs
            )

    def _has(self, place: Place) -> bool:
        """Whether the facility has a meter of the place's domain."""
        return self.shop.meters_of(self.facility_id, place.parts[2]).height > 0


def _number(month: str) -> int:
    """202501 for 2025-01."""
    return int(month.replace("-", ""))
