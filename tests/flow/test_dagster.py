"""What Dagster sees and starts: the same stages, the same bytes, every run on record."""

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime

import dagster as dg
import pytest

from pipelines.defs.build import build_definitions
from pipelines.defs.instance import instance_of
from pipelines.defs.retention import forget_runs
from reports.regimes import REGIMES
from tests.flow.small_estate import (
    ROOT,
    alone,
    done,
    drop,
    hashes,
)
from tests.flow.two_sites import MONTHS, NOW, two_sites

FORMS = [f"form_{key.replace('-', '_')}" for key in REGIMES]
READINGS = ("power", "water", "cooling", "renewables", "equipment")
START, END = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"
JOBS = {"landing", "reading", "months", "years", "publish"}


@pytest.fixture(scope="module")
def estate(tmp_path_factory):
    folder = two_sites(tmp_path_factory.mktemp("dagster") / "estate")
    done("backfill", folder, "--now", NOW)
    return folder


def keys(*facilities, periods):
    return {f"{facility}|{period}" for facility in facilities for period in periods}


def execute(definitions, instance, job, **tags):
    return definitions.resolve_job_def(job).execute_in_process(
        instance=instance, tags=tags, run_config={"loggers": {"console": {}}}
    )


def test_definitions_load(estate):
    definitions = build_definitions(estate)

    names = {key.to_user_string() for key in definitions.resolve_asset_graph().get_all_asset_keys()}
    assert names == {
        "source/plain_drop",
        "landed_files",
        "staged_files",
        *(f"{domain}_readings" for domain in READINGS),
        "findings",
        "intervals",
        "totals",
        "metrics",
        "warehouse",
        "reports",
        *FORMS,
        "viewer",
    }
    dg.Definitions.validate_loadable(definitions)


