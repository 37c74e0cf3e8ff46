"""The other policies, worked by hand, and what a fault costs that nobody finds."""

import csv
from dataclasses import replace
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from benchmarks.faults.costs import costs_of
from benchmarks.faults.drops import MICRO, ROWS
from benchmarks.faults.fault import Fault, FaultKind
from benchmarks.faults.inject import Spoiled
from benchmarks.faults.meters import Meter, read_meters
from benchmarks.faults.peers import POLICIES, pue_of, read_rows, year_energies
from benchmarks.faults.scene import scene_of, simulate_scene
from sample_data.clock import local_instant
from sample_data.facilities import ARCHETYPES

HOUR = 3600
ZONE = ZoneInfo("Europe/Berlin")
START = local_instant(2025, 1, 1, timezone=ZONE.key)
HOURS = 8760
METER = Meter(
    id="m",
    quantity="grid_import",
    kind="interval",
    unit="kWh",
    multiplier="",
    modulus=None,
    cadence=HOUR,
    at_end=False,
    parent="",
    serial="m-1",
)


def year(told, meter=METER, *, quiet=0.0):
    """The year's energy by policy where all hours but the told ones are ``quiet``."""
    count = HOURS + (meter.kind == "register")
    values = dict.fromkeys(range(count), quiet) | told
    kept = {hour: value for hour, value in values.items() if value is not None}
    rows = pl.DataFrame(
        {
            "meter_id": [meter.id] * len(kept),
            "at": [START + HOUR * hour + meter.lag for hour in kept],
            "value": [float(value) for value in kept.values()],
            "serial": [None] * len(kept),
        },
        schema_overrides={"serial": pl.String},
    )
    found = year_energies(rows, {meter.id: meter}, ZONE, 2025)
    return {policy: sums[meter.quantity] for policy, sums in found.items()}


def test_a_gap_of_two_hours_in_amounts():
    """10, 10, (22, 34), 40 and nothing else: held twice 10, bridged 20 and 30."""
    found = year({1: 10, 2: 10, 3: None, 4: None, 5: 40})

    assert found["zero"] == pytest.approx(60)
    assert found["hold"] == pytest.approx(80)
    assert found["bridge"] == found["span"] == pytest.approx(110)


def test_three_sigmas_take_the_rare_for_false_and_hold_what_was_before():
    """Of 8760 hours at 1 and 2 by turns one is 500: off by far, and the 2 before it is held."""
    plain = {hour: 1 + hour % 2 for hour in range(HOURS)}

    found = year(plain | {1000: 500})

    assert found["sigma"] == pytest.approx(sum(plain.values()) - 1 + 2)
    assert found["zero"] == pytest.approx(sum(plain.values()) - 1 + 500)


def test_a_gap_of_a_register_is_lost_only_where_missing_is_zero():
    register = replace(METER, kind="register")
    counts = {hour: 5.0 * hour for hour in range(HOURS + 1)}

    found = year(counts | {10: None, 11: None}, register)

    everything = 5.0 * HOURS
    assert found["zero"] == pytest.approx(everything - 15)
    assert found["hold"] == found["bridge"] == pytest.approx(everything)
    assert found["span"] == pytest.approx(everything)


def test_a_glitch_of_a_register_is_counted_as_a_rise_but_not_between_first_and_last():
    register = replace(METER, kind="register")
    counts = {hour: 5.0 * hour for hour in range(HOURS + 1)}

    found = year(counts | {10: 0.0}, register)

    everything = 5.0 * HOURS
    # The fall from 45 to 0 is no amount; the rise from 0 to 55 is.
    assert found["bridge"] == pytest.approx(everything + 45)
    assert found["span"] == pytest.approx(everything)


def test_a_known_modulus_is_counted_over():
    register = replace(METER, kind="register", modulus=1000 * MICRO)
    counts = {hour: (995 + hour / 1000) % 1000 for hour in range(HOURS + 1)}

    found = year(counts, register)

    assert found["hold"] == pytest.approx(HOURS / 1000)
    assert found["span"] == pytest.approx(HOURS / 1000)


def test_power_is_energy_by_the_hour_and_watts_are_kilowatts():
    found = year({}, replace(METER, kind="average", unit="W"), quiet=500.0)

    assert all(value == pytest.approx(0.5 * HOURS) for value in found.values())


