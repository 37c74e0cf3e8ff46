"""The rule of missing hours: what no reading tells of, and what bridges it."""

from dataclasses import replace

import polars as pl
from may import AT, FULL, may, otherwise, told, without
from spine import utc
from windows import HOUR

from pipelines.steps.validate.readings import missing
from schemas.rules import RuleId


def test_missing_hours_in_a_row_are_one_finding():
    rule = RuleId.MISSING.value
    amounts = without("2025-05-10T12:00", 3, amounts=without("2025-05-10T16:00", 1))

    assert told(missing, may({"m": amounts})) == [
        (
            rule,
            "m",
            "",
            AT,
            AT + 3 * HOUR,
            "3 h of 3 hours not measured; nothing bridges the gap",
        ),
        (
            rule,
            "m",
            "",
            AT + 4 * HOUR,
            AT + 5 * HOUR,
            "1 h of 1 hour not measured; nothing bridges the gap",
        ),
    ]


def test_nothing_is_missing_where_every_second_is_measured():
    zero = otherwise(FULL, "2025-05-10T12:00", [0.0] * 48)

    assert told(missing, may({"m": zero, "n": FULL})) == []


def test_missing_hours_of_other_months_are_told_there():
    april = without("2025-04-30T20:00", 6)

    [found] = missing(may({"m": april}))

    assert (found.start, found.end) == (utc("2025-05-01T00:00"), utc("2025-05-01T02:00"))
    assert found.detail.startswith("2 h of 2 hours")


def test_meters_that_miss_hours_in_a_row_are_kept_apart():
    """The last hour of the window of a, the first of b: neighbours in the table only."""
    a, b = without("2025-05-31T23:00", 1), without("2025-05-01T00:00", 1)

    found = list(missing(may({"a": a, "b": b})))

    assert [one.meter_id for one in found] == ["a", "b"]


def partly(of, hours, **columns):
    """The window with some hours of meter m covered and measured otherwise."""
    chosen = pl.col("start").is_in(hours)
    return replace(
        of,
        hours=of.hours.with_columns(
            pl.when(chosen).then(pl.lit(value)).otherwise(name).alias(name)
            for name, value in columns.items()
        ),
    )


def test_a_part_of_an_hour_counts_as_what_it_lacks():
    """A quarter of 12:00 is missing, and all of 13:00 but nine seconds."""
    of = partly(may(), [AT], measured_seconds=2700.0, covered_seconds=2700.0)
    of = partly(of, [AT + HOUR], measured_seconds=9.0, covered_seconds=9.0)

    [found] = missing(of)

    assert found.detail == "1.2475 h of 2 hours not measured; nothing bridges the gap"


def test_a_register_on_both_sides_bridges_what_is_missing():
    hours = [AT, AT + HOUR]
    bridged = partly(may(), hours, measured_seconds=0.0)
    half = partly(bridged, [AT], covered_seconds=1800.0)

    assert [one.detail for one in missing(bridged)] == [
        "2 h of 2 hours not measured; a register bridges the gap: its sum is exact"
    ]
    assert [one.detail for one in missing(half)] == [
        "2 h of 2 hours not measured; a register bridges 1 of them"
    ]
