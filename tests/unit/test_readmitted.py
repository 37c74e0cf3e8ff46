"""Rows refused for their value, which a signed scale makes possible."""

from datetime import timedelta
from decimal import Decimal

import polars as pl
import pytest
from signed import at, edit, half_read, hours, of
from spine import BERLIN, meter
from windows import MONTH, days, window

from pipelines.steps.calendar import hours_of
from pipelines.steps.covered import covered
from pipelines.steps.meters import meter_table
from pipelines.steps.readmitted import readmitted
from schemas.quantities import Kind
from schemas.tables import QUARANTINE, READINGS

QUARTERS = {
    "kind": Kind.INTERVAL,
    "interval": timedelta(minutes=15),
    "max_rate": Decimal(100),
}


def refused_rows(rows, reason="negative_amount"):
    """Rows in quarantine: local time and amount in the canonical unit."""
    return pl.DataFrame(
        [
            {
                **dict.fromkeys(QUARANTINE),
                "file": "f",
                "line": number,
                "meter_id": "m",
                "reasons": reason,
                "facility_id": "fra1",
                "measured_at": at(stamp),
                "amount": Decimal(value),
            }
            for number, (stamp, value) in enumerate(rows, 2)
        ],
        schema=QUARANTINE,
    )


def admitted(refused, *edits, readings=None, **facts):
    table = meter_table([meter("m", **{**QUARTERS, **facts})], {"fra1": BERLIN})
    kept = READINGS.to_frame() if readings is None else readings
    return readmitted(edits, refused, kept, table), table


def told(frame):
    return list(frame.select("measured_at", "value").iter_rows())


def test_rows_with_the_wrong_sign_count_where_the_sign_is_turned():
    rows = refused_rows(
        [("2025-05-07T10:00", "-5"), ("2025-05-07T10:15", "-6.5"), ("2025-05-07T12:00", "-7")]
    )

    frame, _ = admitted(rows, edit("2025-05-07T10:00", "2025-05-07T11:00", "scale -1"))

    assert told(frame) == [(at("2025-05-07T10:00"), 5), (at("2025-05-07T10:15"), Decimal("6.5"))]


def test_rows_above_the_maximum_rate_count_where_the_scale_makes_them_possible():
    """At 100 kWh per hour a quarter holds 25 at most; times 1000 all of them were refused."""
    rows = refused_rows(
        [
            ("2025-05-07T10:00", "20000"),
            ("2025-05-07T10:15", "25000"),
            ("2025-05-07T10:30", "26000"),
        ],
        "impossible_rate",
    )

    frame, _ = admitted(rows, edit("2025-05-07T10:00", "2025-05-07T11:00", "scale 0.001"))

    assert told(frame) == [(at("2025-05-07T10:00"), 20), (at("2025-05-07T10:15"), 25)]


def test_a_row_stays_out_that_is_refused_for_more_or_would_count_twice():
    stretch = ("2025-05-07T10:00", "2025-05-07T11:00")
    turned = edit(*stretch, "scale -1")
    one = [("2025-05-07T10:00", "-5")]

    assert told(admitted(refused_rows(one, "negative_amount; out_of_range"), turned)[0]) == []
    assert told(admitted(refused_rows(one, "conflict"), turned)[0]) == []
    assert told(admitted(refused_rows(one), edit(*stretch, "keep"))[0]) == []
    assert told(admitted(refused_rows(one), edit(*stretch, "scale 2"))[0]) == []
    assert told(admitted(refused_rows(one), turned, kind=Kind.REGISTER)[0]) == []
    assert told(admitted(refused_rows(one * 2), turned)[0]) == [(at("2025-05-07T10:00"), 5)]
    assert told(admitted(refused_rows([*one, ("2025-05-07T10:00", "-6")]), turned)[0]) == []
    assert told(admitted(refused_rows([*one, ("2025-05-07T10:05", "-6")]), turned)[0]) == []
    there = pl.DataFrame(
        [{**dict.fromkeys(READINGS), "meter_id": "m", "measured_at": at("2025-05-07T10:00")}],
        schema=READINGS,
    )
    assert told(admitted(refused_rows(one), turned, readings=there)[0]) == []


def test_turned_rows_make_the_hour_whole_beside_zeros_and_replace_no_amount():
    """Three quarters came negative, one as zero: the hour is whole. At 11 a positive row stands
    against the claim, and does not count."""
    seen = window({"m": days()}, [meter("m", **QUARTERS)])
    seen = half_read(seen, "2025-05-07T11:00", 8)
    seen = half_read(seen, "2025-05-07T10:00", 0)
    rows = refused_rows(
        [("2025-05-07T10:15", "-5"), ("2025-05-07T10:45", "-6"), ("2025-05-07T11:45", "-7")]
    )
    turned = edit("2025-05-07T10:00", "2025-05-07T12:00", "scale -1")
    readings, table = admitted(rows, turned)
    again = covered(readings, table, hours_of(MONTH, BERLIN.zone), "power").filter(
        pl.col("covered_seconds") > 0
    )

    frame = hours(seen, turned, readmits=again)

    [ten], [eleven] = of(frame, "2025-05-07T10:00"), of(frame, "2025-05-07T11:00")
    assert (ten["value"], ten["low"], ten["high"], ten["covered_seconds"]) == (11, 11, 11, 3600)
    assert (ten["method"], ten["status"]) == ("operator_repair", "estimated")
    assert (eleven["covered"], eleven["covered_seconds"], eleven["method"]) == (
        7,
        900,
        "similar_days",
    )


def test_readmitted_rows_never_make_an_hour_longer_than_it_is():
    seen = window({"m": days()}, [meter("m", **QUARTERS)])
    rows = refused_rows([("2025-05-07T10:15", "30000")], "impossible_rate")
    scaled = edit("2025-05-07T10:00", "2025-05-07T11:00", "scale 1/2000")
    readings, table = admitted(rows, scaled)
    again = covered(readings, table, hours_of(MONTH, BERLIN.zone), "power").filter(
        pl.col("covered_seconds") > 0
    )
    [whole] = of(hours(seen), "2025-05-07T10:00")

    [row] = of(hours(seen, scaled, readmits=again), "2025-05-07T10:00")

    assert again["covered"].to_list() == [15]
    assert row["covered_seconds"] == 3600
    assert float(row["value"]) == pytest.approx(float(whole["value"]) / 2000)
