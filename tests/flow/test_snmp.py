"""SNMP from snmpsim with the recorded walks: counters and texts as the device has them."""

import io
import socket
import threading

import polars as pl
import pytest

from pipelines.sources import rows
from schemas.estate.source import Source
from tests.flow.devices import snmp
from tests.flow.remotes import fetched, landed
from tests.flow.servers import free_port
from tests.flow.small_estate import SHARED_DATA, done, meter, run, sql, write_estate

WALKS = SHARED_DATA / "snmp-walks"
#: PowerNet-MIB: energy in tenths of a kWh, power in hundredths of a kW; model and serial number.
ENERGY, POWER = "1.3.6.1.4.1.318.1.1.26.4.3.1.9.1", "1.3.6.1.4.1.318.1.1.26.4.3.1.5.1"
MODEL, SERIAL = "1.3.6.1.4.1.318.1.1.26.2.1.8.1", "1.3.6.1.4.1.318.1.1.26.2.1.9.1"
UPTIME = "1.3.6.1.2.1.1.3.0"
NOW = "2025-03-01T10:00:00Z"
PDU = f"""\
{MODEL}|4|AP8641
{POWER}|2|121
{ENERGY}|65|19516
""".encode()
USER = ("--v3-user=reader", "--v3-auth-key=authword1",
        "--v3-auth-proto=SHA256", "--v3-priv-key=privword1", "--v3-priv-proto=AES")  # fmt: skip


def estate_of(folder, address, series, **more):
    remote = {
        "name": "pdu", "kind": "snmp", "url": address, "into": "a/pdu", "retries": 0,
        "timeout_s": 2, "series": series, **more,
    }  # fmt: skip
    return write_estate(
        folder,
        facilities=[{"id": "a"}],
        meters=[
            meter("a.it", "pdu_output", "register", "kWh", max_rate=10, multiplier=0.1),
            meter("a.air", "intake_air_temperature", "gauge", "°C"),
        ],
        remotes=[remote],
    )


def test_a_counter_becomes_readings_in_the_unit_of_its_meter(tmp_path):
    """Tenths of a kWh: 1951.6."""
    with snmp(tmp_path / "s", {"public": PDU}) as address:
        estate = estate_of(tmp_path / "e", address, {ENERGY: "a.it"})
        for hour in (10, 11):
            answer, _ = fetched(estate, f"2025-03-01T{hour}:00:00Z")
            assert (answer.code, answer.err) == (0, "")
    done("backfill", estate, "--now", "2025-03-01T12:00Z")
    found = sql(estate, "SELECT measured_at, value, file, line FROM readings ORDER BY 1")

    assert [(row["value"], row["line"]) for row in found] == [(1951.6, 2), (1951.6, 2)]
    assert [path.name for path in landed(estate)] == [
        "pdu_2025-03-01T100000Z.snmprec", "pdu_2025-03-01T110000Z.snmprec"]  # fmt: skip
    assert landed(estate)[0].read_text() == f"# 2025-03-01T10:00:00+00:00\n{ENERGY}|65|19516\n"


def test_probe_asks_the_device_and_writes_nothing(tmp_path):
    with snmp(tmp_path / "s", {"public": PDU}) as address:
        estate = estate_of(tmp_path / "e", address, {ENERGY: "a.it", MODEL: "a.air"})
        told = done("probe", estate, "pdu", "--now", NOW, "--json").json

    assert (told["asked"], told["rows"], told["kept"]) == ("pdu", 2, 1)
    assert [(one["meter_id"], one["value"]) for one in told["readings"]] == [("a.it", "1951.6")]
    assert [one["value"] for one in told["refusals"]] == ["AP8641"]
    assert landed(estate) == []


@pytest.mark.parametrize("name", ["apc-8641", "apc-7902b"])
def test_a_recorded_device_tells_what_its_walk_holds(tmp_path, name):
    if not WALKS.is_dir():
        pytest.skip("../shared/data/snmp-walks is not there")
    walk = (WALKS / f"{name}.snmprec").read_bytes()
    series = (ENERGY, POWER, MODEL, SERIAL, UPTIME)
    held = dict(line.split("|", 1) for line in walk.decode().splitlines() if "|" in line)
    wanted = {one: "a.it" for one in series if one in held}
    with snmp(tmp_path / "s", {"public": walk}) as address:
        estate = estate_of(tmp_path / "e", address, wanted)
        answer, _ = fetched(estate, NOW)
    assert (answer.code, answer.err) == (0, "")
    [path] = landed(estate)

    source = Source(match="*", format="snmp", wide=tuple((one, one) for one in wanted))
    found = pl.concat(rows(io.BytesIO(path.read_bytes()), source))
    values = dict(found.select("meter_id", "value").iter_rows())

    assert {one: values[one] for one in wanted if one != UPTIME} == {
        one: held[one].split("|")[1] for one in wanted if one != UPTIME
    }
    assert values[MODEL] == {"apc-8641": "AP8641", "apc-7902b": "AP7902B"}[name]
    assert values[UPTIME].isdigit()


def relay(address, sizes):
    """Passes messages on, and notes how long each question is."""
    agent = ("127.0.0.1", int(address.rpartition(":")[2]))
    one, other = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
    one.bind(("127.0.0.1", 0))

    def serve():
        while True:
            question, asker = one.recvfrom(65535)
            sizes.append(len(question))
            other.sendto(question, agent)
            one.sendto(other.recv(65535), asker)

    threading.Thread(target=serve, daemon=True).start()
    return f"snmp://127.0.0.1:{one.getsockname()[1]}"


