"""Walks of SNMP: power, energy and identity of recorded devices with unit and scale."""

import bz2
from pathlib import Path

import pytest

from pipelines.suggest import suggest
from schemas.snmp_objects import OBJECTS, Says, known_as

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "snmp-walks"
ENERGY, POWER = "1.3.6.1.4.1.318.1.1.26.4.3.1.9.1", "1.3.6.1.4.1.318.1.1.26.4.3.1.5.1"
UPS = "1.3.6.1.2.1.33.1"
NO_ENERGY = "The device counts no energy"

#: What each recorded device tells, as told; and the counters that become meters.
RECORDED = {
    "apc-7902b.snmprec": (
        ["rPDU2IdentModelNumber: AP7902B", "rPDU2IdentSerialNumber: 5A1551F39430",
         "rPDUIdentDevicePowerWatts.0: 192 W", "rPDU2DeviceStatusPower.1: not measured",
         "rPDU2DeviceStatusEnergy.1: not measured"],
        0,
    ),
    "apc-8641.snmprec": (
        ["rPDU2IdentModelNumber: AP8641", "rPDU2IdentSerialNumber: 3F3452A52295",
         "rPDUIdentDevicePowerWatts.0: 1230 W", "rPDU2DeviceStatusPower.1: 1.21 kW",
         "rPDU2DeviceStatusEnergy.1: 1951.6 kWh", "rPDU2OutletMeteredStatusPower.1: 163 W",
         "rPDU2OutletMeteredStatusEnergy.1: 304.6 kWh"],
        25,
    ),
    "eaton-93e-80.snmprec.bz2": (
        ["upsIdentManufacturer: EATON", "upsIdentModel: EATON 93E 80", "upsOutputPower.1: 5100 W",
         "upsOutputPower.2: 3600 W", "upsOutputPower.3: 2700 W", "xupsOutputWatts.1: 5100 W"],
        0,
    ),
    "eaton-9px-partial.snmprec.bz2": (
        ["xupsIdentModel: Eaton 9PX 2200i RT 3U", "xupsOutputWatts.1: 50 W"], 0,
    ),
    "emerson-network-power.snmprec.bz2": (
        ["sysDescr: UPS Web/SNMP Agent, Emerson Network Power Co., Ltd."], 0,
    ),
    "geist-temperature-sensor.snmprec": (
        ["productTitle: Geist WD15", "productModelNumber: WATCHDOG 15-P NPS (GBB15-P)"], 0,
    ),
    "huawei-gse200m.snmprec.bz2": (
        ["upsIdentManufacturer: HUAWEI", "upsIdentModel: UPS5000", "upsOutputPower.1: 34 W"], 0,
    ),
    "tripplite-poweralert.snmprec": (
        ["tlpDeviceManufacturer: TRIPP LITE", "tlpDeviceModel: PDUMH20ATNET",
         "tlpDeviceIdentSerialNum: 3569FG0LD527F11485"],
        0,
    ),
    "vertiv-power.snmprec.bz2": (
        ["lgpAgentIdentManufacturer: Liebert Corporation",
         "lgpAgentIdentSerialNumber: 416791G106T2010SEP230036",
         "lgpEnvTemperatureMeasurementDegC.1: 23 °C",
         "lgpEnvTemperatureMeasurementDegC.5: 37 °C"],
        4,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RECORDED)
def test_a_recorded_device_tells_who_it_is_and_what_it_draws(tmp_path, name):
    if not SHARED.is_dir():
        pytest.skip("../shared/data/snmp-walks is not there")
    content = (SHARED / name).read_bytes()
    path = tmp_path / name.removesuffix(".bz2")
    path.write_bytes(bz2.decompress(content) if name.endswith(".bz2") else content)
    told, meters = RECORDED[name]

    found = suggest(path)

    evidence = [line.partition(" (")[0] for line in found.evidence]
    missing = [line for line in told if line.partition(" (")[0] not in evidence]
    assert missing == []
    assert len(found.meters) == meters
    assert any(line.startswith(NO_ENERGY) for line in found.questions) == (
        name != "apc-8641.snmprec"
    )


def test_the_ups_that_counts_in_other_units_than_its_mib_says_is_asked_about(tmp_path):
    """Huawei's: 2199 V and 18.3 A would be 40 kVA beside its 34 W."""
    if not SHARED.is_dir():
        pytest.skip("../shared/data/snmp-walks is not there")
    path = tmp_path / "ups.snmprec"
    path.write_bytes(bz2.decompress((SHARED / "huawei-gse200m.snmprec.bz2").read_bytes()))

    assert [line for line in suggest(path).questions if "upsOutputPower.1?" in line] == [
        "In which unit is upsOutputPower.1? 34 W is what the MIB says, but 2199 V and 183 tenths "
        "of an ampere make 40241.7 VA."
    ]


def written(folder, *lines):
    path = folder / "walk.txt"
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def test_a_counter_is_proposed_with_its_unit_and_multiplier_and_read_with_it(tmp_path):
    found = suggest(written(
        tmp_path,
        "# 2025-06-01T10:00:00Z", f".{ENERGY} = INTEGER: 19516", f".{POWER} = INTEGER: 121",
        "# 2025-06-01T11:00:00Z", f".{ENERGY} = INTEGER: 19528", f".{POWER} = INTEGER: 120",
    ))  # fmt: skip

    [meter] = found.meters
    assert (meter.kind, meter.unit, meter.multiplier, meter.quantity) == (
        "register", "kWh", "0.1", "pdu_output")  # fmt: skip
    assert found.source.wide == ((ENERGY, meter.meter_id),)
    assert (found.kept, found.refused, found.questions) == (2, 0, ())


@pytest.mark.parametrize(
    ("volts", "amperes", "watts", "is_asked"),
    [
        (230, 100, 2000, False),  # 2,300 VA
        (230, 100, 200, True),
        (230, 100, 4000, True),
        (230, 0, 0, False),
    ],
)
def test_watts_are_held_beside_volts_and_amperes(tmp_path, volts, amperes, watts, is_asked):
    line = f"{UPS}.4.4.1"
    found = suggest(written(
        tmp_path, f"{line}.2.1|2|{volts}", f"{line}.3.1|2|{amperes}", f"{line}.4.1|2|{watts}",
    ))  # fmt: skip

    assert any("In which unit" in one for one in found.questions) == is_asked


def test_a_walk_without_a_time_is_asked_for_it_and_its_rows_are_refused(tmp_path):
    found = suggest(written(tmp_path, f"{ENERGY}|65|19516", f"{POWER}|2|121"))

    assert (found.kept, found.refused) == (0, 1)
    assert found.questions[0].startswith("When was it made?")


def test_a_table_is_no_walk(tmp_path):
    found = suggest(written(tmp_path, "at,A [kWh]", *(f"2025-01-{d:02},{d}" for d in range(1, 29))))

    assert found.source.format == "csv"


def test_an_instance_is_known_by_the_longest_number_of_a_mib():
    found = known_as(f"{UPS}.4.4.1.4.2")

    assert found is not None
    assert (found[0].name, found[1]) == ("upsOutputPower", "2")
    assert known_as("1.3.6.1.4.1.99999.1") is None
    assert known_as(f"{UPS}.4.4.1.44.2") is None


def test_every_object_has_a_unit_unless_it_says_who_the_device_is():
    assert len({one.number for one in OBJECTS}) == len(OBJECTS)
    for one in OBJECTS:
        assert bool(one.unit) == (one.says is not Says.IDENTITY), one.name
