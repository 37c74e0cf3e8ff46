"""What registers, intervals and gauges cover: exact sums, uncertain shapes, hour by hour."""

from datetime import timedelta
from decimal import Decimal

import polars as pl
import pytest
from spine import BERLIN, Spine, drop, every, meter, site, utc

from pipelines.steps.calendar import hours_of
from pipelines.steps.covered import covered
from schemas.quantities import Kind
from schemas.tables import INSTANT, VALUE

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
DAY = utc("2025-03-10T00:00")
RATE = Decimal(100)


def hours(spine, month="2025-03"):
    """Hours with something covered, by start: every column of the intervals."""
    frame = spine.hours(month).filter(pl.col("covered_seconds") > 0)
    return {row["start"]: row for row in frame.iter_rows(named=True)}


def register(*rows, **facts):
    return Spine([meter(**{"max_rate": RATE, **facts})], [drop(("m", *row) for row in rows)])


def test_an_hour_between_two_readings_is_exact():
    hour = hours(register((DAY, 10), (DAY + HOUR, 35)))[DAY]

    assert (hour["value"], hour["low"], hour["high"]) == (25, 25, 25)
    assert (hour["status"], hour["method"], hour["measured_seconds"]) == (
        "measured",
        "measured",
        3600,
    )


def test_readings_off_the_hour_leave_the_border_uncertain_and_the_sum_exact():
    """00:30 → 01:30 rises by 60; at most 100 an hour: 01:00 lies between 10 and 50 above."""
    spine = register((DAY + 30 * MINUTE, 0), (DAY + 90 * MINUTE, 60))
    first, second = hours(spine)[DAY], hours(spine)[DAY + HOUR]

    assert (first["covered"], second["covered"]) == (30, 30)
    assert (first["end_slack_low"], first["end_slack_high"]) == (20, 20)
    assert (second["start_slack_low"], second["start_slack_high"]) == (20, 20)
    assert spine.rows(["2025-03"])[0].covered == 60


def test_a_border_without_a_rate_may_lie_anywhere_between_the_readings():
    first = hours(register((DAY + 30 * MINUTE, 0), (DAY + 90 * MINUTE, 60), max_rate=None))[DAY]

    assert (first["end_slack_low"], first["end_slack_high"]) == (30, 30)


def test_a_gap_between_registers_is_exact_in_sum_and_open_in_shape():
    """Four hours rise by 100 with at most 100 an hour: each hour may hold none or all."""
    found = hours(
        register((DAY, 0), (DAY + HOUR, 30), (DAY + 5 * HOUR, 130), (DAY + 6 * HOUR, 140))
    )
    gap = [found[DAY + HOUR * number] for number in range(1, 5)]

    assert [hour["value"] for hour in gap] == [25] * 4
    assert [(hour["low"], hour["high"]) for hour in gap] == [(0, 100)] * 4
    assert {(hour["status"], hour["method"]) for hour in gap} == {
        ("estimated", "exact_sum_even_shape")
    }
    assert {hour["measured_seconds"] for hour in gap} == {0}
    assert found[DAY]["status"] == found[DAY + 5 * HOUR]["status"] == "measured"


def test_a_full_gap_leaves_no_choice():
    """At its maximum rate all the time, the shape is known as well."""
    found = hours(register((DAY, 0), (DAY + 3 * HOUR, 300)))

    assert {(hour["low"], hour["high"]) for hour in found.values()} == {(100, 100)}


def test_a_register_may_come_a_little_late():
    late = hours(register((DAY, 0), (DAY + 66 * MINUTE, 50)))
    too_late = hours(register((DAY, 0), (DAY + 67 * MINUTE, 50)))

    assert sum(hour["measured_seconds"] for hour in late.values()) == 66 * 60
    assert sum(hour["measured_seconds"] for hour in too_late.values()) == 0


def test_a_daily_register_is_measured_and_its_hours_are_shaped():
    found = hours(register((DAY, 0), (DAY + 24 * HOUR, 240), interval=timedelta(days=1)))

    assert len(found) == 24
    assert {hour["value"] for hour in found.values()} == {10}
    assert {hour["measured_seconds"] for hour in found.values()} == {3600}
    assert {hour["status"] for hour in found.values()} == {"estimated"}


