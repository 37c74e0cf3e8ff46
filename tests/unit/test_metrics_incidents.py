"""What incidents did, against what the same hours of the same weekdays usually were."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import polars as pl
import pytest
from given import START, hours, inputs
from hypothesis import given as over
from hypothesis import strategies as some

from pipelines.metrics.incidents import difference, incidents_frame, incidents_of
from pipelines.steps.gaps import Gap
from schemas.estate.model import Registers
from schemas.estate.registers.incidents import Incident

HOUR = timedelta(hours=1)
#: Wednesday 8 January 2025, 10:00 in Berlin: the hours of a year are counted from its start.
EIGHTH = 7 * 24 + 10
WEEK = 168


def incident(first, length=1, name="I-7", **facts):
    given = {
        "facility_id": "alpha",
        "start": START + first * HOUR,
        "end": START + (first + length) * HOUR,
        "cause": "battery_failure",
        "note": "",
        "line": 2,
        **facts,
    }
    return Incident(incident_id=name, **given)


def january(**changed):
    """744 hours of 100 kWh, but those that are changed, by number."""
    amounts = [100] * 744
    for number, amount in changed.items():
        amounts[int(number.removeprefix("h"))] = amount
    return amounts


def told(one, *others, amounts):
    return difference(hours(it_input=amounts), one, (one, *others))


def test_the_median_of_the_same_hour_on_other_wednesdays():
    """1, 15, 22 and 29 January: 80, 100, 120 and 130, so 110; the eighth had 50."""
    amounts = january(
        **{f"h{EIGHTH - WEEK}": 80, f"h{EIGHTH}": 50, f"h{EIGHTH + 2 * WEEK}": 120,
           f"h{EIGHTH + 3 * WEEK}": 130}
    )  # fmt: skip

    found = told(incident(EIGHTH), amounts=amounts)

    assert (found.value, found.low, found.high) == (-60, 50 - 130, 50 - 80)
    assert found.reason == ""


def test_hours_of_other_incidents_are_not_usual():
    amounts = january(**{f"h{EIGHTH}": 90, f"h{EIGHTH + WEEK}": 5000})

    apart = told(incident(EIGHTH), incident(EIGHTH + WEEK, name="I-8"), amounts=amounts)

    assert (apart.value, apart.low, apart.high) == (-10, -10, -10)


def test_an_incident_touches_every_hour_that_it_has_a_part_of():
    """From 10:20 to 11:10: two hours, 30 and 40 kWh below."""
    amounts = january(**{f"h{EIGHTH}": 70, f"h{EIGHTH + 1}": 60})
    start = START + EIGHTH * HOUR
    part = incident(0, start=start + timedelta(minutes=20), end=start + timedelta(minutes=70))

    assert told(part, amounts=amounts).value == -70


def test_an_hour_without_a_value_leaves_only_bounds():
    amounts = january(**{f"h{EIGHTH}": (None, 0, 300)})

    found = told(incident(EIGHTH), amounts=amounts)

    assert (found.value, found.low, found.high) == (None, -100, 200)
    assert found.reason == "1 of 1 hours have no value"


def test_an_hour_that_nothing_bounds_from_above_has_no_upper_bound():
    found = told(incident(EIGHTH), amounts=january(**{f"h{EIGHTH}": (None, 0, None)}))

    assert (found.low, found.high) == (-100, None)


def test_an_hour_that_a_meter_says_nothing_of_has_no_bounds():
    """Of the second carrier there is no hour at all."""
    given = site(incident(EIGHTH), grid_import=january(), onsite_renewable=[5])

    [row] = incidents_frame(given, []).iter_rows(named=True)

    assert row["energy_difference_kwh"] is row["energy_low"] is row["energy_high"] is None


def test_an_estimated_hour_says_so_and_is_not_usual():
    frame = hours(it_input=january())
    at = START + EIGHTH * HOUR
    estimated = pl.when(pl.col("start") == at).then(pl.lit("estimated")).otherwise("status")

    found = difference(frame.with_columns(status=estimated), incident(EIGHTH), (incident(EIGHTH),))

    assert found.value == 0
    assert found.reason == "1 of 1 hours are estimated themselves"


def test_too_few_like_hours_say_nothing():
    """Three weeks of readings are two other Wednesdays; two weeks are one."""
    assert told(incident(EIGHTH), amounts=[100] * WEEK * 3).value == 0
    found = told(incident(EIGHTH), amounts=[100] * WEEK * 2)
    assert (found.value, found.low) == (None, None)
    assert "too few" in found.reason


def test_an_incident_without_hours_says_nothing():
    assert told(incident(5000), amounts=[100] * 744).reason == "no hours are known"


def site(*incidents, **series):
    return inputs(
        registers=Registers(incidents=incidents),
        given={"hours": hours(**series)},
        **dict.fromkeys(series, 1),
    )


def test_energy_it_and_water_of_one_incident():
    """Import 200, export 20: 180 stay, and 130 in the incident; IT and water stay as they are."""
    given = site(
        incident(EIGHTH),
        grid_import=[2 * one for one in january(**{f"h{EIGHTH}": 75})],
        grid_export=[20] * 744,
        ups_output=january(),
        potable_water=[1] * 744,
        rain_water=[Decimal("0.5") if n != EIGHTH else 2 for n in range(744)],
    )

    [row] = incidents_frame(given, []).iter_rows(named=True)

    assert row["energy_difference_kwh"] == row["energy_low"] == row["energy_high"] == -50
    assert row["it_difference_kwh"] == 0
    assert row["water_difference_m3"] == Decimal("1.5")
    assert (row["hours"], row["missing_meter_hours"], row["meters"]) == (1, 0, [])
    assert (row["incident_id"], row["cause"], row["reason"]) == ("I-7", "battery_failure", "")


def test_what_is_not_metered_is_said_and_not_zero():
    [row] = incidents_frame(site(incident(EIGHTH), ups_output=january()), []).iter_rows(named=True)

    assert row["energy_difference_kwh"] is row["water_difference_m3"] is None
    assert row["reason"] == "electricity: no hours are known; water: no hours are known"


@pytest.mark.parametrize(
    ("start", "length", "lost"),
    [
        pytest.param(EIGHTH - 5, 10, 4, id="all-of-the-incident"),
        pytest.param(EIGHTH + 2, 10, 2, id="its-end"),
        pytest.param(EIGHTH + 4, 10, 0, id="right-after"),
    ],
)
def test_gaps_that_overlap_are_the_meters_that_fell_silent(start, length, lost):
    gap = Gap(
        meter_id="m", quantity="ups_output", start=START + start * HOUR,
        end=START + (start + length) * HOUR, seconds=length * 3600,
    )  # fmt: skip

    frame = incidents_frame(site(incident(EIGHTH, 4), ups_output=january()), [gap])

    [row] = frame.iter_rows(named=True)
    assert row["missing_meter_hours"] == lost
    assert row["meters"] == (["m"] if lost else [])


def test_incidents_of_other_sites_and_years_are_left_out():
    other = incident(EIGHTH, name="there", facility_id="beta")
    before = incident(-5, 5, name="before")
    across = incident(-5, 6, name="across")
    given = site(other, before, across, ups_output=january())

    assert [one.incident_id for one in incidents_of(given)] == ["across"]
    [row] = incidents_frame(given, []).iter_rows(named=True)
    assert (row["hours"], row["start"]) == (1, datetime(2024, 12, 31, 18, tzinfo=UTC))


def test_a_site_without_a_register_has_none():
    assert incidents_frame(inputs(), []).is_empty()


@over(some.lists(some.integers(0, 500), min_size=5, max_size=5), some.integers(0, 500))
def test_the_estimate_lies_in_its_band(usual, amount):
    """Whatever the other Wednesdays were, the difference is within the bounds."""
    changed = {f"h{EIGHTH + (n - 1) * WEEK}": one for n, one in enumerate(usual) if n != 1}
    changed = {key: one for key, one in changed.items() if int(key[1:]) < 744}

    found = told(incident(EIGHTH), amounts=january(**{**changed, f"h{EIGHTH}": amount}))

    assert found.low <= found.value <= found.high
    assert isinstance(found.value, Fraction)
