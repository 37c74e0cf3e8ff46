"""Tables that others made, read by mappings of ``csv`` alone: counts and sums were taken from the
same files by another reader."""

from datetime import UTC, datetime
from decimal import Decimal

import polars as pl
import pytest

from pipelines.stages.reading import normalised
from pipelines.steps.meters import meter_table
from pipelines.steps.normalise import Context
from schemas.estate.model import Facility, Meter
from schemas.estate.source import Source
from schemas.quantities import Kind
from tests.flow.small_estate import SHARED_DATA
from tests.unit.spine import LATE

pytestmark = pytest.mark.skipif(not SHARED_DATA.is_dir(), reason="../shared/data is not there")

SITE = Facility(id="site", name="Site", country="US", timezone="America/New_York")
SENSORS = {
    "my_cuteness_sensor": "646413.7",
    "my_coolness_sensor": "149037.0",
    "charisma_sensor_1": "400941.5",
    "dex_sensor_1": "5417701.8",
    "intelligence_sensor": "359923.7",
}


def read(path, source, meters):
    """Candidates of a file, none of whose rows is refused."""
    context = Context(
        file=path,
        source=source,
        meters=meter_table(meters, {"site": SITE}),
        arrived_at=LATE,
        first_month="1970-01",
    )
    with (SHARED_DATA / path).open("rb") as file:
        found = list(normalised(file, context))
    assert sum(landed for landed, _, _ in found) == sum(good.height for _, good, _ in found)
    return pl.concat([good for _, good, _ in found])


def test_sensors_side_by_side_with_offsets():
    """Four times stand twice, with the same values or not; that is for screening to say."""
    source = Source(match="*", wide=tuple((name, name) for name in SENSORS))
    meters = [
        Meter(meter_id=name, facility_id="site", quantity="bandwidth_in", unit="GB/s",
              kind=Kind.GAUGE)
        for name in SENSORS
    ]  # fmt: skip

    good = read("seed-platform/example-sensor-readings.csv", source, meters)

    found = good.group_by("meter_id").agg(
        n=pl.len(), times=pl.col("measured_at").n_unique(), total=pl.col("value").sum()
    )
    assert {row[0]: row[1:] for row in found.iter_rows()} == {
        name: (7350, 7346, Decimal(total)) for name, total in SENSORS.items()
    }
    assert good["measured_at"].min() == datetime(2021, 10, 22, 16, 30, tzinfo=UTC)


def test_a_typical_year_with_hours_up_to_24_by_standard_time():
    """Its months are of ten different years; its unit stands in its title."""
    source = Source(
        match="*",
        skip_lines=1,
        timezone="Etc/GMT+5",
        time_format="%m/%d/%Y %H:%M",
        columns=(("timestamp", "Date (MM/DD/YYYY)"), ("time", "Time (HH:MM)")),
        wide=(("Dry-bulb (C)", "m"),),
    )
    outdoor = Meter(
        meter_id="m", facility_id="site", quantity="outdoor_temperature", unit="°F",
        kind=Kind.GAUGE,
    )  # fmt: skip

    good = read("weather-tmy/723170TYA.CSV", source, [outdoor])

    assert (good.height, good["value"].sum()) == (8760, Decimal("126335.4"))
    at = good.sort("line")["measured_at"]
    assert (at[0], at[-1]) == (
        datetime(1988, 1, 1, 6, tzinfo=UTC),
        datetime(1981, 1, 1, 5, tzinfo=UTC),
    )
