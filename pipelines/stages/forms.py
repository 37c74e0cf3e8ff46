"""Every regime's form of a facility and year, filled from the lake."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.stages.workshop import Workshop
from pipelines.stages.years import all_years, year_place
from pipelines.storage.files import read_json, write_bytes, write_json
from pipelines.storage.lake import concat, hash_of
from reports.fill import fill
from reports.form import Form
from reports.regime import Regime
from reports.regimes import REGIMES
from reports.write import WRITERS
from reports.write.data_package import data_package
from schemas.estate.model import Facility
from schemas.metrics import MetricValue
from schemas.places import lies_in
from schemas.published import METRICS, metrics_of_frame

PUBLISHED = ("csv", "html", "json", "xlsx")
CELLS = pl.Schema(
    {
        "facility_id": pl.String(),
        "year": pl.Int32(),
        "regime": pl.String(),
        "nr": pl.Int32(),
        "code": pl.String(),
        "label": pl.String(),
        "value": pl.String(),
        "number": pl.Float64(),
        "unit": pl.String(),
        "status": pl.String(),
        "reason": pl.String(),
        "low": pl.Float64(),
        "high": pl.Float64(),
        "coverage": pl.Float64(),
    }
)


def form_of(shop: Workshop, regime: str, facility: Facility, year: int) -> Form:
    """One regime's form of one facility and year, filled from what the lake holds."""
    law = REGIMES[regime]
    return _filled(
        shop, law, facility, year, _figures(shop, facility, year, months=bool(law.monthly))
    )


def forms_of(shop: Workshop, facility: Facility, year: int) -> list[Form]:
    """The forms about a facility and year: of where it lies, and those that bind nobody."""
    figures = _figures(shop, facility, year, months=True)
    return [
        _filled(shop, regime, facility, year, figures)
        for regime in REGIMES.values()
        if is_about(regime, facility, year)
    ]


def is_about(regime: Regime, facility: Facility, year: int) -> bool:
    """Whether a regime has a form about a facility and year: of where it lies, or of everywhere."""
    return lies_in(facility.country, regime.jurisdiction) and year >= regime.first_year


def _figures(shop: Workshop, facility: Facility, year: int, *, months: bool) -> list[MetricValue]:
    """The year's figures, and those of its months where they are asked for."""
    frame = shop.lake.read(year_place(facility.id, year, "metrics"), METRICS)
    wanted = frame if months else frame.filter(pl.col("period") == str(year))
    return list(metrics_of_frame(wanted))


def _filled(
    shop: Workshop, regime: Regime, facility: Facility, year: int, figures: list[MetricValue]
) -> Form:
    return fill(
        regime,
        operator=shop.estate.operator,
        facility=facility,
        year=year,
        metrics=figures,
        refrigerants=shop.estate.registers.refrigerants,
        practices=shop.estate.registers.practices,
        policies=shop.estate.policies,
    )


def cells_of(shop: Workshop, years: Sequence[tuple[Facility, int]]) -> pl.DataFrame:
    """Every cell of every form about these facilities and years, in the order of the forms. Those
    of a year are kept beside its figures, and filled anew only where these changed."""
    return concat((_cells(shop, facility, year) for facility, year in years), CELLS)


def _cells(shop: Workshop, facility: Facility, year: int) -> pl.DataFrame:
    place, inputs = year_place(facility.id, year, "cells"), _rests(shop, facility, year)
    if shop.lake.inputs(place) == inputs:
        return shop.lake.read(place, CELLS)
    rows = [
        {
            "facility_id": facility.id,
            "year": year,
            "regime": form.regime,
            "nr": number,
            "code": cell.code,
            "label": cell.label,
            "value": cell.value,
            "number": None if cell.number is None else float(cell.number),
            "unit": cell.unit,
            "status": cell.status.value,
            "reason": cell.reason,
            "low": None if cell.low is None else float(cell.low),
            "high": None if cell.high is None else float(cell.high),
            "coverage": cell.coverage,
        }
        for form in forms_of(shop, facility, year)
        for number, cell in enumerate(form.cells, start=1)
    ]
    frame = pl.DataFrame(rows, schema=CELLS)
    shop.lake.write(place, frame, inputs=inputs)
    return frame


def _rests(shop: Workshop, facility: Facility, year: int) -> str:
    """The hash of all that forms of a facility and year rest on: its figures, which rest on all
    configuration, and the forms' own code."""
    return hash_of(
        shop.lake.inputs(year_place(facility.id, year, "metrics")),
        shop.lake.content(year_place(facility.id, year, "metrics")),
        shop.configuration_hash,
        shop.forms_hash,
    )


@dataclass(frozen=True, kw_only=True)
class Told:
    """What Dagster is told of a regime's forms: how many there are, complete ones, and holes."""

    forms: int
    complete: int
    holes: int


def publish_forms(shop: Workshop, regime: Regime) -> Told:
    """One regime's forms about each facility and year that it is for, complete or not, in every
    format but the slow one: a PDF takes most of a second, and is set when it is asked for. Each is
    written anew only if anything that it rests on has changed."""
    mark = shop.var / "lake" / "forms" / f"{regime.key}.json"
    before = read_json(mark) or {}
    now = {}
    for facility, year in all_years(shop):
        if not is_about(regime, facility, year):
            continue
        name = f"{facility.id}-{year}-{regime.key}"
        inputs = _rests(shop, facility, year)
        kept = before.get(name, {})
        stands = kept.get("inputs") == inputs and all(one.exists() for one in _files(shop, name))
        now[name] = kept if stands else _written(shop, regime, facility, year)
    if now != before:
        write_json(mark, now)
    return Told(
        forms=len(now),
        complete=sum(one["holes"] == 0 for one in now.values()),
        holes=sum(one["holes"] for one in now.values()),
    )


def _files(shop: Workshop, name: str) -> list[Path]:
    """Where a form lies, in each format."""
    endings = (*PUBLISHED, "datapackage.json")
    return [shop.var / "reports" / "forms" / f"{name}.{ending}" for ending in endings]


def _written(shop: Workshop, regime: Regime, facility: Facility, year: int) -> dict[str, Any]:
    """Writes a form, and says what it rests on and how many holes it has."""
    form = form_of(shop, regime.key, facility, year)
    name = f"{form.facility}-{form.year}-{form.regime}"
    files = {f"{name}.{ending}": WRITERS[ending](form) for ending in PUBLISHED}
    files[f"{name}.datapackage.json"] = data_package(form, f"{name}.csv")
    for file, content in files.items():
        write_bytes(shop.var / "reports" / "forms" / file, content)
    return {"inputs": _rests(shop, facility, year), "holes": len(form.holes)}
