"""Covered hours: every hour is there, with what readings tell and what is possible at all."""

from datetime import date, timedelta
from decimal import Decimal

import polars as pl
import pytest
from pandera.errors import SchemaErrors
from spine import Spine, drop, every, meter, site, utc

from schemas.domains import DOMAIN_OF
from schemas.quantities import Kind
from schemas.tables import COVERED, VALUE, covered_table

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
START = utc("2025-06-01T00:00")
UTC = site("UTC")
AMOUNT = {
    "facility_id": "site",
    "kind": Kind.INTERVAL,
    "interval": HOUR,
    "max_rate": Decimal(100),
}
REGISTER = {"facility_id": "site", "max_rate": Decimal(100)}


def june(*rows, facility=UTC, domain="power", **facts):
    """Covered hours of June 2025 by start."""
    spine = Spine([meter(**facts)], [drop(("m", *row) for row in rows)], facility)
    frame = spine.covered("2025-06", domain)
    return {row["start"]: row for row in frame.iter_rows(named=True)}


def test_every_hour_is_there_and_uncovered_time_holds_nothing():
    found = june((START + HOUR, 7), **AMOUNT)

    assert len(found) == 720
    assert (found[START]["covered"], found[START]["covered_seconds"]) == (0, 0)
    assert (found[START + HOUR]["covered"], found[START + HOUR]["covered_seconds"]) == (7, 3600)


def test_an_hour_carries_the_day_and_hour_of_the_site_s_clock():
    """June begins at 22:00 UTC in Berlin."""
    found = june((START, 7), facility=site("Europe/Berlin"), **AMOUNT)

    first = found[START - 2 * HOUR]
    assert (first["local_date"], first["local_hour"]) == (date(2025, 6, 1), 0)


def test_what_is_possible_is_nothing_up_to_the_maximum_rate():
    found = june((START, 7), **AMOUNT, valid_to=START + 90 * MINUTE)

    assert [(one["least"], one["most"]) for one in found.values()] == [(0, 100), (0, 50)]
    assert [one["seconds"] for one in found.values()] == [3600, 1800]


def test_without_a_rate_there_is_no_most():
    assert june((START, 7), **{**AMOUNT, "max_rate": None})[START]["most"] is None


def test_most_is_rounded_up_and_least_down():
    """A third of a tick more is possible, so a tick more is said to be."""
    rate = Decimal("0.000000000001")
    found = june((START, 0), **{**AMOUNT, "max_rate": rate}, valid_to=START + 20 * MINUTE)

    assert found[START]["most"] == rate


def test_a_level_is_possible_between_its_limits_for_as_long_as_the_meter_is_there():
    """5 to 45 °C for half an hour are 2.5 to 22.5 °C × h."""
    facts = {
        "facility_id": "site",
        "kind": Kind.GAUGE,
        "quantity": "intake_air_setpoint",
        "unit": "°C",
        "interval": HOUR,
    }
    hour = june((START, 24), **facts, valid_to=START + 30 * MINUTE, domain="cooling")[START]

    assert (hour["least"], hour["most"], hour["covered"]) == (
        Decimal("2.5"),
        Decimal("22.5"),
        12,
    )


def test_at_an_exchange_the_higher_rate_counts_for_the_whole_hour():
    at = START + 30 * MINUTE
    meters = [
        meter(**{**AMOUNT, "max_rate": Decimal(40)}, serial="A", valid_to=at),
        meter(**AMOUNT, serial="B", valid_from=at),
    ]
    spine = Spine(meters, ["meter_id,timestamp,value,serial\nm,2025-06-01T05:00:00Z,1,B\n"], UTC)

    first = spine.covered("2025-06", "power").row(0, named=True)

    assert (first["seconds"], first["most"]) == (3600, 100)


def test_the_shaped_part_of_an_hour_has_its_own_time():
    """Read at 00:40, 01:20 and 04:20: of the hour from 01:00, 40 minutes are a guess."""
    found = june(
        (START + 40 * MINUTE, 0),
        (START + 80 * MINUTE, 20),
        (START + 260 * MINUTE, 80),
        **REGISTER,
    )

    hours = [found[START + number * HOUR] for number in range(5)]
    assert [one["shaped_seconds"] for one in hours] == [0, 2400, 3600, 3600, 1200]
    assert [one["shaped"] for one in hours] == [False, True, True, True, True]
    assert [one["measured_seconds"] for one in hours] == [1200, 1200, 0, 0, 0]


def test_parts_of_an_hour_make_a_whole_hour():
    """Three readings a third of a second off the full hour; 1199.667 + 1200.001 + … = 3600."""
    late = timedelta(milliseconds=333)
    stamps = every(20 * MINUTE, START, START + 3 * HOUR)
    rows = [(f"{at + late * (n % 3):%Y-%m-%dT%H:%M:%S.%fZ}", n) for n, at in enumerate(stamps)]
    found = june(*rows, **REGISTER, interval=20 * MINUTE)

    assert [found[START + n * HOUR]["measured_seconds"] for n in range(3)] == [3600.0] * 3


POWER = DOMAIN_OF["grid_import"]


def frame():
    facts = {**REGISTER, "max_rate": Decimal(100)}
    rows = [("m", START, 0), ("m", START + 30 * MINUTE, 10), ("m", START + 4 * HOUR, 80)]
    return Spine([meter(**facts)], [drop(rows)], UTC).covered("2025-06", "power")


def test_covered_hours_pass_their_table():
    assert covered_table(POWER).validate(frame()).schema == COVERED


def value(number):
    return pl.lit(Decimal(number)).cast(VALUE)


@pytest.mark.parametrize(
    ("rule", "spoil"),
    [
        pytest.param("quantity_of_domain", {"quantity": pl.lit("rain_water")}, id="quantity"),
        pytest.param("covered_within_bounds", {"low": value(1000)}, id="low-above"),
        pytest.param("covered_within_bounds", {"high": value(-1)}, id="high-below"),
        pytest.param("least_below_most", {"least": value(101)}, id="least-above-most"),
        pytest.param("slack_not_negative", {"end_slack_low": value(-1)}, id="slack"),
        pytest.param("no_more_than_the_hour", {"covered_seconds": pl.lit(3601.0)}, id="time"),
        pytest.param("measured_is_covered", {"measured_seconds": pl.lit(3600.5)}, id="measured"),
        pytest.param("shaped_is_covered", {"shaped": pl.lit(value=True)}, id="shaped"),
        pytest.param("shaped_is_covered", {"shaped_seconds": pl.lit(3600.5)}, id="shaped-time"),
    ],
)
def test_what_cannot_be_is_refused(rule, spoil):
    with pytest.raises(SchemaErrors) as refusal:
        covered_table(POWER).validate(frame().with_columns(**spoil))

    assert rule in set(refusal.value.failure_cases["check"])


def test_hours_out_of_order_are_refused():
    with pytest.raises(SchemaErrors, match="unique_and_sorted"):
        covered_table(POWER).validate(frame().reverse())
