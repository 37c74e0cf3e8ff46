"""Months and years: sums are exact, borders widen a month and cancel in the year."""

from datetime import timedelta
from decimal import Decimal

import pytest
from spine import BERLIN, Spine, drop, every, meter, utc, year_ends

from pipelines.steps.calendar import month_bounds, months_of
from pipelines.steps.meter_months import absent_month, sum_meter
from pipelines.steps.total import Period, totals_of
from schemas.estate.policies import Policies
from schemas.metrics import Status
from schemas.quantities import Kind

HOUR = timedelta(hours=1)
RATE = Decimal(100)
MONTHS = ["2025-02", "2025-03", "2025-04"]


def register(*rows, **facts):
    return Spine([meter(**{"max_rate": RATE, **facts})], [drop(("m", *row) for row in rows)])


def straddling():
    """Two readings a day apart from noon to noon over each midnight that ends a month."""
    return register(
        ("2025-02-01T00:00:00", 0),
        ("2025-02-28T23:30:00", 1_000),
        ("2025-03-01T00:30:00", 1_060),
        ("2025-03-31T23:30:00", 3_000),
        ("2025-04-01T00:30:00", 3_060),
        ("2025-05-01T00:00:00", 5_000),
    )


def test_a_month_s_border_between_readings_widens_the_month():
    """At each border 30 of 60 are the best guess, 10 to 50 are possible."""
    march = straddling().totals(["2025-03"])["grid_import"]

    assert (march.value, march.low, march.high) == (2_000, 1_960, 2_040)


def test_borders_inside_a_period_cancel_exactly():
    spine = straddling()
    months = [spine.totals([month])["grid_import"].value for month in MONTHS]
    together = spine.totals(MONTHS, name="2025")["grid_import"]

    assert sum(months) == together.value == 5_000
    assert (together.low, together.high) == (5_000, 5_000)


def test_scattered_months_count_every_border_between_them():
    row = {one.month: one for one in straddling().rows(MONTHS)}

    apart = sum_meter([row["2025-02"], row["2025-04"]])

    assert (apart.value, apart.low, apart.high) == (3_000, 2_960, 3_040)


def test_a_month_that_was_never_built_is_a_border_too():
    """All that the register counted may lie in the months nobody built: the low end knows."""
    spine = register(
        ("2025-11-20T00:00:00", 0), ("2026-02-10T00:00:00", 100), ("2025-11-01T00:00:00", 0)
    )
    absent = absent_month(spine.table, "2025-12", month_bounds("2025-12", BERLIN.zone))

    year = sum_meter([*spine.rows(["2025-11"]), *absent])

    assert year.value is None
    assert year.low == 0


def test_a_gap_over_new_year_counts_on_both_sides_of_it():
    spine = register(("2025-12-31T00:00:00", 0), ("2026-01-02T00:00:00", 100))
    december = spine.totals(["2025-12"])["grid_import"]
    january = spine.totals(["2026-01"])["grid_import"]

    assert (december.measured, january.measured) == (None, None)
    assert (december.value, january.value) == (None, None)
    assert spine.rows(["2025-12"])[0].covered + spine.rows(["2026-01"])[0].covered == 100


HALF = {"kind": Kind.INTERVAL, "interval": HOUR, "max_rate": RATE}


def hourly(share, **facts):
    """April 2025, 10 kWh an hour; of every hundred hours the first ``share`` are there."""
    since, until = month_bounds("2025-04", BERLIN.zone)
    rows = [
        ("m", at, 10)
        for number, at in enumerate(every(HOUR, since, until - HOUR))
        if number % 100 < share
    ]
    return Spine([meter(**{**HALF, **facts})], [drop(rows)]).totals(["2025-04"])["grid_import"]


@pytest.mark.parametrize(
    ("share", "status"),
    [
        pytest.param(100, Status.CLEAN, id="all"),
        pytest.param(98, Status.FLAGGED, id="just-below-clean"),
        pytest.param(96, Status.FLAGGED, id="thin"),
        pytest.param(94, Status.WITHHELD, id="too-thin"),
    ],
)
def test_coverage_decides(share, status):
    total = hourly(share)
    present = sum(number % 100 < share for number in range(720))

    assert total.coverage == present / 720
    assert total.status is status
    assert (total.value is None) is (status is Status.WITHHELD)
    assert total.measured == 10 * present
    assert (total.low, total.high) == (10 * present, 10 * present + 100 * (720 - present))
    assert bool(total.reason) is (status is not Status.CLEAN)


