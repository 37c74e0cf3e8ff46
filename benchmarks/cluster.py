"""What a second worker adds on the cluster profile, and what the profile itself costs.

    python -m benchmarks.cluster [--facilities 4] [--repeat 3] [--write]

Whole backfills of the same estate (a year of readings every 15 minutes), in turns: on one machine
alone, then by one and by two workers that share this machine with PostgreSQL, Redis and an S3
server, each a process with one thread. The bytes of all are compared.
"""

import argparse
import hashlib
import os
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median

from benchmarks.estates import FOLDER, simulated
from tests.flow.machines import Cluster, cluster

PAGE = Path(__file__).with_name("CLUSTER.md")
NOW = ("--now", "2026-02-01T00:00:00Z")
GOAL = 1.3


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cluster", description=__doc__)
    parser.add_argument("--facilities", type=int, default=4)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="write benchmarks/CLUSTER.md")
    args = parser.parse_args()
    name = f"{args.facilities}-facilities-1-year-15min"
    source = simulated(name, facilities=args.facilities, years=1, interval="15min")
    spent: dict[int, list[float]] = defaultdict(list)
    seen: set[str] = set()
    for _ in range(args.repeat):
        for workers in (0, 1, 2):
            seconds, digest = backfill(source, workers)
            spent[workers].append(seconds)
            seen.add(digest)
            print(f"{workers} workers: {seconds:.1f} s", file=sys.stderr)
    text = told(args, spent, same=len(seen) == 1)
    print(text)
    if args.write:
        PAGE.write_text(text, encoding="utf-8")


def backfill(source: Path, workers: int) -> tuple[float, str]:
    """Seconds of a first backfill, and a hash of all that it made; without workers on this machine
    alone."""
    with tempfile.TemporaryDirectory(dir=FOLDER) as beside, cluster(Path(beside)) as machines:
        home = Path(beside) / "home"
        shutil.copytree(source, home)
        if workers:
            machines.wattledger("init", Path(beside) / "new", "--profile", "cluster")
            shutil.copytree(Path(beside) / "new" / "cluster", home / "cluster")
            with (home / "estate.yaml").open("a", encoding="utf-8") as described:
                described.write(f"\nstorage: {machines.url}\n")
            start(machines, workers)
        begin = time.perf_counter()
        machines.wattledger("backfill", home, *NOW)
        return time.perf_counter() - begin, digest_of(home)


def start(machines: Cluster, workers: int) -> None:
    for number in range(workers):
        machines.start_worker(f"worker-{number}")
    machines.wait_for(workers)


def digest_of(home: Path) -> str:
    """One hash of the lake's frames and of the forms."""
    var, digest = home / "var", hashlib.sha256()
    made = [*(var / "lake").rglob("*.parquet"), *(var / "reports" / "forms").rglob("*.json")]
    for path in sorted(made):
        digest.update(path.relative_to(var).as_posix().encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def told(args: argparse.Namespace, spent: dict[int, list[float]], *, same: bool) -> str:
    """The page."""
    alone, one, two = (median(spent[workers]) for workers in (0, 1, 2))
    gained = one / two
    met = "met" if gained >= GOAL and same else "**not met**"
    return f"""# Several machines

Measured on {datetime.now(UTC):%Y-%m-%d} on {os.cpu_count()} cores: a first backfill of
{args.facilities} facilities and a year of readings every 15 minutes, medians of {args.repeat}, in
turns; Dagster {version("dagster")}, Celery {version("celery")}. PostgreSQL, Redis and the S3 server
(moto, in Python) share the cores with the workers. This page is written by
`python -m benchmarks.cluster --write`.

| | s |
| --- | ---: |
| one machine, `--workers 1` | {alone:.0f} |
| cluster profile, one worker of one thread | {one:.0f} |
| cluster profile, two | {two:.0f} |

| goal | | |
| --- | ---: | --- |
| two workers at least {GOAL} × as fast as one, equal bytes | {gained:.2f} × | {met} |

A run is a process of its own on its worker, which takes four to six seconds here to load and
to look through the storage: the profile is for estates whose facilities take minutes. With as many
cores in one machine `--workers` is faster.
"""


if __name__ == "__main__":
    main()
