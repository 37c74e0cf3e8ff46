"""Water by definition, what stays on site, stress, and the water of power stations: by hand."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest
from given import ALPHA, IT, by_category, factor, hours, inputs, metric, nearest, total
from hypothesis import given
from hypothesis import strategies as st

from schemas.estate.model import Registers
from schemas.estate.registers.water_stock import WaterStock
from schemas.metrics import FACTS, Metric, State, Status
from schemas.units import Unit

TAKEN = {"potable_water": 9_811, "rain_water": 4_205}


def test_W1_all_water_per_it_energy():
    """14 016 m3 / 17 520 MWh = 4/5, and not 0.0008."""
    found = by_category(inputs(**TAKEN, ups_output=IT), Metric.WUE)

    assert found["2"].value == nearest(Fraction(4, 5))


def test_W2_litres_per_kilowatt_hour_and_never_cubic_metres():
    """7 008 m3 = 7 008 000 L, / 17 520 000 kWh = 2/5: class C. As m3/kWh it would be class A."""
    found = metric(inputs(ground_water=7_008, ups_output=IT), Metric.WUE_FRE)

    assert found.value == nearest(Fraction(2, 5))
    assert found.unit is Unit.LITRE_PER_KILOWATT_HOUR
    assert FACTS[Metric.WUE_FRE].state is State.ADOPTED


def test_W3_categories_of_water():
    found = by_category(inputs(**TAKEN, ups_output=IT), Metric.WUE)

    assert metric(inputs(**TAKEN), Metric.WIN).value == 14_016
    assert metric(inputs(**TAKEN), Metric.WIN_POT).value == 9_811
    assert found["1"].value == nearest(Fraction(9811, 17520))
    assert found["1"].value == pytest.approx(0.559989, abs=5e-7)


def test_category_3_takes_off_what_others_reuse():
    found = by_category(inputs(**TAKEN, water_reused_outside=4_016, ups_output=IT), Metric.WUE)

    assert found["3"].value == nearest(Fraction(10_000, 17_520))
    assert list(found) == ["2", "1", "3"]


def test_no_more_is_reused_by_others_than_came_in():
    some = total("water_reused_outside", 8, 6, 12)
    more = inputs(potable_water=10, water_reused_outside=11, ups_output=1000)

    possible = by_category(
        inputs(potable_water=10, water_reused_outside=some, ups_output=1000), Metric.WUE
    )
    contradicting = by_category(more, Metric.WUE)["3"]

    assert (possible["3"].value, possible["3"].low, possible["3"].high) == (2, 0, 4)
    assert (contradicting.value, contradicting.status) == (None, Status.WITHHELD)
    assert "others reuse more water than came in" in contradicting.reason


def test_without_it_energy_there_is_no_wue():
    site = inputs(**TAKEN, ups_output=0)

    for wanted in (Metric.WUE, Metric.WUE_FRE):
        found = metric(site, wanted)
        assert (found.value, found.high, found.status) == (None, None, Status.WITHHELD)
        assert "zero_denominator" in found.reason


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (Metric.WIN, "no meter measures water input"),
        (Metric.WIN_POT, "no meter measures potable_water"),
        (Metric.WIN_FRE, "no meter measures freshwater input"),
        (Metric.WATER_DISCHARGE, "no meter measures water_discharge"),
        (Metric.WATER_CONSUMPTION, "no meter measures water_discharge"),
    ],
)
def test_water_that_nobody_measures_is_not_zero(wanted, words):
    found = metric(inputs(), wanted)

    assert (found.value, found.low, found.high) == (None, None, None)
    assert words in found.reason


def test_rain_and_reclaimed_water_are_not_fresh():
    site = inputs(**TAKEN, reclaimed_water=100, surface_water=9)

    assert metric(site, Metric.WIN_FRE).value == 9_820


def stock(*taken):
    return Registers(
        water_stock=tuple(
            WaterStock(facility_id="alpha", date=date.fromisoformat(day), m3=Decimal(m3), line=line)
            for line, (day, m3) in enumerate(taken, start=2)
        )
    )


def test_W4_consumption_is_not_the_input():
    site = inputs(**TAKEN, water_discharge=9_811, facility=replace(ALPHA, without=("water_stock",)))

    assert metric(site, Metric.WATER_CONSUMPTION).value == 4_205
    assert metric(site, Metric.WIN).value == 14_016


def test_stored_water_is_not_used_up():
    """60 m3 more in the basin as the year ended: 4 205 − 60."""
    registers = stock(("2025-01-01", "40"), ("2025-06-01", "7"), ("2026-01-01", "100"))
    site = inputs(**TAKEN, water_discharge=9_811, registers=registers)

    assert metric(site, Metric.WATER_STORAGE_CHANGE).value == 60
    assert metric(site, Metric.WATER_STORAGE_CHANGE).inputs == (
        "water_stock",
        "water_stock:2",
        "water_stock:4",
    )
    assert metric(site, Metric.WATER_CONSUMPTION).value == 4_145


def test_a_month_ends_on_the_day_after_its_last():
    registers = stock(("2025-06-01", "40"), ("2025-06-30", "7"), ("2025-07-01", "31"))
    june = replace(
        inputs(registers=registers), first_day=date(2025, 6, 1), last_day=date(2025, 6, 30)
    )

    assert metric(june, Metric.WATER_STORAGE_CHANGE).value == -9


def test_stock_of_another_site_is_not_ours():
    registers = stock(("2025-01-01", "40"), ("2026-01-01", "100"))
    elsewhere = replace(ALPHA, id="beta")

    found = metric(inputs(registers=registers, facility=elsewhere), Metric.WATER_STORAGE_CHANGE)

    assert "no stock of 2025-01-01 and 2026-01-01" in found.reason


@pytest.mark.parametrize(
    ("registers", "words"),
    [
        pytest.param(Registers(), "without: [water_stock]", id="no-register"),
        pytest.param(stock(("2025-01-01", "1")), "no stock of 2026-01-01", id="no-end"),
        pytest.param(stock(), "no stock of 2025-01-01 and 2026-01-01", id="neither"),
    ],
)
def test_storage_that_nobody_took_is_unknown(registers, words):
    found = metric(
        inputs(**TAKEN, water_discharge=1, registers=registers), Metric.WATER_CONSUMPTION
    )

    assert found.value is None
    assert words in found.reason


def test_more_discharged_than_taken_is_shown_and_flagged():
    site = inputs(
        potable_water=5, water_discharge=7, facility=replace(ALPHA, without=("water_stock",))
    )

    found = metric(site, Metric.WATER_CONSUMPTION)

    assert (found.value, found.status) == (-2, Status.FLAGGED)
    assert "contradict" in found.reason


SITE = replace(ALPHA, nuts3="DE712", without=("water_stock",))


def stressed(score, key):
    return Registers(factors=(factor("water_stress", key, score, "1"),))


@pytest.mark.parametrize(
    ("score", "key", "band", "consumed"),
    [
        pytest.param("4.2", "alpha", "extremely high", 4_205, id="by-facility"),
        pytest.param("3", "DE712", "high", 4_205, id="by-region-on-the-edge"),
        pytest.param("2.99", "DE", "medium-high", 0, id="by-country-below-the-edge"),
        pytest.param("1", "DE", "low-medium", 0, id="low-medium"),
        pytest.param("0", "DE", "low", 0, id="low"),
    ],
)
def test_stress_of_the_place_decides_what_counts(score, key, band, consumed):
    site = inputs(**TAKEN, water_discharge=9_811, facility=SITE, registers=stressed(score, key))

    [(category, found)] = by_category(site, Metric.WATER_STRESS).items()

    assert (category, found.value) == (band, float(score))
    assert metric(site, Metric.WATER_CONSUMPTION_STRESSED).value == consumed


def test_stress_that_nobody_states_leaves_it_open():
    site = inputs(**TAKEN, water_discharge=1, facility=SITE)

    assert metric(site, Metric.WATER_STRESS).value is None
    assert "no factor of kind water_stress for alpha or DE712 or DE" in (
        metric(site, Metric.WATER_CONSUMPTION_STRESSED).reason
    )


@pytest.mark.parametrize("score", ["-1", "5.01"])
def test_a_mark_for_no_score_is_no_score(score):
    site = inputs(**TAKEN, water_discharge=1, facility=SITE, registers=stressed(score, "DE712"))

    [(category, found)] = by_category(site, Metric.WATER_STRESS).items()

    assert (category, found.value) == ("", None)
    assert f"water stress of DE712 is {score}, which is no score" in found.reason
    assert metric(site, Metric.WATER_CONSUMPTION_STRESSED).value is None


def test_the_nearest_place_s_stress_goes_before_the_country_s():
    factors = (factor("water_stress", "DE", "4", "1"), factor("water_stress", "DE712", "0.5", "1"))
    site = inputs(facility=SITE, registers=Registers(factors=factors))

    assert metric(site, Metric.WATER_STRESS).value == 0.5


def test_stress_of_an_electricity_zone_is_not_the_site_s():
    site = replace(SITE, grid_zone="SE4")

    assert (
        metric(inputs(facility=site, registers=stressed("4", "SE4")), Metric.WATER_STRESS).value
        is None
    )


def test_water_of_power_stations_stays_apart():
    """21 900 MWh × 1.5 m3/MWh = 32 850 m3, beside 14 016 m3 on site."""
    site = inputs(
        **TAKEN,
        grid_import=21_900_000,
        ups_output=IT,
        registers=Registers(factors=(factor("water", "DE", "1.5", "m3/MWh"),)),
        given={"hours": hours()},
    )

    assert metric(site, Metric.WATER_GENERATION).value == 32_850
    assert metric(site, Metric.WUE_SOURCE).value == nearest(Fraction(46_866, 17_520))
    assert metric(site, Metric.WUE).value == nearest(Fraction(4, 5))


def test_without_a_factor_the_water_of_power_stations_is_unknown():
    found = metric(inputs(grid_import=1), Metric.WATER_GENERATION)

    assert "no factor of kind water for grid zone DE" in found.reason


AMOUNT = st.tuples(st.integers(0, 10**6), st.integers(0, 10**6))
NAMES = ("potable_water", "rain_water", "water_discharge", "ups_output")
WANTED = (
    (Metric.WUE, "2"),
    (Metric.WUE, "1"),
    (Metric.WUE_FRE, ""),
    (Metric.WATER_CONSUMPTION, ""),
)


@given(st.tuples(*(AMOUNT for _ in NAMES)))
def test_bounds_hold_every_corner(amounts):
    def found(threes):
        site = inputs(
            **{name: total(name, *three) for name, three in zip(NAMES, threes, strict=True)},
            facility=SITE,
        )
        return [metric(site, wanted, category) for wanted, category in WANTED]

    whole = found([(low, low, low + more) for low, more in amounts])
    for ends in product(*((low, low + more) for low, more in amounts)):
        for bounded, exact in zip(whole, found([(end,) * 3 for end in ends]), strict=True):
            if exact.value is not None:
                assert bounded.low is None or bounded.low <= exact.value
                assert bounded.high is None or exact.value <= bounded.high


@given(
    st.tuples(*(st.integers(0, 10**6) for _ in range(5))), st.integers(1, 10**6), st.integers(2, 9)
)
def test_parts_are_not_more_than_the_whole_and_energy_divides(waters, used, k):
    names = ("potable_water", "surface_water", "ground_water", "rain_water", "reclaimed_water")
    taken = dict(zip(names, waters, strict=True))
    site, larger = inputs(**taken, ups_output=used), inputs(**taken, ups_output=used * k)

    potable, fresh, everything = (
        metric(site, one).value for one in (Metric.WIN_POT, Metric.WIN_FRE, Metric.WIN)
    )

    assert potable <= fresh <= everything
    assert metric(larger, Metric.WUE).value == pytest.approx(metric(site, Metric.WUE).value / k)
