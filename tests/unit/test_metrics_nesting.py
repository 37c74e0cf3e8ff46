"""Meters below others: what the power chain feeds beside IT, and what is counted once."""

from dataclasses import replace
from fractions import Fraction

import polars as pl
import pytest
from given import by_category, hours, inputs, metric, nearest, place, total

from pipelines.metrics.inputs import no_meter_hours
from pipelines.metrics.weights import pue_weights
from schemas.metrics import Metric, Status

#: A UPS feeds a distribution and fans; fans of a room hang below the distribution too.
CHAIN = (
    place("ups", "ups_output"),
    place("pdu", "pdu_output", parent="ups"),
    place("fans", "cooling_electricity", parent="ups"),
    place("lamps", "lighting", parent="pdu"),
    place("chiller", "cooling_electricity"),
)
OF_METER = {"ups": 1000, "pdu": 880, "fans": 80, "lamps": 30, "chiller": 200}
OF_SITE = {
    "grid_import": 1500,
    "ups_output": 1000,
    "pdu_output": 880,
    "cooling_electricity": 280,
    "lighting": 30,
}


def site(meters=CHAIN, of_meter=OF_METER, of_site=OF_SITE, **given):
    quantity = {meter.meter_id: meter.quantity for meter in meters}
    totals = {
        name: total(quantity[name], *(amount if isinstance(amount, tuple) else (amount,)))
        for name, amount in of_meter.items()
    }
    return inputs(**of_site, given={"meters": tuple(meters), "meter_totals": totals, **given})


def values(found):
    return {name: one.value for name, one in found.items()}


def test_what_a_ups_feeds_beside_it_is_no_it_energy():
    """1000 − 80 of fans − 30 of lamps below the distribution: 890; there 880 − 30 = 850."""
    assert values(by_category(site(), Metric.EIT)) == {"1": 890, "2": 850}
    assert values(by_category(site(), Metric.PUE)) == {
        "1": nearest(Fraction(1500, 890)),
        "2": nearest(Fraction(1500, 850)),
    }
    assert metric(site(), Metric.EIT).reason == "without fans, lamps, which it feeds beside IT"
    assert metric(site(), Metric.EIT).status is Status.CLEAN


def test_a_load_without_a_parent_is_not_fed_by_the_chain():
    free = tuple(replace(meter, parent="") for meter in CHAIN)

    assert metric(site(free), Metric.EIT).value == 1000


def test_a_check_meter_and_a_meter_below_a_load_are_taken_off_once():
    meters = (
        *CHAIN,
        place("fans.1", "cooling_electricity", parent="fans"),
        place("fans.lamp", "lighting", parent="fans"),
        place("fans.check", "cooling_electricity", parent="ups", tags="checks:fans"),
    )
    more = {**OF_METER, "fans.1": 40, "fans.lamp": 3, "fans.check": 81}

    assert metric(site(meters, more), Metric.EIT).value == 890


def test_loads_above_what_feeds_them_withhold_it_energy():
    found = metric(site(of_meter={**OF_METER, "fans": 1200}), Metric.EIT)

    assert (found.value, found.low, found.status) == (None, 0, Status.WITHHELD)
    assert "the meters contradict" in found.reason


def test_it_energy_keeps_the_bounds_of_what_is_taken_off():
    found = metric(site(of_meter={**OF_METER, "fans": (80, 60, 100)}), Metric.EIT)

    assert (found.value, found.low, found.high) == (890, 870, 910)


def test_the_budget_counts_a_fed_load_once():
    """1000 − 880 − 80 is lost; 1500 = 850 + 40 + 280 + 30 + 300 that no meter tells of."""
    assert values(by_category(site(), Metric.ENERGY_BUDGET)) == {
        "it": 850,
        "pdu_loss": 40,
        "cooling": 280,
        "lighting": 30,
        "remainder": 300,
    }


def test_a_fed_load_is_no_loss_of_its_stage():
    assert values(by_category(site(), Metric.CHAIN_LOSS)) == {"pdu": 4}


def test_a_room_s_chain_brings_its_loads_with_it():
    """What enters the hall is 1000 and a chiller's 200; 890 of it is for IT."""
    hall = tuple(replace(meter, room="Hall") for meter in CHAIN if meter.meter_id != "pdu")
    hall = (*hall[:2], replace(hall[2], parent="ups"), hall[3])

    found = metric(site(hall, {k: v for k, v in OF_METER.items() if k != "pdu"}), Metric.PPUE)

    assert found.value == nearest(Fraction(1200, 890))


def test_a_room_with_it_meters_alone_says_so():
    found = metric(site((place("pdu", "pdu_output", room="A"),), {"pdu": 5}), Metric.PPUE)

    assert (found.value, found.status) == (1, Status.FLAGGED)
    assert found.reason == "nothing but IT equipment is metered in the room"


