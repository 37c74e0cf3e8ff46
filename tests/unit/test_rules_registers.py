"""Rules that tell what became of registers: events, and meters that were exchanged."""

from dataclasses import replace
from decimal import Decimal

import polars as pl
import pytest
from may import AT, FULL, INTERVAL, may, told, without
from spine import meter, utc
from windows import HOUR

from pipelines.steps.validate.registers import exchange, jump, reset, rollover
from schemas.rules import RuleId
from schemas.tables import READINGS


def events(*rows):
    schema = READINGS.to_frame().select("meter_id", "serial", "measured_at", "event").schema
    return pl.DataFrame(rows, schema=schema, orient="row")


REGISTER = meter("m", facility_id="site", serial="A", modulus=Decimal(1000), multiplier=Decimal(40))


@pytest.mark.parametrize(
    ("rule", "look", "detail"),
    [
        pytest.param(
            RuleId.ROLLOVER,
            rollover,
            "register 'A' had passed its modulus of 40000 kWh by then; it is added",
            id="rollover",
        ),
        pytest.param(
            RuleId.RESET,
            reset,
            "register 'A' had fallen by then and stayed low; no amount is taken from the reading "
            "before",
            id="reset",
        ),
        pytest.param(
            RuleId.JUMP,
            jump,
            "register 'A' had leapt by then, faster than max_rate allows, and stayed; no amount is "
            "taken from the reading before",
            id="jump",
        ),
    ],
)
def test_an_event_is_told_by_the_rule_of_its_name_and_by_no_other(rule, look, detail):
    """A modulus of 1000 counts, each of 40 kWh."""
    event = events(("m", "A", AT, rule.value))
    others = [one for one in ("rollover", "reset", "jump") if one != rule.value]

    of = may(meters=[REGISTER], events=event)
    quiet = may(meters=[REGISTER], events=events(*(("m", "A", AT, one) for one in others)))

    assert told(look, of) == [(rule.value, "m", "", AT, AT + HOUR, detail)]
    assert told(look, quiet) == []


def test_each_event_of_a_month_is_told_in_the_order_of_meters_and_times():
    known = [
        meter(name, facility_id="site", serial=serial, modulus=Decimal(10))
        for name, serial in (("a", ""), ("b", "B"))
    ]
    rows = [("b", "B", AT), ("a", "", AT + HOUR), ("a", "", AT)]
    of = may({"a": FULL, "b": FULL}, known, events=events(*((*row, "rollover") for row in rows)))

    found = list(rollover(of))

    assert [(one.meter_id, one.start) for one in found] == [
        ("a", AT),
        ("a", AT + HOUR),
        ("b", AT),
    ]
    assert found[0].detail.startswith("the register had passed")


def exchanged(at, *, until=None, amounts=FULL):
    """Meter m with serial A, then B, in a register that is covered where it tells an amount."""
    rows = [
        meter("m", facility_id="site", serial="A", valid_to=until or at),
        meter("m", facility_id="site", serial="B", valid_from=at),
    ]
    return may({"m": amounts}, rows)


def test_an_exchange_is_told_at_the_second_row_s_validity():
    rule = RuleId.EXCHANGE.value

    assert told(exchange, exchanged(AT)) == [
        (
            rule,
            "m",
            "",
            AT,
            AT + HOUR,
            "serial 'A' until 2025-05-10T12:00Z, serial 'B' since 2025-05-10T12:00Z; readings "
            "cover both sides",
        )
    ]


@pytest.mark.parametrize(
    ("stamp", "covered"),
    [
        ("2025-05-10T10:00", True),
        ("2025-05-10T11:00", False),
        ("2025-05-10T12:00", False),
        ("2025-05-10T13:00", True),
    ],
)
def test_an_exchange_says_whether_the_hours_beside_it_are_covered(stamp, covered):
    """At noon: the hour from 11 ends the first serial, the one from 12 begins the second."""
    [found] = exchange(exchanged(AT, amounts=without(stamp, 1)))

    assert found.detail.endswith("cover both sides") is covered
    assert found.detail.endswith("do not cover the time beside it") is not covered


def test_an_exchange_is_not_disturbed_by_a_gap_of_another_meter():
    rows = exchanged(AT).meters
    of = may({"m": FULL, "n": without("2025-05-10T12:00", 1)})

    [found] = exchange(replace(of, meters=rows))

    assert found.detail.endswith("cover both sides")


def test_an_exchange_with_days_between_looks_at_both_ends():
    amounts = without("2025-05-07T23:00", 1)

    [found] = exchange(exchanged(AT, until=utc("2025-05-08T00:00"), amounts=amounts))

    assert found.start == AT
    assert found.detail == (
        "serial 'A' until 2025-05-08T00:00Z, serial 'B' since 2025-05-10T12:00Z; readings do not "
        "cover the time beside it"
    )


def test_a_meter_that_was_never_exchanged_or_in_another_month_is_no_exchange():
    two = [meter("m", **INTERVAL), meter("n", **INTERVAL, valid_from=AT)]

    assert told(exchange, may({"m": FULL, "n": FULL}, two)) == []
    assert told(exchange, exchanged(utc("2025-04-30T23:00"))) == []
    assert list(exchange(exchanged(utc("2025-06-01T00:00")))) == []
    assert len(told(exchange, exchanged(utc("2025-05-01T00:00")))) == 1
