"""Redfish from a static server of its makers' mockup: counted energy is a register, each value
comes from the place that the mapping names."""

import io
import json

import polars as pl
import pytest

from pipelines.sources import Unreadable, rows
from schemas.estate.source import Source
from tests.flow.remotes import fetched
from tests.flow.servers import Misbehaving, answering, redfish
from tests.flow.small_estate import SHARED_DATA, done, meter, run, sql, write_estate

MOCKUP = SHARED_DATA / "redfish-mockup" / "public-rackmount1"
CHASSIS = "/redfish/v1/Chassis/1U"
ENERGY = f"{CHASSIS}/Sensors/TotalEnergy#/Reading"


@pytest.fixture(scope="module")
def server():
    if not MOCKUP.is_dir():
        pytest.skip("../shared/data/redfish-mockup is not there")
    with redfish(MOCKUP) as url:
        yield url


def estate_of(folder, address, series, **more):
    remote = {
        "name": "bmc", "kind": "redfish", "url": address, "into": "a/bmc", "retries": 0,
        "timeout_s": 5, "series": series, **more,
    }  # fmt: skip
    return write_estate(
        folder,
        facilities=[{"id": "a"}],
        meters=[
            meter("a.it", "it_input", "register", "kWh", max_rate=10),
            meter("a.air", "intake_air_temperature", "gauge", "°C"),
        ],
        remotes=[remote],
    )


def test_counters_are_asked_again_each_time_and_become_readings(server, tmp_path):
    series = {ENERGY: "a.it", f"{CHASSIS}/Sensors/AmbientTemp#/Reading": "a.air"}
    estate = estate_of(tmp_path / "estate", server, series)
    for hour in (10, 11):
        answer, told = fetched(estate, f"2025-03-01T{hour}:00:00Z")
        assert (answer.code, answer.err) == (0, "")
    assert (told["days"], told["whole"], told["holes"]) == (1, 2, 0)

    done("backfill", estate, "--now", "2025-03-01T12:00Z")
    found = sql(estate, "SELECT meter_id, measured_at, value FROM readings ORDER BY 1, 2")

    assert [(row["meter_id"], row["value"]) for row in found] == [
        ("a.air", 22.5), ("a.air", 22.5), ("a.it", 325675), ("a.it", 325675)]  # fmt: skip
    assert [row["measured_at"][:16] for row in found[2:]] == [
        "2025-03-01T10:00",
        "2025-03-01T11:00",
    ]
    assert sorted(path.name for path in (estate / "inbox/a/bmc").iterdir()) == [
        "bmc_2025-03-01T100000Z.json",
        "bmc_2025-03-01T110000Z.json",
    ]


def test_both_power_figures_come_out_as_they_are_and_neither_is_energy(server, tmp_path):
    """The older resource says 344 W, the newer one 374 W; an instant's power fills no register."""
    series = {
        f"{CHASSIS}/EnvironmentMetrics#/PowerWatts/Reading": "a.it",
        f"{CHASSIS}/Power#/PowerControl/0/PowerConsumedWatts": "a.air",
    }
    estate = estate_of(tmp_path / "estate", server, series)
    fetched(estate, "2025-03-01T10:00:00Z")
    [path] = (estate / "inbox/a/bmc").iterdir()
    source = Source(match="*", format="redfish", wide=tuple(series.items()))

    found = pl.concat(rows(io.BytesIO(path.read_bytes()), source))
    done("backfill", estate, "--now", "2025-03-01T12:00Z")

    assert found.select("value", "unit").rows() == [("374", "W"), ("344", "W")]
    reasons = [row["reasons"] for row in sql(estate, "SELECT reasons FROM quarantine")]
    assert [one.split("; ")[0] for one in reasons] == ["unknown_unit", "unknown_unit"]


