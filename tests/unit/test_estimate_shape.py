"""A register on both sides of a gap: its sum is exact, and laid out the way similar days use it.

The meter takes 40 kWh at 07:00 and 10 in every other hour, every day. Six hours of Tuesday 10 June,
06:00 to 12:00, stand between two readings.
"""

from datetime import timedelta
from decimal import Decimal

import pytest
from june import HOUR, HOURS, START, UTC, number
from spine import Spine, drop, meter

from schemas.quantities import Kind

FIRST, LAST = number(10, 6), number(10, 12)
INSIDE = range(FIRST, LAST)
USUAL = [40 if at % 24 == 7 else 10 for at in HOURS]
FACTS = {"facility_id": "site", "max_rate": Decimal(100), "kind": Kind.REGISTER}


def register(total=90, unread=(), days_unread=(), **facts):
    """The register's readings, hour by hour, with so much between 06:00 and 12:00."""
    gone = {*range(FIRST + 1, LAST), *unread}
    gone |= {at + step for at in days_unread for step in (0, 1)}
    stands, rows = 1_000, []
    for at in (*HOURS, 720):
        if at not in gone:
            rows.append(("m", START + at * HOUR, stands))
        stands += total if at == FIRST else 0 if at in INSIDE or at == 720 else USUAL[at]
    return Spine([meter(**{**FACTS, **facts})], [drop(rows)], UTC)


def shaped(spine, column="value", hours=INSIDE):
    frame = spine.intervals("2025-06")
    return [frame[column][at] for at in hours]


def floats(amounts):
    return [float(amount) for amount in amounts]


def test_a_gap_that_went_as_usual_is_laid_out_as_usual():
    """The line says 15 an hour; the profile 10, 40, 10, 10, 10, 10."""
    spine = register(90)

    assert shaped(spine) == pytest.approx([10, 40, 10, 10, 10, 10], abs=1e-9)
    assert sum(shaped(spine)) == 90


def test_twice_the_usual_amount_keeps_the_shape_and_its_sum_to_the_last_place():
    spine = register(180)

    assert shaped(spine) == pytest.approx([20, 80, 20, 20, 20, 20], abs=1e-9)
    assert sum(shaped(spine)) == 180


def test_an_odd_amount_that_no_hour_can_share_evenly_keeps_its_sum():
    total = Decimal("77.123456789012")
    spine = register(total)

    assert sum(shaped(spine)) == total
    assert float(shaped(spine)[1]) == pytest.approx(float(total) * 40 / 90, abs=1e-9)


def test_as_much_of_the_shape_is_taken_as_the_maximum_rate_allows():
    """360 would be 160 at 07:00, 100 are possible: 2/5 of the way from 60 to the shape."""
    spine = register(360)

    assert shaped(spine) == pytest.approx([52, 100, 52, 52, 52, 52], abs=1e-3)
    assert max(shaped(spine)) <= 100
    assert sum(shaped(spine)) == 360


def test_a_gap_at_the_maximum_rate_is_flat_and_certain():
    spine = register(600)

    assert shaped(spine) == [100] * 6
    assert shaped(spine, "low") == [100] * 6
    assert shaped(spine, "high") == [100] * 6


def test_hours_of_a_bridged_gap_are_estimated_and_no_gap_in_the_sum():
    spine = register(90)

    for column, expected in (
        ("status", "estimated"),
        ("method", "exact_sum_profile_shape"),
        ("measured", 0),
        ("measured_seconds", 0),
        ("covered_seconds", 3600),
        ("gap_value", 0),
        ("gap_high", 0),
        ("spread", 0),
        ("low", 0),
        ("high", 90),
    ):
        assert set(shaped(spine, column)) == {expected}, column
    assert shaped(spine, "method", (FIRST - 1, LAST)) == ["measured"] * 2


def test_the_shape_moves_a_border_and_not_what_is_possible_there():
    """At 08:00 the line says 30 and the profile 50; anything from 0 to 90 is possible."""
    spine = register(90)

    for column, at, expected in (
        ("end_slack_low", FIRST + 1, 50),
        ("end_slack_high", FIRST + 1, 40),
        ("start_slack_low", FIRST + 2, 50),
        ("start_slack_high", FIRST + 2, 40),
    ):
        [found] = shaped(spine, column, [at])
        assert float(found) == pytest.approx(expected, abs=1e-9), column