def test_the_limits_themselves_are_good_enough():
    spine_policies = Policies(coverage_clean=0.5, coverage_minimum=0.25)
    since, until = month_bounds("2025-04", BERLIN.zone)
    stamps = every(HOUR, since, until - HOUR)

    def status(part):
        # One hour later every day, so that each hour of the day has some to be estimated from.
        kept = [at for n, at in enumerate(stamps) if (n + n // 24) % part == 0]
        spine = Spine(
            [meter(**HALF)], [drop(("m", at, 10) for at in kept)], policies=spine_policies
        )
        return spine.totals(["2025-04"])["grid_import"].status

    assert (status(2), status(4), status(5)) == (Status.CLEAN, Status.FLAGGED, Status.WITHHELD)


def test_a_register_s_bridge_is_no_hole():
    since, until = month_bounds("2025-04", BERLIN.zone)
    stamps = every(HOUR, since, until)
    rows = [("m", at, 10 * n) for n, at in enumerate(stamps) if not 100 < n < 300]
    total = Spine([meter(max_rate=RATE)], [drop(rows)]).totals(["2025-04"])["grid_import"]

    assert (total.value, total.low, total.high) == (7_200, 7_200, 7_200)
    assert total.coverage == 520 / 720
    assert total.status is Status.FLAGGED
    assert total.estimated_share == pytest.approx(2_000 / 7_200, rel=1e-12)
    assert "exact" in total.reason


def two(parent, **facts):
    """A main meter with 100 and another of the same quantity with 30, in every hour of a day."""
    since = utc("2025-03-31T22:00")
    own = {**HALF, "valid_from": since, "valid_to": since + 24 * HOUR, "max_rate": Decimal(200)}
    rows = [
        (name, since + HOUR * n, value)
        for n in range(24)
        for name, value in (("a", 100), ("b", 30))
    ]
    meters = [meter("a", **own), meter("b", **{**own, **facts}, parent=parent)]
    return Spine(meters, [drop(rows)]).totals(["2025-04"])


def test_meters_side_by_side_add_up():
    total = two("")["grid_import"]

    assert (total.value, total.meters) == (3_120, ("a", "b"))


def test_a_sub_meter_is_not_added_twice():
    total = two("a")["grid_import"]

    assert (total.value, total.meters) == (2_400, ("a",))


def test_a_meter_below_one_of_another_quantity_counts():
    totals = two("a", quantity="lighting")

    assert (totals["grid_import"].value, totals["lighting"].value) == (2_400, 720)


def test_a_sub_meter_stands_in_where_the_upper_one_is_not_in_place():
    since, until = month_bounds("2025-04", BERLIN.zone)
    upper = meter("a", **HALF, valid_from=until)
    rows = [("b", at, 10) for at in every(HOUR, since, until - HOUR)]

    total = Spine([upper, meter("b", **HALF, parent="a")], [drop(rows)]).totals(["2025-04"])

    assert total["grid_import"].value == 7_200


def test_uncertainty_is_the_root_of_the_sum_of_squares():
    """3 % of 100 and 4 % of 100 kWh: 5 kWh."""
    since = utc("2025-04-10T00:00")
    own = {**HALF, "valid_from": since, "valid_to": since + HOUR}
    meters = [meter("a", **own, accuracy_percent=3.0), meter("b", **own, accuracy_percent=4.0)]

    def uncertainty(*meters):
        rows = [(one.meter_id, since, 100) for one in meters]
        return Spine(meters, [drop(rows)]).totals(["2025-04"])["grid_import"].uncertainty

    assert uncertainty(*meters) == pytest.approx(5.0, rel=1e-12)
    assert uncertainty(*meters, meter("c", **own)) is None


def test_months_not_backfilled_withhold_the_year():
    spine = straddling()
    start, end = year_ends(2025)
    period = Period(name="2025", start=start, end=end, months=tuple(months_of(2025)))

    [total] = totals_of(
        spine.rows(MONTHS),
        facility_id="fra1",
        period=period,
        parents={},
        accuracy={},
        policies=Policies(),
        not_built=["2025-05"],
    )

    assert (total.status, total.value) == (Status.WITHHELD, None)
    assert "2025-05" in total.reason
    assert total.low == 5_000


def test_an_absent_month_is_bounded_by_the_rate_and_the_validity():
    own = meter(max_rate=RATE, valid_from=utc("2025-04-30T12:00"))
    table = Spine([own], []).table

    [row] = absent_month(table, "2025-04", month_bounds("2025-04", BERLIN.zone))

    assert (row.expected_seconds, row.gap_value) == (36_000, None)
    assert (row.gap_low, row.gap_high) == (0, 1_000)
    assert absent_month(table, "2025-03", month_bounds("2025-03", BERLIN.zone)) == []


def test_levels_are_means_over_time_and_then_over_meters():
    since, until = month_bounds("2025-04", BERLIN.zone)
    facts = {"quantity": "intake_air_setpoint", "unit": "°C", "kind": Kind.GAUGE}
    stamps = every(HOUR, since, until - HOUR)
    rows = [("a", at, 20 if n < 360 else 30) for n, at in enumerate(stamps)]
    rows += [("b", at, 24) for at in stamps]

    total = Spine([meter("a", **facts), meter("b", **facts)], [drop(rows)]).totals(["2025-04"])

    level = total["intake_air_setpoint"]
    assert (level.value, level.low, level.high, level.measured) == (Decimal("24.5"),) * 4
    assert (level.coverage, level.uncertainty) == (1.0, None)