def test_the_module_that_dagster_dev_loads(estate):
    """In a process of its own: the estate is named by the environment."""
    code = (
        "from pipelines.definitions import defs\n"
        "print(len(defs.resolve_asset_graph().get_all_asset_keys()))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "WATTLEDGER_ESTATE": str(estate), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert (answer.returncode, answer.stdout.strip()) == (0, str(15 + len(FORMS))), answer.stderr


def test_every_run_of_a_backfill_is_on_record(estate):
    with instance_of(estate) as instance:
        runs = instance.get_runs()
        built = {
            name: instance.get_materialized_partitions(dg.AssetKey(name))
            for name in (*(f"{domain}_readings" for domain in READINGS), "intervals", "totals")
        }
        years = instance.get_materialized_partitions(dg.AssetKey("metrics"))
        published = instance.get_latest_materialization_event(dg.AssetKey("warehouse"))

    assert {run.status for run in runs} == {dg.DagsterRunStatus.SUCCESS}
    assert sorted({run.job_name for run in runs}) == sorted(JOBS)
    expected = keys("a", periods=MONTHS) | keys("b", periods=[*MONTHS, "2025-04"])
    assert built == dict.fromkeys(built, expected)
    assert years == keys("a", "b", periods=["2025"])
    assert published is not None


def test_a_failed_run_is_on_record_too(tmp_path):
    estate = two_sites(tmp_path)
    done("backfill", estate, "--facility", "b", "--now", NOW)
    for path in (estate / "var" / "landing" / "files").rglob("*"):
        if path.is_file():
            path.unlink()  # bytes that the log says were landed
    shutil.rmtree(estate / "var" / "lake")

    answer = alone("backfill", estate, "--now", NOW)

    assert answer.code != 0
    with instance_of(estate) as instance:
        assert dg.DagsterRunStatus.FAILURE in {run.status for run in instance.get_runs()}


def test_ranged_runs_of_the_jobs_give_the_bytes_of_the_command_line(estate, tmp_path):
    """As from Dagster's page: landing, a range of months, years, publishing."""
    copy = tmp_path / "estate"
    shutil.copytree(estate, copy, ignore=shutil.ignore_patterns("var"))
    definitions = build_definitions(copy)

    with instance_of(copy) as instance:
        take_in(definitions, instance)
        for facility, first, last in (("a", MONTHS[0], MONTHS[-1]), ("b", MONTHS[0], "2025-04")):
            tags = {START: f"{facility}|{first}", END: f"{facility}|{last}"}
            assert execute(definitions, instance, "months", **tags).success
            year = {START: f"{facility}|2025", END: f"{facility}|2025"}
            assert execute(definitions, instance, "years", **year).success
        assert execute(definitions, instance, "publish").success

    assert hashes(copy / "var" / "lake", ".parquet", ".json") == hashes(
        estate / "var" / "lake", ".parquet", ".json"
    )
    assert hashes(copy / "var" / "reports") == hashes(estate / "var" / "reports")


def test_one_month_alone_can_be_materialised(estate, tmp_path):
    copy = tmp_path / "estate"
    shutil.copytree(estate, copy, ignore=shutil.ignore_patterns("var"))
    definitions = build_definitions(copy)

    with instance_of(copy) as instance:
        take_in(definitions, instance)
        result = definitions.resolve_job_def("months").execute_in_process(
            instance=instance, partition_key="a|2025-02", run_config={"loggers": {"console": {}}}
        )

    place = "intervals/a/2025-02/power.parquet"
    assert result.success
    assert (copy / "var/lake" / place).read_bytes() == (estate / "var/lake" / place).read_bytes()


def _sensor(definitions, name, instance, cursor=None):
    context = dg.build_sensor_context(
        instance=instance,
        cursor=cursor,
        definitions=definitions,
        resources={"estate": definitions.resources["estate"]},
    )
    return definitions.resolve_sensor_def(name).evaluate_tick(context)


def take_in(definitions, instance):
    """The inbox is landed and read."""
    for job in ("landing", "reading"):
        execute(definitions, instance, job, **{"wattledger/now": NOW})


def test_the_inbox_sensor_starts_a_landing_when_a_file_arrives(tmp_path):
    estate = two_sites(tmp_path)
    definitions = build_definitions(estate)

    with dg.DagsterInstance.ephemeral() as instance:
        first = _sensor(definitions, "inbox_sensor", instance)
        again = _sensor(definitions, "inbox_sensor", instance, first.cursor)
        drop(estate, "a/new.csv", [("a.ups", "2025-03-31T23:30:00Z", 1)])
        arrived = _sensor(definitions, "inbox_sensor", instance, first.cursor)
        (estate / "inbox/a/new.csv").write_text("meter_id,timestamp,value\n")
        changed = _sensor(definitions, "inbox_sensor", instance, arrived.cursor)

    assert [len(tick.run_requests) for tick in (first, again, arrived, changed)] == [1, 0, 1, 1]
    assert again.skip_message
    assert len({tick.run_requests[0].run_key for tick in (first, arrived, changed)}) == 3


def test_another_register_starts_a_landing_and_then_all_months(estate, tmp_path):
    copy = tmp_path / "estate"
    shutil.copytree(estate, copy)
    definitions = build_definitions(copy)

    with instance_of(copy) as instance:
        before = _sensor(definitions, "inbox_sensor", instance)
        (copy / "registers").mkdir(exist_ok=True)
        (copy / "registers/edits.csv").write_text(
            "edit_id,meter_id,start,end,rule,author,reason\n"
            "e1,a.ups,2025-02-10T10:00:00Z,2025-02-10T12:00:00Z,withhold,Ada,doubtful\n"
        )
        after = _sensor(definitions, "inbox_sensor", instance, before.cursor)
        take_in(definitions, instance)
        tick = _sensor(definitions, "stale_months_sensor", instance)

    assert len(after.run_requests) == 1
    assert {request.tags[START].split("|")[0] for request in tick.run_requests} == {"a", "b"}
    assert all(request.tags[START] < request.tags[END] for request in tick.run_requests)


def test_the_schedule_asks_for_last_month_of_every_facility(estate):
    definitions = build_definitions(estate)
    schedule = definitions.resolve_schedule_def("monthly_schedule")

    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_schedule_context(
            instance=instance,
            scheduled_execution_time=datetime(2026, 1, 3, 4, tzinfo=UTC),
            resources={"estate": definitions.resources["estate"]},
        )
        tick = schedule.evaluate_tick(context)

    asked = {(request.tags[START], request.tags[END]) for request in tick.run_requests}
    assert asked == {("a|2025-12", "a|2025-12"), ("b|2025-12", "b|2025-12")}
    assert len({request.run_key for request in tick.run_requests}) == 2


@pytest.mark.parametrize(("it_share", "passed"), [(0.8, True), (1.25, False)])
def test_a_pue_below_one_fails_its_check(estate, tmp_path, it_share, passed):
    if not passed:  # more energy at the UPS than enters the site: a wrong meter or multiplier
        estate = two_sites(tmp_path, it_share=it_share)
        done("backfill", estate, "--facility", "a", "--now", NOW)

    with instance_of(estate) as instance:
        key = dg.AssetCheckKey(dg.AssetKey("metrics"), "pue_at_least_one")
        records = instance.event_log_storage.get_asset_check_execution_history(key, limit=9)

    planned_too = [record.evaluation for record in records]
    verdicts = [one for one in planned_too if isinstance(one, dg.AssetCheckEvaluation)]
    assert {verdict.passed for verdict in verdicts} == {passed}
    if not passed:
        assert "0.82" in str(verdicts[0].metadata["below"])  # (100 + 3) ÷ 125


def test_months_that_new_files_make_stale_are_built_by_the_sensor(estate, tmp_path):
    copy = tmp_path / "estate"
    shutil.copytree(estate, copy)
    drop(copy, "a/late.csv", [("a.ups", "2025-02-10T10:00:00Z", 81)])
    definitions = build_definitions(copy)

    with instance_of(copy) as instance:
        take_in(definitions, instance)
        event = instance.get_latest_materialization_event(dg.AssetKey("staged_files"))
        tick = _sensor(definitions, "stale_months_sensor", instance)

    assert event is not None
    asked = {(request.tags[START], request.tags[END]) for request in tick.run_requests}
    assert asked == {("a|2025-02", "a|2025-02")}


def test_runs_that_later_ones_did_again_are_forgotten_and_no_partition_with_them(estate, tmp_path):
    copy = tmp_path / "estate"
    shutil.copytree(estate, copy)
    definitions = build_definitions(copy)
    with instance_of(copy) as instance:

        def months(first, last):
            tags = {START: f"a|{first}", END: f"a|{last}"}
            result = execute(definitions, instance, "months", **tags)
            return result.run_id

        def built():
            return instance.get_materialized_partitions(dg.AssetKey("totals"))

        instance.wipe_assets([dg.AssetKey("totals")])
        for run in instance.get_runs():
            instance.delete_run(run.run_id)
        long, short = months("2025-01", "2025-03"), months("2025-02", "2025-02")
        again = months("2025-02", "2025-03")
        before = built()
        assert forget_runs(instance, keep=2) == 0
        assert forget_runs(instance, keep=1) == 1
        assert {run.run_id for run in instance.get_runs()} == {long, again}
        assert built() == before == keys("a", periods=MONTHS)
        newest = months("2025-01", "2025-01")
        assert forget_runs(instance, keep=0) == 1
        assert {run.run_id for run in instance.get_runs()} == {again, newest}
        assert built() == before
    assert short not in (long, again)


def test_every_edition_of_every_law_has_an_asset_and_none_of_them_files(estate):
    definitions = build_definitions(estate)

    with instance_of(estate) as instance:
        told = {
            name: instance.get_latest_materialization_event(dg.AssetKey(name)) for name in FORMS
        }
        metadata = told["form_iso_30134"].asset_materialization.metadata

    assert all(told.values())
    assert metadata["forms"].value == 2
    assert metadata["complete"].value == 0
    assert not (estate / "var" / "filings").exists()
    assert {job.name for job in definitions.jobs} == JOBS
