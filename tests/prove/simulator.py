"""Twenty simulated years of three sites with the simulator's own faults, and kills midway.

For each seed the bounds must contain the truth for every total and metric, and the way that
verifies packs must give the same figures; for every fourth one a backfill is killed at a chosen
moment, run again, and must leave the same bytes as an undisturbed one.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

from pipelines.stages.workshop import code_hash
from sample_data.clock import HOUR
from sample_data.meters import Paces
from sample_data.simulate import Wish, write_estate
from tests.flow.second_way import second_way
from tests.flow.small_estate import alone, hashes, started
from tests.prove.proof import FOLDER, Goal, remember, remembered
from tests.prove.truth import compared

SEEDS = range(1, 21)
RESULTS = FOLDER / "simulator.jsonl"
NOW = ("--now", "2026-02-01T00:00Z")
EXACT = 1e-9


@dataclass(frozen=True, kw_only=True)
class Result:
    """What one seed gave. ``valued`` figures have a value, ``exact`` ones are the truth.

    ``widest`` is the widest bounds of a year's PUE, as a share of the truth. ``twice`` figures were
    computed a second time, as a pack is verified; ``apart`` came out otherwise.
    """

    seed: int
    code: str
    shape: str
    figures: int
    valued: int
    exact: int
    bounded: int
    widest: float
    violations: list[str]
    killed_after: float | None
    kill_left: list[str]
    twice: int
    apart: list[str]
    seconds: float


def prove(sample: int | None) -> list[Goal]:
    """Prints a row for each seed; ``sample`` is one seed only, with a kill."""
    seeds = SEEDS if sample is None else [sample]
    code = code_hash()[:12]
    known = (result for result in remembered(RESULTS) if result["code"] == code)
    done = {result["seed"]: Result(**result) for result in known}
    print(_HEADER, flush=True)
    for seed in seeds:
        if seed not in done:
            done[seed] = _prove(seed, code, kill=sample is not None or seed % 4 == 0)
            remember(RESULTS, asdict(done[seed]))
        print(_row(done[seed]), flush=True)
        for line in (*done[seed].violations, *done[seed].apart, *done[seed].kill_left):
            print(f"seed {seed}: {line}", file=sys.stderr)
    found = [done[seed] for seed in seeds]
    figures, wrong = sum(one.figures for one in found), sum(len(one.violations) for one in found)
    kills, traces = (
        (one.killed_after is not None for one in found),
        (one.kill_left for one in found),
    )
    left = sum(bool(one) for one in traces)
    twice, apart = sum(one.twice for one in found), sum(len(one.apart) for one in found)
    return [
        Goal("the bounds hold the truth", f"{wrong} of {figures} figures outside", wrong == 0),
        Goal("a second way gives the same", f"{apart} of {twice} figures differ", apart == 0),
        Goal("a killed backfill leaves no trace", f"{left} of {sum(kills)} did", left == 0),
    ]


def _prove(seed: int, code: str, *, kill: bool) -> Result:
    begun = time.monotonic()
    shape = "site" if seed % 2 else "plain"
    with tempfile.TemporaryDirectory(prefix="prove-") as folder:
        estate = Path(folder) / "estate"
        write_estate(
            estate,
            Wish(
                facilities=3,
                months=12,
                paces=Paces(main=HOUR, slow=HOUR),
                first_year=2025,
                seed=seed,
                faults=True,
                shape=shape,
            ),
        )
        seconds = _backfill(estate)
        figures = compared(estate)
        twice, apart = second_way(estate)
        killed_after, left = _killed(estate, seed, seconds) if kill else (None, [])
    return Result(
        seed=seed,
        code=code,
        shape=shape,
        figures=len(figures),
        valued=sum(one.value is not None for one in figures),
        exact=sum(one.equals(EXACT) for one in figures),
        bounded=sum(one.bounded for one in figures),
        widest=max(
            (one.high - one.low) / one.truth
            for one in figures
            if one.key[1:] == ("pue", "1", "2025") and one.high is not None and one.low is not None
        ),
        violations=[str(one) for one in figures if not one.contained],
        killed_after=killed_after,
        kill_left=left,
        twice=twice,
        apart=apart,
        seconds=round(time.monotonic() - begun, 1),
    )


def _backfill(estate: Path) -> float:
    """Seconds that an undisturbed backfill takes."""
    begun = time.monotonic()
    answer = alone("backfill", estate, *NOW)
    if answer.code:
        raise RuntimeError(answer.err)
    return time.monotonic() - begun


def _killed(estate: Path, seed: int, seconds: float) -> tuple[float, list[str]]:
    """Kills a second backfill of the same files midway and runs it again.

    Returns:
        When it was killed, and the names of files that then differ from the undisturbed ones.
    """
    copy = estate.with_name("killed")
    shutil.copytree(estate, copy, ignore=shutil.ignore_patterns("var"))
    after = round(seconds * Random(seed).uniform(0.15, 0.95), 2)
    process = started("backfill", copy, *NOW)
    with suppress(subprocess.TimeoutExpired):
        process.wait(after)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    _backfill(copy)
    left = []
    for folder, suffixes in (("var/lake", (".parquet", ".json")), ("var/reports", ())):
        mine, theirs = hashes(copy / folder, *suffixes), hashes(estate / folder, *suffixes)
        names = sorted(mine.keys() | theirs.keys())
        left += [f"{folder}/{name}" for name in names if mine.get(name) != theirs.get(name)]
    return after, left


_HEADER = (
    "seed  shape  figures  valued   exact  bounded  PUE bounds  outside  killed after  left     s"
)


def _row(one: Result) -> str:
    killed = "-" if one.killed_after is None else f"{one.killed_after:.1f} s"
    left = "-" if one.killed_after is None else str(len(one.kill_left))
    return (
        f"{one.seed:>4}  {one.shape:<5}  {one.figures:>7}  {one.valued:>6}  {one.exact:>6}  "
        f"{one.bounded:>7}  {one.widest:>10.3%}  {len(one.violations):>7}  {killed:>12}  "
        f"{left:>4}  {one.seconds:>4.0f}"
    )
