"""Every regime's form of a facility and year, filled from the lake."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from pipelines.stages.workshop import Workshop
from pipelines.stages.years import all_years, load_year
from pipelines.storage.files import write_bytes
from reports.fill import fill
from reports.form import Form
from reports.regimes import REGIMES
from reports.write import WRITERS
from schemas.estate.model import Facility

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
    facts = load_year(shop, facility.id, year)
    return fill(
        REGIMES[regime],
        operator=shop.estate.operator,
        facility=facility,
        year=year,
        metrics=[one for one in facts.metrics if one.period == str(year)],
        refrigerants=shop.estate.registers.refrigerants,
        policies=shop.estate.policies,
    )


def cells_of(shop: Workshop, years: Sequence[tuple[Facility, int]]) -> pl.DataFrame:
    """Every cell of every form of these facilities and years, in the order of the forms."""
    rows = []
    for facility, year in years:
        for key, regime in REGIMES.items():
            if year < regime.first_year:
                continue
            for number, cell in enumerate(form_of(shop, key, facility, year).cells, start=1):
                rows.append(
                    {
                        "facility_id": facility.id,
                        "year": year,
                        "regime": key,
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
                )
    return pl.DataFrame(rows, schema=CELLS)


def publish_forms(shop: Workshop) -> list[Path]:
    """Every regime's form of each facility and year, in every format, complete or not."""
    found = []
    for facility, year in all_years(shop):
        for key, regime in REGIMES.items():
            if year < regime.first_year:
                continue
            form = form_of(shop, key, facility, year)
            for ending, written in WRITERS.items():
                path = shop.var / "reports" / "forms" / f"{facility.id}-{year}-{key}.{ending}"
                write_bytes(path, written(form))
                found.append(path)
    return found
