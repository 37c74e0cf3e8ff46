"""Rules that tell what screening and landing know: registers, gaps, copies, silent meters."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import polars as pl
import pytest
from spine import meter, site, utc
from windows import HOUR, days, place, window

from pipelines.steps.validate import findings_frame
from pipelines.steps.validate.files import late_arrival, out_of_order, stale_meter
from pipelines.steps.validate.readings import duplicate, missing
from pipelines.steps.validate.registers import exchange, jump, reset, rollover
from pipelines.steps.validate.window import ARRIVALS
from schemas.quantities import Kind
from schemas.rules import RuleId
from schemas.tables import READINGS

#: May of 2025 in UTC, so that stamps are what they look like.
UTC = site("UTC")
INTERVAL = {"facility_id": "site", "kind": Kind.INTERVAL, "interval": HOUR}
FULL = days(facility=UTC)
AT = utc("2025-05-10T12:00")


def may(amounts=None, meters=None, **more):
    """A month of meter m, or of those given, without a gap."""
    amounts = amounts or {"m": FULL}
    known = meters or [meter(name, **INTERVAL) for name in amounts]
    return window(amounts, known, facility=UTC, **more)


def without(stamp, hours, *, amounts=FULL):
    """The amounts without those of some hours from a time on."""
    return otherwise(amounts, stamp, [None] * hours)


def otherwise(amounts, stamp, values):
    first = place(stamp, facility=UTC)
    return [*amounts[:first], *values, *amounts[first + len(values) :]]


def told(look, of):
    """What a detector finds, as the lake keeps it: rule, meter, other, start, end, detail."""
    found = findings_frame(of, look(of))
    return found.select("rule", "meter_id", "other", "start", "end", "detail").rows()


# Registers


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


# Readings


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


FIRST, LAST = utc("2025-05-01T00:00"), utc("2025-05-31T23:00")
IN_TIME = utc("2025-06-02T00:00")


def file(name="f1", **facts):
    return {
        "file": name,
        "arrived_at": IN_TIME,
        "first": FIRST,
        "last": LAST,
        "newest": LAST,
        "rows": 744,
        "disordered": 0,
        "duplicates": 0,
        **facts,
    }


def came(*files):
    return may(arrivals=pl.DataFrame(list(files), schema=ARRIVALS))


def test_a_file_with_rows_that_stand_again_is_told_by_its_hash():
    of = came(file("f1"), file("f2", duplicates=3, first=AT, last=AT + 2 * HOUR, rows=4))

    assert told(duplicate, of) == [
        (
            RuleId.DUPLICATE.value,
            "",
            "f2",
            AT,
            AT + 3 * HOUR,
            "3 of the file's 4 rows of this month stand again with the same value, here or in "
            "another file; each counts once",
        )
    ]


def test_files_without_a_duplicate_are_not_told():
    assert told(duplicate, came(file("f1"), file("f2", disordered=5))) == []


# Files


def test_a_file_whose_rows_go_back_and_forth_is_told_by_its_hash():
    of = came(file("f1", disordered=2), file("f2"))

    assert told(out_of_order, of) == [
        (
            RuleId.OUT_OF_ORDER.value,
            "",
            "f1",
            FIRST,
            utc("2025-06-01T00:00"),
            "2 of the file's 744 rows of this month stand against the order of the others",
        )
    ]


def test_files_in_order_are_not_out_of_order():
    assert told(out_of_order, came(file("f1"), file("f2", duplicates=5))) == []


def test_a_file_that_comes_a_month_after_the_others_arrived_late():
    """Due on 2 July: 31 days after the first file, which came after the month's end."""
    late = file("f2", arrived_at=utc("2025-07-03T00:00"), first=AT, last=AT, rows=1)

    assert told(late_arrival, came(file("f1"), late)) == [
        (
            RuleId.LATE_ARRIVAL.value,
            "",
            "f2",
            AT,
            AT + HOUR,
            "1 rows of this month arrived on 2025-07-03, 32 days after its end and 31 days after "
            "its first file",
        )
    ]


