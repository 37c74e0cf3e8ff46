"""Every regime's form of a facility and year, filled from the lake."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from pipelines.stages.workshop import Workshop
from pipelines.stages.years import all_years, load_year
from pipelines.storage.files import write_bytes
from reports.fill import fill
from reports.form import Form
from reports.regime import Regime
from reports.regimes import REGIMES
from reports.write import WRITERS
from reports.write.data_package import data_package
from schemas.estate.model import Facility
from schemas.metrics import MetricValue
from schemas.places import lies_in

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
    return _filled(shop, REGIMES[regime], facility, year, _figures(shop, facility, year))


def forms_of(shop: Workshop, facility: Facility, year: int) -> list[Form]:
    """The forms about a facility and year: of where it lies, and those that bind nobody."""
    figures = _figures(shop, facility, year)
    return [
        _filled(shop, regime, facility, year, figures)
        for regime in REGIMES.values()
        if lies_in(facility.country, regime.jurisdiction) and year >= regime.first_year
    ]


def _figures(shop: Workshop, facility: Facility, year: int) -> list[MetricValue]:
    return [one for one in load_year(shop, facility.id, year).metrics if one.period == str(year)]


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
        policies=shop.estate.policies,
    )


def cells_of(shop: Workshop, years: Sequence[tuple[Facility, int]]) -> pl.DataFrame:
    """Every cell of every form about these facilities and years, in the order of the forms."""
    rows = []
    for facility, year in years:
        for form in forms_of(shop, facility, year):
            for number, cell in enumerate(form.cells, start=1):
                rows.append(
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
                )
    return pl.DataFrame(rows, schema=CELLS)


def publish_forms(shop: Workshop) -> list[Path]:
    """The forms about each facility and year, complete or not, in every format but the slow one:
    a PDF takes most of a second, and is set when it is asked for."""
    found = []
    for facility, year in all_years(shop):
        for form in forms_of(shop, facility, year):
            name = f"{facility.id}-{year}-{form.regime}"
            files = {f"{name}.{ending}": WRITERS[ending](form) for ending in PUBLISHED}
            files[f"{name}.datapackage.json"] = data_package(form, f"{name}.csv")
            for file, content in files.items():
                path = shop.var / "reports" / "forms" / file
                write_bytes(path, content)
                found.append(path)
    return found
