"""The pure spine without storage: drops in, readings, hours and totals out.

Texts stand for files; months, context and neighbours are chosen as the stages choose them, only
wider: the context of a month is every other candidate of its meters but gauges.
"""

import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cached_property

import polars as pl

from pipelines import sources
from pipelines.sources import PLAIN_DROP
from pipelines.steps.calendar import hours_of, month_bounds, months_of, next_month, year_bounds
from pipelines.steps.covered import covered
from pipelines.steps.estimate import estimate
from pipelines.steps.meter_months import MeterMonth, meter_months, read_meter_months
from pipelines.steps.meters import meter_table
from pipelines.steps.normalise import Context, normalise, resolve_double_hour
from pipelines.steps.screen import Screened, screen
from pipelines.steps.total import Period, totals_of
from schemas.domains import DOMAIN_OF
from schemas.estate.model import Facility, Meter
from schemas.estate.policies import Policies
from schemas.estate.source import Source
from schemas.quantities import Kind
from schemas.tables import FINDINGS, QUARANTINE
from schemas.totals import TotalValue

LATE = datetime(2030, 1, 1, tzinfo=UTC)
BERLIN = Facility(id="fra1", name="Frankfurt 1", country="DE", timezone="Europe/Berlin")
#: What screening is given of a candidate.
STAGED = ("row", "measured_at", "seconds", "value", "line", "flag", "file")
HEADER = "meter_id,timestamp,value"


def site(timezone: str, **facts) -> Facility:
    return Facility(id="site", name="Site", country="XX", timezone=timezone, **facts)


def meter(meter_id: str = "m", **facts) -> Meter:
    """A grid register in kWh, read every hour, unless told otherwise."""
    given = {
        "facility_id": "fra1",
        "quantity": "grid_import",
        "kind": Kind.REGISTER,
        "unit": "kWh",
        **facts,
    }
    return Meter(meter_id=meter_id, **given)


def drop(rows: Iterable[Sequence[object]], header: str = HEADER) -> str:
    """A plain drop; every time is written in UTC unless it is text already."""
    return "\n".join([header, *(",".join(map(text, row)) for row in rows)]) + "\n"


def text(cell: object) -> str:
    return f"{cell:%Y-%m-%dT%H:%M:%SZ}" if isinstance(cell, datetime) else str(cell)


def utc(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp).replace(tzinfo=UTC)


