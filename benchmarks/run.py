"""File to metrics, three ways, each a whole process of its own; the table at the end says who won.

    python -m benchmarks.run [--interval 1min 5min] [--repeat 3] [--write] [--profile] [--out FILE]

The contenders take turns, so that a busy moment of the machine meets all of them. Before a figure
is printed, every yearly total and metric of every run must be the simulator's own to 1e-9.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from threading import Event, Thread

import psutil
from pyarrow import parquet

from benchmarks.estates import simulated
from benchmarks.figures import disagreements, read_figures
from benchmarks.results import Load, Run, table, write_results

CONTENDERS = {
    "ours": "benchmarks.ours",
    "duckdb": "benchmarks.by_duckdb",
    "pandas": "benchmarks.by_pandas",
}
#: Facilities of one simulated year, by the time between rows: ten to sixteen million rows.
FACILITIES = {"1min": 1, "5min": 3, "15min": 9}


def main() -> None:
    args = _arguments()
    if args.profile:
        _profile(estate_of(args.interval[0]))
        return
    loads = [_contest(interval, args.repeat) for interval in args.interval]
    runs = [run for load in loads for run in load.runs]
    conditions = {
        "repeat": args.repeat,
        "cores": len(os.sched_getaffinity(0)),
        "machine": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "versions": {
            name: version(name) for name in ("polars", "duckdb", "pandas", "pandera", "numpy")
        },
        "load": [min(run.load for run in runs), max(run.load for run in runs)],
        "date": datetime.now(UTC).date().isoformat(),
    }
    for load in loads:
        print(table(load))
    if args.out:
        document = {"conditions": conditions, "runs": [asdict(run) for run in runs]}
        args.out.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    if args.write:
        write_results(Path(__file__).with_name("RESULTS.md"), loads, conditions)


def _contest(interval: str, repeat: int) -> Load:
    """Every contender over one estate, in turns."""
    estate = estate_of(interval)
    rows, size = _extent(estate)
    runs: list[Run] = []
    for turn in range(repeat):
        for name, module in CONTENDERS.items():
            runs.append(measure(name, module, estate))
            print(f"{interval}, {turn + 1}/{repeat} {_told(runs[-1])}", file=sys.stderr)
    return Load(
        interval=interval,
        facilities=FACILITIES[interval],
        rows=rows,
        files=len(list(estate.glob("inbox/*/*.csv"))),
        megabytes=round(size / 1e6),
        runs=tuple(runs),
        medians={
            name: _median([one for one in runs if one.contender == name]) for name in CONTENDERS
        },
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument(
        "--interval", nargs="+", default=["1min", "5min"], choices=FACILITIES, help="between rows"
    )
    parser.add_argument("--repeat", type=int, default=3, help="runs of each contender")
    parser.add_argument("--out", type=Path, help="every run as JSON")
    parser.add_argument("--write", action="store_true", help="write benchmarks/RESULTS.md")
    parser.add_argument("--profile", action="store_true", help="only our own seconds by stage")
    return parser.parse_args()


def estate_of(interval: str) -> Path:
    """A simulated year with rows so far apart, kept for the next time."""
    facilities = FACILITIES[interval]
    name = f"{facilities}-facilities-{interval}"
    return simulated(name, facilities=facilities, years=1, interval=interval)


def _extent(estate: Path) -> tuple[int, int]:
    """Rows without headers, and bytes."""
    rows = size = 0
    for file in estate.glob("inbox/*/*.csv"):
        content = file.read_bytes()
        rows, size = rows + content.count(b"\n") - 1, size + len(content)
    return rows, size


def measure(contender: str, module: str, estate: Path) -> Run:
    """One process from start to end; its figures must be the true ones."""
    beside = estate.parent
    with tempfile.TemporaryDirectory(dir=beside) as work, tempfile.TemporaryFile("w+") as out:
        load = os.getloadavg()[0]
        begin = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", module, str(estate), str(Path(work) / "run")], stdout=out
        )
        with watched(process.pid) as peak:
            _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{contender} ended with {process.returncode}")
        stored = _bytes_a_reading(Path(work) / "run") if contender == "ours" else None
        out.seek(0)
        problems = disagreements(contender, read_figures(out.read()), estate)
    if problems:
        raise SystemExit("\n".join(problems))
    return Run(
        contender=contender,
        wall=wall,
        cpu=usage.ru_utime + usage.ru_stime,
        peak_mb=max(usage.ru_maxrss / 1024, max(peak, default=0.0)),
        load=load,
        bytes_a_reading=stored,
    )


def _bytes_a_reading(estate: Path) -> float:
    """What a reading takes in the lake, file and line included."""
    files = list((estate / "var" / "lake" / "readings").rglob("*.parquet"))
    rows = sum(parquet.read_metadata(one).num_rows for one in files)
    return sum(one.stat().st_size for one in files) / rows


@contextmanager
def watched(pid: int) -> Iterator[list[float]]:
    """What a process and its children hold together [MB], looked at ten times a second; what they
    share counts once."""
    found: list[float] = []
    ended = Event()

    def look() -> None:
        while not ended.wait(0.1):
            with suppress(psutil.NoSuchProcess):
                root = psutil.Process(pid)
                found.append(sum(_held(one) for one in (root, *root.children(recursive=True))))

    thread = Thread(target=look)
    thread.start()
    try:
        yield found
    finally:
        ended.set()
        thread.join()


def _held(process: psutil.Process) -> float:
    """Nothing where it has just ended."""
    try:
        return float(process.memory_full_info().pss) / 2**20
    except (psutil.NoSuchProcess, psutil.ZombieProcess, psutil.AccessDenied):
        return 0.0


def _profile(estate: Path) -> None:
    with tempfile.TemporaryDirectory(dir=estate.parent) as work:
        command = [sys.executable, "-m", CONTENDERS["ours"], "--profile", str(estate)]
        subprocess.run([*command, str(Path(work) / "run")], check=True, stdout=subprocess.DEVNULL)


def _median(runs: Sequence[Run]) -> dict[str, float]:
    def of(value: Callable[[Run], float]) -> float:
        return median(value(run) for run in runs)

    return {
        "wall": of(lambda run: run.wall),
        "cpu": of(lambda run: run.cpu),
        "peak_mb": of(lambda run: run.peak_mb),
    }


def _told(run: Run) -> str:
    return (
        f"{run.contender}: {run.wall:.1f} s, CPU {run.cpu:.1f} s, {run.peak_mb:.0f} MB "
        f"(load before it {run.load:.1f})"
    )


if __name__ == "__main__":
    main()