def test_a_room_where_it_used_nothing_has_no_partial_usage():
    meters = (place("pdu", "pdu_output", room="A"), place("c", "cooling_electricity", room="A"))

    found = metric(site(meters, {"pdu": 0, "c": 5}), Metric.PPUE)

    assert found.value is None
    assert "zero_denominator" in found.reason


def test_one_point_in_a_room_stands_in_the_ratio_once():
    """IT between 90 and 110 and 20 of cooling: 1 + 20/110 to 1 + 20/90."""
    meters = (place("pdu", "pdu_output", room="A"), place("c", "cooling_electricity", room="A"))

    found = metric(site(meters, {"pdu": (100, 90, 110), "c": 20}), Metric.PPUE)

    assert found.value == 1.2
    assert (found.low, found.high) == (nearest(Fraction(13, 11)), nearest(Fraction(11, 9)))


def test_a_rack_counts_no_strip_below_another_and_only_time_in_place():
    """8 760 kWh are 1 kW all year; 2 190 kWh in a quarter of it are 1 kW more."""
    meters = (
        place("a", "pdu_output", rack="R7"),
        place("a.1", "pdu_output", rack="R7", parent="a"),
        place("b", "pdu_output", rack="R7"),
    )
    quarter = hours(pdu_output=[1] * 2190).with_columns(meter_id=pl.lit("b"))
    kept = pl.concat([no_meter_hours(), quarter], how="diagonal_relaxed")

    found = by_category(
        site(meters, {"a": 8760, "a.1": 4000, "b": 2190}, meter_hours=kept), Metric.RACK_POWER
    )

    assert found["R7"].value == 2


@pytest.mark.parametrize(
    ("fans", "idle"),
    [
        pytest.param([1, 2, 3], (17, 17, 17), id="measured"),
        pytest.param([1, (2, 1, 4), 3], (17, 15, 18), id="between-bounds"),
        pytest.param([1, (None, 0, None), 3], (None, 9, 19), id="unknown"),
        pytest.param([1], (19, 19, 19), id="taken-out-after-an-hour"),
    ],
)
def test_idle_energy_is_without_fed_loads(fans, idle):
    """Idle in the first two of three hours of 10 kWh."""
    told = hours(cooling_electricity=fans).with_columns(meter_id=pl.lit("fans"))
    given = site(
        CHAIN[:3],
        {"ups": 30, "fans": 6},
        {"ups_output": 30, "server_utilisation": 5},
        hours=hours(server_utilisation=[3, 4, 20], ups_output=[10, 10, 10]),
        meter_hours=pl.concat([no_meter_hours(), told], how="diagonal_relaxed"),
    )

    found = metric(given, Metric.IDLE_ENERGY)

    assert (found.value, found.low, found.high) == idle


def test_a_vendor_s_strip_below_another_counts_once():
    meters = (
        place("u", "server_utilisation", tags="vendor:dell"),
        place("p", "it_input", tags="vendor:dell"),
        place("p.1", "it_input", tags="vendor:dell", parent="p"),
    )
    frames = [
        hours(**{meter.quantity: [1, 1]}).with_columns(meter_id=pl.lit(meter.meter_id))
        for meter in meters
    ]
    given = site(
        meters,
        {"u": 1, "p": 2, "p.1": 2},
        {"server_utilisation": 1, "it_input": 2},
        hours=hours(server_utilisation=[1, 1], it_input=[1, 1]),
        meter_hours=pl.concat([no_meter_hours(), *frames], how="diagonal_relaxed"),
    )

    assert by_category(given, Metric.IDLE_ENERGY)["vendor:dell"].value == 2


def test_a_battery_below_one_that_has_gone_counts():
    """The upper meter has no hours in the period."""
    meters = (
        place("b", "battery_grid_capacity"),
        place("b.1", "battery_grid_capacity", parent="b"),
        place("c", "battery_grid_capacity"),
    )
    levels = {"b.1": 100, "c": 50}

    assert metric(site(meters, levels, {"battery_grid_capacity": 75}), Metric.CBTG).value == 150


def test_a_fed_load_does_not_enter_the_data_centre():
    """A unit more of import is 1/890 more of PUE, and cooling is no carrier."""
    meter_of = {"grid_import": ("grid",), "ups_output": ("ups",), "cooling_electricity": ("fans",)}
    totals = [total(name, OF_SITE[name], meters=meters) for name, meters in meter_of.items()]
    weights = pue_weights(totals, [metric(site(), Metric.PUE)], "2025")

    assert set(weights) == {"grid", "ups"}
    assert weights["ups"] == pytest.approx(1500 / 1000**2)
