"""What a swap takes out: hours that were read under another's name, and none that are bridged."""

from datetime import timedelta
from decimal import Decimal

import polars as pl
from spine import Spine, drop, meter, utc

from schemas.quantities import Kind
from schemas.rules import RULES, RuleId
from schemas.tables import FINDINGS

HOUR = timedelta(hours=1)
BEGIN = utc("2025-03-10T00:00")
SWAP = (BEGIN + 24 * HOUR, BEGIN + 48 * HOUR)


def swap():
    facts = RULES[RuleId.SWAPPED]
    row = ("fra1", "2025-03", facts.id, facts.severity, facts.action, "a", "b", *SWAP, "", "")
    return pl.DataFrame([row], schema=FINDINGS, orient="row")


def hours_of(*, lost, kind):
    """Three days of two meters, 10 and 20 kWh an hour; of one the rows of the swap may be lost."""
    rows = []
    for name, level in (("a", 10), ("b", 20)):
        for hour in range(73):
            inside = 24 < hour < 48
            if not (inside and name in lost):
                value = level * hour if kind is Kind.REGISTER else level
                rows.append((name, BEGIN + hour * HOUR, value))
    facts = {"kind": kind, "interval": HOUR, "max_rate": Decimal(100)}
    meters = [meter(name, **facts) for name in ("a", "b")]
    frame = Spine(meters, [drop(rows)], findings=swap()).hours("2025-03")
    inside = (pl.col("start") >= SWAP[0]) & (pl.col("start") < SWAP[1])
    return {
        name: frame.filter(inside & (pl.col("meter_id") == name)).sort("start")
        for name in ("a", "b")
    }


def test_hours_read_under_the_other_s_name_are_taken_out_of_both():
    found = hours_of(lost=(), kind=Kind.INTERVAL)

    for name in ("a", "b"):
        assert set(found[name]["withheld_by"]) == {RuleId.SWAPPED}
        assert found[name]["measured_seconds"].sum() == 0


def test_a_register_whose_swapped_readings_were_refused_bridges_them_exactly():
    found = hours_of(lost=("a",), kind=Kind.REGISTER)

    assert set(found["a"]["withheld_by"]) == {""}
    assert found["a"]["value"].sum() == 24 * 10
    assert set(found["b"]["withheld_by"]) == {RuleId.SWAPPED}
    assert found["b"]["measured_seconds"].sum() == 0
