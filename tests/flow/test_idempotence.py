"""The same files give the same bytes: run twice, in any order, month by month, side by side."""

import shutil
from datetime import datetime

import pytest

from tests.flow.eventful import LOCAL_MONTHS, eventful_estate, eventful_files
from tests.flow.small_estate import (
    done,
    drop,
    hashes,
    instants,
    meter,
    metrics,
    sql,
    totals,
    write_estate,
    write_file,
)

NOW = ("--now", "2025-06-01T00:00Z")


def land(estate, names, files=None):
    content = files or eventful_files()
    for name in names:
        write_file(estate / "inbox" / name, content[name])


def lake(estate):
    """Every Parquet file and manifest: readings, hours, totals, years, quarantine, candidates."""
    return hashes(estate / "var" / "lake", ".parquet", ".json")


def reports(estate):
    return hashes(estate / "var" / "reports")


def assert_same(estate, reference):
    assert lake(estate) == lake(reference)
    assert reports(estate) == reports(reference)
    assert warehouse(estate) == warehouse(reference)


def warehouse(estate):
    """The published tables; a DuckDB file's own bytes are not of interest."""
    names = ("totals", "metrics", "cells", "quarantine", "files", "meters", "facilities")
    return {name: sql(estate, f"SELECT * FROM {name}") for name in names}


def test_the_estate_is_eventful(undisturbed):
    """What follows would prove little over clean files."""
    rows = sql(undisturbed, "SELECT reasons, count(*) AS n FROM quarantine GROUP BY reasons")
    events = sql(undisturbed, "SELECT DISTINCT event FROM readings WHERE event IS NOT NULL")
    files = sql(undisturbed, "SELECT * FROM files")
    statuses = sql(undisturbed, "SELECT DISTINCT status FROM intervals ORDER BY status")

    assert {row["reasons"] for row in rows} == {
        "conflict",
        "contradicted",
        "dst_hole",
        "malformed_row",
        "unknown_meter",
        "unparsable_time",
        "unparsable_value",
        "unreadable_file",
    }
    assert [row["event"] for row in events] == ["rollover"]
    assert sum(file["duplicate"] for file in files) >= 50
    assert [row["status"] for row in statuses] == ["estimated", "measured", "missing"]
    assert len(lake(undisturbed)) > 100


def test_of_equal_rows_the_smallest_file_and_line_is_kept(undisturbed):
    """So that the order of arrival decides nothing."""
    query = (
        "SELECT DISTINCT f.path FROM readings r JOIN files f ON f.sha256 = r.file "
        "WHERE r.meter_id = 'bln.ups' AND r.measured_at = TIMESTAMPTZ '2025-03-01T12:00:00Z'"
    )
    paths = ("bln/2025-03.csv", "bln/2025-03_again.csv")
    held = {path: (undisturbed / "inbox" / path).read_text().splitlines() for path in paths}
    row = next(line for line in held[paths[1]] if line.startswith("bln.ups,2025-03-01T12"))
    files = {file["path"]: file["sha256"] for file in sql(undisturbed, "SELECT * FROM files")}

    [kept] = sql(undisturbed, query)

    assert all(row in lines for lines in held.values())
    assert kept["path"] == min(paths, key=files.__getitem__)
    # Inside one file the upper of two equal lines: line 61 stands again as line 101.
    twice = (undisturbed / "inbox" / "bln/2025-02.csv").read_text().splitlines()
    assert twice[60] == twice[100]
    lines = sql(
        undisturbed,
        "SELECT r.line FROM readings r JOIN files f ON f.sha256 = r.file "
        "WHERE f.path = 'bln/2025-02.csv' AND r.line IN (61, 101)",
    )
    assert lines == [{"line": 61}]


def test_a_second_backfill_changes_nothing_and_writes_nothing(undisturbed, tmp_path):
    estate = tmp_path / "estate"
    shutil.copytree(undisturbed, estate)
    before = lake(estate), reports(estate), _written(estate)

    done("backfill", estate, "--now", "2025-06-03T00:00Z")

    assert (lake(estate), reports(estate), _written(estate)) == before


def _written(estate):
    """When each file of the lake was last written, but for the mark of what is shown."""
    return {
        path: path.stat().st_mtime_ns
        for path in (estate / "var" / "lake").rglob("*.*")
        if path.name != "state.json"
    }