def test_expected_values_of_the_mockup(server, tmp_path):
    expected = json.loads((MOCKUP.parent / "expected.json").read_text())
    paths = {
        "Power.PowerControl[0].PowerConsumedWatts": "Power#/PowerControl/0/PowerConsumedWatts",
        "Power.LimitInWatts": "Power#/PowerControl/0/PowerLimit/LimitInWatts",
        "EnvironmentMetrics.PowerWatts": "EnvironmentMetrics#/PowerWatts/Reading",
        "EnvironmentMetrics.TemperatureCelsius": "EnvironmentMetrics#/TemperatureCelsius/Reading",
    }
    sensors = {name: f"Sensors/{name}#/Reading" for name in expected["sensors"]}
    series = {f"{CHASSIS}/{path}": name for name, path in {**paths, **sensors}.items()}
    estate = estate_of(tmp_path / "estate", server, series)
    fetched(estate, "2025-03-01T10:00:00Z")
    [path] = (estate / "inbox/a/bmc").iterdir()

    source = Source(match="*", format="redfish", wide=tuple(series.items()))
    found = pl.concat(rows(io.BytesIO(path.read_bytes()), source))
    values = {name: (float(value), unit) for name, value, unit in
              found.select("meter_id", "value", "unit").iter_rows()}  # fmt: skip

    assert {name: value for name, (value, _) in values.items() if name in paths} == {
        name: expected[name] for name in paths
    }
    ours = {"kW.h": "kWh", "Cel": "°C", "W": "W"}
    assert {name: values[name] for name in sensors} == {
        name: (told[0], ours[told[1]]) for name, told in expected["sensors"].items()
    }


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (answering(b"[1, 2]"), "no resource of Redfish"),
        (answering(b"{", promised=99), "cannot be read"),
        (answering(b"", 404), "answered 404"),
        (answering({"Reading": 1}, slowly=0.3), "did not end its answer"),
    ],
)
def test_what_is_not_whole_is_not_kept(tmp_path, answer, why):
    with Misbehaving([answer]).running() as url:
        estate = estate_of(tmp_path / "estate", url, {ENERGY: "a.it"}, timeout_s=1)
        told, _ = fetched(estate, "2025-03-01T10:00:00Z")

    assert told.code == 1
    assert why in told.err
    assert not list((estate / "inbox").rglob("*.*"))


def test_a_user_and_password_are_sent_and_never_shown(tmp_path, monkeypatch):
    monkeypatch.setenv("BMC_PASSWORD", "s3cret")
    server = Misbehaving([answering({"Reading": 7, "ReadingUnits": "kW.h"})])
    with server.running() as url:
        estate = estate_of(
            tmp_path / "estate", url, {ENERGY: "a.it"}, user="me", password_env="BMC_PASSWORD"
        )
        answer, _ = fetched(estate, "2025-03-01T10:00:00Z")

    assert server.seen == ["Basic bWU6czNjcmV0"]
    assert "s3cret" not in answer.out + answer.err


FILE = {
    "at": "2025-03-01T10:00:00+00:00",
    "answers": [{"path": "/a", "answer": {"Reading": None, "EnergykWh": {"Reading": 7.50}}}],
}


@pytest.mark.parametrize(
    ("series", "found"),
    [
        ("/a#/EnergykWh/Reading", [("7.5", "kWh")]),
        ("/a#/Reading", []),
    ],
)
def test_a_value_that_is_null_was_not_read(series, found):
    source = Source(match="*", format="redfish", wide=((series, "m"),))
    frame = pl.concat(rows(io.BytesIO(json.dumps(FILE).encode()), source))

    assert frame.select("value", "unit").rows() == found


@pytest.mark.parametrize(
    ("content", "series", "why"),
    [
        ("{}", "/a#/Reading", "no file of Redfish"),
        (json.dumps(FILE), "/b#/Reading", "'/b' was not asked for"),
        (json.dumps(FILE), "/a#/Energy", "has no 'Energy'"),
        (json.dumps(FILE), "/a#/EnergykWh", "parts of its own"),
    ],
)
def test_what_is_not_there_is_told(content, series, why):
    source = Source(match="*", format="redfish", wide=((series, "m"),))
    with pytest.raises(Unreadable, match=why):
        list(rows(io.BytesIO(content.encode()), source))


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"since": "2025-01-01"}, "keeps no history"),
        ({"user": "me"}, "belong together"),
        ({"user": "me", "password_env": "P", "token_env": "T"}, "two places"),
    ],
)
def test_a_remote_that_cannot_be_is_refused_by_check(tmp_path, more, why):
    answer = run("check", estate_of(tmp_path / "e", "http://127.0.0.1:1", {ENERGY: "a.it"}, **more))

    assert answer.code == 2
    assert why in answer.out + answer.err
