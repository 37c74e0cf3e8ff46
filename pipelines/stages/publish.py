"""From the lake to the warehouse: tables of what is published, rebuilt only if it changed."""

from dataclasses import asdict

import polars as pl

from pipelines.stages.accounts import files_frame, quarantine_frame
from pipelines.stages.changes import mark_of, mark_path, tell_changes
from pipelines.stages.forms import cells_of
from pipelines.stages.index import readings_place
from pipelines.stages.intervals import findings_place
from pipelines.stages.outlook import build_outlooks, load_outlook
from pipelines.stages.workshop import Workshop
from pipelines.stages.years import all_years, year_place
from pipelines.steps.meters import order
from pipelines.storage.files import read_json, write_json
from pipelines.storage.lake import concat, hash_of
from pipelines.storage.warehouse import NAME, publish
from schemas.domains import DOMAINS
from schemas.estate.edit import state_of
from schemas.incidents import INCIDENTS
from schemas.ledger import LEDGER
from schemas.published import EDITS, METRICS, TOTALS
from schemas.quality import BALANCES, FIXES
from schemas.tables import FINDINGS, INTERVALS, READINGS
from schemas.tenants import TENANTS

#: Beside the lake: what warehouse, pages, forms and viewer were last made from, all of them.
_WHOLE = "published.json"


def publish_warehouse(shop: Workshop) -> bool:
    """Rebuilds and swaps the warehouse if anything in it has changed; says whether it was."""
    years = all_years(shop)
    inputs = published_inputs(shop)
    mark = mark_path(shop)
    if (shop.var / NAME).exists() and (read_json(mark) or {}).get("inputs") == inputs:
        return False
    before = read_json(mark) or {}
    build_outlooks(shop)
    expected = load_outlook(shop, (facility.id for facility in shop.estate.facilities))
    totals = [shop.lake.read(year_place(f.id, y, "totals"), TOTALS) for f, y in years]
    figures = [shop.lake.read(year_place(f.id, y, "metrics"), METRICS) for f, y in years]
    tables = {
        "facilities": _facilities(shop),
        "meters": _meters(shop),
        "totals": concat(totals, TOTALS),
        "metrics": concat(figures, METRICS),
        "cells": cells_of(shop, years),
        "findings": findings_frame(shop),
        "fixes": concat(
            (shop.lake.read(year_place(f.id, y, "fixes"), FIXES) for f, y in years), FIXES
        ),
        "balances": concat(
            (shop.lake.read(year_place(f.id, y, "balances"), BALANCES) for f, y in years), BALANCES
        ),
        "certificates": concat(
            (shop.lake.read(year_place(f.id, y, "ledger"), LEDGER) for f, y in years), LEDGER
        ),
        "tenants": concat(
            (shop.lake.read(year_place(f.id, y, "tenants"), TENANTS) for f, y in years), TENANTS
        ),
        "incidents": concat(
            (shop.lake.read(year_place(f.id, y, "incidents"), INCIDENTS) for f, y in years),
            INCIDENTS,
        ),
        "forecasts": expected.forecasts,
        "limits": expected.limits,
        "capacities": expected.capacities,
        "edits": _edits(shop),
        "quarantine": quarantine_frame(shop),
        "files": files_frame(shop),
    }
    tell_changes(shop, tables, inputs, before)
    publish(
        shop.var,
        tables=tables,
        views={
            "readings": pl.DataFrame(schema=READINGS),
            "intervals": pl.DataFrame(schema=INTERVALS),
        },
    )
    write_json(mark, mark_of(shop, inputs))
    return True


def findings_frame(shop: Workshop) -> pl.DataFrame:
    """Everything the rules found, of all facilities and months."""
    places = [
        findings_place(facility.id, month)
        for facility in shop.estate.facilities
        for month in shop.lake.months("totals", facility.id)
    ]
    return concat((shop.lake.read(place, FINDINGS) for place in places), FINDINGS)


def _state(shop: Workshop) -> list[str]:
    """What the account of files and the findings rest on: the readings and findings built."""
    return [
        shop.lake.content(place)
        for facility in shop.estate.facilities
        for month in shop.lake.months("readings", facility.id)
        for place in (
            findings_place(facility.id, month),
            *(readings_place(facility.id, month, domain.name) for domain in DOMAINS),
        )
    ]


def _facilities(shop: Workshop) -> pl.DataFrame:
    rows = []
    for facility in shop.estate.facilities:
        row = asdict(facility)
        for nested in ("redundancy", "boundary"):
            row |= {f"{nested}_{name}": value for name, value in row.pop(nested).items()}
        for several in ("without", "deliverable_zones"):
            row[several] = ", ".join(row[several])
        rows.append({"facility_id": row.pop("id"), **row})
    return pl.DataFrame(rows, infer_schema_length=None)


def _meters(shop: Workshop) -> pl.DataFrame:
    """The register as it was read, with what conversion made of it; numbers kept exact as text."""
    facts = shop.meters.with_columns(pl.col("numerator", "denominator").cast(pl.String)).drop(
        "row", "offset", "cap"
    )
    meters = sorted(shop.estate.meters, key=order)
    labels = pl.DataFrame(
        {
            "label": [meter.label for meter in meters],
            "parent": [meter.parent for meter in meters],
            "line": [meter.line for meter in meters],
        },
        schema={"label": pl.String, "parent": pl.String, "line": pl.Int32},
    )
    return facts.hstack(labels)


def _edits(shop: Workshop) -> pl.DataFrame:
    """Every edit of the register, and whether the published figures hold it."""
    needs_review = shop.estate.policies.edits_need_review
    rows = [
        {
            **{name: getattr(edit, name) for name in EDITS if name != "state"},
            "state": state_of(edit, shop.day, needs_review=needs_review).value,
        }
        for edit in shop.estate.registers.edits or ()
    ]
    return pl.DataFrame(rows, schema=EDITS)


def is_published(shop: Workshop) -> bool:
    """Whether all that is published was made, as a whole, from what there is now."""
    names = (NAME, "reports", "viewer", "lake/pages.json", "lake/forms")
    there = [shop.var / name for name in names]
    made_from = (read_json(shop.var / _WHOLE) or {}).get("inputs")
    return all(one.exists() for one in there) and made_from == published_inputs(shop)


def keep_published(shop: Workshop) -> None:
    """Notes that everything is published."""
    write_json(shop.var / _WHOLE, {"inputs": published_inputs(shop)})


def published_inputs(shop: Workshop) -> str:
    """The hash of all that pages and forms rest on."""
    return hash_of(
        [shop.lake.inputs(year_place(f.id, y, "metrics")) for f, y in all_years(shop)],
        [(one.sha256, one.path, one.superseded) for one in shop.files],
        shop.configuration_hash,
        [edit.edit_id for edit in shop.edits],
        _state(shop),
        shop.code_hash,
        shop.forms_hash,
    )
