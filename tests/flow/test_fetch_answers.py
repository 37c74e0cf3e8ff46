"""A history's server that answers wrongly, slowly or not at all: nothing of it is kept."""

import json
from datetime import UTC, datetime

import pytest

from tests.flow.remotes import SELECTOR, fetched
from tests.flow.remotes import prometheus_estate as estate_of
from tests.flow.servers import Misbehaving, answering
from tests.flow.small_estate import done, run, sql

START = datetime(2025, 3, 1, tzinfo=UTC)
NOW = "2025-03-03T06:05:00Z"


def matrix(*values, **more):
    result = [{"metric": {"rack": "7"}, "values": list(values)}] if values else []
    return {"status": "success", "data": {"resultType": "matrix", "result": result}, **more}


FIRST = START.timestamp()
ONE_DAY = "2025-03-02T00:05:00Z"


def asked_once(tmp_path, *answers, **more):
    """One day of one series, of a server that gives these answers; and what it saw."""
    with Misbehaving(list(answers)).running() as url:
        estate = estate_of(tmp_path / "estate", url, series={SELECTOR: "a.it"}, **more)
        answer, told = fetched(estate, ONE_DAY, "--to", "2025-03-01")
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

    answer, told = fetched(estate, NOW)

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
        answer, _ = fetched(estate, NOW)

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

    answer, told = fetched(estate, NOW)

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
