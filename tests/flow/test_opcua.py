"""OPC UA from a server with history: whole days, each value with its time and status."""

import asyncio
import io
import json
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from asyncua import ua

from pipelines.sources import Unreadable, rows
from pipelines.sources.remote import opcua as remote
from schemas.estate.source import Source
from tests.flow.devices import between, opcua
from tests.flow.remotes import fetched, landed
from tests.flow.servers import free_port
from tests.flow.small_estate import done, meter, sql, write_estate

START = datetime(2025, 3, 1, tzinfo=UTC)
STEP = timedelta(minutes=15)
#: Two days and six hours, counted every quarter of an hour, in floats of 32 bits.
COUNT = 96 * 2 + 24
NODE, ROOM = "ns=2;s=Meter.Energy", "ns=2;s=Room"
GOOD, UNCERTAIN, BAD = 0, 0x40000000, 0x80000000
NOW = "2025-03-03T06:05:00Z"
DAYS = ["2025-03-01", "2025-03-02", "2025-03-03"]


def status(number):
    return {7: UNCERTAIN, 9: BAD}.get(number, GOOD)


COUNTER = [
    (START + n * STEP, ua.Variant(1000.1 + n / 4, ua.VariantType.Float), status(n))
    for n in range(COUNT)
]
LEVELS = [(START + n * STEP, 20.5 + n % 7, GOOD) for n in range(COUNT)]
HISTORY = {"Meter.Energy": COUNTER, "Room": LEVELS}


def estate_of(folder, address, **more):
    remote = {
        "name": "hist", "kind": "opcua", "url": address, "since": "2025-03-01", "into": "a/hist",
        "retries": 0, "timeout_s": 20, "series": {NODE: "a.it", ROOM: "a.room"}, **more,
    }  # fmt: skip
    return write_estate(
        folder,
        facilities=[{"id": "a"}],
        meters=[
            meter("a.it", "it_input", "register", "kWh", max_rate=50, interval="15min"),
            meter("a.room", "intake_air_temperature", "gauge", "°C", interval="15min"),
        ],
        remotes=[remote],
    )


def files(estate):
    return [path.name for path in landed(estate)]


@pytest.fixture(scope="module")
def server():
    with opcua(HISTORY) as address:
        yield address


def test_every_value_comes_once_with_its_time_and_status(server, tmp_path):
    estate = estate_of(tmp_path / "e", server)
    answer, told = fetched(estate, NOW)

    assert (answer.code, answer.err) == (0, "")
    assert (told["days"], told["whole"], told["holes"]) == (3, 2, 0)
    assert files(estate) == [f"hist_{day}.json" for day in DAYS]
    source = Source(match="*", format="opcua", wide=((NODE, "a.it"), (ROOM, "a.room")))
    found = pl.concat(
        frame
        for day in DAYS
        for frame in rows(
            io.BytesIO((estate / f"inbox/a/hist/hist_{day}.json").read_bytes()), source
        )
    )
    energy = found.filter(pl.col("meter_id") == "a.it")
    assert energy.height == COUNT
    assert energy["timestamp"].n_unique() == energy.height
    assert energy.row(1, named=True) | {"line": 0} == {
        "line": 0, "meter_id": "a.it", "timestamp": "2025-03-01T00:15:00+00:00", "until": None,
        "value": "1000.35", "unit": None, "serial": None, "quality": "good", "malformed": False,
    }  # fmt: skip
    assert energy["quality"].to_list()[6:10] == ["good", "estimated", "good", "bad"]


def test_history_becomes_readings_and_only_what_is_missing_is_asked_again(server, tmp_path):
    estate = estate_of(tmp_path / "e", server)
    fetched(estate, NOW)
    (estate / "inbox/a/hist/hist_2025-03-01.json").unlink()
    answer, told = fetched(estate, NOW)
    assert (answer.code, told["days"]) == (0, 2)  # the hole, and the day that is still open

    done("backfill", estate, "--now", "2025-03-04T00:00Z")
    [kept] = sql(estate, "SELECT count(*) AS n FROM readings WHERE meter_id = 'a.it'")
    [refused] = sql(estate, "SELECT count(*) AS n FROM quarantine")

    # One is marked bad and refused; one is its server's estimate, which a register's end can't be.
    assert (kept["n"], refused["n"]) == (COUNT - 2, 2)


def test_a_user_is_asked_by_name_and_the_password_is_never_shown(tmp_path, monkeypatch):
    monkeypatch.setenv("HIST", "s3cret")
    monkeypatch.setenv("WRONG", "other")
    with opcua({"Meter.Energy": COUNTER, "Room": LEVELS}, user=("reader", "s3cret")) as address:
        known = estate_of(tmp_path / "e", address, user="reader", password_env="HIST")
        answer, _ = fetched(known, NOW)
        refused, _ = fetched(
            estate_of(tmp_path / "o", address, user="reader", password_env="WRONG"), NOW
        )

    assert (answer.code, refused.code) == (0, 1)
    assert "s3cret" not in answer.out + answer.err
    assert files(tmp_path / "o") == []


