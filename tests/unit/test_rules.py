"""Every rule that refuses rows: a drop at which it fires, and one like it at which it does not."""

from datetime import timedelta
from decimal import Decimal

import pytest
from spine import BERLIN, Spine, drop, meter, utc

from pipelines.sources import PLAIN_DROP, Unreadable
from schemas.estate.source import Source
from schemas.quantities import Kind
from schemas.rules import RULES, Action, RuleId
from schemas.tables import QUARANTINE

T = [utc("2025-03-10T00:00") + timedelta(hours=number) for number in range(18)]
UNIT = "meter_id,timestamp,value,unit"
SERIAL = "meter_id,timestamp,value,serial"
INTERVAL = {"kind": Kind.INTERVAL, "interval": timedelta(hours=1)}
#: A dozen rises, so that a register is known not to stand still.
RISING = range(10, 150, 10)
GAUGE = {"kind": Kind.GAUGE, "quantity": "outdoor_temperature", "unit": "°C"}
#: A file whose rows tell their ends, and how good their values are.
TOLD = "meter_id,timestamp,until,value,quality"
SOURCE = Source(
    match="*",
    columns=tuple((name, name) for name in ("timestamp", "until", "value", "quality")),
    quality=(("E", "estimated"), ("F", "bad")),
)


def told(*rows):
    return drop((("m", *row) for row in rows), TOLD)


def rows(*values):
    return drop(("m", at, value) for at, value in zip(T, values, strict=False))


def at(stamp):
    return drop([("m", stamp, 1)])


#: rule: (facts of the meter, drops at which it fires, drops at which it stays quiet)
CASES = {
    RuleId.UNREADABLE_FILE: ({}, ["colour,size\nred,1\n"], [rows(1)]),
    RuleId.MALFORMED_ROW: ({}, [rows(1) + "m,2025\n"], [rows(1)]),
    RuleId.UNKNOWN_METER: ({}, [drop([("x", T[0], 1)])], [rows(1)]),
    RuleId.UNKNOWN_SERIAL: (
        {"serial": "A"},
        [drop([("m", T[0], 1, "B")], SERIAL)],
        [drop([("m", T[0], 1, "A")], SERIAL)],
    ),
    RuleId.UNKNOWN_UNIT: (
        {},
        [drop([("m", T[0], 1, "kVAh")], UNIT)],
        [drop([("m", T[0], 1, "MWh")], UNIT)],
    ),
    RuleId.UNPARSABLE_TIME: ({}, [at("noon")], [at("2025-03-10T12:00")]),
    RuleId.DST_HOLE: ({}, [at("2025-03-30T02:30:00")], [at("2025-03-30T03:00:00")]),
    RuleId.AMBIGUOUS_TIME: (
        {},
        [at("2025-10-26T02:30:00") + "m,2025-10-26T02:30:00,2\nm,2025-10-26T02:30:00,3\n"],
        [at("2025-10-26T02:30:00") + "m,2025-10-26T02:30:00,2\n"],
    ),
    RuleId.UNPARSABLE_VALUE: ({}, [rows("1;5")], [rows("1.5")]),
    RuleId.OUTSIDE_VALIDITY: ({"valid_from": T[1]}, [rows(1)], [drop([("m", T[1], 1)])]),
    RuleId.FUTURE_TIME: ({}, [at("2030-01-02T00:00:01Z")], [at("2030-01-02T00:00:00Z")]),
    RuleId.ANCIENT_TIME: ({}, [at("2014-12-30T23:59:59Z")], [at("2015-01-01T00:00:00")]),
    RuleId.INVALID_END: (
        INTERVAL,
        [told((T[0], T[0], 1, ""), (T[1], "noon", 1, ""))],
        [told((T[0], T[1], 1, ""), (T[1], "", 1, ""))],
    ),
    RuleId.UNKNOWN_QUALITY: (
        INTERVAL,
        [told((T[0], T[1], 1, "X"))],
        [told((T[0], T[1], 1, "E"), (T[1], T[2], 1, "good"))],
    ),
    RuleId.BAD_QUALITY: (
        INTERVAL,
        [told((T[0], T[1], 1, "F"), (T[1], T[2], 1, "bad"))],
        [told((T[0], T[1], 1, ""))],
    ),
    RuleId.ESTIMATED_LEVEL: ({}, [told((T[0], "", 1, "E"))], [told((T[0], "", 1, ""))]),
    RuleId.NEGATIVE_AMOUNT: ({}, [rows(-1)], [rows(0)]),
    RuleId.OUT_OF_RANGE: (GAUGE, [rows("60.001")], [rows(60, -60)]),
    RuleId.IMPOSSIBLE_RATE: (
        {**INTERVAL, "max_rate": Decimal(100)},
        [rows("100.001")],
        [rows(100)],
    ),
    RuleId.CONFLICT: ({}, [rows(1, 2), rows(1, 3)], [rows(1, 2), rows(1, 2, 3)]),
    RuleId.OVERLAP: (
        INTERVAL,
        [drop([("m", T[0], 1), ("m", T[0] + timedelta(minutes=59), 1)])],
        [rows(1, 1)],
    ),
    RuleId.ESTIMATE_REPLACED: (
        INTERVAL,
        [told((T[0], T[1], 1, "E")), told((T[0], T[1], 2, ""))],
        [told((T[0], T[1], 1, "E")), told((T[1], T[2], 2, ""))],
    ),
    RuleId.CONTRADICTED: ({}, [rows(10, 20, 0, 30, 40)], [rows(10, 20, 20, 30, 40)]),
    RuleId.UNCONFIRMED: ({}, [rows(10, 20, 0)], [rows(10, 20, 20)]),
    RuleId.FROZEN: (
        {},
        [rows(*RISING, 140, 140, 200, 210)],
        [rows(*RISING, 140, 140, 150, 160)],
    ),
}


def found(facts, drops):
    """Every reason that a row or a file was refused for."""
    source = SOURCE if TOLD in drops[0] else PLAIN_DROP
    try:
        refused = Spine([meter(**facts)], drops, source=source).refused
    except Unreadable:
        return {RuleId.UNREADABLE_FILE}
    assert refused.schema == QUARANTINE
    assert not refused["line"].null_count()
    return {RuleId(one) for reasons in refused["reasons"] for one in reasons.split("; ")}


@pytest.mark.parametrize("rule", CASES)
def test_a_rule_fires_alone(rule):
    facts, drops, _ = CASES[rule]

    assert found(facts, drops) == {rule}


@pytest.mark.parametrize("rule", CASES)
def test_a_rule_stays_quiet(rule):
    facts, _, drops = CASES[rule]

    assert found(facts, drops) == set()


def test_every_rule_that_refuses_rows_has_its_cases():
    assert set(CASES) == {rule for rule in RuleId if RULES[rule].action is Action.QUARANTINE}
    assert BERLIN.timezone == "Europe/Berlin"  # the cases of local time are written for it
