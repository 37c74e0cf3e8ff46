"""Histories fetched from real servers and from one that misbehaves: whole days or none."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import dagster as dg
import pytest

from pipelines.defs.build import build_definitions, instance_of
from tests.flow.servers import (
    PROMETHEUS,
    PROMTOOL,
    VICTORIA,
    Misbehaving,
    answering,
    prometheus,
    victoria_metrics,
)
from tests.flow.small_estate import done, hashes, meter, run, sql, write_estate

START = datetime(2025, 3, 1, tzinfo=UTC)
STEP = timedelta(minutes=5)
#: Two days and six hours, read every five minutes.
COUNT = 288 * 2 + 72
NOW = "2025-03-03T06:05:00Z"
SELECTOR = 'pdu_energy_joules_total{rack="7"}'
ROOM = 'room_temperature_celsius{room="a"}'
DAYS = ("2025-03-01", "2025-03-02", "2025-03-03")


def milliseconds(number):
    return round((START + number * STEP).timestamp() * 1000)


#: A counter that starts anew when its exporter does, at hour 30; and a level.
COUNTER = [(milliseconds(n), f"{(n if n < 360 else n - 360) * 3600000}") for n in range(COUNT)]
LEVELS = [(milliseconds(n), f"{20 + n % 7 / 8}") for n in range(COUNT)]
SAMPLES = {
    "pdu_energy_joules_total": ('{rack="7",host="pdu1"}', COUNTER),
    "room_temperature_celsius": ('{room="a"}', LEVELS),
}


def estate_of(folder, address, **more):
    remote = {
        "name": "prom", "kind": "prometheus", "url": address, "since": "2025-03-01",
        "into": "a/prom", "retries": 0, "timeout_s": 20,
        "series": {SELECTOR: "a.it", ROOM: "a.room"}, **more,
    }  # fmt: skip
    return write_estate(
        folder,
        facilities=[{"id": "a"}],
        meters=[
            meter("a.it", "pdu_output", "register", "J", max_rate=50, interval="5min"),
            meter("a.room", "intake_air_temperature", "gauge", "°C", interval="5min"),
        ],
        remotes=[remote],
    )


def fetched(estate, *more, now=NOW):
    answer = run("fetch", estate, "--now", now, "--json", *more)
    [told] = answer.json["remotes"]
    return answer, told


def files(estate):
    return sorted(path.name for path in (estate / "inbox" / "a" / "prom").iterdir())


SERVERS = [
    pytest.param(
        victoria_metrics, id="victoria-metrics",
        marks=pytest.mark.skipif(VICTORIA is None, reason="victoria-metrics is not installed"),
    ),
    pytest.param(
        prometheus, id="prometheus",
        marks=pytest.mark.skipif(
            PROMETHEUS is None or PROMTOOL is None, reason="prometheus is not installed"
        ),
    ),
]  # fmt: skip


@pytest.fixture(scope="module", params=SERVERS)
def server(request, tmp_path_factory):
    with request.param(tmp_path_factory.mktemp("server"), SAMPLES) as url:
        yield url


def test_what_was_put_in_comes_out_to_the_sample(server, tmp_path):
    estate = estate_of(tmp_path / "estate", server)
    answer, told = fetched(estate)
    assert (answer.code, answer.err) == (0, "")
    assert (told["days"], told["whole"], told["holes"]) == (3, 2, 0)
    assert files(estate) == [f"prom_{day}.json" for day in DAYS]

    done("backfill", estate, "--now", NOW)
    kept = sql(estate, "SELECT meter_id, count(*) AS n, sum(value) AS total, min(measured_at) AS "
               "first, max(measured_at) AS last FROM readings GROUP BY 1 ORDER BY 1")  # fmt: skip

    # The last five minutes before now are left out: samples up to 06:00 less one.
    count = COUNT
    energy = sum(Decimal(value) for _, value in COUNTER[:count]) / 3_600_000
    assert [(row["meter_id"], row["n"]) for row in kept] == [("a.it", count), ("a.room", count)]
    assert Decimal(kept[0]["total"]) == energy
    assert Decimal(kept[1]["total"]) == sum(Decimal(value) for _, value in LEVELS[:count])
    assert sql(estate, "SELECT count(*) AS n FROM quarantine") == [{"n": 0}]
    assert sql(estate, "SELECT count(*) AS n FROM readings WHERE event = 'reset'") == [{"n": 1}]


def test_only_the_open_day_is_asked_for_again_and_holes_are_filled(server, tmp_path):
    estate = estate_of(tmp_path / "estate", server)
    fetched(estate)
    _, again = fetched(estate)
    (estate / "inbox" / "a" / "prom" / "prom_2025-03-01.json").unlink()
    _, filled = fetched(estate, now="2025-03-04T01:00:00Z")

    assert again["days"] == 1
    # The hole, the day that was open, and the new open one, of which nothing is told yet.
    assert (filled["days"], filled["whole"], filled["holes"]) == (3, 3, 0)


def test_a_range_of_days_is_asked_for_and_the_rest_told_as_missing(server, tmp_path):
    estate = estate_of(tmp_path / "estate", server)

    _, told = fetched(estate, "--from", "2025-03-02", "--to", "2025-03-02")

    assert files(estate) == ["prom_2025-03-02.json"]
    assert (told["days"], told["whole"], told["holes"]) == (1, 1, 1)


def test_probe_asks_for_the_last_whole_day_and_writes_nothing(server, tmp_path):
    estate = estate_of(tmp_path / "estate", server)
    before = hashes(estate)

    told = done("probe", estate, "prom", "--now", NOW, "--json").json
    out = done("probe", estate, "prom", "--now", NOW).out

    assert (told["asked"], told["file"]) == ("prom", "a/prom/prom_2025-03-02.json")
    assert (told["rows"], told["kept"], len(told["readings"])) == (2 * 288, 2 * 288, 10)
    assert told["readings"][0]["at"].startswith("2025-03-02T00:00:00")
    assert "prom was asked for what would be\ninbox/a/prom/prom_2025-03-02.json" in out
    assert hashes(estate) == before


def test_probe_of_a_day_that_is_not_wanted_yet_or_of_nobody_says_why(tmp_path):
    away = run("probe", estate_of(tmp_path / "a", "http://127.0.0.1:1"), "prom", "--now", NOW)
    early = run("probe", estate_of(tmp_path / "e", "http://127.0.0.1:1", since="2025-03-04"),
                "prom", "--now", NOW)  # fmt: skip

    assert (away.code, early.code) == (1, 1)
    assert away.err.startswith("prom: cannot be read: ConnectError")
    assert early.err == "prom: no day before 2025-03-04 is wanted\n"


def test_a_selector_of_several_series_makes_no_meter(server, tmp_path):
    estate = estate_of(tmp_path / "estate", server, series={"{__name__=~'.+'}": "a.it"})

    answer, told = fetched(estate)

    assert (answer.code, told["days"]) == (1, 0)
    assert "2 series match" in answer.err
    assert 'rack": "7"' in answer.err


def test_dagster_fetches_above_the_landing(server, tmp_path):
    estate = estate_of(tmp_path / "estate", server)
    definitions = build_definitions(estate)
    graph = definitions.resolve_asset_graph()
    with instance_of(estate) as instance:
        result = definitions.resolve_job_def("fetch").execute_in_process(
            instance=instance,
            tags={"wattledger/now": "2025-03-03T06:05:00+00:00"},
            run_config={"loggers": {"console": {}}},
        )

    [source] = [key for key in graph.get_all_asset_keys() if key.path[-1].startswith("a_prom")]
    assert graph.get(source).parent_keys == {dg.AssetKey("fetched_histories")}
    assert source in graph.get(dg.AssetKey("landed_files")).parent_keys
    assert result.success
    assert files(estate) == [f"prom_{day}.json" for day in DAYS]


def test_dagster_fails_with_every_day_that_cannot_be_had(tmp_path):
    with Misbehaving([answering(b"<html>")]).running() as url:
        estate = estate_of(tmp_path / "estate", url)
        definitions = build_definitions(estate)
        with instance_of(estate) as instance:
            result = definitions.resolve_job_def("fetch").execute_in_process(
                instance=instance,
                tags={"wattledger/now": "2025-03-03T06:05:00+00:00"},
                run_config={"loggers": {"console": {}}},
                raise_on_error=False,
            )

    [failure] = [event for event in result.all_events if event.is_step_failure]
    told = failure.step_failure_data.user_failure_data.description
    assert [line.split(":")[0] for line in told.splitlines()] == [f"prom, {day}" for day in DAYS]


# A server that misbehaves


def matrix(*values, **more):
    result = [{"metric": {"rack": "7"}, "values": list(values)}] if values else []
    return {"status": "success", "data": {"resultType": "matrix", "result": result}, **more}


FIRST = START.timestamp()
ONE_DAY = "2025-03-02T00:05:00Z"


def asked_once(tmp_path, *answers, **more):
    """One day of one series, of a server that gives these answers; and what it saw."""
    with Misbehaving(list(answers)).running() as url:
        estate = estate_of(tmp_path / "estate", url, series={SELECTOR: "a.it"}, **more)
        answer, told = fetched(estate, "--to", "2025-03-01", now=ONE_DAY)
    return estate, answer, told


GOOD = answering(matrix([FIRST, "1"], [FIRST + 300, "2"]))


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        pytest.param(answering(b"<html>"), "not Prometheus'", id="no-json"),
        pytest.param(answering({"status": "success"}), "not Prometheus'", id="no-data"),
        pytest.param(answering(matrix([FIRST, "1"])["data"]), "not Prometheus'", id="no-status"),
        pytest.param(
            answering({"status": "error", "error": "too many samples"}, 422),
            "too many samples", id="an-error",
        ),
        pytest.param(answering({"status": "error", "error": "bad"}), "bad", id="an-error-with-200"),
        pytest.param(answering(matrix([FIRST - 1, "1"])), "got a sample of 2025-02-28T23:59:59",
                     id="before-the-range"),
        pytest.param(answering(matrix([FIRST + 86400, "1"])), "got a sample of 2025-03-02T00:00:00",
                     id="after-the-range"),
        pytest.param(answering(matrix([FIRST, "1"], isPartial=True)), "partial", id="partial"),
        pytest.param(answering(matrix([FIRST, "1"], warnings=["a shard is down"])),
                     "a shard is down", id="warnings"),
        pytest.param(answering(matrix([FIRST, "1"]), promised=10_000), "cannot be read",
                     id="it-dies-mid-read"),
        pytest.param(answering(b"", 401), "answered 401", id="forbidden"),
        pytest.param(answering(b"", 302, Location="http://127.0.0.1:1/"), "answered 302",
                     id="sent-elsewhere"),
        pytest.param(
            answering({"status": "success", "data": {"resultType": "vector", "result": []}}),
            "not a vector", id="a-vector",
        ),
    ],
)  # fmt: skip
def test_an_answer_that_is_not_whole_is_not_kept_and_the_next_run_completes(tmp_path, answer, why):
    estate, told, day = asked_once(tmp_path, answer)

    assert told.code == 1
    assert why in told.err
    assert "prom, 2025-03-01: " in told.err
    assert (day["days"], day["holes"]) == (0, 1)
    assert not list((estate / "inbox").rglob("*.*"))

    _, told, day = asked_once(tmp_path, GOOD)
    assert (told.code, told.err, day["days"], day["holes"]) == (0, "", 1, 0)


def test_a_slow_answer_ends_at_its_time(tmp_path):
    slow = answering(matrix([FIRST, "1"]), slowly=0.2)

    _, told, day = asked_once(tmp_path, slow, timeout_s=1)

    assert day["days"] == 0
    assert "did not end its answer within 1 s" in told.err


def test_nobody_there_is_told_once_and_not_for_every_day(tmp_path):
    estate = estate_of(tmp_path / "estate", "http://127.0.0.1:1")

    answer, told = fetched(estate)

    assert answer.code == 1
    assert len(told["problems"]) == 1
    assert (told["days"], told["holes"]) == (0, 2)


def test_patience_asked_for_is_given(tmp_path, monkeypatch):
    pauses = []
    monkeypatch.setattr("time.sleep", pauses.append)
    busy = answering(b"later", 503, Retry_After="7")

    _, told, day = asked_once(tmp_path, busy, answering(b"", 429), GOOD, retries=3)

    assert (told.code, day["days"]) == (0, 1)
    assert pauses[0] == 7
    assert 2 <= pauses[1] <= 4


def test_after_the_last_try_the_reason_is_the_last_one(tmp_path, monkeypatch):
    monkeypatch.setattr("time.sleep", lambda _: None)

    _, told, _ = asked_once(tmp_path, answering(b"worn out", 500), retries=2)

    assert "answered 500: worn out" in told.err


def test_a_day_that_is_too_much_at_once_is_asked_for_by_the_hour(tmp_path):
    much = answering({"status": "error", "error": "query would load too many samples"}, 422)
    hours = [answering(matrix([FIRST + 3600 * hour, f"{hour}"])) for hour in range(24)]

    estate, told, day = asked_once(tmp_path, much, *hours)
    done("backfill", estate, "--now", ONE_DAY)

    assert (told.code, told.err, day["days"], day["whole"]) == (0, "", 1, 1)
    [row] = sql(estate, "SELECT count(*) AS n, sum(value) * 3600000 AS total FROM readings")
    assert (row["n"], round(row["total"])) == (24, sum(range(24)))


def test_an_hour_that_is_too_much_is_told(tmp_path):
    much = answering({"status": "error", "error": "query would load too many samples"}, 422)

    _, told, day = asked_once(tmp_path, much)

    assert day["days"] == 0
    assert "too many samples" in told.err


def test_an_empty_day_is_a_day(tmp_path):
    estate, told, day = asked_once(tmp_path, answering(matrix()))

    assert (told.code, day["whole"], day["holes"]) == (0, 1, 0)
    assert json.loads((estate / "inbox/a/prom/prom_2025-03-01.json").read_text())["answers"]


def test_the_token_is_sent_and_never_shown(tmp_path, monkeypatch):
    monkeypatch.setenv("PROM_TOKEN", "s3cret-token")
    server = Misbehaving([answering(b"s3cret?", 500)])
    with server.running() as url:
        estate = estate_of(tmp_path / "estate", url, token_env="PROM_TOKEN")
        answer, _ = fetched(estate)

    assert server.seen == ["Bearer s3cret-token"]
    assert "s3cret-token" not in answer.out + answer.err
    for path in estate.rglob("*"):
        assert path.is_dir() or b"s3cret-token" not in path.read_bytes()


@pytest.mark.parametrize(
    ("more", "why"),
    [
        pytest.param({"token_env": "NOT_SET_ANYWHERE"}, "NOT_SET_ANYWHERE", id="environment"),
        pytest.param({"token_file": "/nowhere/token"}, "holds no token", id="file"),
    ],
)
def test_a_token_that_is_not_there_is_missed_before_anybody_is_asked(tmp_path, more, why):
    estate = estate_of(tmp_path / "estate", "http://127.0.0.1:1", **more)

    answer, told = fetched(estate)

    assert why in answer.err
    assert "127.0.0.1" not in answer.err
    assert told["days"] == 0


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"token": "abc"}, "a secret does not stand"),
        ({"url": "http://me:pw@host:9090"}, "holds no user, secret"),
        ({"url": "prometheus:9090"}, "no address"),
        ({"kind": "prometeus"}, "prometheus"),
        ({"since": "soon"}, "YYYY-MM-DD"),
        ({"series": {}}, "nothing is asked for"),
        ({"into": "../elsewhere"}, "no folder of the inbox"),
        ({"name": "a/b"}, "cannot begin"),
        ({"token_env": "A", "token_file": "B"}, "two places"),
        ({"seriez": {}}, "series"),
    ],
)
def test_a_remote_that_cannot_be_is_refused_by_check(tmp_path, more, why):
    estate = estate_of(tmp_path / "estate", "http://127.0.0.1:1", **more)

    answer = run("check", estate)

    assert answer.code == 2
    assert why in answer.out + answer.err