@dataclass(frozen=True)
class Spine:
    """One facility's meters and drops, and what every step makes of them."""

    meters: Sequence[Meter]
    drops: Sequence[str | bytes]
    facility: Facility = BERLIN
    source: Source = PLAIN_DROP
    arrived_at: datetime = LATE
    first_month: str = "2015-01"
    policies: Policies = field(default_factory=Policies)
    checks: Mapping[str, str] = field(default_factory=dict)
    findings: pl.DataFrame = field(default_factory=FINDINGS.to_frame)
    _covered: dict[tuple[str, str], pl.DataFrame] = field(default_factory=dict)
    _intervals: dict[str, pl.DataFrame] = field(default_factory=dict)

    @cached_property
    def table(self) -> pl.DataFrame:
        return meter_table(self.meters, {self.facility.id: self.facility})

    @cached_property
    def read(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Candidates with their file, and what was refused while reading."""
        good, refused = [], []
        for content in {one if isinstance(one, bytes) else one.encode() for one in self.drops}:
            name = hashlib.sha256(content).hexdigest()
            for candidates, quarantine in self._read_one(content, name):
                good.append(candidates.with_columns(file=pl.lit(name)))
                refused.append(quarantine)
        return pl.concat(good), pl.concat(refused).sort("file", "line")

    def _read_one(self, content: bytes, name: str) -> Iterable[tuple[pl.DataFrame, pl.DataFrame]]:
        context = Context(
            file=name,
            source=self.source,
            meters=self.table,
            arrived_at=self.arrived_at,
            first_month=self.first_month,
        )
        doubles, ends = [], []
        for raw in sources.rows(io.BytesIO(content), self.source):
            candidates, quarantine, double = normalise(raw, context)
            assert raw.height == candidates.height + quarantine.height + double.height
            doubles.append(double)
            ends += candidates.sort("line")["measured_at"].to_list()
            yield candidates, quarantine
        if not doubles:
            return
        double = pl.concat(doubles)
        newest_first = len(ends) > 1 and ends[0] > ends[-1]
        decided = resolve_double_hour(double, context, newest_first=newest_first)
        assert double.height == decided[0].height + decided[1].height
        yield decided

    @cached_property
    def screened(self) -> dict[tuple[str, str], Screened]:
        """By month and domain."""
        candidates = self.read[0].join(self.table.select("row", "domain"), on="row")
        judged = self.table.filter(pl.col("kind") != Kind.GAUGE)["row"].implode()
        found = {}
        for domain in self.table["domain"].unique().sort():
            mine = candidates.filter(pl.col("domain") == domain)
            meters = self.table.filter(pl.col("domain") == domain)
            for month in candidates["month"].unique().sort():
                here = pl.col("month") == month
                rows = mine.filter(here).select(STAGED)
                around = mine.filter(~here & pl.col("row").is_in(judged)).select(STAGED)
                name = f"{month // 100:04d}-{month % 100:02d}"
                found[name, domain] = screen(rows, around, meters, self.facility.id)[domain]
        return found

    @cached_property
    def readings(self) -> pl.DataFrame:
        frames = [one.readings for one in self.screened.values()]
        return pl.concat(frames).sort("meter_id", "serial", "measured_at")

    @cached_property
    def refused(self) -> pl.DataFrame:
        """Everything in quarantine, sorted by file and line."""
        frames = [self.read[1], *(one.refused for one in self.screened.values())]
        return pl.concat(frames).select(QUARANTINE.keys()).sort("file", "line")

    @property
    def reasons(self) -> dict[int, str]:
        """Why each refused line of a single drop was refused."""
        return dict(self.refused.select("line", "reasons").iter_rows())

    @property
    def values(self) -> list[tuple[datetime, Decimal]]:
        return list(self.readings.select("measured_at", "value").iter_rows())

    def covered(self, month: str, domain: str) -> pl.DataFrame:
        """What readings cover of one domain's hours."""
        found = self._covered.get((month, domain))
        if found is None:
            meters = self.table.filter(pl.col("domain") == domain)
            zone = self.facility.zone
            rows = self._around(meters, *month_bounds(month, zone))
            found = covered(rows, meters, hours_of(month, zone), domain)
            self._covered[month, domain] = found
        return found

    def _around(self, meters: pl.DataFrame, start: datetime, end: datetime) -> pl.DataFrame:
        """Readings of [start, end), and the nearest before and after it."""
        rows = self.readings.join(
            meters.select("row", "meter_id", "serial"), on=["meter_id", "serial"]
        ).sort("row", "measured_at")
        at, key = pl.col("measured_at"), ["meter_id", "serial"]
        before, after = rows.filter(at < start), rows.filter(at >= end)
        near = [
            before.group_by(key, maintain_order=True).tail(1),
            rows.filter(at.is_between(start, end, closed="left")),
            after.group_by(key, maintain_order=True).head(1),
        ]
        columns = rows.columns
        return pl.concat([part.select(columns) for part in near]).sort("row", "measured_at")

    def intervals(self, month: str) -> pl.DataFrame:
        """The hours of all domains."""
        if month not in self._intervals:
            months = [next_month(month, step) for step in (-1, 0, 1)]
            domains = self.table["domain"].unique().sort()
            start, end = month_bounds(month, self.facility.zone)
            self._intervals[month] = estimate(
                pl.concat([self.covered(m, domain) for m in months for domain in domains]),
                self.table,
                {one.meter_id: one.parent for one in self.meters},
                self.checks,
                self.findings,
                start=start,
                end=end,
            )
        return self._intervals[month]

    def hours(self, month: str, domain: str | None = None) -> pl.DataFrame:
        """The intervals of one domain; of the first meter's unless named."""
        domain = domain or DOMAIN_OF[self.meters[0].quantity].name
        quantities = [name for name, one in DOMAIN_OF.items() if one.name == domain]
        return self.intervals(month).filter(pl.col("quantity").is_in(quantities))

    def rows(self, months: Iterable[str]) -> list[MeterMonth]:
        domains = self.table["domain"].unique().sort()
        return [
            row
            for month in months
            for domain in domains
            for row in read_meter_months(meter_months(self.hours(month, domain), month))
        ]

    def totals(
        self, months: Sequence[str], *, name: str = "", parents: Mapping[str, str] | None = None
    ) -> dict[str, TotalValue]:
        """The totals over some months together, by quantity."""
        zone = self.facility.zone
        period = Period(
            name=name or (months[0] if len(months) == 1 else months[0][:4]),
            start=month_bounds(months[0], zone)[0],
            end=month_bounds(months[-1], zone)[1],
            months=tuple(months),
        )
        found = totals_of(
            self.rows(months),
            facility_id=self.facility.id,
            period=period,
            parents=parents or {one.meter_id: one.parent for one in self.meters},
            accuracy={one.meter_id: one.accuracy_percent for one in self.meters},
            policies=self.policies,
        )
        return {total.quantity: total for total in found}

    def year(self, year: int) -> dict[str, TotalValue]:
        return self.totals(months_of(year), name=str(year))


def every(step: timedelta, since: datetime, until: datetime) -> list[datetime]:
    """Instants from ``since`` to ``until``, both included where they fall on the step."""
    return [since + step * number for number in range((until - since) // step + 1)]


def year_ends(year: int, facility: Facility = BERLIN) -> tuple[datetime, datetime]:
    return year_bounds(year, facility.zone)
