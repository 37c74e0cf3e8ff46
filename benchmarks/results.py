"""The figures as people read them: a table with the goals beside it, and RESULTS.md."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NAMES = {
    "ours": "wattledger",
    "duckdb": "hand-written DuckDB",
    "pandas": "pandas + pandera",
}
Medians = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, kw_only=True)
class Run:
    """One process, from its start to its end."""

    contender: str
    wall: float
    cpu: float
    peak_mb: float
    load: float
    bytes_a_reading: float | None = None


@dataclass(frozen=True, kw_only=True)
class Load:
    """One simulated year, and how every contender did with it."""

    interval: str
    facilities: int
    rows: int
    files: int
    megabytes: int
    runs: tuple[Run, ...]
    medians: Medians


def table(load: Load) -> str:
    head = (
        f"A reading every {load.interval}: {load.rows:,} rows in {load.files} files, "
        f"{load.megabytes} MB, {load.facilities} facilities"
    )
    lines = [head, "", "| way | wall, s | CPU, s | peak, MB |", "| --- | ---: | ---: | ---: |"]
    lines += [
        f"| {NAMES[name]} | {one['wall']:.1f} | {one['cpu']:.1f} | {one['peak_mb']:.0f} |"
        for name, one in load.medians.items()
    ]
    lines += ["", "| goal | by wall time | by CPU time | |", "| --- | ---: | ---: | --- |"]
    [stored] = {run.bytes_a_reading for run in load.runs if run.bytes_a_reading is not None}
    verdict = _verdict(met=stored <= 4.5)
    small = f"| at most 4.5 bytes a reading in the lake | {stored:.2f} | | {verdict} |"
    return "\n".join([*lines, *_goals(load.medians), small, ""])


def _goals(medians: Medians) -> list[str]:
    ours, duckdb, pandas = (medians[name] for name in ("ours", "duckdb", "pandas"))
    slower = {key: ours[key] / duckdb[key] for key in ("wall", "cpu")}
    faster = {key: pandas[key] / ours[key] for key in ("wall", "cpu")}
    return [
        f"| at most 3 × the time of hand-written DuckDB | {slower['wall']:.1f} × "
        f"| {slower['cpu']:.1f} × | {_verdict(met=slower['wall'] <= 3)} |",
        f"| at least 3.5 × as fast as pandas + pandera | {faster['wall']:.2f} × "
        f"| {faster['cpu']:.2f} × | {_verdict(met=faster['wall'] >= 3.5)} |",
        f"| at most 1 GiB at its peak | {ours['peak_mb'] / 1024:.2f} GiB | "
        f"| {_verdict(met=ours['peak_mb'] <= 1024)} |",
    ]


def _verdict(*, met: bool) -> str:
    return "met" if met else "**not met**"


def write_results(path: Path, loads: Sequence[Load], conditions: Mapping[str, Any]) -> None:
    tables = "\n".join(f"## {table(load)}" for load in loads)
    versions = ", ".join(f"{name} {one}" for name, one in conditions["versions"].items())
    low, high = conditions["load"]
    path.write_text(
        f"""# File to metrics, three ways

Measured on {conditions["date"]}: a simulated year, once with a reading a minute and once with one
every five, medians of {conditions["repeat"]} runs. This page is written by
`python -m benchmarks.run --write`.

{tables}
Where we lose, the tables say so. What a month of a facility costs however few rows it has (rules,
estimates, every metric) weighs more the fewer rows there are.

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
