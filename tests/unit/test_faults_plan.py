"""Where faults may be placed, and whether the rules promise to find them; worked by hand."""

from dataclasses import replace
from datetime import UTC, datetime
from random import Random
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from benchmarks.faults.drops import MICRO
from benchmarks.faults.fault import Fault, FaultKind
from benchmarks.faults.limits import (
    is_idling,
    longest_run,
    shape_strength,
    spike_is_found,
    stuck_is_found,
)
from benchmarks.faults.meters import Meter, Track
from benchmarks.faults.plan import Plan
from benchmarks.faults.scene import Mix, scene_of, simulate_scene
from sample_data.clock import local_instant

HOUR, DAY = 3600, 24 * 3600
ZONE = "Europe/Berlin"
START = local_instant(2025, 1, 1, timezone=ZONE)
METER = Meter(
    id="m",
    quantity="it_input",
    kind="interval",
    unit="kWh",
    multiplier="",
    modulus=None,
    cadence=HOUR,
    at_end=False,
    parent="",
    serial="m-1",
)


def track(values, meter=METER):
    at = START + meter.lag + meter.cadence * np.arange(len(values))
    return Track(meter=meter, at=at, micro=np.array([round(v * MICRO) for v in values]))


def plan(*tracks):
    return Plan(
        facility_id="x",
        tracks={one.meter.id: one for one in tracks},
        zone=ZoneInfo(ZONE),
        year=2025,
        chance=Random(1),
    )


def stuck(name, start, hours=10):
    return Fault(
        kind=FaultKind.STUCK, meter=name, start=start, end=start + hours * HOUR, size=hours
    )


def test_a_fault_finds_no_place_within_two_days_of_another_of_its_meter():
    """The first lasts to hour 110; at 158 two days have passed, at 157 not yet."""
    year = plan(track([1.0] * 10), track([1.0] * 10, replace(METER, id="n")))
    year.place(lambda: stuck("m", START + 100 * HOUR))

    assert year.place(lambda: stuck("m", START + 157 * HOUR)) is None
    assert year.place(lambda: stuck("m", START + 42 * HOUR + HOUR)) is None
    assert year.place(lambda: stuck("n", START + 100 * HOUR)) is not None
    assert year.place(lambda: stuck("m", START + 158 * HOUR)) is not None
    assert len(year.faults) == 3


def test_a_fault_of_the_whole_site_keeps_off_every_meter_and_every_meter_off_it():
    year = plan(track([1.0] * 10), track([1.0] * 10, replace(METER, id="n")))
    year.place(lambda: stuck("m", START + 100 * HOUR))

    assert year.place(lambda: stuck("", START + 120 * HOUR)) is None
    assert year.place(lambda: stuck("", START + 500 * HOUR)) is not None
    assert year.place(lambda: stuck("n", START + 500 * HOUR)) is None


def test_a_closed_meter_takes_no_fault():
    year = plan(track([1.0] * 10))
    year.close("m")

    assert year.place(lambda: stuck("m", START + 100 * HOUR)) is None


def test_local_days_and_changes_of_the_clock():
    year = plan(track([1.0]))

    changes = [datetime.fromtimestamp(at, tz=UTC).isoformat() for at in year.clock_changes()]
    assert changes == ["2025-03-30T01:00:00+00:00", "2025-10-26T01:00:00+00:00"]
    assert year.days == 365
    assert year.midnight(89) - year.midnight(88) == 23 * HOUR
    assert year.file_name(START, "late") == "x/x_2025-01_late.csv"


