"""Edits over a facility's months: which count, what they decide, where hours without them lie."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

import polars as pl

from pipelines.stages.readings import NAMES, Readings
from pipelines.stages.workshop import Workshop
from pipelines.steps.calendar import hours_of, month_bounds, months_between
from pipelines.steps.covered import covered
from pipelines.steps.edits import decided
from pipelines.steps.estimate.judged import NOTHING_DECIDED
from pipelines.steps.readmitted import readmitted
from pipelines.storage.lake import Place, concat, hash_of_frame
from schemas.estate.edit import Deed, Edit
from schemas.tables import COVERED, READINGS


def unedited_place(facility_id: str, month: str, domain: str) -> Place:
    """Hours as they are without any edit; only of months that an edit reaches."""
    return Place(table="unedited", parts=(facility_id, month, domain))


def signed_months(shop: Workshop, facility_id: str) -> list[str]:
    """Months that edits hold figures for, so that they are built even where nothing was read."""
    zone = shop.facilities[facility_id].zone
    return sorted(
        {
            month
            for edit in shop.edits
            if edit.facility_id == facility_id and edit.ruling.deed in (Deed.VALUE, Deed.ZERO)
            for month in months_of_edit(edit, zone)
        }
    )


def months_of_edit(edit: Edit, zone: ZoneInfo) -> list[str]:
    """The local months that hold hours of an edit."""
    last = edit.end - timedelta(microseconds=1)
    first, final = (at.astimezone(zone).strftime("%Y-%m") for at in (edit.start, last))
    return list(months_between(first, final))


@dataclass(frozen=True, kw_only=True)
class Layer:
    """The edits that reach into some consecutive months, and covered hours of rows they readmit."""

    edits: tuple[Edit, ...]
    readmitted: pl.DataFrame

    @property
    def inputs(self) -> list[object]:
        """What of them can change a figure; empty where no edit reaches these months."""
        facts: list[object] = [
            (edit.meter_id, edit.start, edit.end, edit.value, edit.rule) for edit in self.edits
        ]
        return [*facts, hash_of_frame(self.readmitted)] if facts else []

    def decides(self, shop: Workshop, facility_id: str, hours: pl.DataFrame) -> pl.DataFrame:
        """What the edits decide of covered hours (``DECIDED``)."""
        if not self.edits:
            return NOTHING_DECIDED
        zone = shop.facilities[facility_id].zone
        return decided(self.edits, hours, self.readmitted, shop.meters_of(facility_id), zone)


def layer_of(
    shop: Workshop,
    readings: Readings,
    months: Sequence[str],
    refused: Iterable[pl.DataFrame],
) -> Layer:
    """The layer over some consecutive months of a facility.

    Args:
        readings: the facility's.
        refused: ``QUARANTINE`` of each month; looked at only where an edit scales.
    """
    site = readings.facility_id
    zone = shop.facilities[site].zone
    start, end = month_bounds(months[0], zone)[0], month_bounds(months[-1], zone)[1]
    edits = tuple(
        edit
        for edit in shop.edits
        if edit.facility_id == site and edit.start < end and start < edit.end
    )
    rows = COVERED.to_frame()
    if any(edit.ruling.deed is Deed.SCALE for edit in edits):
        rows = _covered(shop, readings, months, edits, pl.concat(refused))
    return Layer(edits=edits, readmitted=rows)


def _covered(
    shop: Workshop,
    readings: Readings,
    months: Sequence[str],
    edits: Sequence[Edit],
    refused: pl.DataFrame,
) -> pl.DataFrame:
    """Covered hours of the rows that the edits' scales make possible."""
    site = readings.facility_id
    kept = concat((readings.read(m, name) for m in months for name in NAMES), READINGS)
    rows = readmitted(edits, refused, kept, shop.meters_of(site))
    found = []
    for name in NAMES:
        meters = shop.meters_of(site, name)
        mine = rows.filter(pl.col("row").is_in(meters["row"].implode()))
        named = meters.filter(pl.col("meter_id").is_in(mine["meter_id"].unique().implode()))
        found += [
            covered(mine, named, hours_of(month, shop.facilities[site].zone), name)
            for month in months
            if mine.height
        ]
    return concat(found, COVERED).filter(pl.col("covered_seconds") > 0).sort("meter_id", "start")
