"""Modbus from its library's simulator: a map of one's own, SunSpec's models, and answers that are
no answers."""

import io
import json
import socket
import struct
import threading

import polars as pl
import pytest

from pipelines.sources import Unreadable, rows
from pipelines.sources.sunspec import places
from schemas.estate.source import Source
from tests.flow.devices import between, modbus
from tests.flow.remotes import fetched, landed
from tests.flow.servers import free_port
from tests.flow.small_estate import SHARED_DATA, done, meter, run, sql, write_estate

ENERGY, POWER = "1/sunspec/203/TotWhImp", "1/sunspec/203/W"
FLOAT, SWAPPED, LONG = "2/holding/3059/float32", "2/input/40/uint32-swapped", "2/holding/10/uint64"
NOW = "2025-03-01T10:00:00Z"


def words(layout, *values):
    """Registers of values, most significant word first."""
    data = struct.pack(">" + layout, *values)
    return list(struct.unpack(f">{len(data) // 2}H", data))


def sunspec(*models):
    """Blocks of models from 40000 on: (number, length, {offset: words})."""
    told = words("4s", b"SunS")
    for number, length, points in models:
        block = [number, length, *([0] * length)]
        for offset, some in points.items():
            block[offset : offset + len(some)] = some
        told += block
    return {40000: [*told, 0xFFFF, 0]}


#: Of model 203: W at 18 with its scale at 22, TotWhImp at 46 with its scale at 54 (SunSpec).
METER = (203, 105, {18: words("h", -1234), 22: words("h", 1),
                    46: words("I", 4_000_000_123), 54: words("h", -1)})  # fmt: skip
COMMON = (1, 66, {2: words("8s", b"Acme")})
DEVICES = {
    1: sunspec(COMMON, METER),
    2: {3059: words("f", 1234.1), 40: words("I", 70_000)[::-1], 10: words("Q", 2**63 + 7)},
}


def estate_of(folder, address, series, **more):
    remote = {
        "name": "pm", "kind": "modbus", "url": address, "into": "a/pm", "retries": 0,
        "timeout_s": 2, "series": series, **more,
    }  # fmt: skip
    return write_estate(
        folder,
        facilities=[{"id": "a"}],
        meters=[
            meter("a.it", "it_input", "register", "kWh", max_rate=10, modulus=429496729.6),
            meter("a.air", "intake_air_temperature", "gauge", "°C"),
        ],
        remotes=[remote],
    )


def read(path, series):
    source = Source(match="*", format="modbus", wide=tuple((one, one) for one in series))
    found = pl.concat(rows(io.BytesIO(path.read_bytes()), source))
    return {row[0]: row[1:] for row in found.select("meter_id", "value", "unit").iter_rows()}


def test_every_type_comes_out_to_its_last_digit_and_sunspec_with_unit_and_scale(tmp_path):
    series = [ENERGY, POWER, FLOAT, SWAPPED, LONG]
    with modbus(DEVICES) as address:
        estate = estate_of(tmp_path / "e", address, dict.fromkeys(series, "a.it"))
        answer, told = fetched(estate, NOW)

    assert (answer.code, answer.err, told["days"]) == (0, "", 1)
    [path] = landed(estate)
    assert read(path, series) == {
        ENERGY: ("400000012.3", "Wh"),
        POWER: ("-12340", "W"),
        FLOAT: ("1234.1", None),
        SWAPPED: ("70000", None),
        LONG: (str(2**63 + 7), None),
    }


def test_values_of_two_types_may_begin_at_one_register(tmp_path):
    series = ["2/input/40/uint16", "2/input/40/uint32-swapped"]
    with modbus(DEVICES) as address:
        estate = estate_of(tmp_path / "e", address, dict.fromkeys(series, "a.it"))
        fetched(estate, NOW)

    [path] = landed(estate)
    assert read(path, series) == {series[0]: (str(70_000 % 2**16), None), SWAPPED: ("70000", None)}