def test_a_sub_meter_of_the_same_quantity_is_not_added():
    lower = replace(METER, id="lower", parent="m")
    rows = pl.DataFrame(
        {"meter_id": ["m", "lower"], "at": [START, START], "value": [8.0, 3.0], "serial": None},
        schema_overrides={"serial": pl.String},
    )

    found = year_energies(rows, {"m": METER, "lower": lower}, ZONE, 2025)

    assert found["zero"] == {"grid_import": 8.0}


def test_local_stamps_are_read_by_the_sites_clock(tmp_path):
    """The spring hour that does not exist is dropped; the double hour is its first pass."""
    folder = tmp_path / "inbox" / "x"
    folder.mkdir(parents=True)
    (folder / "a.csv").write_text(
        "meter_id,timestamp,value\n"
        "m,2025-03-30T01:00:00Z,1\n"
        "m,2025-03-30T02:30:00,2\n"
        "m,2025-10-26T02:00:00,3\n"
        "m,2025-07-01T12:00:00,4\n"
    )
    (folder / "b.csv").write_text("meter_id,timestamp,value,serial\nm,2025-01-01T00:00:00Z,5,s\n")

    rows = read_rows([tmp_path / "inbox", tmp_path / "later"], ZONE)

    stamps = rows.select(pl.from_epoch("at").dt.strftime("%m-%d %H"), "value", "serial").rows()
    assert stamps == [
        ("03-30 01", 1.0, None),
        ("10-26 00", 3.0, None),
        ("07-01 10", 4.0, None),
        ("01-01 00", 5.0, "s"),
    ]


@pytest.mark.parametrize("seed", [1, 5, 6], ids=["mixed", "no-register", "only-registers"])
def test_without_a_fault_what_every_tool_reads_is_the_truth(tmp_path, seed):
    """All but the one that drops the rare: a generator's test run is off by three sigmas."""
    simulate_scene(tmp_path, scene_of(seed))
    with (tmp_path / "truth" / "totals.csv").open(newline="") as file:
        truth = {
            row["quantity"]: float(row["value"])
            for row in csv.DictReader(file)
            if row["period"] == "2025" and row["unit"] == "kWh"
        }
    zone = ZoneInfo(ARCHETYPES[scene_of(seed).plant].timezone)
    meters = read_meters(tmp_path / "meters.csv")

    found = year_energies(read_rows([tmp_path / "inbox"], zone), meters, zone, 2025)

    for policy in ("zero", "hold", "bridge", "span"):
        assert found[policy] == pytest.approx(truth, rel=1e-9)
    assert found["sigma"]["ups_output"] == pytest.approx(truth["ups_output"], rel=1e-3)


def test_pue_is_what_enters_by_what_the_ups_gives():
    """(100 − 10 + 5 + 1) ÷ 80 = 1.2"""
    energies = {
        "grid_import": 100.0,
        "grid_export": 10.0,
        "onsite_renewable": 5.0,
        "generator_output": 1.0,
        "ups_output": 80.0,
    }

    assert pue_of(energies) == pytest.approx(1.2)


def test_the_five_policies_are_named():
    assert [policy.name for policy in POLICIES.values()] == [
        "missing = 0",
        "hold last value",
        "bridge linearly",
        "pandas: hourly, 3-sigma drop, ffill",
        "registers last − first, else bridged",
    ]


def test_the_cost_of_a_fault_is_the_share_of_its_total_that_it_moves():
    """Hours of 10 and 30 in two meters of one quantity: a total of 80. One hour of 10 read as 0
    costs 10 ÷ 80; swapping the first hours costs that quantity nothing."""
    told = [
        ("f", name, START + HOUR * hour, value * MICRO, "", "")
        for hour in range(2)
        for name, value in (("m", 10), ("n", 30))
    ]
    dead, swapped = (
        Fault(kind=kind, meter="m", start=START, end=START + HOUR, size=1, detail=other)
        for kind, other in ((FaultKind.DEAD, ""), (FaultKind.SWAPPED, "n"))
    )
    spoiled = Spoiled(
        rows=pl.DataFrame(told, schema=ROWS, orient="row"),
        faults=[dead, swapped],
        meters={"m": METER, "n": replace(METER, id="n")},
        zone=ZONE,
    )

    assert [(cost.fault, cost.share) for cost in costs_of(spoiled)] == [
        ("dead", pytest.approx(10 / 80)),
        ("swapped", 0.0),
    ]
