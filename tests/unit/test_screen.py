"""Candidates to readings: duplicates, conflicts, overlaps, and the account of every row."""

import random
from datetime import timedelta
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spine import STAGED, Spine, drop, meter, utc

from pipelines.steps import screen as screening
from pipelines.steps import settle as settling
from pipelines.steps.registers import judge
from pipelines.steps.trail import MICROSECONDS_PER_HOUR, Limits, Trail
from schemas.errors import AccountingError
from schemas.quantities import Kind
from schemas.tables import READINGS

HOUR = timedelta(hours=1)
T = [utc("2025-03-10T00:00") + HOUR * number for number in range(12)]
INTERVAL = {"kind": Kind.INTERVAL, "interval": HOUR}


def rows(*values, since=0):
    return drop(("m", T[since + n], value) for n, value in enumerate(values))


def spine(*drops, **facts):
    return Spine([meter(**facts)], drops)


def account(one):
    """Candidates, kept, quarantined, duplicate: over all files."""
    counts = pl.concat([found.counts for found in one.screened.values()])
    names = ("candidates", "kept", "quarantined", "duplicate")
    return counts.select(pl.col(names).sum()).row(0)


def test_equal_duplicates_in_one_file_keep_the_first_line():
    one = spine(rows(1, 2) + f"m,{T[1]:%Y-%m-%dT%H:%M:%SZ},2\n")

    assert one.readings["line"].to_list() == [2, 3]
    assert account(one) == (3, 2, 0, 1)


def test_equal_duplicates_of_two_files_keep_the_smaller_hash():
    one = spine(rows(1, 2), rows(1, 2, 3))
    small = min(one.read[0]["file"])

    assert one.readings.filter(pl.col("value") < 3)["file"].to_list() == [small, small]
    assert account(one) == (5, 3, 0, 2)
    assert one.refused.is_empty()


def test_equal_is_a_matter_of_value_and_not_of_writing():
    one = spine(
        rows("1.0"),
        rows("1.00"),
        drop([("m", T[0], "0.001", "MWh")], "meter_id,timestamp,value,unit"),
    )

    assert account(one) == (3, 1, 0, 2)


def test_conflicts_take_both_sides_out_and_every_copy():
    one = spine(rows(1, 5, 9), rows(1, 5), rows(1, 6))

    assert [value for _, value in one.values] == [1, 9]
    assert account(one) == (7, 2, 3, 2)
    assert set(one.refused["reasons"]) == {"conflict"}


def test_a_conflict_tells_what_the_other_row_says():
    one = spine(rows(1, 5, 9), rows(1, "6.5"))
    told = dict(one.refused.select("value", "detail").iter_rows())

    assert {Decimal(value): detail for value, detail in told.items()} == {
        Decimal(5): "canonical unit, UTC; another row of this time says 6.5",
        Decimal("6.5"): "canonical unit, UTC; another row of this time says 5",
    }


def test_a_unit_and_a_serial_that_nobody_knows_are_named():
    header = "meter_id,timestamp,value,unit,serial"
    one = Spine([meter(serial="A")], [drop([("m", T[0], 5, "kVAh", "B")], header)])

    assert one.refused["reasons"].item() == "unknown_serial; unknown_unit"
    assert one.refused["detail"].item() == "unit 'kVAh'; serial 'B'"


def test_meters_do_not_conflict_with_each_other():
    one = Spine([meter("a"), meter("b")], [drop([("a", T[0], 1), ("b", T[0], 2)])])

    assert one.readings["value"].to_list() == [1, 2]


def test_an_overlapping_interval_is_refused():
    late = T[1] + timedelta(minutes=30)
    one = spine(drop([("m", T[1], 1), ("m", late, 2), ("m", T[3], 3)]), **INTERVAL)

    assert one.reasons == {3: "overlap"}


def test_a_refused_interval_refuses_no_other():
    """01:30 overlaps 01:00–02:00 and goes; 02:00 begins where the last accepted one ends."""
    late = T[1] + timedelta(minutes=30)
    one = spine(drop([("m", T[1], 1), ("m", late, 2), ("m", T[2], 3), ("m", T[3], 4)]), **INTERVAL)

    assert one.reasons == {3: "overlap"}


def test_an_interval_that_reaches_into_the_next_month_overlaps_there_too():
    rows = [("m", "2025-03-31T23:30:00", 1), ("m", "2025-04-01T00:00:00", 2)]
    one = spine(drop(rows), **INTERVAL)

    assert one.reasons == {3: "overlap"}


