"""Tables: what the lake refuses, and published figures as frames and back."""

from datetime import timedelta
from decimal import Decimal

import polars as pl
import pytest
from given import inputs, total
from pandera.errors import SchemaErrors
from spine import Spine, drop, meter, utc

from pipelines.metrics.compute import metrics_of
from schemas.domains import DOMAIN_OF
from schemas.metrics import Status
from schemas.published import metrics_frame, metrics_of_frame, totals_frame, totals_of_frame
from schemas.quantities import Kind
from schemas.tables import INTERVALS, READINGS, VALUE, intervals_table, readings_table

POWER, COOLING = DOMAIN_OF["grid_import"], DOMAIN_OF["outdoor_temperature"]
START = utc("2025-03-10T00:00")
HOUR = timedelta(hours=1)


def spine():
    rows = [("m", START + HOUR * number, 10 * number) for number in range(4)]
    return Spine([meter(max_rate=Decimal(100))], [drop(rows)])


def value(number):
    return pl.lit(Decimal(number)).cast(VALUE)


def first(column, changed):
    """The frame's first row changed in one column, and no other."""
    return (
        pl.when(pl.int_range(pl.len()) == 0).then(changed).otherwise(pl.col(column)).alias(column)
    )


def test_clean_readings_and_hours_pass():
    assert readings_table(POWER).validate(spine().readings, lazy=True).schema == READINGS
    assert intervals_table(POWER).validate(spine().hours("2025-03"), lazy=True).schema == INTERVALS


@pytest.mark.parametrize(
    ("check", "spoil"),
    [
        pytest.param(
            "within_bounds", lambda f: f.with_columns(first("value", value(-1))), id="negative"
        ),
        pytest.param("unique_and_sorted", lambda f: f.reverse(), id="out-of-order"),
        pytest.param("unique_and_sorted", lambda f: pl.concat([f.head(1), f]), id="twice"),
        pytest.param(
            "quantity_of_domain",
            lambda f: f.with_columns(quantity=pl.lit("rain_water")),
            id="quantity",
        ),
        pytest.param("known_event", lambda f: f.with_columns(event=pl.lit("party")), id="event"),
        pytest.param(
            "length_not_negative",
            lambda f: f.with_columns(seconds=pl.lit(-1, pl.Int32)),
            id="length",
        ),
        pytest.param(
            "not_nullable",
            lambda f: f.with_columns(first("value", pl.lit(None).cast(VALUE))),
            id="no-value",
        ),
        pytest.param(
            "dtype", lambda f: f.with_columns(pl.col("value").cast(pl.Float64)), id="floats"
        ),
        pytest.param(
            "column_in_schema", lambda f: f.with_columns(x=pl.lit(1)), id="another-column"
        ),
    ],
)
def test_readings_that_the_lake_refuses(check, spoil):
    with pytest.raises(SchemaErrors) as caught:
        readings_table(POWER).validate(spoil(spine().readings), lazy=True)

    assert check in str(caught.value.failure_cases["check"].to_list())


def test_a_level_has_limits_of_its_own():
    facts = {"quantity": "outdoor_temperature", "kind": Kind.GAUGE, "unit": "°C"}
    frame = Spine([meter(**facts)], [drop([("m", START, -5)])]).readings

    readings_table(COOLING).validate(frame, lazy=True)
    with pytest.raises(SchemaErrors):
        readings_table(COOLING).validate(frame.with_columns(value=value(61)), lazy=True)


@pytest.mark.parametrize(
    ("check", "spoil"),
    [
        pytest.param("value_within_bounds", first("low", value(10**6)), id="low-above-value"),
        pytest.param("value_within_bounds", first("high", value(-1)), id="high-below-value"),
        pytest.param("known_status", first("status", pl.lit("guessed")), id="status"),
        pytest.param(
            "missing_is_null", first("status", pl.lit("missing")), id="missing-with-value"
        ),
        pytest.param("missing_is_null", first("value", pl.lit(None).cast(VALUE)), id="null-unsaid"),
        pytest.param(
            "no_more_than_the_hour", first("measured_seconds", pl.lit(3601.0)), id="too-long"
        ),
    ],
)
def test_hours_that_the_lake_refuses(check, spoil):
    """The first of three measured hours is spoiled; the same three pass as they are."""
    hours = spine().hours("2025-03").filter(pl.col("status") == "measured")
    assert intervals_table(POWER).validate(hours, lazy=True).height == 3

    with pytest.raises(SchemaErrors) as caught:
        intervals_table(POWER).validate(hours.with_columns(spoil), lazy=True)

    assert check in caught.value.failure_cases["check"].to_list()


def test_hours_out_of_order_are_refused():
    with pytest.raises(SchemaErrors):
        intervals_table(POWER).validate(spine().hours("2025-03").reverse(), lazy=True)


def test_totals_survive_the_frame():
    given = (
        total("grid_import", "0.1", 0, "12345678901234.123456789012", meters=("a", "b")),
        total("rain_water", None, status=Status.WITHHELD, reason="no meter", coverage=None),
    )

    assert totals_of_frame(totals_frame(given)) == given
    assert totals_of_frame(totals_frame(())) == ()


def test_metrics_survive_the_frame():
    found = tuple(metrics_of(inputs(grid_import=100, ups_output=80)))

    assert metrics_of_frame(metrics_frame(found)) == found
