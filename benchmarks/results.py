"""The figures as people read them: a table with the goals beside it, and RESULTS.md."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

NAMES = {
    "ours": "wattledger",
    "duckdb": "hand-written DuckDB",
    "pandas": "pandas + pandera",
}
Medians = Mapping[str, Mapping[str, float]]


def table(medians: Medians) -> str:
    lines = ["| way | wall, s | CPU, s | peak, MB |", "| --- | ---: | ---: | ---: |"]
    lines += [
        f"| {NAMES[name]} | {one['wall']:.1f} | {one['cpu']:.1f} | {one['peak_mb']:.0f} |"
        for name, one in medians.items()
    ]
    lines += ["", "| goal | by wall time | by CPU time | |", "| --- | ---: | ---: | --- |"]
    return "\n".join([*lines, *_goals(medians)])


def _goals(medians: Medians) -> list[str]:
    ours, duckdb, pandas = (medians[name] for name in ("ours", "duckdb", "pandas"))
    slower = {key: ours[key] / duckdb[key] for key in ("wall", "cpu")}
    faster = {key: pandas[key] / ours[key] for key in ("wall", "cpu")}
    gigabytes = ours["peak_mb"] / 1024
    return [
        f"| at most 6 × the time of hand-written DuckDB | {slower['wall']:.1f} × "
        f"| {slower['cpu']:.1f} × | {_verdict(met=slower['wall'] <= 6)} |",
        f"| at least 3 × as fast as pandas + pandera | {faster['wall']:.2f} × "
        f"| {faster['cpu']:.2f} × | {_verdict(met=faster['wall'] >= 3)} |",
        f"| below 1.5 GB at its peak | {gigabytes:.2f} GB | | {_verdict(met=gigabytes < 1.5)} |",
    ]


def _verdict(*, met: bool) -> str:
    return "met" if met else "**not met**"


def write_results(path: Path, medians: Medians, conditions: Mapping[str, Any]) -> None:
    versions = ", ".join(f"{name} {one}" for name, one in conditions["versions"].items())
    low, high = conditions["load"]
    path.write_text(
        f"""# File to metrics, three ways

Measured on {conditions["date"]}: {conditions["rows"]:,} rows in {conditions["files"]} CSV files
({conditions["megabytes"]} MB), medians of {conditions["repeat"]} runs. This page is written by
`python -m benchmarks.run --write`.

{table(medians)}

Where we lose, the table says so.

## Conditions

- {conditions["cores"]} cores, {conditions["machine"]}, Python {conditions["python"]},
  {versions}.
- Each run is a whole process, from its start to its end; the three take turns. The machine was
  shared with other work: its load average was {low:.1f} to {high:.1f} as the runs began. CPU time
  suffers less from that than wall time. All three found the files in the page cache.
- DuckDB takes all cores, pandas one, and we one process for each core, as with
  `wattledger backfill --workers`. The peak is that of all processes together.
- All three read the same simulated drops and the same `meters.csv`, convert units, screen every
  row, count equal rows once, unwind rollovers, and sum by meter and hour (kept as Parquet), month
  and year. Every yearly total and metric of every run was the simulator's own to 1e-9; otherwise
  nothing would be printed here.
- wattledger does more on the way: it lands the bytes under their hash, keeps every reading with
  its file and line, calculates in exact decimals, gives hours, totals and metrics their bounds and
  coverage, and makes each partition restartable. The other two calculate in doubles, keep only
  hours and rejected rows, and start anew each time.
""",
        encoding="utf-8",
    )
