"""A backfill builds what changed and what rests on it, says so, and leaves the rest as it is."""

import shutil
from datetime import UTC, datetime

import pytest

from pipelines.stages.partitions import Partitions
from pipelines.stages.reading import land, read_files
from pipelines.stages.workshop import open_workshop
from tests.flow.small_estate import (
    done,
    drop,
    hashes,
    instants,
    meter,
    write_estate,
    write_rows,
)

NOW = ("--now", "2026-02-01T00:00Z")
MONTHS = [f"{year}-{month:02d}" for year in (2024, 2025) for month in range(1, 13)]


def _rows(month, *, without=()):
    year, number = map(int, month.split("-"))
    last = f"{year + number // 12}-{number % 12 + 1:02d}-01"
    return [
        (name, stamp, value)
        for stamp in instants(f"{month}-01", last)
        for name, value in (("a.grid", 12), ("a.it", 10))
        if (name, stamp) not in without
    ]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """One site with two years of months, each a file; built by one command."""
    estate = write_estate(
        tmp_path_factory.mktemp("stale") / "estate",
        facilities=[{"id": "a", "commissioned": "2023-01", "grid_zone": "DE"}],
        meters=[
            meter("a.grid", "grid_import", "interval", "kWh", max_rate=50),
            meter("a.it", "it_input", "interval", "kWh", max_rate=50),
        ],
    )
    for month in MONTHS:
        drop(estate, f"a/{month}.csv", _rows(month))
    done("backfill", estate, *NOW)
    return estate


@pytest.fixture
def estate(built, tmp_path):
    """A copy that may be changed, times of its files and all."""
    copy = tmp_path / "estate"
    shutil.copytree(built, copy)
    return copy


def times(folder):
    return {
        path.relative_to(folder).as_posix(): path.stat().st_mtime_ns
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }


def written(before, after):
    return sorted(name for name in after if after[name] != before.get(name))


def assert_as_built_anew(estate, tmp_path):
    """What a backfill left standing is what one over an empty ``var`` makes."""
    other = tmp_path / "other"
    shutil.copytree(estate, other, ignore=shutil.ignore_patterns("lake", "reports", "dagster"))
    (other / "var" / "warehouse.duckdb").unlink()
    done("backfill", other, *NOW)
    for part in ("lake", "reports"):
        folders = (one / "var" / part for one in (estate, other))
        found, expected = (hashes(one, ".parquet", ".html", ".csv", ".json") for one in folders)
        assert {name for name in expected if found.get(name) != expected[name]} == set()


def test_nothing_new_is_said_and_nothing_written(estate):
    before = times(estate / "var" / "lake") | times(estate / "var" / "reports")

    said = done("backfill", estate, *NOW).err

    assert "inbox: no new file" in said
    assert "to build: 0 of 24 months at 1 facility" in said
    assert "nothing changed: what is published stands" in said
    after = times(estate / "var" / "lake") | times(estate / "var" / "reports")
    assert written(before, after) in ([], ["state.json"])


def test_a_corrected_month_is_built_and_what_rests_on_it(estate, tmp_path):
    drop(estate, "a/2025-06.csv", _rows("2025-06", without={("a.it", "2025-06-10T05:00:00Z")}))
    lake, reports = estate / "var" / "lake", estate / "var" / "reports"
    before = times(lake), times(reports)

    said = done("backfill", estate, *NOW).err

    assert "inbox: 1 file to land and read" in said
    # The months beside it are judged by its readings: whether that changes them is seen there.
    assert "to build: 3 of 24 months" in said
    assert "a: 2025-05 to 2025-07" in said
    in_lake = written(before[0], times(lake))
    months = {name.split("/")[2] for name in in_lake if name.startswith("readings/")}
    assert months == {"2025-05", "2025-06", "2025-07"}
    hours = {name.split("/")[2] for name in in_lake if name.startswith("intervals/")}
    assert hours == {"2025-05", "2025-06", "2025-07"}
    years = {name.split("/")[2] for name in in_lake if name.startswith("years/")}
    assert years == {"2025"}
    pages = written(before[1], times(reports))
    assert "a-2025.html" in pages
    assert "estate-2025.html" in pages
    assert not [name for name in pages if "a-2024" in name or "estate-2024" in name]
    assert_as_built_anew(estate, tmp_path)


