"""Walks of SNMP: as net-snmp prints them and as they are recorded, hexadecimal included."""

import bz2
import io
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from spine import Spine, meter

from pipelines.sources import Unreadable, rows
from schemas.estate.source import Source
from schemas.tables import RAW

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "snmp-walks"
#: PowerNet-MIB: rPDU2DeviceStatusEnergy (tenths of a kWh) and …Power (hundredths of a kW).
ENERGY, POWER = "1.3.6.1.4.1.318.1.1.26.4.3.1.9.1", "1.3.6.1.4.1.318.1.1.26.4.3.1.5.1"
#: Its identity: model and serial number.
MODEL, SERIAL = "1.3.6.1.4.1.318.1.1.26.2.1.8.1", "1.3.6.1.4.1.318.1.1.26.2.1.9.1"
#: RFC 1628: upsOutputPower of three lines, in W.
OUTPUT = "1.3.6.1.2.1.33.1.4.4.1.4"
#: RFC 1213: sysDescr.
DESCRIPTION = "1.3.6.1.2.1.1.1.0"

WALK = f"""# 2025-06-01T10:00:00Z
.{ENERGY} = INTEGER: 19516
.{MODEL} = STRING: "AP8641"
.{SERIAL} = Hex-STRING: 33 46 33 34
.1.3.6.1.2.1.1.3.0 = Timeticks: (1234) 0:00:12.34
# another walk follows
# 2025-06-01T11:00:00+00:00
.{ENERGY} = Counter32: 19528
"""


def read(content, *columns, **wide):
    source = Source(match="*", format="snmp", wide=tuple((name, to) for to, name in wide.items()))
    data = content.encode() if isinstance(content, str) else content
    found = pl.concat(rows(io.BytesIO(data), source))
    assert found.schema == RAW
    return list(found.select(columns).iter_rows())


def test_a_counter_has_the_time_that_stands_above_its_walk():
    assert read(WALK, "line", "meter_id", "timestamp", "value", m=ENERGY) == [
        (2, "m", "2025-06-01T10:00:00Z", "19516"),
        (8, "m", "2025-06-01T11:00:00+00:00", "19528"),
    ]


def test_texts_come_out_as_they_are_hexadecimal_or_not():
    assert read(WALK, "value", model=MODEL, serial=SERIAL) == [("AP8641",), ("3F34",)]


def test_a_walk_without_a_time_has_none():
    assert read(f".{ENERGY} = INTEGER: 1\n", "timestamp", m=ENERGY) == [(None,)]


def test_a_line_that_is_no_object_s_is_malformed_and_kept():
    found = read(WALK + "and it goes on\n", "line", "malformed", "value", m=ENERGY)

    assert found[-1] == (9, True, "and it goes on")


@pytest.mark.parametrize(
    ("content", "wide", "why"),
    [
        (WALK, {}, "needs a mapping"),
        ("", {"m": ENERGY}, "no line of the file"),
        (WALK, {"m": f"{ENERGY[:-1]}7"}, f"no object '{ENERGY[:-1]}7'.*{ENERGY}"),
    ],
)
def test_other_files_and_mappings_are_told(content, wide, why):
    with pytest.raises(Unreadable, match=why):
        read(content, "line", **wide)


def test_the_meter_says_what_a_scaled_number_means():
    """Tenths of a kWh: 1951.6 and 1952.8 kWh. A device that lacks the object says -1."""
    source = Source(match="*", format="snmp", wide=((ENERGY, "m"),))
    own = meter(multiplier=Decimal("0.1"))
    lacking = f"# 2025-06-01T12:00:00Z\n.{ENERGY} = INTEGER: -1\n"

    spine = Spine([own], [WALK + lacking], source=source)

    assert [value for _, value in spine.values] == [Decimal("1951.6"), Decimal("1952.8")]
    assert spine.reasons == {10: "negative_amount"}


def recorded(name):
    if not SHARED.is_dir():
        pytest.skip("../shared/data/snmp-walks is not there")
    path = SHARED / name
    return bz2.decompress(path.read_bytes()) if path.suffix == ".bz2" else path.read_bytes()


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("apc-8641.snmprec",
         {ENERGY: "19516", POWER: "121", MODEL: "AP8641", SERIAL: "3F3452A52295"}),
        ("apc-7902b.snmprec",
         {ENERGY: "-1", POWER: "-1", MODEL: "AP7902B", SERIAL: "5A1551F39430"}),
        ("eaton-93e-80.snmprec.bz2",
         {f"{OUTPUT}.1": "5100", f"{OUTPUT}.2": "3600", f"{OUTPUT}.3": "2700",
          DESCRIPTION: "EATON 93E 80"}),
        ("geist-temperature-sensor.snmprec", {DESCRIPTION: "Data Center 01 Temp Sensor"}),
    ],
)  # fmt: skip
def test_recorded_devices_tell_power_energy_and_who_they_are(name, told):
    wide = {f"m{number}": one for number, one in enumerate(told)}

    found = dict(read(recorded(name), "meter_id", "value", **wide))

    assert {one: found[meter_id] for meter_id, one in wide.items()} == told


@pytest.mark.parametrize(
    "name",
    ["apc-7902b.snmprec", "apc-8641.snmprec", "eaton-93e-80.snmprec.bz2",
     "eaton-9px-partial.snmprec.bz2", "emerson-network-power.snmprec.bz2",
     "geist-temperature-sensor.snmprec", "huawei-gse200m.snmprec.bz2",
     "tripplite-poweralert.snmprec", "vertiv-power.snmprec.bz2"],
)  # fmt: skip
def test_every_line_of_every_recording_is_an_object_s(name):
    content = recorded(name)
    first = next(line for line in content.decode().splitlines() if not line.startswith("#"))

    found = read(content, "malformed", "value", m=first.split("|")[0])

    assert [value for malformed, value in found if malformed] == []
