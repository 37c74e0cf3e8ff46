"""Hours that nobody measured: an estimate where there is ground for one, and bounds always."""

from datetime import timedelta
from decimal import Decimal

import polars as pl
import pytest
from spine import Spine, drop, every, meter, site, utc

from pipelines.steps.estimate import estimate
from schemas.quantities import Kind
from schemas.tables import FINDINGS, INTERVALS, VALUE

HOUR = timedelta(hours=1)
START = utc("2025-06-01T00:00")
INTERVAL = {
    "facility_id": "site",
    "kind": Kind.INTERVAL,
    "interval": HOUR,
    "max_rate": Decimal(100),
}
UTC = site("UTC")


def june(value, absent=(), facility=UTC, **facts):
    """Hourly amounts of June 2025: ``value`` of each hour's number, but for the absent ones."""
    rows = [
        ("m", at, value(number))
        for number, at in enumerate(every(HOUR, START, START + 719 * HOUR))
        if number not in absent
    ]
    return Spine([meter(**{**INTERVAL, **facts})], [drop(rows)], facility)


def row(spine, number):
    return (
        spine.hours("2025-06").filter(pl.col("start") == START + number * HOUR).row(0, named=True)
    )


def test_every_hour_of_the_month_is_there():
    hours = june(lambda number: 5).hours("2025-06")

    assert hours.schema == INTERVALS
    assert hours.height == 720
    assert set(hours["status"]) == {"measured"}


