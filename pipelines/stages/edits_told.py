"""What became of every edit: whether it counts, which hours it decides, and what that moves."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl

from pipelines.stages.edits import months_of_edit, unedited_place
from pipelines.stages.index import intervals_place
from pipelines.stages.intervals import findings_place
from pipelines.stages.workshop import Workshop
from pipelines.stages.years import built_years, load_year, without_edits
from pipelines.steps.meters import exact
from pipelines.storage.lake import Place, concat
from schemas.domains import DOMAIN_OF, QUANTITIES
from schemas.estate.edit import Edit, EditState, state_of
from schemas.quantities import Nature
from schemas.tables import FINDINGS, INTERVALS

Row = dict[str, Any]


def edits_in_brief(shop: Workshop, today: date) -> list[Row]:
    """Every edit of the register, in its order, and whether the last backfill's figures hold it.

    Args:
        today: the day it is; an edit that has expired since the last backfill is told.
    """
    return [_brief(shop, edit, today) for edit in shop.estate.registers.edits or ()]


def edits_told(shop: Workshop, today: date) -> list[Row]:
    """The same with who signed it and why, and with what it moves.

    ``hours`` compares the edit's own hours with and without edits, ``totals`` the year's totals of
    their quantities; the latter are without any edit, for two edits of one year have one effect.
    Both are empty where figures do not hold the edit.
    """
    return [_row(shop, edit, today) for edit in shop.estate.registers.edits or ()]


def _row(shop: Workshop, edit: Edit, today: date) -> Row:
    row = _brief(shop, edit, today)
    held = _held(shop, edit) if row["state"] == EditState.ACTIVE.value else []
    return {
        **row,
        "facility": edit.facility_id,
        "value": _plain(edit.value),
        "rule": edit.rule,
        "author": edit.author,
        "reason": edit.reason,
        "evidence": edit.evidence,
        "reviewed_by": edit.reviewed_by,
        "line": edit.line,
        "findings": _findings(shop, edit),
        "hours": [_hours(shop, edit, meter_id, held) for meter_id in edit.meters] if held else [],
        "totals": _totals(shop, edit) if held else [],
    }


def _brief(shop: Workshop, edit: Edit, today: date) -> Row:
    zone = shop.facilities[edit.facility_id].zone
    needs_review = shop.estate.policies.edits_need_review
    state = state_of(edit, shop.day, needs_review=needs_review)
    return {
        "edit_id": edit.edit_id,
        "state": state.value,
        "meter_id": edit.meter_id,
        "start": edit.start.astimezone(zone).isoformat(),
        "end": edit.end.astimezone(zone).isoformat(),
        "does": edit.does,
        "expires": edit.expires.isoformat() if edit.expires else None,
        "remark": _remark(edit, state, today, held=bool(_held(shop, edit))),
    }


def _held(shop: Workshop, edit: Edit) -> list[str]:
    """Months of the edit that are built with and without it."""
    site = edit.facility_id
    meter = next(one for one in shop.estate.meters if one.meter_id == edit.meter_id)
    domain = DOMAIN_OF[meter.quantity].name
    return [
        month
        for month in months_of_edit(edit, shop.facilities[site].zone)
        if shop.lake.inputs(unedited_place(site, month, domain))
    ]


def _remark(edit: Edit, state: EditState, today: date, *, held: bool) -> str:
    if state is EditState.EXPIRED:
        return f"expired after {edit.expires}; it no longer counts"
    if state is EditState.UNREVIEWED:
        return "not reviewed by a second person, which policies ask for; it does not count"
    if state is EditState.UNKNOWN:
        return "it expires, and no backfill has told the day yet; it does not count"
    if not held:
        return "no backfill has built its hours yet"
    if edit.expires is not None and edit.expires < today:
        return f"expired after {edit.expires}, since the last backfill; figures still hold it"
    return ""


def _hours(shop: Workshop, edit: Edit, meter_id: str, months: Sequence[str]) -> Row:
    """What the meter's hours in the edit hold with and without edits."""
    site = edit.facility_id
    quantity = next(one.quantity for one in shop.estate.meters if one.meter_id == meter_id)
    domain = DOMAIN_OF[quantity].name
    mine = (
        (pl.col("meter_id") == meter_id)
        & (pl.col("start") >= edit.start)
        & (pl.col("start") < edit.end)
    )

    def read(place: Callable[[str, str, str], Place]) -> pl.DataFrame:
        frames = (shop.lake.read(place(site, month, domain), INTERVALS) for month in months)
        return concat(frames, INTERVALS).filter(mine)

    edited, without = read(intervals_place), read(unedited_place)
    return {
        "meter_id": meter_id,
        "quantity": quantity,
        "unit": QUANTITIES[quantity].unit.value,
        "hours": edited.height,
        "value": _together(edited, quantity),
        "without": _together(without, quantity),
    }


def _together(rows: pl.DataFrame, quantity: str) -> float | None:
    """The sum of amounts, or the mean of a level over time; None where an hour is missing."""
    if rows.is_empty() or rows["value"].null_count():
        return None
    if QUANTITIES[quantity].nature is Nature.AMOUNT:
        return float(rows["value"].sum())
    pairs = rows.select("value", "seconds").iter_rows()
    held = sum((Fraction(value) * seconds for value, seconds in pairs), Fraction(0))
    return float(exact(held / int(rows["seconds"].sum())))


def _findings(shop: Workshop, edit: Edit) -> list[str]:
    """Rules that found something in the edit's hours: what it may be the answer to."""
    site = edit.facility_id
    months = months_of_edit(edit, shop.facilities[site].zone)
    frames = (shop.lake.read(findings_place(site, month), FINDINGS) for month in months)
    near = (pl.col("start") < edit.end) & (pl.col("end") > edit.start)
    mine = pl.col("meter_id").is_in(edit.meters) | pl.col("other").is_in(edit.meters)
    return sorted(set(concat(frames, FINDINGS).filter(near & mine)["rule"]))


def _totals(shop: Workshop, edit: Edit) -> list[Row]:
    """The year's totals of the edited quantities, with and without edits."""
    site = edit.facility_id
    months = months_of_edit(edit, shop.facilities[site].zone)
    quantities = {one.quantity for one in shop.estate.meters if one.meter_id in edit.meters}
    rows = []
    for year in sorted({int(month[:4]) for month in months} & set(built_years(shop, site))):
        facts = load_year(shop, site, year)
        without = {
            one.quantity: one
            for one in without_edits(shop, facts, site, year).totals
            if one.period == str(year)
        }
        rows += [
            {
                "year": year,
                "quantity": one.quantity,
                "unit": one.unit.value,
                "value": _plain(one.value),
                "without": _plain(without[one.quantity].value),
                "reason_without": without[one.quantity].reason,
            }
            for one in facts.totals
            if one.period == str(year) and one.quantity in quantities
        ]
    return rows


def _plain(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