def test_a_rollover_is_unwound_and_a_reset_claims_nothing():
    rolled = register((DAY, 980), (DAY + HOUR, 10), (DAY + 2 * HOUR, 40), modulus=Decimal(1000))
    reset = register((DAY, 980), (DAY + HOUR, 10), (DAY + 2 * HOUR, 40))

    assert [hour["value"] for hour in hours(rolled).values()] == [30, 30]
    assert [hour["value"] for hour in hours(reset).values()] == [30]
    assert list(hours(reset)) == [DAY + HOUR]


SERIALS = "meter_id,timestamp,value,serial"
EXCHANGE = DAY + 10 * HOUR


@pytest.mark.parametrize(
    ("second", "claimed"),
    [
        pytest.param(10, True, id="it-goes-on"),
        pytest.param(101, True, id="one-count-over-the-rate"),
        pytest.param(102, False, id="it-leaps"),
        pytest.param(-1, False, id="it-falls"),
    ],
)
def test_nothing_is_claimed_between_readings_that_cannot_follow_each_other(second, claimed):
    """As two months may say that judged their border apart: both accepted, and no event."""
    spine = register((DAY, 500), (DAY + HOUR, 510), (DAY + 2 * HOUR, 520))
    rows = pl.DataFrame(
        {"measured_at": [DAY, DAY + HOUR, DAY + 2 * HOUR], "value": [500, 500 + second, 610]},
        schema={"measured_at": INSTANT, "value": VALUE},
    ).with_columns(
        meter_id=pl.lit("m"),
        serial=pl.lit(""),
        row=pl.lit(0, dtype=pl.Int32),
        seconds=pl.lit(0, dtype=pl.Int32),
        event=pl.lit(None, dtype=pl.String),
        flag=pl.lit(None, dtype=pl.String),
    )

    found = covered(rows.head(2), spine.table, hours_of("2025-03", BERLIN.zone), "power")

    first = found.filter(pl.col("start") == DAY).row(0, named=True)
    assert first["covered_seconds"] == (3600 if claimed else 0)
    assert first["covered"] == (second if claimed else 0)


def exchange(closing, opening):
    """Serial A closes at 500, B opens at 7 and counts 20 in the hour after the exchange."""
    meters = [
        meter(serial="A", valid_to=EXCHANGE, max_rate=RATE),
        meter(serial="B", valid_from=EXCHANGE, max_rate=RATE),
    ]
    rows = [
        ("m", EXCHANGE - 2 * HOUR, 440, "A"),
        ("m", closing, 500, "A"),
        ("m", opening, 7, "B"),
        ("m", EXCHANGE + HOUR, 27, "B"),
    ]
    return Spine(meters, [drop(rows, SERIALS)])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(0 * MINUTE, 0 * MINUTE, id="at-the-exchange"),
        pytest.param(20 * MINUTE, 0 * MINUTE, id="closed-earlier"),
        pytest.param(0 * MINUTE, 20 * MINUTE, id="opened-later"),
        pytest.param(45 * MINUTE, 45 * MINUTE, id="both-within-the-hour"),
    ],
)
def test_closing_and_opening_readings_stand_for_the_exchange(before, after):
    spine = exchange(EXCHANGE - before, EXCHANGE + after)
    row = spine.rows(["2025-03"])[0]

    assert row.covered == 60 + 20
    assert row.covered_seconds == 3 * 3600
    assert spine.refused.is_empty()


def test_readings_further_from_the_exchange_leave_a_gap():
    row = exchange(EXCHANGE - 61 * MINUTE, EXCHANGE).rows(["2025-03"])[0]

    assert (row.covered, row.covered_seconds) == (80, 59 * 60 + 3600)


def test_quarter_hours_of_mean_power():
    """500 W, 1 500 W, 0 W and 2 000 W over a quarter hour each are 1 kWh."""
    facts = {"kind": Kind.AVERAGE, "unit": "W", "interval": 15 * MINUTE}
    rows = [(DAY + 15 * MINUTE * n, power) for n, power in enumerate((500, 1500, 0, 2000))]

    assert hours(register(*rows, **facts))[DAY]["value"] == 1


