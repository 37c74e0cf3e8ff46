"""How far each source tells, and which delivery is overdue: told by the command and by Dagster."""

import dagster as dg
import pytest

from pipelines.defs.build import build_definitions
from pipelines.defs.instance import instance_of
from pipelines.defs.source_keys import source_keys
from schemas.estate.source import Source
from tests.flow.small_estate import done, drop, instants, meter, write_estate

MONTHLY = {"match": "bms_*.csv", "every": "P1M", "columns": {"value": "value"}}
SILENT = {"match": "water/*.csv", "every": "P1D", "columns": {"value": "value"}}


@pytest.fixture(scope="module")
def estate(tmp_path_factory):
    folder = write_estate(
        tmp_path_factory.mktemp("fresh") / "estate",
        facilities=[{"id": "a"}],
        meters=[
            meter("a.grid", "grid_import", "interval", "kWh", max_rate=50),
            meter("a.ups", "ups_output", "register", "kWh", max_rate=50),
        ],
        sources=[MONTHLY, SILENT],
    )
    drop(folder, "bms_2025-01.csv",
         [("a.grid", at, 10) for at in instants("2025-01-01", "2025-02-01")])  # fmt: skip
    drop(folder, "by_hand.csv", [("a.ups", "2025-01-10T12:00:00Z", 10)])
    done("backfill", folder, "--now", "2025-02-01T06:00Z")
    return folder


def told(estate, now):
    found = done("sources", estate, "--now", now, "--json").json["sources"]
    return [(one["until"], one["due"], one["late"]) for one in found]


def test_a_source_tells_up_to_the_end_of_its_last_interval_or_reading(estate):
    """A month of 31 days and a day of grace after February 1."""
    monthly, silent, plain = told(estate, "2025-03-05T00:00Z")

    assert monthly == ("2025-02-01T00:00:00+00:00", "2025-03-05T00:00:00+00:00", False)
    assert silent == (None, None, True)
    assert plain == ("2025-01-10T12:00:00+00:00", None, False)


def test_after_the_grace_its_next_delivery_is_overdue(estate):
    assert [late for _, _, late in told(estate, "2025-03-05T00:01Z")] == [True, True, False]


def test_the_table_says_it_in_words(estate):
    out = done("sources", estate, "--now", "2025-03-06T00:00Z").out

    [row] = [line for line in out.splitlines() if line.startswith("bms_*.csv")]
    assert row.split() == ["bms_*.csv", "csv", "1", "2025-02-01T00:00:00+00:00", "overdue"]


def test_dagster_shows_sources_above_the_landing_and_names_overdue_ones(estate):
    definitions = build_definitions(estate)
    graph = definitions.resolve_asset_graph()
    with instance_of(estate) as instance:
        job = definitions.resolve_implicit_global_asset_job_def()
        result = job.get_subset(
            asset_selection=None,
            asset_check_selection={dg.AssetCheckKey(dg.AssetKey("staged_files"), "sources_fresh")},
        ).execute_in_process(instance=instance)

    parents = graph.get(dg.AssetKey("landed_files")).parent_keys
    assert parents == {
        dg.AssetKey(["source", name]) for name in ("bms_csv", "water_csv", "plain_drop")
    }
    [check] = result.get_asset_check_evaluations()
    assert not check.passed
    assert check.metadata["overdue"].value == "bms_csv; water_csv"
    assert check.metadata["bms_csv"].value == "2025-02-01T00:00:00+00:00"
    assert result.success


def test_sources_that_would_share_a_name_are_told_apart():
    found = source_keys([Source(match="a/*.csv"), Source(match="a_*.csv"), Source(match="*")])

    assert [key.path[-1] for key in found] == ["a_csv", "a_csv_2", "source", "plain_drop"]
