"""The warehouse is a product: any DuckDB client reads it, at any time, from anywhere."""

import shutil
import threading
from pathlib import Path

import duckdb
import pytest

from tests.flow.eventful import eventful_estate, eventful_files
from tests.flow.small_estate import alone, done, drop, hashes, run, sql, started, write_file

DOMAINS = {
    "power": "bln.ups",
    "water": "bln.water",
    "cooling": "bln.heat",
    "renewables": "bln.sun",
    "equipment": "bln.cpu",
}
TABLES = {
    *(
        "balances",
        "cells",
        "edits",
        "facilities",
        "files",
        "findings",
        "fixes",
        "meters",
        "metrics",
    ),
    *("capacities", "certificates", "forecasts", "incidents", "limits", "quarantine"),
    *("tenants", "totals"),
}
NOW = ("--now", "2025-06-01T00:00Z")


def select(path: Path, query: str) -> list[tuple]:
    """A fresh client that knows nothing of ours."""
    connection = duckdb.connect(str(path), read_only=True)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


BY_DOMAIN = (
    "SELECT m.domain, count(*) FROM readings r JOIN "
    "(SELECT DISTINCT meter_id, domain FROM meters) m USING (meter_id) GROUP BY ALL ORDER BY ALL"
)


def test_any_client_reads_all_five_domains(undisturbed):
    found = select(undisturbed / "var" / "warehouse.duckdb", BY_DOMAIN)

    assert [domain for domain, _ in found] == sorted(DOMAINS)
    assert all(count > 1000 for _, count in found)


def test_after_the_estate_has_moved_and_from_another_folder(undisturbed, tmp_path, monkeypatch):
    before = select(undisturbed / "var" / "warehouse.duckdb", BY_DOMAIN)
    moved = tmp_path / "elsewhere" / "it's here"
    shutil.copytree(undisturbed, tmp_path / "copy")
    moved.parent.mkdir()
    (tmp_path / "copy").rename(moved)
    monkeypatch.chdir(moved / "var")

    relative = select(Path("warehouse.duckdb"), BY_DOMAIN)
    absolute = select(moved / "var" / "warehouse.duckdb", BY_DOMAIN)
    monkeypatch.chdir(tmp_path)
    by_command = sql(moved, BY_DOMAIN)
    by_relative_command = sql(Path("elsewhere/it's here"), BY_DOMAIN)

    assert before == relative == absolute
    assert [tuple(row.values()) for row in by_command] == before
    assert by_relative_command == by_command


def test_tables_and_views(undisturbed):
    rows = sql(
        undisturbed, "SELECT table_name, table_type FROM information_schema.tables ORDER BY ALL"
    )

    found = {row["table_name"]: row["table_type"] for row in rows}
    assert {name for name, kind in found.items() if kind == "BASE TABLE"} == TABLES
    assert {name for name, kind in found.items() if kind == "VIEW"} == {"readings", "intervals"}


def test_totals_are_the_sums_of_their_hours(undisturbed):
    rows = sql(
        undisturbed,
        "SELECT t.value, (SELECT sum(i.value) FROM intervals i WHERE i.meter_id = 'bln.ups' "
        "AND i.start >= t.period_start AND i.start < t.period_end) AS hours FROM totals t "
        "WHERE t.quantity = 'ups_output' AND t.facility_id = 'bln' AND t.period = '2025-04'",
    )

    [row] = rows
    assert row["value"] == row["hours"] > 100_000


