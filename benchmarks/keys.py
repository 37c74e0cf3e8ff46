"""What an estate of very many partitions costs those who look at it.

    python -m benchmarks.keys [--keys 100000] [--repeat 5] [--write]

One simulated site of ten years is built for real. Its rows of the warehouse, and its readiness,
are then multiplied to as many sites as make so many facility-months, and Dagster is told that each
was built. What is timed is what a person waits for: `wattledger status`, and Dagster's pages in
Chromium.
"""

import argparse
import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median

import dagster as dg
import duckdb
import psutil
import yaml

from benchmarks.estates import FOLDER, hourly
from pipelines.defs.build import build_definitions
from pipelines.defs.instance import instance_of
from tests.e2e.serving import chromium
from tests.flow.servers import free_port, running

PAGE = Path(__file__).with_name("KEYS.md")
YEARS, STATUS_S = 10, 2.0
NOW = "2026-02-01T00:00:00Z"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.keys", description=__doc__)
    parser.add_argument("--keys", type=int, default=100_000)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--write", action="store_true", help="write benchmarks/KEYS.md")
    args = parser.parse_args()
    sites = -(-args.keys // (YEARS * 12))
    with tempfile.TemporaryDirectory(dir=FOLDER.parent) as beside:
        estate = Path(beside) / "estate"
        shutil.copytree(hourly(1, YEARS), estate)
        command("backfill", estate, "--now", NOW)
        one = [command("status", estate, "--now", NOW) for _ in range(args.repeat)]
        multiply(estate, sites)
        many = [command("status", estate, "--now", NOW) for _ in range(args.repeat)]
        seconds = told_built(estate)
        print(f"{seconds:.0f} s to tell Dagster", file=sys.stderr)
        pages, memory = dagster_pages(estate, args.repeat)
    text = told(args=args, sites=sites, one=one, many=many, pages=pages, memory=memory)
    print(text)
    if args.write:
        PAGE.write_text(text, encoding="utf-8")


def command(*arguments: object) -> float:
    """Seconds of a whole command."""
    begin = time.perf_counter()
    program = [sys.executable, "-m", "pipelines.cli.start", *map(str, arguments)]
    subprocess.run(program, check=True, capture_output=True)
    return time.perf_counter() - begin


def multiply(estate: Path, sites: int) -> None:
    """The site's configuration, published rows and readiness once more for each further site."""
    described = yaml.safe_load((estate / "estate.yaml").read_text(encoding="utf-8"))
    [first] = described["facilities"]
    names = [f"s{number:04d}" for number in range(1, sites)]
    described["facilities"] += [{**first, "id": name, "name": name} for name in names]
    described.setdefault("policies", {})["first_month"] = f"{2026 - YEARS}-01"
    (estate / "estate.yaml").write_text(yaml.safe_dump(described), encoding="utf-8")
    with (estate / "meters.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with (estate / "meters.csv").open("a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        grid = next(row for row in rows if row["quantity"] == "grid_import")
        for name in names:
            own = {"meter_id": f"{name}.grid", "facility_id": name, "parent": ""}
            writer.writerow({**grid, **own})
    with duckdb.connect(str(estate / "var" / "warehouse.duckdb")) as warehouse:
        for (table,) in warehouse.execute(
            "SELECT table_name FROM duckdb_columns() JOIN duckdb_tables() USING (table_name) "
            "WHERE column_name = 'facility_id'"
        ).fetchall():
            warehouse.execute(
                f"INSERT INTO {table} SELECT t.* REPLACE (format('s{{:04d}}', i) AS facility_id) "
                f"FROM {table} t CROSS JOIN range(1, {sites}) AS r(i)"
            )
    current = json.loads((estate / "var" / "viewer" / "current.json").read_bytes())
    path = estate / "var" / "viewer" / current["readiness"]
    ready = json.loads(path.read_bytes())
    path.write_text(
        json.dumps([{**row, "facility": n} for n in (first["id"], *names) for row in ready])
    )


def told_built(estate: Path) -> float:
    """Tells Dagster that every month of every site was built, as a backfill does; in what time."""
    definitions = build_definitions(estate)
    months = definitions.resolve_asset_graph().get(dg.AssetKey("totals")).partitions_def
    assert months is not None
    begin = time.perf_counter()
    with instance_of(estate) as instance:
        for key in months.get_partition_keys():
            if str(key).rsplit("|", 1)[1] < "2026-01":
                event = dg.AssetMaterialization(asset_key="totals", partition=str(key))
                instance.report_runless_asset_event(event)
    return time.perf_counter() - begin


@contextmanager
def webserver(estate: Path) -> Iterator[tuple[str, psutil.Process]]:
    """Dagster's own pages over the estate."""
    port = free_port()
    os.environ |= {
        "WATTLEDGER_ESTATE": str(estate),
        "DAGSTER_HOME": str(estate / "var" / "dagster"),
    }
    program = [
        sys.executable, "-m", "dagster_webserver", "-m", "pipelines.definitions",
        "-h", "127.0.0.1", "-p", str(port),
    ]  # fmt: skip
    with running(program, f"http://127.0.0.1:{port}/server_info", estate.parent) as url:
        [process] = [
            one
            for one in psutil.process_iter(["cmdline"])
            if str(port) in (one.info["cmdline"] or [])
        ]
        yield url.removesuffix("/server_info"), process


def dagster_pages(estate: Path, repeat: int) -> tuple[dict[str, list[float]], float]:
    """Seconds until each page shows what it is for, and the memory that the server then has."""
    pages = {
        "an asset's partitions": ("assets/totals?view=partitions", "text=/Materialized \\(\\d/"),
        "the runs": ("runs", "text=/runs/i"),
    }
    found: dict[str, list[float]] = {name: [] for name in pages}
    with webserver(estate) as (address, process), chromium() as browser:
        for _ in range(repeat):
            for name, (path, shown) in pages.items():
                page = browser.new_page(viewport={"width": 1400, "height": 900})
                begin = time.perf_counter()
                page.goto(f"{address}/{path}")
                page.locator(shown).first.wait_for(timeout=180_000)
                page.wait_for_load_state("networkidle", timeout=180_000)
                found[name].append(time.perf_counter() - begin)
                page.close()
                print(f"{name}: {found[name][-1]:.1f} s", file=sys.stderr)
        family = [process, *process.children(recursive=True)]
        memory = sum(one.memory_info().rss for one in family) / 2**30
    return found, memory


def told(
    *,
    args: argparse.Namespace,
    sites: int,
    one: list[float],
    many: list[float],
    pages: dict[str, list[float]],
    memory: float,
) -> str:
    """The page."""
    status = median(many)
    opened = "\n".join(
        f"| Dagster: {name} (first {times[0]:.1f} s) | {median(times):.1f} |"
        for name, times in pages.items()
    )
    met = "met" if status <= STATUS_S else "**not met**"
    return f"""# Very many partitions

Measured on {datetime.now(UTC):%Y-%m-%d}: {sites} facilities and {YEARS} years,
{sites * YEARS * 12:,} facility-months, medians of {args.repeat}; Dagster {version("dagster")},
DuckDB {version("duckdb")}, {os.cpu_count()} cores. One site was built, its published rows were
multiplied, and Dagster was told of every month. This page is written by
`python -m benchmarks.keys --write`.

| | s |
| --- | ---: |
| `wattledger status`, one facility | {median(one):.2f} |
| `wattledger status`, all of them | {status:.2f} |
{opened}

Dagster's server and its code location then take {memory:.1f} GiB.

| goal | | |
| --- | ---: | --- |
| `wattledger status` at most {STATUS_S:.0f} s | {status:.2f} s | {met} |
| Dagster's asset page opens | {median(pages["an asset's partitions"]):.1f} s | met |
"""


if __name__ == "__main__":
    main()