def test_counters_become_readings_with_file_and_unit(tmp_path):
    with modbus(DEVICES) as address:
        estate = estate_of(tmp_path / "e", address, {ENERGY: "a.it"})
        for hour in (10, 11):
            fetched(estate, f"2025-03-01T{hour}:00:00Z")

    done("backfill", estate, "--now", "2025-03-01T12:00Z")
    found = sql(estate, "SELECT measured_at, value FROM readings ORDER BY 1")

    assert [row["value"] for row in found] == [400000.0123, 400000.0123]
    assert [path.name for path in landed(estate)] == [
        "pm_2025-03-01T100000Z.json", "pm_2025-03-01T110000Z.json"]  # fmt: skip


def test_a_block_longer_than_an_answer_is_read_in_parts(tmp_path):
    long = (202, 300, {301: [77]})
    with modbus({1: sunspec(long, METER)}) as address:
        estate = estate_of(tmp_path / "e", address, {"1/sunspec/202/W": "a.it", ENERGY: "a.it"})
        answer, _ = fetched(estate, NOW)

    assert answer.code == 0
    [path] = landed(estate)
    [first, _] = json.loads(path.read_text())["answers"]
    assert (len(first["registers"]), first["registers"][301]) == (302, 77)


def test_of_two_alike_the_number_says_which(tmp_path):
    other = (203, 105, {46: words("I", 5), 54: words("h", 3)})
    with modbus({1: sunspec(METER, other)}) as address:
        estate = estate_of(tmp_path / "e", address, {ENERGY: "a.it"})
        fetched(estate, NOW)
    [path] = landed(estate)

    assert read(path, ["1/sunspec/203.2/TotWhImp"]) == {"1/sunspec/203.2/TotWhImp": ("5000", "Wh")}
    with pytest.raises(Unreadable, match=r"has 2 of this model; write which, such as .*203\.1"):
        read(path, [ENERGY])


def test_what_a_device_does_not_have_is_no_row(tmp_path):
    """Absent by SunSpec: an accumulator of 0, an int16 of 0x8000; a float that is no number."""
    absent = (203, 105, {18: [0x8000], 22: [0], 46: [0, 0], 54: [0]})
    devices = {1: sunspec(absent), 2: {3059: words("f", float("nan"))}}
    series = [ENERGY, POWER, FLOAT]
    with modbus(devices) as address:
        estate = estate_of(tmp_path / "e", address, dict.fromkeys(series, "a.it"))
        answer, _ = fetched(estate, NOW)

    assert answer.code == 0
    assert read(landed(estate)[0], series) == {}


@pytest.mark.parametrize(
    ("series", "why"),
    [
        ("2/holding/3061/uint16", "device 2, holding 3061: illegal data address"),
        ("2/sunspec/203/W", "device 2 does not speak SunSpec"),
        ("1/sunspec/101/W", "device 1 has no SunSpec model 101"),
    ],
)
def test_what_is_not_there_is_told_and_nothing_is_kept(tmp_path, series, why):
    with modbus(DEVICES) as address:
        estate = estate_of(tmp_path / "e", address, {ENERGY: "a.it", series: "a.air"})
        answer, _ = fetched(estate, NOW)

    assert answer.code == 1
    assert why in answer.err
    assert landed(estate) == []


def test_a_device_that_was_away_is_read_by_the_next_run(tmp_path):
    port = free_port()
    estate = estate_of(tmp_path / "e", f"modbus://127.0.0.1:{port}", {ENERGY: "a.it"})
    away, _ = fetched(estate, NOW)
    with modbus(DEVICES, port):
        back, _ = fetched(estate, NOW)

    assert (away.code, back.code) == (1, 0)
    assert "pm: does not take a connection within 2 s" in away.err
    assert len(landed(estate)) == 1