def test_more_objects_than_a_message_holds_are_asked_for_in_turn(tmp_path):
    """Every device takes messages of 484 bytes (RFC 3417)."""
    objects = [f"{ENERGY[:-1]}{number}" for number in range(1, 36)]
    walk = "".join(f"{one}|65|{number}\n" for number, one in enumerate(objects)).encode()
    sizes = []
    with snmp(tmp_path / "s", {"public": walk}) as address:
        estate = estate_of(tmp_path / "e", relay(address, sizes), dict.fromkeys(objects, "a.it"))
        answer, _ = fetched(estate, NOW)

    assert answer.code == 0
    lines = landed(estate)[0].read_text().splitlines()[1:]
    assert lines == [f"{one}|65|{number}" for number, one in enumerate(objects)]
    assert len(sizes) == 4
    assert max(sizes) <= 484


def test_a_community_is_a_secret_and_never_shown(tmp_path, monkeypatch):
    monkeypatch.setenv("COMMUNITY", "s3cret")
    with snmp(tmp_path / "s", {"s3cret": PDU}) as address:
        known = estate_of(tmp_path / "e", address, {ENERGY: "a.it"}, token_env="COMMUNITY")
        answer, _ = fetched(known, NOW)
        other, _ = fetched(estate_of(tmp_path / "o", address, {ENERGY: "a.it"}, timeout_s=1), NOW)

    assert (answer.code, other.code) == (0, 1)
    assert "pdu: did not answer within 1 s" in other.err
    assert "s3cret" not in answer.out + answer.err + landed(known)[0].read_text()
    assert landed(tmp_path / "o") == []


def test_version_3_asks_by_a_user_and_is_encrypted(tmp_path, monkeypatch):
    monkeypatch.setenv("AUTH", "authword1")
    monkeypatch.setenv("PRIV", "privword1")
    monkeypatch.setenv("WRONG", "authword2")
    who = {"user": "reader", "privacy_env": "PRIV", "authentication": "sha256"}
    with snmp(tmp_path / "s", {"self": PDU}, *USER) as address:
        known = estate_of(tmp_path / "e", address, {ENERGY: "a.it"}, password_env="AUTH", **who)
        answer, _ = fetched(known, NOW)
        other = estate_of(tmp_path / "o", address, {ENERGY: "a.it"}, password_env="WRONG", **who)
        refused, _ = fetched(other, NOW)

    assert (answer.code, answer.err) == (0, "")
    assert landed(known)[0].read_text().endswith(f"{ENERGY}|65|19516\n")
    assert refused.code == 1
    assert "pdu: cannot be asked: Wrong SNMP PDU digest" in refused.err
    assert landed(other) == []


def test_an_object_that_is_not_there_is_told_and_nothing_is_kept(tmp_path):
    with snmp(tmp_path / "s", {"public": PDU}) as address:
        estate = estate_of(tmp_path / "e", address, {ENERGY: "a.it", f"{ENERGY}.7": "a.air"})
        answer, _ = fetched(estate, NOW)

    assert answer.code == 1
    assert f"pdu: {ENERGY}.7: the device has no such object" in answer.err
    assert landed(estate) == []


def test_a_device_that_was_away_is_read_by_the_next_run(tmp_path):
    estate = estate_of(
        tmp_path / "e", f"snmp://127.0.0.1:{free_port()}", {ENERGY: "a.it"}, timeout_s=1
    )
    away, _ = fetched(estate, NOW)
    with snmp(tmp_path / "s", {"public": PDU}) as address:
        text = (estate / "estate.yaml").read_text()
        old = text.split("snmp://")[1].split('"')[0].split("\n")[0].strip("',")
        (estate / "estate.yaml").write_text(text.replace(f"snmp://{old}", address))
        back, _ = fetched(estate, NOW)

    assert (away.code, back.code) == (1, 0)
    assert "did not answer within 1 s" in away.err
    assert len(landed(estate)) == 1


def test_an_answer_that_is_none_is_not_kept(tmp_path):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))

        def serve():
            _, asker = one.recvfrom(2000)
            one.sendto(b"\x30\x03nonsense", asker)

        threading.Thread(target=serve, daemon=True).start()
        address = f"snmp://127.0.0.1:{one.getsockname()[1]}"
        estate = estate_of(tmp_path / "e", address, {ENERGY: "a.it"}, timeout_s=1)
        answer, _ = fetched(estate, NOW)

    assert answer.code == 1
    assert "did not answer" in answer.err
    assert landed(estate) == []


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"privacy_env": "P"}, "only a user of SNMP has it"),
        ({"authentication": "md5", "user": "u", "password_env": "P"}, "authentication"),
        ({"series": {"enterprises.318": "a.it"}}, "'enterprises.318' names nothing of snmp."),
        ({"url": "http://pdu"}, "'http://pdu' is no address"),
    ],
)
def test_a_remote_that_cannot_be_is_refused_by_check(tmp_path, more, why):
    told = {"series": {ENERGY: "a.it"}, "url": "snmp://pdu", **more}
    address, series = told.pop("url"), told.pop("series")
    answer = run("check", estate_of(tmp_path / "e", address, series, **told))

    assert answer.code == 2
    assert why in answer.out + answer.err
