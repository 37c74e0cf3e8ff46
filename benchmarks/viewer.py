"""The viewer over many facilities and years: alone, under readers and a backfill, beside peers.

    python -m benchmarks.viewer [--facilities 20] [--years 3] [--seconds 60] [--write]

Times are those of a client on loopback, so that they hold the server's own and the way there.
"""

import argparse
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from statistics import median, quantiles

import httpx2
import psutil

from benchmarks.estates import FOLDER

PAGE = Path(__file__).with_name("VIEWER.md")
READERS, THINK_S, REPEAT = 20, 5.0, 21
WATTLEDGER = (sys.executable, "-m", "pipelines.cli.start")
#: What a reader of one facility and year looks at.
PATHS = (
    "/estate/{year}",
    "/facility/{facility}/{year}",
    "/facility/{facility}/{year}/topic/energy",
    "/facility/{facility}/{year}/topic/water",
    "/facility/{facility}/{year}/topic/carbon",
    "/facility/{facility}/{year}/topic/equipment",
    "/facility/{facility}/{year}/topic/outlook",
    "/facility/{facility}/{year}/topic/incidents",
    "/facility/{facility}/{year}/topic/quality",
    "/facility/{facility}/{year}/hours",
    "/facility/{facility}/{year}/hours?show=grid_import&days=366",
    "/facility/{facility}/{year}/compare",
    "/explain/{facility}/{year}/metric/pue",
    "/explain/{facility}/{year}-03/total/grid_import",
    "/quality?year={year}",
    "/quality/{facility}/quarantine",
    "/quality/{facility}/findings?year={year}",
    "/edits",
    "/filings",
    "/filings/{facility}/{year}/iso-30134",
    "/restatements",
    "/verify",
    "/equipment?year={year}",
    "/engineering",
    "/audit",
    "/api/v1/tables/metrics?facility={facility}&period={year}",
    "/api/v1/hours/{facility}/{year}",
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.viewer", description=__doc__)
    parser.add_argument("--facilities", type=int, default=20)
    parser.add_argument("--years", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--peers", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--write", action="store_true", help="write benchmarks/VIEWER.md")
    args = parser.parse_args()
    estate = published(args.facilities, args.years)
    sites = json.loads((estate / "var/viewer/current.json").read_text())["years"]
    with server(estate) as (address, process):
        alone = pages_alone(address, sites)
        first = first_charts(address, sites) if args.peers else {}
        busy = under_load(address, sites, estate, args.seconds)
        memory = process.peak
    peers = peers_shown(estate, sites) if args.peers else {}
    text = told(args, alone, first=first, busy=busy, memory=memory, peers=peers)
    print(text)
    if args.write:
        PAGE.write_text(text, encoding="utf-8")


def published(facilities: int, years: int) -> Path:
    """A simulated estate with faults, after one backfill; kept for the next time."""
    folder = FOLDER / f"{facilities}-facilities-{years}-years-1h-faults"
    if not folder.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        asked_for = ("--facilities", str(facilities), "--years", str(years), "--interval", "1h")
        simulated = [*WATTLEDGER, "simulate", folder, *asked_for, "--faults", "on"]
        subprocess.run(simulated, check=True)
    if not (folder / "var/viewer/current.json").exists():
        subprocess.run([*WATTLEDGER, "backfill", folder, "--workers", "2"], check=True)
    return folder


class Watched:
    """The most memory that a process and its children held at once."""

    def __init__(self, pid: int) -> None:
        self.process = psutil.Process(pid)
        self.peak = 0.0
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        try:
            while self.process.is_running():
                self.peak = max(self.peak, self.process.memory_info().rss / 2**20)
                time.sleep(0.1)
        except psutil.NoSuchProcess:
            return


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        return one.getsockname()[1]


@contextmanager
def started(command, address: str, **more):
    """A server until it answers, and while it is needed."""
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more
    )
    try:
        for _ in range(600):
            try:
                httpx2.get(address, timeout=5)
                break
            except httpx2.HTTPError:
                time.sleep(0.1)
        yield Watched(process.pid)
    finally:
        process.terminate()
        process.wait(timeout=20)


@contextmanager
def server(estate: Path):
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [*WATTLEDGER, "serve", str(estate), "--port", str(port)]
    with started(command, f"{address}/health") as process:
        yield address, process


def path_of(pattern: str, sites, chosen: random.Random) -> str:
    facility = chosen.choice(sorted(sites))
    return pattern.format(facility=facility, year=chosen.choice(sites[facility]))