def test_deleted_results_come_back_the_same(undisturbed, tmp_path):
    estate = tmp_path / "estate"
    shutil.copytree(undisturbed, estate)
    for name in ("lake", "reports"):
        shutil.rmtree(estate / "var" / name)
    (estate / "var" / "warehouse.duckdb").unlink()

    done("backfill", estate, "--now", "2025-06-03T00:00Z")

    assert_same(estate, undisturbed)


def test_files_landed_one_by_one_and_backwards(undisturbed, tmp_path):
    estate = eventful_estate(tmp_path / "estate")
    names = sorted(eventful_files(), reverse=True)
    land(estate, names[: len(names) // 2])
    done("backfill", estate, *NOW)
    land(estate, names[len(names) // 2 :])

    done("backfill", estate, *NOW)

    assert_same(estate, undisturbed)


def test_other_names_of_the_same_files(undisturbed, tmp_path):
    """Names are shown on pages; no figure and no row of the lake rests on them."""
    estate = eventful_estate(tmp_path / "estate")
    for number, (name, content) in enumerate(reversed(eventful_files().items())):
        folder, _, rest = name.rpartition("/")
        stem = f"wide_{number:02d}" if rest.startswith("wide") else f"{number:02d}"
        write_file(estate / "inbox" / folder / f"{stem}.csv", content)

    done("backfill", estate, *NOW)

    parquet = [hashes(one / "var" / "lake", ".parquet") for one in (estate, undisturbed)]
    forms = [hashes(one / "var" / "reports" / "forms") for one in (estate, undisturbed)]
    assert parquet[0] == parquet[1]
    assert forms[0] == forms[1]


@pytest.mark.parametrize("order", ["forwards", "backwards"])
def test_month_by_month(undisturbed, tmp_path, order):
    estate = eventful_estate(tmp_path / "estate")
    land(estate, eventful_files())
    months = LOCAL_MONTHS if order == "forwards" else tuple(reversed(LOCAL_MONTHS))

    for month in months:
        done("backfill", estate, "--from", month, "--to", month, *NOW)

    assert_same(estate, undisturbed)


def test_facility_by_facility(undisturbed, tmp_path):
    estate = eventful_estate(tmp_path / "estate")
    land(estate, eventful_files())

    for facility in ("ccu", "bln"):
        done("backfill", estate, "--facility", facility, *NOW)

    assert_same(estate, undisturbed)


def test_two_workers(undisturbed, tmp_path):
    estate = eventful_estate(tmp_path / "estate")
    land(estate, eventful_files())

    done("backfill", estate, "--workers", "2", *NOW)

    assert_same(estate, undisturbed)


def _register(folder):
    write_estate(
        folder,
        facilities=[{"id": "a", "commissioned": "2025-01"}],
        meters=[meter("a.grid", "grid_import", "register", "kWh", max_rate=100)],
    )
    return [
        ("a.grid", stamp, 10 * n) for n, stamp in enumerate(instants("2025-01-01", "2025-07-01"))
    ]


def test_a_late_last_reading_corrects_the_next_month_too(tmp_path):
    """January's last reading is where February's first amount begins."""
    estate, global_pass = tmp_path / "late", tmp_path / "global"
    for folder in (estate, global_pass):
        rows = _register(folder)
        january = [row for row in rows if row[1] < "2025-01-31T20"]
        late = [("a.grid", "2025-01-31T23:00:00Z", 7435)]
        # February begins with the reading at 01:00; both months' border lies inside the gap.
        february = [row for row in rows if "2025-02-01T01" <= row[1] < "2025-03-01T00:30"]
        drop(folder, "a/2025-01.csv", january)
        drop(folder, "a/2025-02.csv", february)
        if folder is estate:
            done("backfill", folder, *NOW)
            before = totals(folder, "a", 2025, "--month", "2")["grid_import"]
        drop(folder, "a/2025-01_late.csv", late)

    done("backfill", estate, "--from", "2025-01", "--to", "2025-01", *NOW)
    done("backfill", global_pass, *NOW)

    after = totals(estate, "a", 2025, "--month", "2")["grid_import"]
    assert_same(estate, global_pass)
    assert after != before
    # 7435 at 23:00 and 7450 at 01:00: the hour from midnight takes half of 15 kWh, and 671 full
    # hours of 10 kWh follow.
    assert after["value"] == 7.5 + 671 * 10


def test_as_of_knows_only_the_files_of_then(tmp_path):
    """What an estate showed that never had the later files; months that came later are gone."""
    estate, then = tmp_path / "estate", tmp_path / "then"
    for folder in (estate, then):
        rows = _register(folder)
        drop(folder, "a/early.csv", [row for row in rows if row[1] < "2025-02-20"])
        done("backfill", folder, "--now", "2025-02-21T09:00Z")
    shown = totals(then, "a", 2025), metrics(then, "a", 2025)
    drop(estate, "a/later.csv", [row for row in rows if row[1] >= "2025-02-20"])
    drop(estate, "a/early.csv", [(m, at, n * 2) for m, at, n in rows if at < "2025-02-20"])
    done("backfill", estate, "--now", "2025-07-02T09:00Z")
    assert (totals(estate, "a", 2025), metrics(estate, "a", 2025)) != shown

    done("backfill", estate, "--as-of", "2025-03-01T00:00Z")

    assert (totals(estate, "a", 2025), metrics(estate, "a", 2025)) == shown
    assert sql(estate, "SELECT DISTINCT period FROM totals ORDER BY 1") == sql(
        then, "SELECT DISTINCT period FROM totals ORDER BY 1"
    )
    assert sql(estate, "SELECT max(measured_at) AS last FROM readings") == [
        {"last": "2025-02-19T23:00:00+00:00"}
    ]
    assert hashes(estate / "var" / "reports" / "forms") == hashes(
        then / "var" / "reports" / "forms"
    )

    done("backfill", estate)

    assert totals(estate, "a", 2025)["grid_import"]["coverage"] > 0.4


def test_the_time_before_the_first_arrival_knows_nothing(tmp_path):
    estate = tmp_path / "estate"
    drop(estate, "a/early.csv", [row for row in _register(estate) if row[1] < "2025-02-01"])
    done("backfill", estate, "--now", "2025-02-21T09:00Z")

    done("backfill", estate, "--as-of", "2025-02-20")

    found = totals(estate, "a", 2025)
    assert all(row["measured"] is None and row["value"] is None for row in found.values())


def test_deleting_from_the_inbox_loses_nothing(undisturbed, tmp_path):
    estate = tmp_path / "estate"
    shutil.copytree(undisturbed, estate)
    shutil.rmtree(estate / "inbox")
    (estate / "inbox").mkdir()
    shutil.rmtree(estate / "var" / "lake")

    done("backfill", estate, "--now", "2025-06-03T00:00Z")

    assert_same(estate, undisturbed)


def test_changed_bytes_under_a_name_supersede_the_older(tmp_path):
    """The months that only the older version held are gone with it."""
    estate, fresh = tmp_path / "estate", tmp_path / "fresh"
    rows = _register(estate)
    _register(fresh)
    shorter = [(m, at, n * 3) for m, at, n in rows if at < "2025-02-10"]
    drop(estate, "a/all.csv", [row for row in rows if row[1] < "2025-05-01"])
    done("backfill", estate, "--now", "2025-05-02")
    for folder in (estate, fresh):
        drop(folder, "a/all.csv", shorter)
        done("backfill", folder, "--now", "2025-05-03")

    files = sql(estate, "SELECT path, state FROM files ORDER BY state")
    assert [file["state"] for file in files] == ["current", "superseded"]
    assert totals(estate, "a", 2025) == totals(fresh, "a", 2025)
    query = "SELECT * EXCLUDE (file) FROM readings ORDER BY measured_at"
    assert sql(estate, query) == sql(fresh, query)
    months = [sql(one, "SELECT * FROM totals ORDER BY ALL") for one in (estate, fresh)]
    assert months[0] == months[1]


def test_the_same_bytes_under_two_names_count_once(tmp_path):
    estate, once = tmp_path / "estate", tmp_path / "once"
    for folder in (estate, once):
        rows = [row for row in _register(folder) if row[1] < "2025-02-01"]
        drop(folder, "a/one.csv", rows)
        if folder is estate:
            drop(folder, "a/two.csv", rows)
        done("backfill", folder, *NOW)

    [file] = sql(estate, "SELECT path, names, landed, kept, duplicate FROM files")
    assert file["path"] == "a/one.csv"
    assert (file["landed"], file["kept"], file["duplicate"]) == (744, 744, 0)
    assert "a/two.csv" in str(file["names"])
    assert totals(estate, "a", 2025) == totals(once, "a", 2025)


def test_arrival_times_are_those_of_now(undisturbed):
    files = done("status", undisturbed, "--json").json["files"]

    arrived = {datetime.fromisoformat(file["arrived_at"]) for file in files}
    assert arrived == {datetime.fromisoformat("2025-06-01T00:00:00+00:00")}