def test_an_interval_over_an_hour_s_border_is_split_by_time():
    """Kolkata's hours begin at half past: 60 kWh from 00:00 UTC lie half in each."""
    kolkata = site("Asia/Kolkata")
    own = meter(facility_id="site", kind=Kind.INTERVAL, interval=HOUR, max_rate=RATE)

    found = hours(Spine([own], [drop([("m", DAY, 60), ("m", DAY + HOUR, 20)])], kolkata))

    assert [hour["covered"] for hour in found.values()] == [30, 40, 10]
    assert [hour["covered_seconds"] for hour in found.values()] == [1800, 3600, 1800]
    assert sum(hour["measured"] for hour in found.values()) == 80


def test_a_month_s_bill_is_exact_in_sum_and_estimated_in_shape():
    """744 kWh over the 743 hours of March in Berlin."""
    facts = {"kind": Kind.INTERVAL, "interval": timedelta(days=31), "interval_months": 1}
    spine = register(("2025-03-01", 744), **facts)
    found = hours(spine)

    assert len(found) == 743
    assert sum(hour["value"] for hour in found.values()) == 744
    assert {hour["status"] for hour in found.values()} == {"estimated"}
    total = spine.totals(["2025-03"])["grid_import"]
    assert (total.value, total.low, total.high) == (744, 744, 744)
    assert (total.coverage, total.estimated_share) == (1.0, 1.0)


GAUGE = {"kind": Kind.GAUGE, "quantity": "outdoor_temperature", "unit": "°C", "max_rate": None}


def test_a_gauge_holds_until_the_next_reading():
    """20 °C for a quarter hour, 24 °C for the rest of the hour: 23 °C."""
    rows = [(DAY, 20), (DAY + 15 * MINUTE, 24), (DAY + HOUR, 30)]
    found = hours(register(*rows, **GAUGE, interval=45 * MINUTE))

    assert found[DAY]["value"] == 23
    assert found[DAY]["measured_seconds"] == 3600


def test_a_gauge_does_not_hold_longer_than_its_cadence():
    found = hours(register((DAY, 20), (DAY + 6 * HOUR, 22), **GAUGE))

    assert {at: hour["covered_seconds"] for at, hour in found.items()} == {
        DAY: 3600,
        DAY + 6 * HOUR: 3600,
    }


def test_time_before_a_gauge_s_first_reading_is_not_covered():
    found = hours(register((DAY, 20), (DAY + HOUR, 22), **GAUGE))

    assert list(found) == [DAY, DAY + HOUR]


def test_a_gauge_that_begins_within_an_hour_covers_the_rest_of_it():
    found = hours(register((DAY + 45 * MINUTE, 20), (DAY + HOUR, 22), **GAUGE))

    assert found[DAY]["covered_seconds"] == 900


def test_a_gauge_with_microseconds_covers_whole_hours():
    late = timedelta(microseconds=123_456)
    stamps = every(15 * MINUTE, DAY + late, DAY + late + 4 * HOUR)
    found = hours(
        register(
            *((at, 20) for at in (f"{at.isoformat()}" for at in stamps)),
            **GAUGE,
            interval=15 * MINUTE,
        )
    )

    assert [found[DAY + HOUR * number]["status"] for number in (1, 2, 3)] == ["measured"] * 3


def test_a_mean_level_holds_for_its_interval_only():
    facts = {**GAUGE, "kind": Kind.AVERAGE, "interval": 30 * MINUTE}
    found = hours(register((DAY, 20), (DAY + HOUR, 24), (DAY + 90 * MINUTE, 26), **facts))

    assert [hour["covered_seconds"] for hour in found.values()] == [1800, 3600]
    assert found[DAY + HOUR]["value"] == 25


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({"kind": Kind.INTERVAL, "interval": HOUR}, id="interval"),
        pytest.param({"kind": Kind.AVERAGE, "unit": "kW", "interval": HOUR}, id="average"),
        pytest.param(GAUGE, id="gauge"),
        pytest.param({}, id="register"),
    ],
)
def test_a_meter_taken_out_within_an_hour_covers_no_more_than_it_was_there(facts):
    rows = [(DAY, 5), (DAY + HOUR, 15)]
    spine = register(*rows, **facts, valid_to=DAY + 90 * MINUTE)

    found = spine.hours("2025-03")

    last = found.filter(pl.col("start") == DAY + HOUR).row(0, named=True)
    assert last["seconds"] == 1800
    assert last["measured_seconds"] <= 1800