def test_without_a_usual_day_the_gap_keeps_the_straight_line():
    """09:00 is never read on any other day."""
    others = [number(day, 9) for day in range(1, 31) if day != 10]

    spine = register(90, days_unread=others)

    assert shaped(spine) == [15] * 6
    assert set(shaped(spine, "method")) == {"exact_sum_even_shape"}


def test_a_meter_that_usually_stands_still_has_no_shape():
    """Nothing ever goes through but in the gap."""
    rows = [("m", START + at * HOUR, 0 if at <= FIRST else 90) for at in (*HOURS, 720)]
    kept = [row for at, row in enumerate(rows) if at not in range(FIRST + 1, LAST)]

    spine = Spine([meter(**FACTS)], [drop(kept)], UTC)

    assert shaped(spine) == [15] * 6


@pytest.mark.parametrize(
    ("minutes", "amount", "expected"),
    [
        pytest.param(180, 30, [5, 20, 5, 20, 20, 20], id="at-0900-30-of-90"),
        pytest.param(180, 45, [7.5, 30, 7.5, 15, 15, 15], id="at-0900-half-of-90"),
        pytest.param(150, 25, [4, 16, 5 + 65 / 7, *[130 / 7] * 3], id="at-0830-25-of-90"),
    ],
)
def test_a_gap_keeps_to_the_readings_inside_it(minutes, amount, expected):
    """What was read on either side is laid out for itself; an hour with both keeps the line."""
    rows = [(at, 1_000 + sum(USUAL[:at])) for at in (*HOURS, 720)]
    rows = [(at, stands) for at, stands in rows if at not in range(FIRST + 1, LAST)]
    base = dict(rows)[FIRST]
    told = [("m", START + at * HOUR, stands) for at, stands in rows]
    told.append(("m", START + FIRST * HOUR + timedelta(minutes=minutes), base + amount))

    spine = Spine([meter(**FACTS)], [drop(told)], UTC)

    assert floats(shaped(spine)) == pytest.approx(expected, abs=1e-9)
    assert sum(shaped(spine)) == 90


def test_a_register_read_once_a_day_is_measured_and_laid_out():
    """Hour by hour up to the 20th, then once a day: each day's sum is its own."""
    daily = meter("m", **{**FACTS, "interval": timedelta(days=1)})
    rows = [
        ("m", START + at * HOUR, sum(USUAL[:at]))
        for at in (*HOURS, 720)
        if at < number(20, 0) or at % 24 == 0
    ]

    spine = Spine([daily], [drop(rows)], UTC)
    day = range(number(24, 0), number(25, 0))

    assert shaped(spine, hours=day) == pytest.approx(USUAL[:24], abs=1e-9)
    assert sum(shaped(spine, hours=day)) == 270
    assert set(shaped(spine, "measured_seconds", day)) == {3600}
    assert set(shaped(spine, "status", day)) == {"estimated"}


def test_a_month_s_sum_does_not_move_with_the_shape_of_a_gap_across_its_border():
    """240 kWh from four hours before June to eight after it began: a line gives June 160.

    Those are laid out like 110 usual ones; how many of the 240 really fell to June nobody knows.
    """
    rows = [("m", START - 4 * HOUR, 1_000)]
    rows += [("m", START + at * HOUR, 1_240 + sum(USUAL[8:at])) for at in range(8, 721)]

    spine = Spine([meter(**FACTS)], [drop(rows)], UTC)
    total = spine.totals(["2025-06"])["grid_import"]

    usual = 160 / 11
    assert floats(shaped(spine, hours=range(8))) == pytest.approx(
        [usual] * 7 + [4 * usual], abs=1e-9
    )
    assert sum(shaped(spine, hours=range(8))) == 160
    after = sum(USUAL[8:])
    assert (total.value, total.low, total.high) == (after + 160, after, after + 240)
    assert shaped(spine, "spread", range(8)) == [160, *[0] * 7]