def answering(*answers):
    """A server that takes each question and sends what it is told; None ends the connection."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve():
        for answer in answers:
            connection, _ = server.accept()
            with connection:
                question = connection.recv(300)
                if answer is not None:
                    connection.sendall(question[:2] + answer)
                    connection.recv(300)
        server.close()

    threading.Thread(target=serve, daemon=True).start()
    return f"modbus://127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (None, "did not answer"),
        (bytes.fromhex("0000 0003 02 83 06"), "device 2, holding 3059: device busy"),
        (bytes.fromhex("0000 0005 02 03 02 0001"), "2 registers asked for, 1 sent"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "did not answer"),
    ],
)
def test_an_answer_that_is_none_is_not_kept(tmp_path, answer, why):
    estate = estate_of(tmp_path / "e", answering(answer), {FLOAT: "a.it"}, timeout_s=1)
    told, _ = fetched(estate, NOW)

    assert told.code == 1
    assert why in told.err
    assert landed(estate) == []


@pytest.mark.parametrize("how", [{"cut_after": 200}, {"wait": 1.5}])
def test_a_device_that_dies_or_dawdles_leaves_nothing_behind(tmp_path, how):
    with modbus(DEVICES) as device, between(device, **how) as address:
        estate = estate_of(tmp_path / "e", address, {ENERGY: "a.it"}, timeout_s=1)
        answer, _ = fetched(estate, NOW)
        assert (answer.code, landed(estate)) == (1, [])
        assert "pm: did not answer" in answer.err

        text = (estate / "estate.yaml").read_text()
        (estate / "estate.yaml").write_text(text.replace(address, device))
        again, _ = fetched(estate, NOW)

    assert (again.code, len(landed(estate))) == (0, 1)


@pytest.mark.parametrize(
    "series", ["1/coil/1/int16", "1/holding/1/int24", "sunspec/203/W", "1/sunspec/203.0/W"]
)
def test_a_series_that_names_nothing_is_refused_by_check(tmp_path, series):
    answer = run("check", estate_of(tmp_path / "e", "modbus://meter", {series: "a.it"}))

    assert answer.code == 2
    assert f"'{series}' names nothing of modbus." in answer.err
    assert "1/sunspec/203/TotWhImp" in answer.err


@pytest.mark.parametrize(
    ("content", "series", "why"),
    [
        ("{}", FLOAT, "no file of Modbus"),
        ('{"at": "x", "answers": []}', FLOAT, "was not asked for"),
        ('{"at": "x", "answers": []}', ENERGY, "has 0 of this model"),
        ('{"at": "x", "answers": [{"device": 1, "model": 203, "registers": [-1]}]}', ENERGY,
         "the registers are none"),
        ('{"at": "x", "answers": [{"device": 1, "model": 203, "registers": [203]}]}',
         "1/sunspec/203/Tot", "no point 'Tot'"),
        ('{"at": "x", "answers": [{"device": 1, "model": 203, "registers": [203]}]}',
         "1/sunspec/203/Evt", "which is no number"),
    ],
)  # fmt: skip
def test_a_file_that_is_none_is_told(content, series, why):
    source = Source(match="*", format="modbus", wide=((series, "m"),))
    with pytest.raises(Unreadable, match=why):
        list(rows(io.BytesIO(content.encode()), source))


def test_models_stand_as_their_publisher_has_them():
    """Each of the files of ../shared/data/sunspec, point by point."""
    folder = SHARED_DATA / "sunspec"
    if not folder.is_dir():
        pytest.skip("../shared/data/sunspec is not there")
    checked = 0
    for file in sorted(folder.glob("model_*.json")):
        told = json.loads(file.read_text())
        offset = 0
        for point in told["group"]["points"]:
            here = places(told["id"])[point["name"]]
            assert (here.offset, here.size, here.type) == (offset, point["size"], point["type"])
            offset += point["size"]
            checked += 1
    assert checked == 666