def test_intervals_that_touch_do_not_overlap():
    one = spine(rows(1, 2, 3), **INTERVAL)

    assert one.refused.is_empty()
    assert one.readings["seconds"].to_list() == [3600] * 3


def test_a_glitch_is_bridged_and_kept_in_quarantine():
    one = spine(rows(10, 20, 0, 40, 50))

    assert [value for _, value in one.values] == [10, 20, 40, 50]
    assert one.refused.select("line", "value", "timestamp", "reasons").row(0) == (
        4,
        "0.000000000000",
        "2025-03-10T02:00:00Z",
        "contradicted",
    )


def test_the_last_reading_of_a_month_is_judged_by_the_next_month():
    """Alone it would be unconfirmed; April shows whether March's last reading was good."""
    stamps = [utc("2025-03-31T20:00") + HOUR * number for number in range(5)]

    def judged(*values):
        return spine(drop(("m", at, value) for at, value in zip(stamps, values, strict=True)))

    assert judged(10, 0, 30, 40, 50).reasons == {3: "contradicted"}
    assert judged(10, 20, 0, 1, 2).readings["event"].to_list() == [None, None, "reset", None, None]
    assert judged(10, 20, 0, 40, 50).reasons == {4: "contradicted"}


def test_a_reset_is_known_by_what_follows():
    assert spine(rows(10, 20, 1, 2, 3)).readings["event"].to_list() == [
        None,
        None,
        "reset",
        None,
        None,
    ]


def test_a_rollover_needs_its_modulus_and_its_rate():
    facts = {"modulus": Decimal(1000), "max_rate": Decimal(50)}

    assert spine(rows(980, 5, 25), **facts).readings["event"].to_list() == [None, "rollover", None]
    assert spine(rows(980, 5, 25)).readings["event"].to_list() == [None, "reset", None]


def test_readings_are_sorted_typed_and_named():
    one = Spine([meter("b"), meter("a")], [drop([("b", T[1], 2), ("a", T[0], 1), ("b", T[0], 1)])])

    assert one.readings.schema == READINGS
    assert one.readings.select("meter_id", "measured_at").rows() == [
        ("a", T[0]),
        ("b", T[0]),
        ("b", T[1]),
    ]
    assert set(one.readings["facility_id"]) == {"fra1"}


def test_nothing_at_all_is_screened_to_nothing():
    one = spine("meter_id,timestamp,value\nm,2025-03-10T00:00:00Z,x\n", rows(1))
    empty = one.read[0].clear().select(STAGED)

    found = screening.screen(empty, empty, one.table, "fra1")["power"]

    assert (found.readings.height, found.refused.height, found.counts.height) == (0, 0, 0)


def test_a_lost_row_is_an_error_of_ours(monkeypatch):
    settle = settling.settle_duplicates

    def losing(candidates):
        unique, doubles, conflicts = settle(candidates)
        return unique.head(unique.height - 1), doubles, conflicts

    one = spine(rows(1, 2, 3))
    assert one.read[0].height == 3
    monkeypatch.setattr(settling, "settle_duplicates", losing)

    with pytest.raises(AccountingError, match="not accounted for"):
        _ = one.screened


def readings_of(chance, count):
    """A register that rests now and then, and may leap when it goes on."""
    total, found = 0, []
    while len(found) < count:
        for _ in range(chance.randint(10, 16)):
            total += chance.randint(1, 3)
            found.append(total)
        found += [total] * chance.randint(1, 4)
        total += chance.choice([1, 3, 9, 15])
        found.append(total)
    return found[:count]


@settings(max_examples=60)
@given(st.integers(0, 2**32))
def test_a_register_that_is_not_walked_had_nothing_to_be_found(seed):
    """Only registers that look odd are walked; walking the others too would change nothing."""
    values = readings_of(random.Random(seed), 60)
    start = utc("2025-03-01T00:00")
    one = spine(
        drop(("m", start + HOUR * number, value) for number, value in enumerate(values)),
        max_rate=Decimal(20),
    )
    walked = judge(
        Trail(
            times=[number * MICROSECONDS_PER_HOUR for number in range(60)],
            values=[value * 10**12 for value in values],
            limits=Limits(max_rate=20 * 10**12, modulus=None, count=10**12),
        )
    )

    refused = {line - 2 for line in one.reasons}
    assert refused == {place for place, rule in enumerate(walked.refused) if rule}