def test_two_months_far_apart_are_two_ranges(estate):
    for month in ("2024-02", "2025-11"):
        drop(estate, f"a/{month}.csv", _rows(month, without={("a.it", f"{month}-10T05:00:00Z")}))

    said = done("backfill", estate, *NOW).err

    assert "to build: 6 of 24 months" in said
    assert "a: 2024-01 to 2024-03" in said
    assert "a: 2025-10 to 2025-12" in said


def test_an_edit_makes_its_month_stale(estate, tmp_path):
    write_rows(
        estate / "registers" / "edits.csv",
        [
            {
                "edit_id": "1",
                "meter_id": "a.it",
                "start": "2024-03-05T00:00:00Z",
                "end": "2024-03-05T06:00:00Z",
                "value": "30",
                "author": "M. Jensen",
                "reason": "meter was bypassed",
                "evidence": "ticket 7",
            }
        ],
    )

    said = done("backfill", estate, *NOW).err

    assert "to build: 3 of 24 months" in said
    assert "a: 2024-02 to 2024-04" in said
    assert_as_built_anew(estate, tmp_path)


def test_factors_make_years_stale_and_no_month(estate):
    write_rows(
        estate / "registers" / "factors" / "grid.csv",
        [
            {
                "kind": "location",
                "key": "DE",
                "valid_from": "2024-01-01",
                "valid_to": "2025-12-31",
                "value": "0.4",
                "unit": "kg/kWh",
                "gases": "co2e",
                "source": "somebody",
                "edition": "2025",
            }
        ],
    )
    before = times(estate / "var" / "lake")

    said = done("backfill", estate, *NOW).err

    assert "to build: 0 of 24 months" in said
    assert "publishing" in said
    names = written(before, times(estate / "var" / "lake"))
    assert {name.split("/")[2] for name in names if name.startswith("years/")} == {"2024", "2025"}
    assert not [name for name in names if name.startswith(("readings/", "intervals/", "totals/"))]


@pytest.mark.parametrize(
    "gone",
    [
        "readings/a/2024-05/power.parquet",
        "ends/a/2024-05/power.parquet",
        "covered/a/2024-05/power.json",
        "covered/a/2024-05/power.parquet",
        "findings/a/2024-05.parquet",
        "intervals/a/2024-05/power.parquet",
        "totals/a/2024-05.json",
    ],
)
def test_what_was_deleted_is_built_again(estate, gone):
    lake = estate / "var" / "lake"
    expected = hashes(lake, ".parquet")
    (lake / gone).unlink()

    said = done("backfill", estate, *NOW).err

    assert "to build: 0 of" not in said
    assert hashes(lake, ".parquet") == expected


@pytest.mark.parametrize("last", ["readings", "findings", "intervals", "totals"])
def test_what_was_stopped_half_way_goes_on(estate, tmp_path, last):
    """The month's readings are new and what rests on them is not: as after a kill."""
    drop(estate, "a/2025-06.csv", _rows("2025-06", without={("a.it", "2025-06-10T05:00:00Z")}))
    shop = open_workshop(estate)
    land(shop, datetime(2026, 2, 1, tzinfo=UTC))
    read_files(open_workshop(estate))
    partitions = Partitions(open_workshop(estate), "a")
    stages = ("readings", "findings", "intervals", "totals")
    for stage in stages[: stages.index(last) + 1]:
        getattr(partitions, f"build_{stage}")(["2025-05", "2025-06", "2025-07"])

    said = done("backfill", estate, *NOW).err

    assert ("to build: 0 of" in said) == (last == "totals")
    assert_as_built_anew(estate, tmp_path)


def test_a_deleted_page_is_published_again(estate):
    page = estate / "var" / "reports" / "a-2024.html"
    content = page.read_bytes()
    shutil.rmtree(estate / "var" / "reports")

    done("backfill", estate, *NOW)

    assert page.read_bytes() == content