@pytest.mark.parametrize(
    "query",
    [
        "INSERT INTO totals SELECT * FROM totals",
        "UPDATE totals SET value = 1",
        "DELETE FROM totals",
        "DROP TABLE totals",
        "CREATE TABLE mine AS SELECT 1",
        "CREATE TEMP TABLE mine AS SELECT 1",
        "ATTACH 'other.duckdb'",
        "COPY totals TO 'stolen.csv'",
        "COPY (SELECT 1) TO '/tmp/stolen.csv'",
        "EXPORT DATABASE 'stolen'",
        "SELECT 1; SELECT 2",
        "SELECT 1; DROP TABLE totals",
        "SET threads = 1",
        "SET enable_external_access = true",
        "RESET lock_configuration",
        "PRAGMA database_size",
        "INSTALL httpfs",
        "LOAD httpfs",
        "CALL pragma_version()",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM read_text('ESTATE/estate.yaml')",
        "SELECT * FROM read_text('ESTATE/var/lake/../../estate.yaml')",
        "SELECT * FROM read_blob('ESTATE/var/lake/../landing/arrivals.jsonl')",
        "SELECT * FROM glob('/etc/*')",
        "FROM read_csv('http://127.0.0.1:9/x.csv')",
        "nonsense",
        "",
    ],
)
def test_sql_refuses_everything_but_one_select_on_the_warehouse(undisturbed, query):
    before = hashes(undisturbed / "var", ".duckdb")

    answer = run("sql", undisturbed, query.replace("ESTATE", str(undisturbed)))

    assert answer.code == 2
    assert answer.out == ""
    assert answer.err.startswith("wattledger: ")
    assert "Traceback" not in answer.err
    assert hashes(undisturbed / "var", ".duckdb") == before


def test_sql_before_the_first_backfill_says_what_to_do(tmp_path):
    answer = run("sql", eventful_estate(tmp_path), "SELECT 1")

    assert answer.code == 2
    assert "wattledger backfill" in answer.err


def test_a_reader_of_the_old_warehouse_is_not_disturbed(undisturbed, tmp_path):
    estate = tmp_path / "estate"
    shutil.copytree(undisturbed, estate)
    path = estate / "var" / "warehouse.duckdb"
    question = "SELECT sum(measured) FROM totals WHERE quantity = 'ups_output'"
    reader = duckdb.connect(str(path), read_only=True)
    before = reader.execute(question).fetchall()
    drop(estate, "bln/more.csv", [("bln.ups", "2025-05-01T10:00:00Z", 123)])

    done("backfill", estate, *NOW)

    still, now = reader.execute(question).fetchall(), select_elsewhere(path, question, tmp_path)
    reader.close()
    assert still == before
    assert now != before


def select_elsewhere(path, query, folder):
    """The new file under another name: one process opens one path only once."""
    copy = folder / "copy.duckdb"
    shutil.copyfile(path, copy)
    return select(copy, query)


def test_a_reader_during_a_backfill_never_fails(undisturbed, tmp_path):
    """Reads all the time, in a client of its own, while every partition is built anew."""
    estate = tmp_path / "estate"
    shutil.copytree(undisturbed, estate)
    path = estate / "var" / "warehouse.duckdb"
    drop(estate, "bln/more.csv", [("bln.ups", "2025-05-01T10:00:00Z", 123)])
    # Another maximum rate is another input: all readings and hours are written anew.
    register = (estate / "meters.csv").read_text()
    (estate / "meters.csv").write_text(register.replace(",400,", ",401,"))
    assert (estate / "meters.csv").read_text() != register
    seen, failures, stop = [], [], threading.Event()

    def read():
        while not stop.is_set():
            try:
                seen.append(select(path, "SELECT count(*), sum(value) FROM readings"))
                seen.append(select(path, "SELECT count(*), sum(value) FROM totals"))
            except duckdb.Error as error:
                failures.append(str(error))

    reader = threading.Thread(target=read)
    reader.start()
    try:
        answer = alone("backfill", estate, *NOW)
    finally:
        stop.set()
        reader.join()

    assert answer.code == 0, answer.err
    assert failures == []
    assert len(seen) > 5


@pytest.mark.slow
def test_backfills_at_once_are_as_good_as_one(undisturbed, tmp_path):
    estate = eventful_estate(tmp_path / "estate")
    for name, content in eventful_files().items():
        write_file(estate / "inbox" / name, content)

    together = [started("backfill", estate, *NOW) for _ in range(3)]
    answers = [process.communicate(timeout=300) for process in together]

    assert [process.returncode for process in together] == [0, 0, 0], answers
    waited = ["another backfill of this estate is running" in err for _, err in answers]
    assert sorted(waited) == [False, True, True]
    assert hashes(estate / "var" / "lake", ".parquet", ".json") == hashes(
        undisturbed / "var" / "lake", ".parquet", ".json"
    )
    assert hashes(estate / "var" / "reports") == hashes(undisturbed / "var" / "reports")
    question = "SELECT * FROM totals ORDER BY ALL"
    assert sql(estate, question) == sql(undisturbed, question)