@pytest.mark.parametrize(
    "files",
    [
        pytest.param([file("f1")], id="in-time"),
        pytest.param(
            [file("f1"), file("f2", arrived_at=utc("2025-07-02T23:59"))],
            id="a-minute-before-31-days-after-the-first-file",
        ),
        pytest.param(
            [
                file("f1", arrived_at=utc("2025-05-02T00:00")),
                file("f2", arrived_at=utc("2025-07-01T23:59")),
            ],
            id="a-minute-before-31-days-after-the-month",
        ),
        pytest.param(
            [
                file("f1"),
                file("f2", arrived_at=utc("2026-01-05T00:00"), newest=utc("2025-12-31T23:00")),
            ],
            id="a-year-s-export-soon-after-its-year",
        ),
        pytest.param(
            [file(name, arrived_at=utc("2027-01-01T00:00")) for name in ("f1", "f2")],
            id="years-of-history-loaded-at-once",
        ),
    ],
)
def test_a_file_is_not_late(files):
    assert told(late_arrival, came(*files)) == []


def last_month(of):
    """The same window where the facility has no files of the month after it."""
    return replace(of, hours=of.hours.filter(pl.col("start") < of.end))


NEWEST = utc("2025-05-31T23:00")


def test_a_meter_that_tells_nothing_while_others_go_on_is_stale():
    """The last hour of n ends at midnight of the 25th, seven days before June."""
    of = last_month(may({"m": FULL, "n": without("2025-05-25T00:00", 7 * 24)}))

    assert told(stale_meter, of) == [
        (
            RuleId.STALE_METER.value,
            "n",
            "",
            utc("2025-05-25T00:00"),
            utc("2025-06-01T00:00"),
            "no reading since 2025-05-25T00:00Z; others go on until 2025-06-01T00:00Z",
        )
    ]


def test_a_meter_that_told_nothing_in_two_months_is_stale_since_then_at_least():
    of = last_month(may({"m": FULL, "n": [None] * len(FULL)}))

    [found] = stale_meter(of)

    assert found.start == utc("2025-04-01T00:00")
    assert found.detail.startswith("no reading since 2025-04-01T00:00Z at least;")


def test_a_stale_meter_is_measured_against_the_newest_hour_of_the_facility():
    """Files end on the 20th; what is silent since the 13th is stale, since the 14th not."""
    amounts = {
        "m": without("2025-05-20T00:00", 12 * 24),
        "n": without("2025-05-13T00:00", 19 * 24),
        "o": without("2025-05-13T01:00", 19 * 24 - 1),
    }

    [found] = stale_meter(last_month(may(amounts)))

    assert found.meter_id == "n"
    assert (
        found.detail == "no reading since 2025-05-13T00:00Z; others go on until 2025-05-20T00:00Z"
    )


#: From 11 May to the end of June.
SILENT = without("2025-05-11T00:00", (21 + 30) * 24)


@pytest.mark.parametrize(
    ("amounts", "facts"),
    [
        pytest.param(without("2025-05-25T01:00", 7 * 24 - 1), INTERVAL, id="an-hour-less"),
        pytest.param(SILENT, {**INTERVAL, "valid_to": NEWEST}, id="taken-out"),
        pytest.param(SILENT, {**INTERVAL, "interval": timedelta(days=2)}, id="read-every-two-days"),
        pytest.param(SILENT, {**INTERVAL, "interval_months": 1}, id="read-every-month"),
    ],
)
def test_a_meter_is_not_stale(amounts, facts):
    of = may({"m": FULL, "n": amounts}, [meter("m", **INTERVAL), meter("n", **facts)])

    assert told(stale_meter, last_month(of)) == []


def test_a_meter_read_once_a_day_can_be_stale():
    daily = meter("n", **{**INTERVAL, "interval": timedelta(days=1)})
    of = may({"m": FULL, "n": SILENT}, [meter("m", **INTERVAL), daily])

    assert [one.meter_id for one in stale_meter(last_month(of))] == ["n"]


def test_a_new_meter_is_not_stale_before_it_has_been_in_place_for_a_week():
    """Its hours begin with its validity, six days before the newest."""
    since = utc("2025-05-26T00:00")
    new = meter("n", **INTERVAL, valid_from=since)
    of = last_month(may({"m": FULL, "n": [None] * len(FULL)}, [meter("m", **INTERVAL), new]))
    young = replace(
        of, hours=of.hours.filter((pl.col("meter_id") != "n") | (pl.col("start") >= since))
    )

    assert told(stale_meter, young) == []


def test_only_the_facility_s_last_month_tells_of_stale_meters():
    """The same silence with hours of June behind it, told or not."""
    silent = may({"m": FULL, "n": SILENT})
    site_out = without("2025-06-01T00:00", 30 * 24)

    assert told(stale_meter, silent) == []
    assert told(stale_meter, may({"m": site_out, "n": SILENT})) == []


def test_a_facility_that_told_nothing_at_all_has_no_stale_meter():
    assert told(stale_meter, last_month(may({"m": [None] * len(FULL)}))) == []
