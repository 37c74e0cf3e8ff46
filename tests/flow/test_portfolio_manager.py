"""ENERGY STAR Portfolio Manager's exports: a mapping of workbooks, and no code of their own.

Sums were taken from the same workbooks by another reader, in kBtu as they stand there.
"""

from decimal import Decimal
from fractions import Fraction

import openpyxl
import polars as pl
import pytest

from pipelines.sources import Unreadable, rows
from pipelines.stages.reading import normalised
from pipelines.steps.meters import meter_table
from pipelines.steps.normalise import Context
from schemas.estate.model import Facility, Meter
from schemas.estate.source import Source
from schemas.quantities import Kind
from tests.flow.small_estate import SHARED_DATA
from tests.unit.spine import LATE

FOLDER = SHARED_DATA / "seed-platform"
pytestmark = [
    pytest.mark.skipif(not FOLDER.is_dir(), reason="../shared/data/seed-platform is not there"),
    pytest.mark.filterwarnings("ignore:Workbook contains no default style"),
]

SITE = Facility(id="site", name="Site", country="US", timezone="America/New_York")
BTU = Fraction("1055.05585262") / 3_600_000
QUANTITIES = {
    "Electric - Grid": "grid_import",
    "Natural Gas": "fuel_gas",
    "District Steam": "district_cooling",
    "Some Unknown Type": "other_facility",
}


def source(until):
    return Source(
        match="*.xlsx",
        format="xlsx",
        sheet="Meter Entries",
        skip_lines=5,
        until=until,
        columns=(
            *(("meter", "Portfolio Manager Meter ID"), ("timestamp", "Start Date")),
            *(("until", "End Date"), ("value", "Usage/Quantity"), ("unit", "Usage Units")),
            ("quality", "Estimation?"),
        ),
        quality=(("No", "good"), ("Yes", "estimated")),
    )


def types_of(name):
    """The type of each meter, by another reader."""
    sheet = openpyxl.load_workbook(FOLDER / name, data_only=True)["Meter Entries"]
    cells = list(sheet.iter_rows(min_row=6, values_only=True))
    meter, kind = (cells[0].index(t) for t in ("Portfolio Manager Meter ID", "Meter Type"))
    return {
        str(row[meter]).removesuffix(".0"): row[kind] for row in cells[1:] if row[meter] is not None
    }


def read(name, mapping, types):
    """Good rows with their meter's type, and refused ones."""
    meters = [
        Meter(meter_id=meter, facility_id="site", quantity=QUANTITIES[kind], unit="kWh",
              kind=Kind.INTERVAL)
        for meter, kind in types.items()
    ]  # fmt: skip
    context = Context(
        file=name,
        source=mapping,
        meters=meter_table(meters, {"site": SITE}),
        arrived_at=LATE,
        first_month="2010-01",
    )
    with (FOLDER / name).open("rb") as file:
        found = list(normalised(file, context))
    good, refused = (pl.concat([part[side] for part in found]) for side in (1, 2))
    named = pl.DataFrame(list(types.items()), schema=["meter_id", "type"], orient="row")
    return good.join(named, on="meter_id"), refused


def kilowatt_hours(kbtu):
    return float(Fraction(Decimal(kbtu)) * 1000 * BTU)


@pytest.mark.parametrize(
    ("name", "until", "count", "sums"),
    [
        pytest.param(
            "ESPM_BPS_Sample_Meter_Readings.xlsx", "inclusive", 579,
            {"Electric - Grid": "189296723.6", "Natural Gas": "73320347.5",
             "District Steam": "6859876.6"},
            id="many-properties",
        ),
        pytest.param(
            "portfolio-manager-single-22482007.xlsx", "inclusive", 72,
            {"Electric - Grid": "8928261.7", "Natural Gas": "15988295.3"},
            id="one-property",
        ),
        pytest.param(
            "example-pm-monthly-meter-usage.xlsx", "exclusive", 8,
            {"Electric - Grid": "1442092.3", "Natural Gas": "1860226.2"},
            id="exclusive-ends",
        ),
    ],
)  # fmt: skip
def test_entries_sum_to_what_another_reader_found_and_touch_each_other(name, until, count, sums):
    good, refused = read(name, source(until), types_of(name))

    assert refused.is_empty()
    assert good.height == count
    found = dict(good.group_by("type").agg(pl.col("value").sum()).iter_rows())
    assert {kind: float(kwh) for kind, kwh in found.items()} == pytest.approx(
        {kind: kilowatt_hours(kbtu) for kind, kbtu in sums.items()}, rel=1e-12
    )
    ordered = good.sort("meter_id", "measured_at").with_columns(
        end=pl.col("measured_at") + pl.duration(seconds="seconds")
    )
    apart = ordered.select(
        (pl.col("measured_at").shift(-1) - pl.col("end")).over("meter_id").alias("gap")
    )["gap"].drop_nulls()
    assert apart.dt.total_seconds().unique().to_list() == [0]


def test_inclusive_ends_taken_for_exclusive_ones_leave_a_day_out_of_each_bill():
    """What the mapping's word is for: months would lack their last day."""
    name = "portfolio-manager-single-22482007.xlsx"
    good, _ = read(name, source("exclusive"), types_of(name))
    january = good.sort("measured_at")["seconds"][0]

    assert january == 30 * 86_400


def test_unknown_units_are_refused_row_by_row():
    name = "example-pm-monthly-meter-usage-with-unknown-types-and-units.xlsx"
    good, refused = read(name, source("exclusive"), types_of(name))

    assert (good.height, refused.height) == (6, 2)
    assert set(refused["reasons"]) == {"unknown_unit"}
    assert all(detail.startswith("unit 'Some Unknown Unit'") for detail in refused["detail"])


def test_a_sheet_without_meters_is_mapped_as_one_meter_with_its_unit():
    mapping = Source(
        match="*.xlsx",
        format="xlsx",
        columns=(("timestamp", "Start Date"), ("until", "End Date"), ("unit", "Usage Units")),
        wide=(("Reading", "m"),),
    )
    good, refused = read("system_meter_readings.xlsx", mapping, {"m": "Electric - Grid"})

    assert refused.is_empty()
    assert (good.height, good["value"].sum()) == (35, 1_598_705)


def test_without_its_header_s_place_the_message_tells_it():
    with (FOLDER / "example-pm-monthly-meter-usage.xlsx").open("rb") as file:
        mapping = Source(
            match="*", format="xlsx", sheet="Meter Entries", columns=source("exclusive").columns
        )
        with pytest.raises(Unreadable, match=r"stand in row 6: set skip_lines: 5"):
            list(rows(file, mapping))
