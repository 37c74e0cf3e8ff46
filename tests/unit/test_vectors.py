"""The vectors of the indicators, worked by hand: every one through the functions that publish."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from given import (
    GENERATOR,
    IMPORT,
    IT,
    PV,
    equipment,
    inputs,
    metric,
    nearest,
)
from spine import BERLIN, Spine, drop, every, meter, site, utc, year_ends

from pipelines.metrics.climate import cooling_degrees
from pipelines.metrics.energy import power_usage_effectiveness, total_energy
from pipelines.metrics.inputs import Inputs
from pipelines.steps.calendar import months_of
from pipelines.steps.meters import exact
from pipelines.steps.total import Period
from schemas.estate.model import Boundary, Registers
from schemas.metrics import Metric, Status
from schemas.quantities import Kind

QUARTER = timedelta(minutes=15)


def boundary(**sides: str):
    return replace(BERLIN, id="alpha", grid_zone="DE", boundary=Boundary(**sides))


def test_G1_ratio_of_sums_never_mean_of_ratios():
    """Two months through hours and totals: 400 / 300, not (2.0 + 1.2) / 2."""
    february, march = utc("2025-02-10T00:00"), utc("2025-03-10T00:00")
    grid, it = meter("grid"), meter("it", quantity="ups_output")
    rows = []
    for since, until, entering in ((0, 100, february), (100, 400, march)):
        rows += [("grid", entering, since), ("grid", entering + timedelta(hours=1), until)]
    rows += [("it", february, 0), ("it", february + timedelta(hours=1), 50)]
    rows += [("it", march, 50), ("it", march + timedelta(hours=1), 300)]

    totals = Spine([grid, it], [drop(rows)]).totals(["2025-02", "2025-03"], name="2025")
    measured = {name: one.measured for name, one in totals.items()}
    pue = power_usage_effectiveness(
        total_energy=inputs(grid_import=measured["grid_import"]).total("grid_import"),
        it_energy=inputs(ups_output=measured["ups_output"]).total("ups_output"),
    )

    assert measured == {"grid_import": Decimal(400), "ups_output": Decimal(300)}
    assert pue.value == Fraction(4, 3)


def test_G2_coverage_of_quarter_hours():
    """120 of 35 040 quarter hours are missing: 34 920 / 35 040 = 291/292."""
    start, end = year_ends(2025)
    stamps = every(QUARTER, start, end - QUARTER)
    assert len(stamps) == 35_040
    kept = [stamp for number, stamp in enumerate(stamps) if not 5_000 <= number < 5_120]
    facts = meter(kind=Kind.INTERVAL, interval=QUARTER, max_rate=Decimal(400))

    total = Spine([facts], [drop(("m", stamp, 25) for stamp in kept)]).year(2025)["grid_import"]

    assert total.coverage == nearest(Fraction(291, 292))
    assert total.measured == 34_920 * 25
    assert total.value == 35_040 * 25
    assert (total.low, total.high) == (34_920 * 25, 34_920 * 25 + 120 * 100)
    assert total.status is Status.CLEAN


def test_G3_rollover_with_multiplier():
    """(1 000 000 − 999 870) + 245 = 375 counts, times 10: 3 750 kWh."""
    facts = meter(multiplier=Decimal(10), modulus=Decimal(1_000_000), max_rate=Decimal(4_000))
    spine = Spine(
        [facts],
        [drop([("m", utc("2025-03-10T10:00"), 999_870), ("m", utc("2025-03-10T11:00"), 245)])],
    )

    total = spine.totals(["2025-03"])["grid_import"]

    assert spine.readings["event"].to_list() == [None, "rollover"]
    assert total.measured == Decimal(3_750)
    assert spine.rows(["2025-03"])[0].covered == Decimal(3_750)


ALPHA = {"grid_import": IMPORT, "onsite_renewable": PV, "generator_output": GENERATOR}


def test_P1_full_boundary():
    given = inputs(**ALPHA, ups_output=IT)

    assert total_energy(given).value == 22_274_000
    assert metric(given, Metric.PUE).value == nearest(Fraction(11137, 8760))
    assert metric(given, Metric.PUE).value == pytest.approx(1.271347031963, abs=1e-12)
    assert metric(given, Metric.PUE).category == "1"


def test_P2_naive_grid_only_is_another_number():
    assert metric(inputs(grid_import=IMPORT, ups_output=IT), Metric.PUE).value == 1.25


def test_P3_without_pv():
    given = inputs(grid_import=IMPORT, generator_output=GENERATOR, ups_output=IT)

    assert metric(given, Metric.PUE).value == nearest(Fraction(1827, 1460))


@pytest.mark.parametrize(
    ("entering", "above"),
    [
        pytest.param("12500000000", False, id="exactly-the-edge"),
        pytest.param("12500000001", True, id="just-above"),
    ],
)
def test_P4_class_edge_is_not_rounded_away(entering, above):
    figure = metric(inputs(grid_import=entering, ups_output=10_000_000_000), Metric.PUE)

    assert (figure.value > 1.25) is above
    assert figure.value == nearest(Fraction(entering) / 10_000_000_000)


def test_P5_export_is_not_consumption():
    given = inputs(grid_import=10_000_000, onsite_renewable=3_000_000, grid_export=500_000)

    assert total_energy(given).value == 12_500_000


@pytest.mark.parametrize(
    ("side", "entering", "pue"),
    [
        pytest.param("internal", 22_000_000, Fraction(275, 219), id="by-its-fuel"),
        pytest.param("external", 19_500_000, Fraction(325, 292), id="by-its-outputs"),
    ],
)
def test_P6_combined_heat_and_power(side, entering, pue):
    given = inputs(
        facility=boundary(chp=side, district_cooling="external" if side == "external" else ""),
        grid_import=12_000_000,
        fuel_gas=10_000_000,
        generator_output=4_000_000,
        district_cooling=3_500_000,
        ups_output=IT,
    )

    assert total_energy(given).value == entering
    assert metric(given, Metric.PUE).value == nearest(pue)


def test_P7_district_cooling_as_plain_kwh():
    given = inputs(
        facility=boundary(district_cooling="external"),
        grid_import=20_000_000,
        district_cooling=2_000_000,
        ups_output=IT,
    )

    assert total_energy(given).value == 22_000_000
    assert metric(given, Metric.PUE).value == nearest(Fraction(275, 219))


def test_P10_the_operating_part_is_never_stretched_to_a_year():
    """In place for the last 181 days: 9 000 000 kWh, coverage 1, and not 18 149 171.27."""
    opened = utc("2025-07-03T22:00")  # 4 July, midnight in Berlin
    _, end = year_ends(2025)
    stamps = [opened + timedelta(days=number) for number in range(181)] + [end]
    rows = [("m", stamp, 9_000_000 * number // 181) for number, stamp in enumerate(stamps)]
    spine = Spine([meter(interval=timedelta(days=1), valid_from=opened)], [drop(rows)])

    months = [month for month in months_of(2025) if month >= "2025-07"]
    total = spine.totals(months, name="2025")["grid_import"]
    year = Period(name="2025", start=opened, end=end, months=tuple(months))
    given = Inputs(
        facility=BERLIN,
        period=year,
        totals={"grid_import": total},
        registers=Registers(),
        first_day=date(2025, 7, 4),
        last_day=date(2025, 12, 31),
    )
    edc = metric(given, Metric.EDC)

    assert given.days == 181
    assert (edc.value, edc.low, edc.high, edc.coverage) == (9_000_000, 9_000_000, 9_000_000, 1.0)
    assert edc.status is Status.CLEAN


def test_A1_installed_power_weighted_by_days():
    """1 800 kW for 90 days, 2 400 kW for 275: 164400/73 kW, not 2 100."""
    assets = (
        equipment("old", "server", count=1_800, rated_power_kw=Decimal(1)),
        equipment(
            "new", "server", count=300, rated_power_kw=Decimal(2), installed_on=date(2025, 4, 1)
        ),
        equipment("ups", "ups", count=4, rated_power_kw=Decimal(500)),
    )

    figure = metric(inputs(registers=Registers(equipment=assets)), Metric.PDIT)

    assert figure.value == nearest(Fraction(164400, 73))
    assert figure.category == "installed"


def test_T1_waste_heat_is_the_mean_of_its_points_and_not_weighted_by_flow():
    """28, 30 and 35 °C: 31.0; weighted by flows of 100, 100 and 200 it would be 32.0."""
    facts = {
        "facility_id": "site",
        "quantity": "waste_heat_temperature",
        "kind": Kind.GAUGE,
        "unit": "°C",
        "interval": timedelta(days=1),
    }
    days = [f"{date(2025, 1, 1) + timedelta(days=number)}T00:00:00" for number in range(365)]
    points = {"a": 28, "b": 30, "c": 35}
    rows = [(name, day, celsius) for name, celsius in points.items() for day in days]
    meters = [meter(name, **facts) for name in points]
    total = Spine(meters, [drop(rows)], facility=site("UTC")).year(2025)["waste_heat_temperature"]

    found = metric(inputs(waste_heat_temperature=total), Metric.TWH)

    assert (found.value, found.low, found.high) == (31, 31, 31)


@pytest.mark.parametrize(
    ("zone", "room_b"),
    [
        pytest.param("UTC", Fraction(1765, 73), id="days-of-24-hours"),
        pytest.param("Europe/Berlin", Fraction(22 * 2399 + 25 * 6361, 8760), id="a-day-of-23"),
    ],
)
def test_T2_set_points_over_time_then_rooms(zone, room_b):
    """Room A 24 °C; room B 22 for 100 days, then 25: 3517/146 °C, where days are alike."""
    facts = {
        "facility_id": "site",
        "quantity": "intake_air_setpoint",
        "kind": Kind.GAUGE,
        "unit": "°C",
        "interval": timedelta(days=1),
    }
    days = [f"{date(2025, 1, 1) + timedelta(days=number)}T00:00:00" for number in range(365)]
    rows = [("a", day, 24) for day in days]
    rows += [("b", day, 22 if number < 100 else 25) for number, day in enumerate(days)]
    spine = Spine([meter("a", **facts), meter("b", **facts)], [drop(rows)], facility=site(zone))

    total = spine.year(2025)["intake_air_setpoint"]

    assert total.coverage == 1.0
    assert total.value == exact((24 + room_b) / 2)
    assert total.low == total.high == total.value


def test_T3_cooling_degree_days():
    means = [Fraction(text) for text in ("20", "22", "23.9", "24.0", "27.5")]

    assert sum(map(cooling_degrees, means)) == Fraction("9.5")