def test_a_missing_hour_takes_the_mean_of_its_hour_on_similar_days():
    """Tuesday 3 June, 07:00: on the other twenty workdays it is 40, once 60: 820 / 20 = 41.

    On weekends it is 90 at that hour, and 10 at every other one.
    """
    weekend = {number for number in range(7, 720, 24) if number // 24 % 7 in (0, 6)}
    values = dict.fromkeys(range(7, 720, 24), 40) | dict.fromkeys(weekend, 90) | {31: 60}
    spine = june(lambda number: values.get(number, 10), {55})

    missing = row(spine, 55)

    assert (missing["value"], missing["low"], missing["high"]) == (41, 0, 100)
    assert (missing["status"], missing["method"]) == ("estimated", "similar_days")
    assert (missing["measured"], missing["covered"]) == (0, 0)


def test_without_the_same_hour_of_any_day_it_takes_the_line():
    """07:00 is missing every day; 06:00 is 10 and 08:00 is 20."""
    absent = set(range(7, 720, 24))

    missing = row(june(lambda number: 20 if number % 24 == 8 else 10, absent), 7)

    assert (missing["value"], missing["method"]) == (15, "linear")


def test_an_estimate_stays_within_the_bounds():
    """A rate set lower afterwards: the estimate may not exceed what is possible."""
    own = june(lambda number: 60, {5})

    missing = _with_most(own, 50).filter(pl.col("start") == START + 5 * HOUR).row(0, named=True)

    assert (missing["value"], missing["low"], missing["high"]) == (50, 0, 50)
    assert missing["method"] == "similar_days"


def _with_most(spine, most):
    """The hours of June estimated again with another most."""
    hours = pl.concat([spine.covered(month, "power") for month in ("2025-05", "2025-06")])
    return estimate(
        hours.with_columns(most=pl.lit(Decimal(most)).cast(VALUE)),
        spine.table,
        {},
        {},
        FINDINGS.to_frame(),
        start=START,
        end=START + 720 * HOUR,
    )


def test_a_missing_hour_without_a_rate_has_no_upper_bound():
    missing = row(june(lambda number: 10, {5}, max_rate=None), 5)

    assert (missing["value"], missing["low"], missing["high"]) == (10, 0, None)


def test_a_dead_meter_is_missing_and_never_zero():
    own = june(lambda number: 10, set(range(720)) - {0})
    silent = Spine(own.meters, ["meter_id,timestamp,value\nm,2025-05-01T00:00:00Z,1\n"], UTC)

    hours = silent.hours("2025-06")

    assert set(hours["status"]) == {"missing"}
    assert hours["value"].null_count() == 720
    assert set(hours["low"]) == {Decimal(0)}
    assert set(hours["high"]) == {Decimal(100)}
    total = silent.totals(["2025-06"])["grid_import"]
    assert (total.value, total.measured, total.coverage) == (None, None, 0.0)
    assert (total.low, total.high) == (0, 72_000)


def test_half_a_missing_hour_is_half_an_estimate():
    spine = june(lambda number: 10, {5})
    half = {"kind": Kind.INTERVAL, "interval": HOUR / 2, "max_rate": Decimal(100)}
    rows = [("m", at, 5) for at in every(HOUR / 2, START, START + 719.5 * HOUR) if at != START]
    own = Spine([meter(facility_id="site", **half)], [drop(rows)], UTC)

    first = row(own, 0)

    assert row(spine, 5)["measured_seconds"] == 0
    assert (first["measured_seconds"], first["covered"], first["gap_value"]) == (1800, 5, 5)
    assert (first["value"], first["low"], first["high"]) == (10, 5, 55)


LEVEL = {
    "kind": Kind.GAUGE,
    "quantity": "intake_air_setpoint",
    "unit": "°C",
    "interval": HOUR,
    "max_rate": None,
}


def test_a_level_is_bounded_by_what_is_possible():
    missing = row(june(lambda number: 24, {5}, **LEVEL), 5)

    assert (missing["value"], missing["low"], missing["high"]) == (24, 5, 45)
    assert missing["status"] == "estimated"


def test_a_level_that_starts_late_is_missing_before_and_not_zero():
    hours = june(lambda number: 24, set(range(100)), **LEVEL).hours("2025-06")

    early = hours.filter(pl.col("start") < START + 100 * HOUR)
    assert set(early["status"]) == {"estimated"}
    assert early["measured_seconds"].sum() == 0
    assert set(early["low"]) == {Decimal(5)}


def test_only_hours_in_which_the_meter_is_in_place_are_expected():
    facts = {"valid_from": START + 10.5 * HOUR, "valid_to": START + 12 * HOUR}
    hours = june(lambda number: 10, {number for number in range(720) if number != 11}, **facts)

    frame = hours.hours("2025-06")

    assert frame["start"].to_list() == [START + 10 * HOUR, START + 11 * HOUR]
    assert frame["seconds"].to_list() == [1800, 3600]


@pytest.mark.parametrize(
    ("zone", "month", "hours"),
    [
        pytest.param("Europe/Berlin", "2025-03", 743, id="a-month-with-a-day-of-23-hours"),
        pytest.param("Europe/Berlin", "2025-10", 745, id="a-month-with-a-day-of-25-hours"),
        pytest.param("Asia/Kolkata", "2025-03", 744, id="a-half-hour-zone"),
        pytest.param("Australia/Lord_Howe", "2025-04", 720, id="half-an-hour-of-summer"),
    ],
)
def test_a_flat_load_is_flat_in_every_zone(zone, month, hours):
    """6 kWh every quarter hour: all measured, whatever the clocks do."""
    facility = site(zone)
    facts = {**INTERVAL, "interval": HOUR / 4}
    since = utc(f"{month}-01T00:00") - 24 * HOUR
    rows = [("m", at, 6) for at in every(HOUR / 4, since, since + 33 * 24 * HOUR)]
    found = Spine([meter(**facts)], [drop(rows)], facility).hours(month)

    assert found.height == hours
    assert set(found["status"]) == {"measured"}
    rate = pl.col("value").cast(pl.Float64) / pl.col("seconds") * 3600
    assert found.select(rate.unique()).to_series().to_list() == [24.0]


def test_a_meter_exchanged_within_an_hour_is_one_row():
    at = START + 10.5 * HOUR
    meters = [
        meter(**INTERVAL, serial="A", valid_to=at),
        meter(**INTERVAL, serial="B", valid_from=at),
    ]
    rows = [("m", START + number * HOUR, 10) for number in range(10)]

    hours = Spine(meters, [drop(rows)], UTC).hours("2025-06")

    assert hours.height == 720
    assert hours["seconds"].unique().to_list() == [3600]
