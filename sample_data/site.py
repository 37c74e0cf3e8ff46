"""One facility through all its months: live, count, go wrong, write."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sample_data.chance import Ints, key_of, pick
from sample_data.clock import DAY, HOUR, Month
from sample_data.drops import file_name, part_of, sheet_of, split_at, write_sheet
from sample_data.facilities import Facility
from sample_data.factors import HOURLY_ZONE, hourly_location
from sample_data.faults import (
    NO_FAULTS,
    Fault,
    FaultPlan,
    late_window,
    overlap_window,
    plan_faults,
    told,
    with_holes,
)
from sample_data.layouts import Feed
from sample_data.meters import Meter
from sample_data.physics import Channels, Span, facility_life
from sample_data.rows import Counts, Exchange, Rows, month_rows, steps_of
from sample_data.spoil import spoil
from sample_data.truth import MonthTruth, month_truth
from sample_data.weather import WeatherRecord, record_weather

_TEST_DAY, _TEST_HOUR = 10, 10


@dataclass(frozen=True, kw_only=True)
class SiteResult:
    """What one facility's simulation leaves for the files of the whole estate."""

    truths: tuple[MonthTruth, ...]
    faults: tuple[Fault, ...]
    exchange: Exchange | None


@dataclass(frozen=True, kw_only=True)
class Site:
    """A facility with its meters, months, weather and plan of faults."""

    facility: Facility
    meters: tuple[Meter, ...]
    months: tuple[Month, ...]
    feeds: tuple[Feed, ...]
    record: WeatherRecord
    plan: FaultPlan

    def life(self, start: int, end: int, step: int) -> tuple[Span, Channels]:
        """What happens in [start, end), in steps of ``step`` seconds."""
        span = steps_of(start, end, step)
        tests = [
            (month.at(_TEST_DAY, _TEST_HOUR), month.at(_TEST_DAY, _TEST_HOUR) + HOUR)
            for month in self.months
            if month.start < end and start < month.end
        ]
        channels = facility_life(
            self.facility,
            span,
            record=self.record,
            origin=self.months[0].start,
            generator_tests=tests,
        )
        return span, channels


def site_of(
    facility: Facility,
    meters: tuple[Meter, ...],
    months: tuple[Month, ...],
    feeds: tuple[Feed, ...],
    *,
    with_faults: bool,
) -> Site:
    """A facility ready to be run."""
    record = record_weather(
        facility.archetype.climate,
        key=key_of(facility.key, "weather"),
        start=months[0].start,
        end=months[-1].end,
        longitude=facility.archetype.longitude,
    )
    plan = plan_faults(facility, meters, months) if with_faults else NO_FAULTS
    return Site(
        facility=facility, meters=meters, months=months, feeds=feeds, record=record, plan=plan
    )


def run_site(site: Site, *, inbox: Path, step: int, seed: int) -> SiteResult:
    """Write all drops of a facility, a month at a time, and keep its truth.

    Args:
        site: the facility.
        inbox: the folder for its drops.
        step: seconds of the finest cadence.
        seed: the estate's seed, of which the hourly grid factors are a function.
    """
    counts = Counts(
        passed={meter.name: 0 for meter in site.meters},
        on_top={meter.name: _first_count(site, meter) for meter in site.meters},
    )
    truths: list[MonthTruth] = []
    faults = list(told(site.facility, site.plan))
    for month in site.months:
        span, channels = site.life(month.start, month.end, step)
        hours = np.arange(month.start, month.end, HOUR, dtype=np.int64)
        in_zone = site.facility.archetype.grid_zone == HOURLY_ZONE
        truths.append(
            month_truth(
                site.meters,
                channels,
                span,
                month=month,
                hourly_factor=hourly_location(seed, hours) if in_zone else None,
            )
        )
        rows = month_rows(
            site.meters,
            channels,
            span,
            counts=counts,
            closing=month == site.months[-1],
            exchange=_exchange_in(site, month),
        )
        faults += _rollovers(site, rows)
        for feed in site.feeds:
            faults += _write_feed(site, feed, with_holes(rows, site.plan), month, inbox)
    return SiteResult(truths=tuple(truths), faults=tuple(faults), exchange=site.plan.exchange)


