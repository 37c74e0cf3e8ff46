"""Peaks, batteries, idle equipment, racks and floor areas: worked by hand."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import polars as pl
import pytest
from given import ALPHA, by_category, equipment, hours, inputs, metric, nearest, place, total

from pipelines.metrics.inputs import no_meter_hours
from schemas.estate.model import Registers
from schemas.estate.policies import Policies
from schemas.metrics import Metric, Status

YEAR_HOURS = 8760


def test_electricity_is_what_germany_asks_for():
    """Purchased 100 + own 30 − fed back 10 = 120."""
    site = inputs(grid_import=100, onsite_renewable=25, generator_output=5, grid_export=10)

    found = {name: one.value for name, one in by_category(site, Metric.ELECTRICITY).items()}

    assert found == {"consumption": 120, "purchased": 100, "fed_back": 10, "own": 30}


def test_a_peak_is_the_highest_hour_of_what_was_used():
    """10 + 2 − 1 in the first hour, 14 + 0 − 4 in the second, 9 + 3 − 0 in the third."""
    told = hours(grid_import=[10, 14, 9], onsite_renewable=[2, 0, 3], grid_export=[1, 4, 0])
    site = inputs(grid_import=33, onsite_renewable=5, grid_export=5, given={"hours": told})

    found = metric(site, Metric.PEAK_POWER)

    assert (found.value, found.low) == (12, 12)
    assert found.reason == "the peak is in the hour from 2025-01-01 02:00"


def test_a_peak_between_bounds():
    """An hour between 0 and 20 may hold the peak; of the others it is 12 at least."""
    told = hours(grid_import=[12, (8, 0, 20), 9])
    site = inputs(grid_import=total("grid_import", 29, 21, 41), given={"hours": told})

    found = metric(site, Metric.PEAK_POWER)

    assert (found.value, found.low, found.high) == (12, 12, 20)


def test_an_hour_that_nobody_knows_withholds_the_peak_and_not_what_is_sure():
    told = hours(grid_import=[12, (None, 0, None), 9])
    site = inputs(grid_import=total("grid_import", 29, 21, 41), given={"hours": told})

    found = metric(site, Metric.PEAK_POWER)

    assert (found.value, found.low, found.high) == (None, 12, None)


def test_a_withheld_peak_says_of_how_many_hours_nothing_is_known():
    told = hours(grid_import=[12, (None, 0, 40)])
    site = inputs(grid_import=20, given={"hours": told})

    found = metric(site, Metric.PEAK_POWER)

    assert (found.value, found.low, found.high) == (None, 12, 40)
    assert found.reason == "hours of which nothing is known: 1"


def test_half_an_hour_counts_by_its_power():
    """6 kWh in half an hour are 12 kW, more than 10 kWh in a whole one."""
    told = hours(grid_import=[10, 6]).with_columns(
        seconds=pl.when(pl.col("value") == 6).then(1800).otherwise(3600).cast(pl.Int32)
    )

    found = metric(inputs(grid_import=16, given={"hours": told}), Metric.PEAK_POWER)

    assert (found.value, found.high) == (12, 12)
    assert found.reason == "the peak is in the hour from 2025-01-01 01:00"


def test_months_that_nobody_built_may_hold_a_higher_hour():
    entering = total("grid_import", None, 19, None, status=Status.WITHHELD, reason="not built")
    site = inputs(grid_import=entering, given={"hours": hours(grid_import=[10, 9])})

    found = metric(site, Metric.PEAK_POWER)

    assert (found.value, found.low, found.high) == (None, 10, None)
    assert found.reason == "grid_import: not built"


@pytest.mark.parametrize("wanted", [Metric.PEAK_POWER, Metric.LOAD_FACTOR])
def test_a_total_without_hours_has_no_peak(wanted):
    found = metric(inputs(grid_import=87_600), wanted)

    assert (found.value, found.low, found.high) == (None, None, None)
    assert "no hours of grid_import" in found.reason


def test_a_site_without_generation_generates_nothing_by_its_word():
    plain = replace(ALPHA, without=("onsite_renewable", "generator_output"))

    own = by_category(inputs(grid_import=5, facility=plain), Metric.ELECTRICITY)["own"]

    assert own.value == 0
    assert by_category(inputs(grid_import=5), Metric.ELECTRICITY)["own"].value is None


def test_a_load_factor_is_mean_power_per_peak():
    told = hours(grid_import=[10] * (YEAR_HOURS - 1) + [20])
    site = inputs(grid_import=10 * YEAR_HOURS + 10, given={"hours": told})

    found = metric(site, Metric.LOAD_FACTOR)

    assert found.value == nearest(Fraction(10 * YEAR_HOURS + 10, 20 * YEAR_HOURS))


def test_A3_capacity_offered_over_the_year_and_while_it_was_offered():
    """500 kW in 2 190 of 8 760 hours: 125 kW over the year, 500 kW while offered."""
    told = hours(battery_grid_capacity=[500] * 2190 + [0] * 6570)
    site = inputs(battery_grid_capacity=125, given={"hours": told})

    assert metric(site, Metric.CBTG).value == 125
    offered = metric(site, Metric.CBTG_OFFERED)
    assert (offered.value, offered.low, offered.high) == (500, 500, 500)


def test_capacity_that_is_measured_is_known_exactly_whatever_its_levels():
    """(500 + 300) / 2 = 400 kW in the two hours that offered any."""
    site = inputs(
        battery_grid_capacity=200, given={"hours": hours(battery_grid_capacity=[500, 300, 0, 0])}
    )

    found = metric(site, Metric.CBTG_OFFERED)

    assert (found.value, found.low, found.high) == (400, 400, 400)


def test_capacity_that_nobody_offered_has_no_mean():
    site = inputs(battery_grid_capacity=0, given={"hours": hours(battery_grid_capacity=[0, 0])})

    assert metric(site, Metric.CBTG_OFFERED).reason == "no capacity was offered"


def test_capacity_between_bounds_while_offered():
    told = hours(battery_grid_capacity=[500, (300, 0, 400), 0])
    site = inputs(
        battery_grid_capacity=total("battery_grid_capacity", 267, 166, 300), given={"hours": told}
    )

    found = metric(site, Metric.CBTG_OFFERED)

    assert (found.value, found.low, found.high) == (400, 0, 500)


@pytest.mark.parametrize(
    ("series", "value", "low", "high", "reason"),
    [
        pytest.param([50, (None, 0, None)], 50, 0, None, "", id="no-highest"),
        pytest.param(
            [0, (None, 0, 400)], None, 0, 400, "whether any capacity was offered", id="perhaps"
        ),
        pytest.param([], None, None, None, "no hours of battery_grid_capacity", id="no-hours"),
    ],
)
def test_capacity_of_hours_that_nobody_knows(series, value, low, high, reason):
    site = inputs(battery_grid_capacity=25, given={"hours": hours(battery_grid_capacity=series)})

    found = metric(site, Metric.CBTG_OFFERED)

    assert (found.value, found.low, found.high) == (value, low, high)
    assert found.reason.startswith(reason)


def test_a_site_without_batteries_offers_none():
    plain = replace(ALPHA, without=("battery_grid_capacity",))

    assert metric(inputs(facility=plain), Metric.CBTG).value == 0
    assert metric(inputs(facility=plain), Metric.CBTG_OFFERED).reason == "no capacity was offered"


def test_idle_energy_is_of_hours_below_the_limit():
    """Utilisation 3, 20, 4 % of a limit of 5: the first and the third hour."""
    told = hours(server_utilisation=[3, 20, 4], ups_output=[10, 12, 11])
    site = inputs(server_utilisation=9, ups_output=33, given={"hours": told})

    found = metric(site, Metric.IDLE_ENERGY)

    assert (found.value, found.low, found.high) == (21, 21, 21)


def test_idle_energy_by_another_limit():
    told = hours(server_utilisation=[3, 20, 4], ups_output=[10, 12, 11])
    policies = Policies(idle_utilisation=4)
    site = inputs(server_utilisation=9, ups_output=33, given={"hours": told, "policies": policies})

    assert metric(site, Metric.IDLE_ENERGY).value == 10


def test_an_hour_that_may_be_idle_is_between_bounds():
    told = hours(server_utilisation=[3, (4, 2, 30), (None, 0, 100)], ups_output=[10, 12, 11])
    site = inputs(server_utilisation=9, ups_output=33, given={"hours": told})

    found = metric(site, Metric.IDLE_ENERGY)

    assert (found.value, found.low, found.high) == (None, 10, 33)
    assert found.reason == "hours without utilisation or IT energy: 1"


def test_months_that_nobody_built_may_have_been_idle():
    used = total("ups_output", None, 22, None, status=Status.WITHHELD, reason="not built")
    told = hours(server_utilisation=[3, 20], ups_output=[10, 12])
    site = inputs(server_utilisation=9, ups_output=used, given={"hours": told})

    found = metric(site, Metric.IDLE_ENERGY)

    assert (found.value, found.low, found.high) == (None, 10, None)


def meter_hours(**series):
    """Hours by meter as (quantity, values)."""
    frames = []
    for meter, (quantity, values) in series.items():
        one = hours(**{quantity: values}).select(
            "quantity", "start", "seconds", "value", "low", "high", "status", meter_id=pl.lit(meter)
        )
        frames.append(one)
    return pl.concat([no_meter_hours(), *frames], how="diagonal_relaxed")


def test_idle_energy_of_a_vendor_whose_meters_carry_its_tag():
    meters = (
        place("a.util", "server_utilisation", tags="vendor:dell"),
        place("a.power", "it_input", tags="vendor:dell;workload:batch"),
        place("b.power", "it_input", tags="vendor:hpe"),
    )
    site = inputs(
        server_utilisation=40,
        ups_output=60,
        given={
            "meters": meters,
            "meter_totals": {
                "a.util": total("server_utilisation", 10),
                "a.power": total("it_input", 30),
                "b.power": total("it_input", 30),
            },
            "hours": hours(server_utilisation=[40, 40], ups_output=[30, 30]),
            "meter_hours": meter_hours(
                **{
                    "a.util": ("server_utilisation", [2, 18]),
                    "a.power": ("it_input", [12, 18]),
                    "b.power": ("it_input", [15, 15]),
                }
            ),
        },
    )

    found = {name: one.value for name, one in by_category(site, Metric.IDLE_ENERGY).items()}

    assert found == {"": 0, "vendor:dell": 12}


def test_power_per_rack_of_the_register_and_of_a_metered_rack():
    """87 600 kWh in 8 760 h are 10 kW; racks: 4 all year and 4 more for 73 of 365 days."""
    racks = (
        equipment("r1", "rack", count=4),
        equipment("r2", "rack", count=4, installed_on=date(2025, 10, 20)),
    )
    site = inputs(
        ups_output=87_600,
        registers=Registers(equipment=racks),
        given={
            "meters": (place("pdu.r7", "pdu_output", rack="R7"),),
            "meter_totals": {"pdu.r7": total("pdu_output", 8_760)},
        },
    )

    found = {name: one.value for name, one in by_category(site, Metric.RACK_POWER).items()}

    assert found == {"": nearest(Fraction(10) / Fraction(24, 5)), "R7": 1}


def test_racks_that_nobody_registered_have_no_power():
    assert "no registers/equipment.csv" in metric(inputs(ups_output=10), Metric.RACK_POWER).reason
    none = inputs(ups_output=10, registers=Registers(equipment=()))
    assert "no racks in place" in metric(none, Metric.RACK_POWER).reason


SHARED = replace(
    ALPHA,
    computer_room_m2=600,
    support_area_m2=300,
    shared_area_m2=400,
    nonredundant_connected_kw=1200,
    building_rated_kw=2000,
)


def test_A2_a_share_of_a_building_with_another_main_use():
    """600 + 300 + 400 × 1 200 / 2 000 = 1 140 m2."""
    assert metric(inputs(facility=SHARED), Metric.SDC).value == 1140
    assert metric(inputs(facility=SHARED), Metric.SCR).value == 600


@pytest.mark.parametrize(
    ("facility", "area"),
    [
        pytest.param(replace(ALPHA, floor_area_m2=5200.5), 5200.5, id="stated"),
        pytest.param(ALPHA, None, id="unknown"),
        pytest.param(replace(SHARED, nonredundant_connected_kw=None), None, id="no-key"),
        pytest.param(replace(SHARED, support_area_m2=None), None, id="unknown-plant-rooms"),
        pytest.param(replace(SHARED, support_area_m2=0), 840, id="no-plant-rooms-of-its-own"),
        pytest.param(replace(SHARED, building_rated_kw=0), None, id="a-building-without-power"),
        pytest.param(replace(SHARED, nonredundant_connected_kw=9000), 1300, id="no-more-than-all"),
    ],
)
def test_floor_areas(facility, area):
    assert metric(inputs(facility=facility), Metric.SDC).value == area
