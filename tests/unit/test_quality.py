"""What to mend first, and what is left over between an upper meter and those below it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from given import total
from spine import BERLIN, Spine, drop, meter, utc
from windows import HOUR

from pipelines.metrics.weights import pue_weights
from pipelines.steps.calendar import month_bounds
from pipelines.steps.meter_months import absent_month
from pipelines.steps.meters import meter_table
from pipelines.steps.quality import balances, fixes
from schemas.metrics import Metric, MetricValue, Status
from schemas.quantities import Kind
from schemas.units import Unit

FIRST = utc("2025-02-28T23:00")  # in Berlin, the start of March
INTERVAL = {"kind": Kind.INTERVAL, "interval": HOUR}
GRID, IT = 150, 100


def spine(*, rate=Decimal(1000), lost_of_grid=(), lost_of_it=(), extra=()):
    """Three days of an hourly grid meter over two IT meters; some hours are lost."""
    hours = range(72)
    rows = [("grid", FIRST + hour * HOUR, GRID) for hour in hours if hour not in lost_of_grid]
    rows += [("it.a", FIRST + hour * HOUR, 60) for hour in hours if hour not in lost_of_it]
    rows += [("it.b", FIRST + hour * HOUR, 40) for hour in hours]
    valid = {"valid_from": FIRST, "valid_to": FIRST + timedelta(days=3), **INTERVAL}
    meters = [
        meter("grid", max_rate=rate, **valid),
        meter("it.a", quantity="ups_output", max_rate=Decimal(500), parent="grid", **valid),
        meter("it.b", quantity="ups_output", max_rate=Decimal(500), parent="grid", **valid),
        *extra,
    ]
    return Spine(meters, [drop(rows)])


def found(spine, weights, absent=()):
    intervals = spine.intervals("2025-03")
    return fixes(
        intervals, absent, weights, facility_id="fra1", year=2025, zone=BERLIN.zone
    ).to_dicts()


def test_the_widest_effect_on_the_pue_comes_first():
    """Two hours of a meter with a weight of 0.001 are narrower than one with 0.01 of half the
    rate. Below a meter that was read, an hour holds at most what went through it."""
    rows = found(
        spine(lost_of_grid=(3, 4), lost_of_it=(30,)), {"grid": 0.001, "it.a": 0.1, "it.b": 0.1}
    )

    assert [(row["place"], row["meter_id"], row["cause"], row["hours"]) for row in rows] == [
        (1, "it.a", "missing", 1),
        (2, "grid", "missing", 2),
    ]
    grid = rows[1]
    assert grid["first"] == FIRST + 3 * HOUR
    assert grid["last"] == FIRST + 5 * HOUR
    assert grid["effect"] == pytest.approx(float(grid["width"]) * 0.001)


def test_a_month_without_any_hour_is_a_cause_like_its_missing_hours():
    """Berlin's October has 745 hours; of the grid meter two hours of March are lost too. Each hour
    is as wide as the maximum rate."""
    own = spine(lost_of_grid=(3, 4))
    october = month_bounds("2025-10", BERLIN.zone)
    always = meter_table([meter("grid", max_rate=Decimal(1000), **INTERVAL)], {"fra1": BERLIN})
    absent = absent_month(always, "2025-10", october)

    [row] = found(own, {"grid": 0.001}, absent)

    march = found(own, {"grid": 0.001})[0]["width"]
    assert (row["cause"], row["hours"]) == ("missing", 747)
    assert (row["first"], row["last"]) == (FIRST + 3 * HOUR, october[1])
    assert row["width"] == march + 745_000


def test_what_has_no_upper_bound_is_mended_before_all_else():
    rows = found(
        spine(rate=None, lost_of_grid=(3,), lost_of_it=(30, 31)), {"grid": 1e-9, "it.a": 1.0}
    )

    assert (rows[0]["meter_id"], rows[0]["effect"]) == ("grid", None)
    assert rows[0]["width"] is None
    assert rows[1]["effect"] > 0


def test_a_meter_that_is_no_part_of_the_pue_is_left_out():
    assert found(spine(lost_of_it=(30,)), {"grid": 1.0}) == []


def test_without_a_pue_there_is_nothing_to_mend_it_by():
    assert found(spine(lost_of_grid=(3,)), {}) == []


def test_what_was_read_from_end_to_end_needs_no_mending():
    assert found(spine(), {"grid": 1.0, "it.a": 1.0}) == []


def balance(spine, checks=None):
    parents = {one.meter_id: one.parent for one in spine.meters}
    return balances(
        spine.intervals("2025-03"), parents, checks or {}, facility_id="fra1", year=2025
    ).to_dicts()


def test_the_residual_is_what_the_meters_below_do_not_show():
    [row] = balance(spine(lost_of_it=(30,)))

    assert (row["meter_id"], row["below"], row["hours"]) == ("grid", ["it.a", "it.b"], 71)
    assert (row["through"], row["shown_below"]) == (71 * GRID, 71 * IT)
    assert row["residual"] == 71 * 50
    assert row["share"] == pytest.approx(1 / 3)
    assert row["unit"] == "kWh"


def test_water_below_a_meter_of_energy_is_no_part_of_its_balance():
    water = meter("w", quantity="potable_water", unit="m3", parent="grid", **INTERVAL)

    [row] = balance(spine(extra=(water,)))

    assert row["below"] == ["it.a", "it.b"]


def test_a_check_meter_is_no_part_of_a_balance():
    [row] = balance(spine(), checks={"it.b": "it.a"})

    assert row["below"] == ["it.a"]
    assert row["residual"] == 72 * 90


def pue(category="1", inputs=("grid_import", "ups_output")):
    one = total("grid_import", 1)
    return MetricValue(
        facility_id="alpha",
        metric=Metric.PUE,
        category=category,
        period="2025",
        period_start=one.period_start,
        period_end=one.period_end,
        value=1.5,
        low=1.5,
        high=1.5,
        unit=Unit.RATIO,
        coverage=1.0,
        estimated_share=0.0,
        status=Status.CLEAN,
        reason="",
        inputs=inputs,
    )


def test_a_meter_weighs_what_one_more_unit_does_to_the_pue():
    """PUE = 1 500 / 1 000: a kWh more at the boundary adds 0.001, one more of IT takes 0.0015."""
    totals = [
        total("grid_import", 1_500, meters=("a", "b")),
        total("ups_output", 1_000, meters=("u",)),
        total("potable_water", 10, meters=("w",)),
    ]

    assert pue_weights(totals, [pue()], "2025") == pytest.approx(
        {"a": 0.001, "b": 0.001, "u": 0.0015}
    )


def test_measured_amounts_stand_in_where_the_pue_is_withheld():
    totals = [
        total("grid_import", None, measured=Decimal(1_500), meters=("a",)),
        total("ups_output", None, measured=Decimal(1_000), meters=("u",)),
    ]

    assert pue_weights(totals, [pue()], "2025") == pytest.approx({"a": 0.001, "u": 0.0015})


def test_nothing_weighs_where_there_is_no_it_energy():
    assert pue_weights([total("grid_import", 1_500)], [pue()], "2025") == {}
    assert pue_weights([total("ups_output", 0), total("grid_import", 1)], [pue()], "2025") == {}
    assert pue_weights([total("ups_output", 1)], [], "2025") == {}