def test_amounts_by_the_hour():
    """Registers by their rise, means by their length, stamps at the end by their start."""
    register = track([10, 12, 15], replace(METER, kind="register"))
    power = track([1, 2, 3, 6, 8, 8, 8, 8], replace(METER, kind="average", cadence=HOUR // 4))
    ending = track([1, 2, 3, 4], replace(METER, at_end=True, cadence=HOUR // 2))

    assert register.hours[1].tolist() == [2, 3]
    assert power.hours[1].tolist() == [3, 8]
    assert ending.hours[1].tolist() == [3, 7]
    assert ending.hours[0].tolist() == [START, START + HOUR]


def test_a_spike_stands_out_from_twice_the_highest_hour_around_it():
    """Hours of 1 and one of 4 within four weeks: 20 × 1 is found, 8 × 1 is not."""
    around = track([1.0] * 50 + [4.0] + [1.0] * 50)

    assert spike_is_found(around, START + 20 * HOUR, 20)
    assert not spike_is_found(around, START + 20 * HOUR, 8)


def test_a_spike_is_not_held_against_its_own_hour():
    """The highest hour is 4 itself: doubled to 8 it stands out from hours of 1."""
    around = track([1.0] * 50 + [4.0] + [1.0] * 50)

    assert spike_is_found(around, START + 50 * HOUR, 2)


def test_a_spike_of_one_quarter_counts_for_its_share_of_the_hour():
    """Four quarters of 1 are 4; one of them × 5 makes 8, no more than twice 4. × 6 makes 9."""
    quarters = track([1.0] * 400, replace(METER, cadence=HOUR // 4))

    assert not spike_is_found(quarters, START + 100 * HOUR // 4, 5)
    assert spike_is_found(quarters, START + 100 * HOUR // 4, 6)


def test_a_stuck_run_is_three_times_longer_than_any_other():
    """The longest run of equal hours is 3: 9 hours are not enough, 10 are; 5 never."""
    values = [1.0, 2.0, 2.0, 2.0, *range(5, 60)]

    assert longest_run(np.array(values)) == 3
    assert not stuck_is_found(track(values), 9)
    assert stuck_is_found(track(values), 10)
    assert not stuck_is_found(track([*range(50)]), 5)
    assert stuck_is_found(track([*range(50)]), 6)


def test_a_meter_idles_that_has_an_hour_of_nothing():
    assert is_idling(track([1.0, 0.0]))
    assert not is_idling(track([1.0, 0.5]))


def test_the_shape_of_days():
    """A day that repeats is all shape; one hour after the other at random has hardly any."""
    same = track([5 + (hour % 24) for hour in range(24 * 60)])
    drifting = track([5 + (hour % 24) + 100 * (hour // 24) for hour in range(24 * 60)])
    chance = Random(3)
    loose = track([5 + chance.random() for _ in range(24 * 60)])

    assert shape_strength(same, START, START + 7 * DAY) == pytest.approx(1)
    assert shape_strength(drifting, START, START + 7 * DAY) == pytest.approx(1)
    assert shape_strength(loose, START, START + 7 * DAY) < 0.1


def test_seeds_take_turns_in_plants_meters_and_paces():
    scenes = [scene_of(seed) for seed in range(1, 37)]

    standard = {(one.plant, one.kinds) for one in scenes if one.mix is Mix.STANDARD}
    assert len(standard) == 9
    assert {one.interval for one in scenes} == {900, 3600}
    assert [one.seed for one in scenes if one.mix is Mix.GAPS] == [10, 20, 30]
    assert all(one.kinds == "amounts" for one in scenes if one.mix is Mix.GAPS)
    assert scene_of(5, Mix.BELOW).mix is Mix.BELOW


@pytest.mark.parametrize("seed", [5, 6], ids=["no-register", "only-registers"])
def test_other_kinds_of_meters_see_the_same_truth(tmp_path, seed):
    scene = scene_of(seed)
    simulate_scene(tmp_path / "other", scene)
    simulate_scene(tmp_path / "mixed", replace(scene, kinds="mixed"))

    for name in ("totals.csv", "metrics.csv"):
        other, mixed = (tmp_path / folder / "truth" / name for folder in ("other", "mixed"))
        assert other.read_bytes() == mixed.read_bytes()
    register = (tmp_path / "other" / "meters.csv").read_text()
    kinds = {line.split(",")[3] for line in register.splitlines()}
    amounts = {"register"} if scene.kinds == "registers" else {"interval", "average"}
    assert kinds == {"kind", "gauge", *amounts}
