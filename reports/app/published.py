"""What is published, as the viewer reads it: whole, and never half of one and half of another."""

import json
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.stages.publication import LAYOUT
from pipelines.stages.workshop import Workshop, remembered
from pipelines.storage.tables import Tables
from reports.facts import FacilityYear
from reports.readiness import Readiness, readiness_as_of
from schemas.errors import WattledgerError
from schemas.estate.model import Estate, Facility
from schemas.metrics import Metric, MetricValue
from schemas.published import metrics_of_frame, totals_of_frame
from schemas.tables import FINDINGS

#: Pages of so many facilities and years are kept in memory.
KEPT = 12


class NothingPublished(WattledgerError):
    """There is nothing to show yet."""


@dataclass
class Publication:
    """One publication: views, hours, tables, readiness, all of the same moment."""

    folder: Path
    current: dict[str, Any]
    views: OrderedDict[str, dict[str, Any]] = field(default_factory=OrderedDict)
    turn: threading.Lock = field(default_factory=threading.Lock)

    @property
    def id(self) -> str:
        return str(self.current["id"])

    @cached_property
    def years(self) -> dict[str, list[int]]:
        """The years of each facility, oldest first."""
        return {facility: list(years) for facility, years in self.current["years"].items()}

    @cached_property
    def all_years(self) -> list[int]:
        return sorted({year for years in self.years.values() for year in years})

    @cached_property
    def tables(self) -> Tables:
        return Tables(self.folder / str(self.current["warehouse"]))

    def view(self, facility: str, year: int) -> dict[str, Any] | None:
        """The parts of a facility's page; None where there is none."""
        name = f"{facility}-{year}"
        file = self.current["views"].get(name)
        if file is None:
            return None
        with self.turn:
            if name not in self.views:
                self.views[name] = json.loads((self.folder / file).read_bytes())
                while len(self.views) > KEPT:
                    self.views.popitem(last=False)
            self.views.move_to_end(name)
            return self.views[name]

    def hours(self, facility: str, year: int, table: str) -> pl.LazyFrame | None:
        """An hourly table of a year: ``hours`` or ``ratios``."""
        files = self.current["hours"].get(f"{facility}-{year}")
        return None if files is None else pl.scan_parquet(self.folder / files[table])

    def readiness(self, today: date) -> list[Readiness]:
        """Every form with a deadline, the next one first, as of a day."""
        return readiness_as_of(self._readiness, today)

    @cached_property
    def _readiness(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = json.loads(
            (self.folder / str(self.current["readiness"])).read_bytes()
        )
        return rows

    def frame(
        self,
        table: str,
        facilities: Sequence[str],
        periods: Sequence[str] = (),
        metrics: Sequence[Metric] = (),
    ) -> pl.DataFrame:
        """A table's rows of some facilities, and of some periods and metrics if it has any:
        ``metrics``, ``totals``, ``forecasts`` or ``limits``."""
        rows = pl.scan_parquet(self.folder / self.current["tables"][table])
        wanted = pl.col("facility_id").is_in(list(facilities))
        if periods:
            wanted &= pl.col("period").is_in(list(periods))
        if metrics:
            wanted &= pl.col("metric").is_in([one.value for one in metrics])
        return rows.filter(wanted).collect()

    def metrics(
        self, facilities: Sequence[str], periods: Sequence[str], *wanted: Metric
    ) -> tuple[MetricValue, ...]:
        """Figures of some facilities and periods; all, or some metrics."""
        return metrics_of_frame(self.frame("metrics", facilities, periods, wanted))

    def all_facts(self, shop: Workshop, facilities: Sequence[str], year: int) -> list[FacilityYear]:
        """What the estate's page needs of some facilities: figures and outlook, nothing by the
        hour."""
        name, before = str(year), str(year - 1)
        months = [f"{name}-{month:02d}" for month in range(1, 13)]
        years = self.frame("metrics", facilities, [name, before])
        pue = self.frame("metrics", facilities, months, [Metric.PUE])
        parts = {
            "years": years,
            "months": pue,
            "totals": self.frame("totals", facilities, [name]),
            "forecasts": self.frame("forecasts", facilities),
            "limits": self.frame("limits", facilities),
        }
        return [
            _facts(
                shop,
                facility,
                year,
                {
                    part: frame.filter(pl.col("facility_id") == facility.id)
                    for part, frame in parts.items()
                },
            )
            for facility in shop.estate.facilities
            if facility.id in facilities
        ]


def _facts(
    shop: Workshop, facility: Facility, year: int, parts: Mapping[str, pl.DataFrame]
) -> FacilityYear:
    figures = metrics_of_frame(parts["years"])
    return FacilityYear(
        operator=shop.estate.operator,
        facility=facility,
        policies=shop.estate.policies,
        year=year,
        year_metrics=tuple(one for one in figures if one.period == str(year)),
        month_metrics=metrics_of_frame(parts["months"]),
        previous_year_metrics=tuple(one for one in figures if one.period == str(year - 1)),
        year_totals=totals_of_frame(parts["totals"]),
        month_totals=(),
        forecasts=parts["forecasts"],
        limits=parts["limits"],
        **_NOTHING,
    )


_NOTHING: dict[str, Any] = dict.fromkeys(
    ("hours", "hourly_ratios", "meter_months", "meter_days", "quarantine", "files"),
    FINDINGS.to_frame(),
)


class Published:
    """The publication of now: looked up at each request, opened once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "var" / "viewer"
        self.estate = folder
        self.turn = threading.Lock()
        self.stamp: tuple[int, int] | None = None
        self.publication: Publication | None = None
        self.opened: Workshop | None = None
        self.configured: tuple[object, Estate] | None = None

    def if_any(self) -> Publication | None:
        """The publication of now; None where there is none that this version can read."""
        try:
            return self.now()
        except NothingPublished:
            return None

    def now(self) -> Publication:
        """The publication of now.

        Raises:
            NothingPublished: no backfill has published anything that this version can read.
        """
        path = self.folder / "current.json"
        try:
            state = path.stat()
        except FileNotFoundError as error:
            raise NothingPublished(
                "Nothing is published yet.\n  Run: wattledger backfill ESTATE"
            ) from error
        with self.turn:
            stamp = (state.st_mtime_ns, state.st_ino)
            if self.publication is None or stamp != self.stamp:
                current = json.loads(path.read_bytes())
                if current.get("layout") != LAYOUT:
                    raise NothingPublished(
                        "What is published was written by another version of wattledger.\n"
                        "  Run: wattledger backfill ESTATE"
                    )
                self.publication = Publication(self.folder, current)
                self.opened = None
                self.stamp = stamp
            return self.publication

    def shop(self) -> Workshop:
        """The estate as it was when the publication was opened.

        Raises:
            ConfigurationError: its files cannot be used as they stand.
        """
        self.now()
        with self.turn:
            if self.opened is None:
                self.opened = remembered(self.estate)
            return self.opened

    def shop_or_fresh(self) -> Workshop:
        """The published estate; before anything is published, the estate as it is."""
        return self.shop() if self.if_any() else self.fresh()

    def fresh(self) -> Workshop:
        """The estate, its landing and its lake as they are at this moment.

        Raises:
            ConfigurationError: its files cannot be used as they stand.
        """
        stamp = _configured(self.estate)
        with self.turn:
            if self.configured is None or self.configured[0] != stamp:
                self.configured = (stamp, remembered(self.estate).estate)
            # Its files are looked at anew; the configuration is read again only if it changed.
            return remembered(self.estate, estate=self.configured[1])


def _configured(folder: Path) -> object:
    """Names, sizes and times of the files that an estate is read from."""
    paths = [folder / "estate.yaml", *folder.glob("meters.*"), *(folder / "registers").rglob("*")]
    found = []
    for path in sorted(paths):
        if path.is_file():
            state = path.stat()
            found.append((str(path), state.st_size, state.st_mtime_ns))
    return found
