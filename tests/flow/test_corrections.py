"""Late data and corrections: what is recomputed, what moves, and what was known when."""

import shutil
from datetime import UTC, datetime

import pytest

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
)

YEARS = (2022, 2023, 2024)
FIRST, SECOND = "2025-02-01T00:00Z", "2025-03-01T00:00Z"
AMOUNTS = {"fra1.grid": 150, "fra1.it": 100, "fra1.water": 2}


def amount(name, at):
    """A day's shape, so that no two hours in a row are equal."""
    return AMOUNTS[name] + datetime.fromisoformat(at).hour % 12


def rows(names, first, last, change=0):
    return [(name, at, amount(name, at) + change) for name in names for at in instants(first, last)]


@pytest.fixture(scope="module")
def three_years(tmp_path_factory):
    """Three years in a file per month, backfilled in February 2025."""
    estate = write_estate(
        tmp_path_factory.mktemp("corrections") / "estate",
        facilities=[{"id": "fra1"}],
        meters=[
            meter("fra1.grid", "grid_import", "interval", "kWh", max_rate=1000),
            meter("fra1.it", "ups_output", "interval", "kWh", max_rate=1000),
            meter("fra1.water", "potable_water", "interval", "m3", max_rate=100),
        ],
    )
    months = [f"{year}-{month:02d}" for year in YEARS for month in range(1, 13)]
    for month, following in zip(months, [*months[1:], "2025-01"], strict=True):
        spans = rows(AMOUNTS, f"{month}-01", f"{following}-01")
        drop(estate, f"fra1/{month}.csv", spans)
    done("backfill", estate, "--now", FIRST)
    return estate


@pytest.fixture
def estate(three_years, tmp_path):
    """A copy of one's own; file times stay what they were."""
    return shutil.copytree(three_years, tmp_path / "estate", copy_function=shutil.copy2)


def written(estate, since):
    """Partitions of the lake written since then: table and month or year."""
    lake = estate / "var" / "lake"
    found = {
        path.relative_to(lake).parts
        for path in lake.rglob("*.parquet")
        if path.stat().st_mtime_ns >= since
    }
    months = {table: set() for table in ("readings", "covered", "findings", "intervals", "totals")}
    for table, _, *rest in found:
        if table in months:
            months[table].add(rest[0].removesuffix(".parquet"))
    return months, {rest[0] for table, _, *rest in found if table == "years"}


def corrected_day(estate):
    """One day of the grid meter again, 10 kWh more each hour, under the old name."""
    path = estate / "inbox" / "fra1" / "2023-06.csv"
    lines = path.read_text().splitlines()
    day = "2023-06-14T"
    mended = [
        f"{line.rsplit(',', 1)[0]},{int(line.rsplit(',', 1)[1]) + 10}"
        if line.startswith("fra1.grid") and day in line
        else line
        for line in lines
    ]
    assert sum(one != other for one, other in zip(lines, mended, strict=True)) == 24
    path.write_text("\n".join(mended) + "\n")


def test_a_corrected_day_recomputes_only_the_months_whose_window_holds_it(estate):
    since = datetime.now(UTC).timestamp() * 1e9
    corrected_day(estate)

    done("backfill", estate, "--now", SECOND)

    months, years = written(estate, since)
    # Readings are judged beside their neighbours: looked at again, they come out as they were.
    assert months["readings"] == {"2023-05", "2023-06", "2023-07"}
    assert months["covered"] == {"2023-06"}
    assert months["findings"] <= {"2023-05", "2023-06", "2023-07"}
    assert "2023-06" in months["intervals"]
    assert months["intervals"] <= {f"2023-{month:02d}" for month in range(4, 9)}
    assert "2023-06" in months["totals"]
    assert years == {"2023"}


def test_the_change_report_lists_exactly_what_moved_and_the_file(estate):
    before = {year: (totals(estate, "fra1", year), metrics(estate, "fra1", year)) for year in YEARS}
    corrected_day(estate)

    done("backfill", estate, "--now", SECOND)

    report = done("changes", estate, "--json").json
    moved = {(one["name"], one["category"], one["period"]) for one in report["changes"]}
    assert moved >= {
        (name, category, period)
        for name, category in (
            *(("grid_import", ""), ("edc", ""), ("pue", "1"), ("electricity", "purchased")),
            *(("edc_carrier", "grid_import"), ("energy_budget", "remainder")),
        )
        for period in ("2023", "2023-06")
    }
    resting = {
        (row["metric"], row["category"])
        for row in sql(estate, "SELECT metric, category, inputs FROM metrics")
        if "grid_import" in row["inputs"]
    }
    assert {period for _, _, period in moved} == {"2023", "2023-06"}
    assert {(name, category) for name, category, _ in moved} <= {("grid_import", ""), *resting}
    grid = next(
        one for one in report["changes"] if (one["name"], one["period"]) == ("grid_import", "2023")
    )
    assert grid["difference"] == 240
    assert grid["before"]["value"] == before[2023][0]["grid_import"]["value"]
    assert grid["after"]["value"] == totals(estate, "fra1", 2023)["grid_import"]["value"]
    assert [one["verb"] for one in report["files"]] == ["arrived", "superseded"]
    assert {one["path"] for one in report["files"]} == {"fra1/2023-06.csv"}
    assert all("fra1/2023-06.csv arrived" in one["causes"][0] for one in report["changes"])
    for year in (2022, 2024):
        assert (totals(estate, "fra1", year), metrics(estate, "fra1", year)) == before[year]


def test_a_backfill_that_moves_nothing_adds_no_report(estate):
    assert done("changes", estate, "--json").json["changes"] == []

    done("backfill", estate, "--now", SECOND)

    assert not (estate / "var" / "changes").exists()
    assert "no figure has moved" in done("changes", estate).out


def test_a_change_of_configuration_is_told_by_its_file(estate):
    register = estate / "meters.csv"
    register.write_text(register.read_text().replace("potable_water", "rain_water"))

    done("backfill", estate, "--now", SECOND)

    report = done("changes", estate, "--json").json
    assert report["others"] == ["meters.csv changed"]
    assert {one["name"] for one in report["changes"]} >= {"potable_water", "rain_water", "win_pot"}


def test_what_was_known_then_is_rebuilt_byte_for_byte(estate):
    """Late data move figures; with ``--as-of`` they are what they were before it came."""
    known = hashes(estate / "var" / "lake" / "years", ".parquet")
    hours = hashes(estate / "var" / "lake" / "intervals", ".parquet")
    corrected_day(estate)
    done("backfill", estate, "--now", SECOND)
    assert hashes(estate / "var" / "lake" / "years", ".parquet") != known

    done("backfill", estate, "--now", SECOND, "--as-of", "2025-02-15T00:00Z")

    assert hashes(estate / "var" / "lake" / "years", ".parquet") == known
    assert hashes(estate / "var" / "lake" / "intervals", ".parquet") == hours
    verbs = {one["verb"] for one in done("changes", estate, "--json").json["files"]}
    assert verbs == {"arrived", "not yet known"}
