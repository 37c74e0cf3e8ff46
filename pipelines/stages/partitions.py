"""Partitions up to totals of one facility, each built only if what goes into it has changed."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial

from pipelines.stages.covered import Covered, Stretch
from pipelines.stages.edits import signed_months
from pipelines.stages.index import around, intervals_place
from pipelines.stages.intervals import Intervals, findings_place
from pipelines.stages.progress import done
from pipelines.stages.readings import NAMES, Readings
from pipelines.stages.side_by_side import Crew, Item, each, nobody
from pipelines.stages.workshop import Bench, Workshop, workshop_at
from pipelines.steps.calendar import months_between, next_month
from pipelines.steps.meter_months import METER_MONTHS, meter_months
from pipelines.storage.lake import Place, concat, hash_of
from schemas.tables import INTERVALS

#: Rules look at the months beside a month, and estimates at the months beside those.
REACH = 2
#: What is built of a month and domain.
TABLES = ("readings", "ends", "covered", "intervals", "unedited", "quarantine")


def totals_place(facility_id: str, month: str) -> Place:
    """Where the meters' contributions of a month lie."""
    return Place(table="totals", parts=(facility_id, month))


@dataclass
class Partitions:
    """Builds ranges of the partitions of one facility, alone or with a crew."""

    shop: Workshop
    facility_id: str
    crew: Crew | None = None

    @cached_property
    def _readings(self) -> Readings:
        return Readings(self.shop, self.facility_id)

    @cached_property
    def _covered(self) -> Covered:
        return Covered(self.shop, self.facility_id, self._readings)

    @cached_property
    def _intervals(self) -> Intervals:
        months = self.months()
        return Intervals(self.shop, self.facility_id, self._readings, self._covered, months)

    def months(self) -> list[str]:
        """First to last month that candidates tell of, or that an edit signs figures for; what
        lies between is built too, as gaps.

        A last month with nothing but closing readings at its first instant does not count: they
        end the month before, and are read as its neighbours.
        """
        found = self._readings.index.months_of(self.facility_id)
        if len(found) > 1 and self._readings.only_closing(found[-1]):
            found.append(next_month(found.pop(), -1))
        signed = signed_months(self.shop, self.facility_id)
        found = sorted({*found, *map(self._reach, found), *signed})
        return list(months_between(found[0], found[-1])) if found else []

    def build(self, months: Sequence[str]) -> None:
        """Everything up to totals of these months, in its order."""
        self.build_readings(months)
        self.build_findings(months)
        self.build_intervals(months)
        self.build_totals(months)

    def build_readings(self, months: Iterable[str], domains: Iterable[str] = NAMES) -> None:
        """Readings of all these months and domains, side by side."""
        wanted = tuple(domains)
        self._each([(month, wanted) for month in months], Partitions._screen, "readings")

    def build_findings(self, months: Sequence[str]) -> None:
        """What the rules find in these months, in the ones beside them, and in built ones that
        their readings reach."""
        judged = self._reached([*months, *self.touched(months)], 1)
        looked_at = self._reached(judged, 1)
        self._each([(month, NAMES) for month in looked_at], Partitions._screen)
        self._each(self._covered.stretches(looked_at), Partitions._cover)
        self._each(judged, Partitions._judge, "findings")

    def build_intervals(self, months: Sequence[str]) -> None:
        """Hours of these months, and of built months whose hours these may have changed."""
        self._each([*months, *self.touched(months)], Partitions._estimate, "hours")

    def build_totals(self, months: Sequence[str]) -> None:
        """Totals of these months, and of built months whose hours these may have changed."""
        self._each([*months, *self.touched(months)], Partitions._total, "totals")

    def _each(
        self, items: Iterable[Item], deed: Callable[["Partitions", Item], None], step: str = ""
    ) -> None:
        """Does it for every item: side by side, here or in the crew's processes; each is a step of
        the backfill if it has a name."""
        heard = partial(_tell, f"{self.facility_id}: {step}") if step else nobody
        if self.crew is None:
            each(items, partial(deed, self), heard)
        else:
            there = partial(_elsewhere, self.shop.bench, self.facility_id, deed)
            self.crew.each(items, there, heard)

    def _screen(self, wanted: tuple[str, Sequence[str]]) -> None:
        self._readings.build_month(*wanted)

    def _cover(self, stretch: Stretch) -> None:
        self._covered.cover(stretch)

    def _judge(self, month: str) -> None:
        self._intervals.findings(month)

    def _estimate(self, month: str) -> None:
        self._intervals.intervals(month)

    def _reached(self, months: Iterable[str], reach: int) -> list[str]:
        """The months and the ones beside them, as far as the facility has them; sorted."""
        own = set(months)
        beside = {next_month(one, step) for one in own for step in range(-reach, reach + 1)}
        return sorted(own | (beside & set(self.months())))

    def touched(self, months: Sequence[str]) -> list[str]:
        """Months already built whose hours may rest on these: the ones beside them, and all up
        to the nearest readings of each meter, which a gap may lie between."""
        if not months:
            return []
        near = {self._reach(month) for month in months} | {
            other
            for month in months
            for (facility, _), held in self._readings.index.months.items()
            if facility == self.facility_id
            for other in around(held, month)
        }
        first = next_month(min([*months, *near]), -REACH)
        last = next_month(max([*months, *near]), REACH)
        return [one for one in self._built_months if first <= one <= last and one not in months]

    def _reach(self, month: str) -> str:
        """The last month that an interval which begins in this one reaches into: long bills."""
        ends = self._readings.index.last_reached(self.facility_id, month)
        zone = self.shop.facilities[self.facility_id].zone
        return max(month, ends.astimezone(zone).strftime("%Y-%m")) if ends else month

    @cached_property
    def _built_months(self) -> list[str]:
        """Months that had hours before this run; those of the run itself are asked for anyway."""
        return self.shop.lake.months("intervals", self.facility_id)

    def to_build(self, months: Iterable[str]) -> list[str]:
        """Those of the months that are not built from what there is now.

        What a stale month changes in others is found when it is built.
        """
        return [
            month
            for month in months
            if self._readings.is_stale(month)
            or self._covered.is_stale(month)
            or self._intervals.is_stale(month)
            or self._totals_are_stale(month)
        ]

    def _totals_are_stale(self, month: str) -> bool:
        return self.shop.lake.inputs(totals_place(self.facility_id, month)) != self._rests(month)

    def _rests(self, month: str) -> str:
        """The hash of what the month's totals rest on."""
        hours = [intervals_place(self.facility_id, month, name) for name in NAMES]
        return hash_of([self.shop.lake.content(one) for one in hours], self.shop.code_hash)

    def stale_months(self) -> list[str]:
        """Months whose staged files are not the ones their readings were built from."""
        return self._readings.stale_months()

    def drop_outside(self, months: Sequence[str]) -> None:
        """Takes out partitions that no current file reaches: of another ``as_of``, or replaced."""
        lake, site = self.shop.lake, self.facility_id
        held = {*lake.months("readings", site), *lake.months("totals", site)}
        reached = {*months, *self._readings.index.months_of(site)}
        for month in sorted(held - reached):
            for name in NAMES:
                for table in TABLES:
                    lake.remove(Place(table=table, parts=(site, month, name)))
            lake.remove(findings_place(site, month))
            lake.remove(totals_place(site, month))

    def _total(self, month: str) -> None:
        """What each meter contributes to the month, built if stale."""
        place = totals_place(self.facility_id, month)
        lake, inputs = self.shop.lake, self._rests(month)
        if lake.inputs(place) != inputs:
            hours = [intervals_place(self.facility_id, month, name) for name in NAMES]
            frames = [lake.read(one, INTERVALS) for one in hours]
            frame = meter_months(concat(frames, INTERVALS), month)
            lake.write(place, frame.cast(METER_MONTHS), inputs=inputs)


def _tell(step: str, _result: None) -> None:
    done(step)


@lru_cache(maxsize=1)
def partitions_at(bench: Bench, facility_id: str) -> Partitions:
    """A facility's partitions, for what this process does of its work; the last one's are kept."""
    return Partitions(workshop_at(bench), facility_id)


def _elsewhere(
    bench: Bench, facility_id: str, deed: Callable[[Partitions, Item], None], item: Item
) -> None:
    """What the crew's processes are sent to do."""
    deed(partitions_at(bench, facility_id), item)