def _exchange_in(site: Site, month: Month) -> Exchange | None:
    exchange = site.plan.exchange
    inside = exchange is not None and month.start <= exchange.at < month.end
    return exchange if inside else None


def _first_count(site: Site, meter: Meter) -> int:
    """Ticks on a register at the start: never zero; near its end where it is to roll over."""
    rolls = site.plan.rolled_over is not None and site.plan.rolled_over.name == meter.name
    month = site.plan.rollover_month
    if rolls and month is not None and meter.modulus_ticks is not None:
        _, channels = site.life(site.months[0].start, month.start + 12 * DAY, HOUR)
        return meter.modulus_ticks - int(channels[meter.name].sum())
    unit = meter.ticks_per_unit * meter.multiplier
    modulus = meter.modulus if meter.modulus is not None else 10_000_000
    part = pick(key_of(site.facility.key, "first count", meter.name), 0, 1000)
    return unit * (modulus // 20 + modulus * part // 5000) + part


def _rollovers(site: Site, rows: Rows) -> list[Fault]:
    """The planned rollover, at the reading where it shows."""
    meter = site.plan.rolled_over
    if meter is None:
        return []
    told_rows = np.flatnonzero(~np.isnan(rows.column(meter)))
    fell = np.flatnonzero(np.diff(rows.column(meter)[told_rows]) < 0)
    return [
        Fault(
            facility_id=site.facility.id,
            fault="rollover",
            meter_id=meter.id,
            start=int(rows.instants[told_rows[place]]),
            end=int(rows.instants[told_rows[place + 1]]),
            detail=f"passes {meter.modulus} {meter.unit}",
        )
        for place in fell.tolist()
    ]


def _write_feed(site: Site, feed: Feed, rows: Rows, month: Month, inbox: Path) -> list[Fault]:
    """Write one feed's file of a month, and its late and overlapping ones."""
    label, plan = month.label, site.plan
    main = part_of(rows, feed.meters)
    parts: list[tuple[str, str, Rows, tuple[int, int]]] = []
    if label in plan.overlaps:
        window = overlap_window(month)
        parts.append(("overlap", "_overlap", split_at(main, window)[1], window))
    if label in plan.late:
        window = late_window(month)
        main, late = split_at(main, window)
        parts.append(("late", "_late", late, window))
    faults: list[Fault] = []
    for fault, mark, part, window in parts:
        name = file_name(feed, label, mark=mark)
        _write(site, feed, part, inbox / name)
        faults.append(
            Fault(
                facility_id=site.facility.id,
                fault=fault,
                meter_id="",
                start=window[0],
                end=window[1],
                detail=name,
            )
        )
    return faults + _write(site, feed, main, inbox / file_name(feed, label), spoiled=month)


def _write(
    site: Site, feed: Feed, rows: Rows, path: Path, *, spoiled: Month | None = None
) -> list[Fault]:
    plan = site.plan
    exchanged = plan.exchange is not None and plan.exchange.meter in feed.meters
    has_serials = exchanged or feed.maps_serials
    sheet = sheet_of(rows, feed.layout, exchange=plan.exchange, serials=has_serials)
    if spoiled is None or not plan.spoils:
        write_sheet(path, sheet, {})
        return []
    edits, faults = spoil(
        sheet,
        feed.meters,
        month=spoiled,
        key=key_of(site.facility.key, "spoil", path.name),
        all_kinds=len(site.months) == 1,
        exchanged=plan.exchange.meter.id if plan.exchange is not None else "",
        file=path.name,
    )
    write_sheet(path, sheet, edits)
    return faults


def whole_hours(months: Sequence[Month]) -> Ints:
    """Every hour [s UTC] from the first month's start to the last one's end."""
    return np.arange(months[0].start, months[-1].end, HOUR, dtype=np.int64)
