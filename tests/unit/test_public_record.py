"""What other tools did to real meters, as scenarios of public record; the series are written out.

A home automation hub drew the last power across an outage; monitoring systems took a register's dip
for a rollover; a null at midnight made a day of zero and a negative one; a plotting tool held the
last value over a hole. Here the same series keep to what was measured.
"""

from datetime import date, timedelta
from decimal import Decimal

import polars as pl
from spine import Spine, drop, meter, utc

from schemas.quantities import Kind
from schemas.rules import RuleId

RATE = Decimal(100)
HOUR = timedelta(hours=1)
MIDNIGHT = utc("2025-03-09T23:00")  # in Berlin, the start of 10 March


def at(hour, minute=0):
    """A time of 10 March in Berlin; 24 and more is the day after."""
    return MIDNIGHT + timedelta(hours=hour, minutes=minute)


def day_of(spine, meter_id="m", day=date(2025, 3, 10)):
    """The hours of a local day: value, low, high, status, method."""
    local = pl.col("start").dt.convert_time_zone("Europe/Berlin").dt.date()
    mine = spine.hours("2025-03").filter((local == day) & (pl.col("meter_id") == meter_id))
    return mine.sort("start")


# Power was lost from 06:00 to 18:00. The register stood still meanwhile; the power meter said
# nothing. The last power before was 80 kW.
REGISTER = [
    *((at(hour), 1_000 + 80 * hour) for hour in range(7)),
    *((at(hour), 1_480 + 80 * (hour - 18)) for hour in range(18, 25)),
]
POWER = [
    *((at(hour), 80) for hour in range(6)),
    *((at(hour), 80) for hour in range(18, 24)),
]


def outage():
    return Spine(
        [
            meter("register", max_rate=RATE),
            meter(
                "power",
                quantity="it_input",
                kind=Kind.AVERAGE,
                unit="kW",
                interval=HOUR,
                max_rate=RATE,
            ),
        ],
        [drop([*(("register", *row) for row in REGISTER), *(("power", *row) for row in POWER)])],
    )


def test_a_register_that_stood_still_through_an_outage_says_zero_not_the_last_power():
    """Neither 12 × 80 = 960 kWh by holding the last power, nor by a line across."""
    dark = day_of(outage(), "register").filter(
        (pl.col("start") >= at(6)) & (pl.col("start") < at(18))
    )

    assert dark.height == 12
    assert dark["value"].to_list() == [0] * 12
    assert dark["high"].to_list() == [0] * 12
    assert day_of(outage(), "register")["value"].sum() == 12 * 80


def test_a_power_meter_that_said_nothing_says_nothing_and_is_bounded_by_its_rate():
    dark = day_of(outage(), "power").filter((pl.col("start") >= at(6)) & (pl.col("start") < at(18)))

    assert dark["value"].null_count() == 12
    assert dark["status"].to_list() == ["missing"] * 12
    assert (dark["low"].to_list(), dark["high"].to_list()) == ([0] * 12, [100] * 12)


# 5 kWh back at 03:00, and on from the old count at 04:00. No modulus is known; with one of a
# million the "rollover" would add 999 995 kWh.
DIP = [(0, 500_000), (1, 500_010), (2, 500_020), (3, 500_015), (4, 500_040), (5, 500_050)]


def dipped(**facts):
    rows = [("m", at(hour), value) for hour, value in DIP]
    return Spine([meter(max_rate=RATE, **facts)], [drop(rows)])


def test_a_register_that_dips_by_a_few_units_and_recovers_is_a_bad_reading():
    for facts in ({}, {"modulus": Decimal(1_000_000)}):
        spine = dipped(**facts)

        assert spine.reasons == {5: RuleId.CONTRADICTED}
        assert spine.readings["event"].null_count() == 5
        assert day_of(spine)["value"].sum() == 50
        bridged = day_of(spine).filter(pl.col("start") == at(2))
        assert (bridged["low"].item(), bridged["high"].item()) == (0, 20)


# Daily amounts from a register read at midnight, the reading of the 11th empty in the file.
NIGHTS = [("2025-03-10T00:00", "1000"), ("2025-03-11T00:00", ""), ("2025-03-12T00:00", "1048")]


def nightly(rows=NIGHTS):
    cells = [("m", f"{stamp}:00+01:00", value) for stamp, value in rows]
    facts = {"max_rate": RATE, "interval": timedelta(days=1)}
    return Spine([meter(**facts)], [drop(cells)])


def test_a_null_at_midnight_makes_neither_a_day_of_zero_nor_a_negative_one():
    """Read as 0, the days were −1 000 and 1 048; held, 0 and 48. Known is 48 for both together."""
    spine = nightly()
    first, second = (day_of(spine, day=date(2025, 3, day)) for day in (10, 11))

    assert spine.reasons == {3: RuleId.UNPARSABLE_VALUE}
    assert first["value"].sum() + second["value"].sum() == 48
    assert first["value"].min() > 0
    assert second["value"].min() > 0
    assert set(first["status"]) | set(second["status"]) == {"estimated"}
    assert first["measured_seconds"].sum() == 0


# A mean power every hour: a peak of 90 kW at 08:00, then nothing until 16:00.
PEAK = [20, 21, 20, 22, 21, 20, 30, 40, 90, *[None] * 7, 35, 30, 25, 22, 21, 20, 21, 20]


def peaked():
    known = [
        ("m", at(24 * day + hour), level)
        for day in range(-7, 8)
        for hour, level in enumerate(PEAK)
        if level is not None
    ]
    facts = {"kind": Kind.AVERAGE, "unit": "kW", "interval": HOUR, "max_rate": RATE}
    return Spine([meter(**facts)], [drop(known)])


def test_power_held_over_a_gap_does_not_raise_the_day_s_mean():
    """Held, the hole would be 7 × 90 kWh and the mean 44.9 kW, above twice the measured mean."""
    spine = peaked()
    day = day_of(spine)
    measured = [level for level in PEAK if level is not None]
    held = (sum(measured) + 7 * 90) / 24
    mean = sum(measured) / len(measured)

    hole = day.filter(pl.col("status") != "measured")
    assert hole.height == 7
    assert hole["value"].null_count() == 7  # the same hours are empty on every day: nothing to say
    assert float(day["measured"].sum()) / len(measured) == mean
    assert held > 1.5 * mean
    total = spine.totals(["2025-03"])["grid_import"]
    assert total.value is None
    assert total.measured == 15 * sum(measured)


def test_a_hole_on_one_day_is_filled_from_the_others_within_their_spread():
    rows = [
        ("m", at(24 * day + hour), 20 if level is None else level)
        for day in range(-7, 8)
        for hour, level in enumerate(PEAK)
        if day != 0 or level is not None
    ]
    facts = {"kind": Kind.AVERAGE, "unit": "kW", "interval": HOUR, "max_rate": RATE}
    hole = day_of(Spine([meter(**facts)], [drop(rows)])).filter(pl.col("status") != "measured")

    assert hole["method"].to_list() == ["similar_days"] * 7
    assert hole["value"].to_list() == [20] * 7
    assert (hole["low"].to_list(), hole["high"].to_list()) == ([0] * 7, [100] * 7)