def pages_alone(address: str, sites) -> dict[str, tuple[float, float]]:
    """By page: the median of requests for the same one again, and the first of all of it [ms]."""
    found = {}
    with httpx2.Client(base_url=address, timeout=60, follow_redirects=True) as client:
        client.get("/health")
        for pattern in PATHS:
            chosen = random.Random(pattern)
            firsts, again = [], []
            for _ in range(5):
                path = path_of(pattern, sites, chosen)
                firsts.append(asked(client, path))
                again += [asked(client, path) for _ in range(REPEAT // 5)]
                time.sleep(0.3)  # so that its own limit on requests is not what is measured
            found[pattern] = (median(again), max(firsts))
    return found


def asked(client: httpx2.Client, path: str) -> float:
    """How long one answer took [ms]; it must be a good one."""
    begins = time.perf_counter()
    answer = client.get(path)
    took = (time.perf_counter() - begins) * 1000
    assert answer.status_code == 200, (path, answer.status_code, answer.text[:300])
    return took


def under_load(address: str, sites, estate: Path, seconds: int) -> list[float]:
    """What readers who think between pages wait for, while a backfill builds months anew [ms]."""
    times: list[float] = []
    ends = time.monotonic() + seconds

    def read(number: int) -> None:
        chosen = random.Random(number)
        with httpx2.Client(base_url=address, timeout=120, follow_redirects=True) as client:
            time.sleep(chosen.uniform(0, THINK_S))
            while time.monotonic() < ends:
                times.append(asked(client, path_of(chosen.choice(PATHS), sites, chosen)))
                time.sleep(chosen.uniform(0.5, 1.5) * THINK_S)

    readers = [threading.Thread(target=read, args=(number,)) for number in range(READERS)]
    for reader in readers:
        reader.start()
    backfill = None
    while time.monotonic() < ends:
        for facility in sorted(sites)[:10]:
            shutil.rmtree(estate / "var/lake/intervals" / facility, ignore_errors=True)
        backfill = subprocess.Popen(
            [*WATTLEDGER, "backfill", str(estate), "--workers", "1"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while backfill.poll() is None and time.monotonic() < ends:
            time.sleep(0.2)
    for reader in readers:
        reader.join()
    if backfill is not None:
        backfill.terminate()  # it goes on where it stopped, whenever it is started again
        backfill.wait()
    return times


def first_charts(address: str, sites) -> dict[str, float]:
    """How long until a browser shows the first chart of a facility's page [ms]."""
    facility = sorted(sites)[0]
    url = f"{address}/facility/{facility}/{sites[facility][-1]}"
    return {"wattledger": shown_after(url, ".js-plotly-plot .main-svg")}


def shown_after(url: str, selector: str) -> float:
    """The median over visits, each of a browser that has nothing in store."""
    from tests.e2e.serving import chromium

    times = []
    with chromium() as browser:
        for _ in range(5):
            page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
            begins = time.perf_counter()
            page.goto(url, wait_until="commit")
            page.wait_for_selector(selector, state="visible", timeout=60_000)
            times.append((time.perf_counter() - begins) * 1000)
            page.context.close()
    return median(times[1:])


def peers_shown(estate: Path, sites) -> dict[str, tuple[float, float]]:
    """The same page by Dash and by Streamlit: first chart visible [ms], and memory [MB]."""
    facility = sorted(sites)[0]
    year = str(sites[facility][-1])
    found = {}
    for name, command, selector in (
        ("Dash", (sys.executable, "-m", "benchmarks.viewer_dash"), ".js-plotly-plot .main-svg"),
        (
            "Streamlit",
            (
                *(sys.executable, "-m", "streamlit", "run", "benchmarks/viewer_streamlit.py"),
                *("--server.port", "{port}", "--server.address", "127.0.0.1"),
                *("--server.headless", "true", "--browser.gatherUsageStats", "false"),
            ),
            ".js-plotly-plot .main-svg",
        ),
    ):
        port = free_port()
        address = f"http://127.0.0.1:{port}/"
        more = {
            **os.environ,
            "BENCH_VIEWER": json.dumps([str(estate), facility, year, port]),
            "PYTHONPATH": str(Path.cwd()),
        }
        with started([part.format(port=port) for part in command], address, env=more) as process:
            took = shown_after(address, selector)
            found[name] = (took, process.peak)
    return found


def told(args, alone, *, first, busy, memory, peers) -> str:
    medians = [value for value, _ in alone.values()]
    slow = [pattern for pattern, (value, _) in alone.items() if value > 50]
    share = quantiles(busy, n=100)
    goals = [
        ("median of every page alone", f"{max(medians):.0f} ms at most", not slow, "≤ 50 ms"),
        ("median under load", f"{median(busy):.0f} ms", median(busy) <= 100, "≤ 100 ms"),
        ("95th percentile under load", f"{share[94]:.0f} ms", share[94] <= 400, "≤ 400 ms"),
        ("most memory", f"{memory:.0f} MB", memory <= 400, "≤ 400 MB"),
    ]
    if first:
        took = first["wattledger"]
        goals.append(("first chart visible", f"{took:.0f} ms", took <= 1000, "≤ 1 s"))
    lines = [
        "# The viewer, alone, under load and beside peers",
        "",
        f"Measured on {time.strftime('%Y-%m-%d')}: {args.facilities} simulated facilities × "
        f"{args.years} years, 2 cores, Python {sys.version.split()[0]}, fastapi "
        f"{version('fastapi')}, polars {version('polars')}, duckdb {version('duckdb')}. This page "
        "is written by `python -m benchmarks.viewer --write`.",
        "",
        "| goal | | measured | |",
        "| --- | --- | ---: | --- |",
        *(
            f"| {name} | {goal} | {value} | {'met' if met else '**not met**'} |"
            for name, value, met, goal in goals
        ),
        "",
        f"Under load: {READERS} readers who think about {THINK_S:.0f} s between pages, any page of "
        f"any facility and year, {len(busy)} answers in {args.seconds} s, while a backfill with "
        "one worker builds everything anew.",
        "",
    ]
    if peers:
        lines += [
            "## The same page by peers",
            "",
            "A facility's page with its headline, PUE by month, two hourly trends and a heat map "
            "of hours, in a browser that has nothing in store.",
            "",
            "| | first chart visible, ms | memory of the server, MB |",
            "| --- | ---: | ---: |",
            f"| wattledger | {first['wattledger']:.0f} | {memory:.0f} (the most, under load) |",
            *(f"| {name} | {took:.0f} | {size:.0f} |" for name, (took, size) in peers.items()),
            "",
        ]
    lines += [
        "## Page by page, alone",
        "",
        "The median of asking again, and the slowest first time (nothing of it in memory; a trail "
        "is followed once and then kept).",
        "",
        "| page | again, ms | first, ms |",
        "| --- | ---: | ---: |",
        *(
            f"| `{pattern}` | {again:.1f} | {once:.0f} |"
            for pattern, (again, once) in alone.items()
        ),
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
