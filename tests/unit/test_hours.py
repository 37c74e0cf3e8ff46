"""Facility-wide hours and the ratios of the charts."""

from datetime import timedelta
from decimal import Decimal

import polars as pl
from spine import Spine, drop, meter, site, utc

from pipelines.steps.cover import SLACK
from pipelines.steps.hours import FACILITY_HOURS, RATIOS, facility_hours, hourly_ratios
from schemas.quantities import Kind
from schemas.tables import VALUE

HOUR = timedelta(hours=1)
START = utc("2025-03-10T00:00")
FACTS = {"kind": Kind.INTERVAL, "interval": HOUR, "max_rate": Decimal(1000)}
PLACE = {"valid_from": START, "valid_to": START + 3 * HOUR}


def hours(*series, zone="Europe/Berlin", parents=None):
    """Facility hours of some meters: id, quantity, and a value or None for each hour."""
    meters, frames = [], []
    facility = site(zone)
    for name, quantity, values in series:
        level = quantity.endswith("temperature")
        facts = {"kind": Kind.GAUGE, "unit": "°C"} if level else FACTS
        unit = {"unit": "m3"} if quantity.endswith("water") else {}
        own = {"facility_id": "site", "quantity": quantity, **PLACE}
        meters.append(meter(name, **{**own, **facts, **unit}))
        rows = [(name, START + HOUR * n, v) for n, v in enumerate(values) if v is not None]
        frames.append(Spine(meters[-1:], [drop(rows)], facility).hours("2025-03"))
    return facility_hours(pl.concat(frames), parents or {}, zone)


def column(frame, quantity, name="value"):
    return frame.filter(pl.col("quantity") == quantity)[name].to_list()


def test_amounts_add_up_and_levels_are_averaged():
    frame = hours(
        ("a", "grid_import", [1, 2, 3]),
        ("b", "grid_import", [10, 20, 30]),
        ("c", "outdoor_temperature", [1, 2, 3]),
        ("d", "outdoor_temperature", [2, 2, 4]),
    )

    assert frame.schema == FACILITY_HOURS
    assert column(frame, "grid_import") == [11, 22, 33]
    assert column(frame, "outdoor_temperature") == [Decimal("1.5"), 2, Decimal("3.5")]


def test_an_hour_is_as_doubtful_as_its_worst_meter():
    frame = hours(("a", "grid_import", [1, None, 3]), ("b", "grid_import", [10, 20, 30]))

    assert column(frame, "grid_import", "status") == ["measured", "estimated", "measured"]
    assert column(frame, "grid_import", "high") == [11, 1020, 33]


def silent(slack=0):
    """Three hours of a meter without a reading, each border with so much slack."""
    frame = hours(("a", "grid_import", [1, 2, None]))
    return frame.with_columns(
        meter_id=pl.lit("a"),
        status=pl.lit("missing"),
        value=pl.lit(None).cast(VALUE),
        high=pl.col("low") + 10,
        covered_seconds=pl.lit(0.0),
        **dict.fromkeys(SLACK, pl.lit(slack).cast(VALUE)),
    )


def test_a_gap_stands_for_itself_unless_its_clock_is_in_doubt():
    assert facility_hours(silent(), {}, "UTC")["apart"].to_list() == [True] * 3
    assert facility_hours(silent(slack=5), {}, "UTC")["apart"].to_list() == [False] * 3


def test_a_missing_meter_makes_the_hour_missing():
    found = facility_hours(silent(), {}, "UTC")

    assert set(found["status"]) == {"missing"}
    assert found["value"].null_count() == 3


def test_sub_meters_are_left_out_while_the_upper_one_is_there():
    upper, lower = ("a", "grid_import", [1, 2, 3]), ("b", "grid_import", [10, 20, 30])

    assert column(hours(upper, lower, parents={"b": "a"}), "grid_import") == [1, 2, 3]
    assert column(hours(upper, lower, parents={"b": "x", "x": "a"}), "grid_import") == [1, 2, 3]
    assert column(hours(upper, lower, parents={"b": "a", "a": "b"}), "grid_import") == []


def test_hours_carry_the_site_s_date():
    frame = hours(("a", "grid_import", [1, 2, 3]), zone="America/New_York")

    assert frame.select(pl.col("local_date").cast(pl.String), "local_hour").row(0) == (
        "2025-03-09",
        20,
    )


def test_ratios_of_every_hour():
    frame = hours(
        ("a", "grid_import", [120, 130, 140]),
        ("b", "grid_export", [0, 30, 0]),
        ("c", "ups_output", [100, 0, 100]),
        ("d", "potable_water", [1, 1, None]),
    )

    ratios = hourly_ratios(frame)

    assert ratios.schema == RATIOS
    assert ratios["pue"].to_list() == [1.2, None, 1.4]
    assert ratios["wue"].to_list() == [10.0, None, None]
    assert ratios["status"].to_list() == ["measured", "measured", "missing"]


def test_no_ratio_without_it_or_without_the_boundary():
    assert hourly_ratios(hours(("a", "grid_import", [1, 2, 3]))).height == 0
    assert hourly_ratios(hours(("c", "ups_output", [1, 2, 3])))["pue"].to_list() == [None] * 3
