"""Histories fetched from real servers, by the command line and by Dagster: whole days or none."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import dagster as dg
import pytest

from pipelines.defs.build import build_definitions
from pipelines.defs.instance import instance_of
from tests.flow.remotes import fetched as fetch_once
from tests.flow.remotes import prometheus_estate as estate_of
from tests.flow.servers import (
    PROMETHEUS,
    PROMTOOL,
    VICTORIA,
    Misbehaving,
    answering,
    prometheus,
    victoria_metrics,
)
from tests.flow.small_estate import done, hashes, run, sql

START = datetime(2025, 3, 1, tzinfo=UTC)
STEP = timedelta(minutes=5)
#: Two days and six hours, read every five minutes.
COUNT = 288 * 2 + 72
NOW = "2025-03-03T06:05:00Z"
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


def fetched(estate, *more, now=NOW):
    return fetch_once(estate, now, *more)


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