@pytest.mark.parametrize(
    ("series", "why"),
    [
        ({"ns=2;s=Nowhere": "a.it"}, "ns=2;s=Nowhere: BadNodeIdUnknown"),
        ({"i=2258": "a.it"}, "i=2258: the server keeps no history"),
    ],
)
def test_a_node_without_history_is_told_and_nothing_is_kept(server, tmp_path, series, why):
    answer, _ = fetched(estate_of(tmp_path / "e", server, series=series), NOW)

    assert answer.code == 1
    assert why in answer.err
    assert files(tmp_path / "e") == []


def test_a_value_that_is_no_number_is_told(tmp_path):
    with opcua({"Meter.Energy": [(START, "text", GOOD)], "Room": []}) as address:
        answer, _ = fetched(estate_of(tmp_path / "e", address), NOW)

    assert answer.code == 1
    assert f"{NODE}: 'text' is no number" in answer.err
    assert files(tmp_path / "e") == [f"hist_{day}.json" for day in DAYS[1:]]


def test_values_of_another_time_than_was_asked_for_are_not_kept(tmp_path):
    with opcua(HISTORY, obeys=False) as address:
        answer, _ = fetched(estate_of(tmp_path / "e", address), NOW)

    assert answer.code == 1
    assert (
        f"hist, 2025-03-01: {NODE}: asked for 2025-03-01T00:00:00+00:00 to "
        "2025-03-02T00:00:00+00:00, and got a value of 2025-03-02T00:00:00+00:00"
    ) in answer.err
    assert files(tmp_path / "e") == []


def test_a_server_that_was_away_is_read_by_the_next_run(tmp_path):
    port = free_port()
    estate = estate_of(tmp_path / "e", f"opc.tcp://127.0.0.1:{port}", timeout_s=5)
    away, _ = fetched(estate, NOW)
    with opcua(HISTORY, port=port):
        back, told = fetched(estate, NOW)

    assert (away.code, back.code) == (1, 0)
    assert "hist, 2025-03-01: cannot be reached" in away.err
    assert (told["days"], told["holes"]) == (3, 0)


@pytest.mark.parametrize(
    ("how", "why"),
    [({"cut_after": 2000}, "cannot be reached"), ({"wait": 0.4}, "did not answer within 1 s")],
)
def test_a_server_that_dies_or_dawdles_leaves_no_part_of_a_day(server, tmp_path, how, why):
    """The histories of a day are longer than what is passed on before the end."""
    estate = estate_of(tmp_path / "e", server, timeout_s=1)
    text = (estate / "estate.yaml").read_text()
    with between(server, **how) as address:
        (estate / "estate.yaml").write_text(text.replace(server, address))
        answer, _ = fetched(estate, NOW)
    assert answer.code == 1
    assert why in answer.err
    assert files(estate) == []

    (estate / "estate.yaml").write_text(text.replace("timeout_s: 1", "timeout_s: 20"))
    again, told = fetched(estate, NOW)
    assert (again.code, told["days"], told["holes"]) == (0, 3, 0)


def test_each_node_has_its_own_time_to_answer(server, tmp_path, monkeypatch):
    """Two nodes at 0.7 s each are more than a second, and neither is late."""
    asked = remote._history

    async def slowly(*question):
        await asyncio.sleep(0.7)
        return await asked(*question)

    monkeypatch.setattr(remote, "_history", slowly)
    estate = estate_of(tmp_path / "e", server, timeout_s=1)
    answer, told = fetched(estate, NOW, "--to", "2025-03-01")

    assert (answer.code, answer.err, told["days"]) == (0, "", 1)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("{}", "no file of OPC UA"),
        ('{"answers": [{"node": "n", "values": [1]}]}', "no file of OPC UA"),
        ('{"answers": [{"node": "n", "values": [["t", 1, 4000000000]]}]}', "no file of OPC UA"),
        ('{"answers": []}', "the node 'n' was not asked for"),
    ],
)
def test_a_file_that_is_none_is_told(content, why):
    source = Source(match="*", format="opcua", wide=(("n", "m"),))
    with pytest.raises(Unreadable, match=why):
        list(rows(io.BytesIO(content.encode()), source))


def test_a_value_that_its_server_has_not_is_no_row():
    told = {"answers": [{"node": "n", "values": [["t", None, BAD], ["u", 2.50, GOOD]]}]}
    source = Source(match="*", format="opcua", wide=(("n", "m"),))
    found = pl.concat(rows(io.BytesIO(json.dumps(told).encode()), source))

    assert found.select("line", "timestamp", "value").rows() == [(2, "u", "2.5")]
