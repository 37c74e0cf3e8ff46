"""What a backfill costs beside its work, beside one of unchanged input, and as history grows.

    python -m benchmarks.backfills [--facilities 20] [--years 3] [--repeat 3] [--write]

Whole commands, as a person would run them, on estates of hourly meters without faults. First the
large estate: landed and built, then again with nothing new; the share of orchestration is what its
runs of months and years take besides our own stages. Then one month of one facility is corrected,
with one year of history and with ten, in turns.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import wraps
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch

from benchmarks.estates import FOLDER, hourly
from pipelines.defs import assets, backfill
from pipelines.defs.jobs import MONTHS, PUBLISH, YEARS
from pipelines.defs.runs import Here
from pipelines.stages.partitions import Partitions

PAGE = Path(__file__).with_name("BACKFILLS.md")
WORKERS = len(os.sched_getaffinity(0))
#: What a run of months or years calls of ours.
_STAGES = ("build_readings", "build_findings", "build_intervals", "build_totals")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.backfills", description=__doc__)
    parser.add_argument("--facilities", type=int, default=20)
    parser.add_argument("--years", type=int, default=3)
    parser.add_argument("--long", type=int, default=10, help="years of the long history")
    parser.add_argument("--repeat", type=int, default=3, help="corrections of each history")
    parser.add_argument("--large", type=int, default=1, help="backfills of the large estate")
    parser.add_argument("--write", action="store_true", help="write benchmarks/BACKFILLS.md")
    args = parser.parse_args()
    large = [large_estate(args.facilities, args.years) for _ in range(args.large)]
    corrected = corrections(args.long, args.repeat)
    text = told(args, large, corrected)
    print(text)
    if args.write:
        PAGE.write_text(text, encoding="utf-8")


def large_estate(facilities: int, years: int) -> dict[str, float]:
    """Seconds of a first and a second backfill, and of what their runs consist of."""
    with estate_of(facilities, years) as estate:
        first = seconds_of(estate)
        second = seconds_of(estate)
    months = facilities * years * 12
    print(
        f"{months} months: {first['all']:.1f} s, then {second['all']:.1f} s; "
        f"orchestration {first['orchestration']:.1f} s",
        file=sys.stderr,
    )
    return {
        "first": first["all"],
        "second": second["all"],
        "orchestration": first["orchestration"],
        "publishing": first[PUBLISH],
    }


def corrections(years: int, repeat: int) -> dict[int, list[float]]:
    """Seconds of a backfill after one month of one facility was corrected, by years of history."""
    found: dict[int, list[float]] = defaultdict(list)
    with ExitStack() as stack:
        estates = {span: stack.enter_context(estate_of(1, span)) for span in (1, years)}
        for estate in estates.values():
            seconds_of(estate)
        for turn in range(repeat):
            for span, estate in estates.items():
                correct(estate, turn)
                found[span].append(seconds_of(estate)["all"])
                print(f"corrected, {span} years: {found[span][-1]:.2f} s", file=sys.stderr)
    return found


def correct(estate: Path, turn: int) -> None:
    """A newer version of the last June's drop: one reading of an interval meter less."""
    [*_, drop] = sorted((estate / "inbox" / "fra1").glob("*-06.csv"))
    lines = drop.read_text(encoding="utf-8").splitlines()
    place = next(n for n, line in enumerate(lines) if n > 1000 * (turn + 1) and ".it." in line)
    del lines[place]
    drop.write_text("\n".join(lines) + "\n", encoding="utf-8")


@contextmanager
def estate_of(facilities: int, years: int) -> Iterator[Path]:
    """A fresh copy of a simulated estate that is kept for the next time."""
    kept = hourly(facilities, years)
    with tempfile.TemporaryDirectory(dir=FOLDER) as beside:
        shutil.copytree(kept, Path(beside) / "estate")
        yield Path(beside) / "estate"


def seconds_of(estate: Path) -> dict[str, float]:
    """Seconds of one backfill by job, of all of it, and of orchestration."""
    spent: dict[str, float] = defaultdict(float)

    def timed(name: str, call: Any, told: Any = None) -> Any:
        @wraps(call)
        def around(*args: Any, **kwargs: Any) -> Any:
            begin = time.perf_counter()
            try:
                return call(*args, **kwargs)
            finally:
                spent[told(*args) if told else name] += time.perf_counter() - begin

        return around

    with ExitStack() as stack:
        for name in _STAGES:
            around = timed("stages", getattr(Partitions, name))
            stack.enter_context(patch.object(Partitions, name, around))
        years = timed("stages", assets.build_years)
        stack.enter_context(patch.object(assets, "build_years", years))
        run = timed("", Here.do, lambda _here, asked: asked[0].job if asked else "")
        stack.enter_context(patch.object(Here, "do", run))
        begin = time.perf_counter()
        backfill.backfill(
            backfill.Request(folder=estate, now="2026-02-01T00:00:00+00:00", workers=WORKERS),
            lambda _text: None,
        )
        spent["all"] = time.perf_counter() - begin
    spent["orchestration"] = spent[MONTHS] + spent[YEARS] - spent["stages"]
    return spent


def told(
    args: argparse.Namespace, large: list[dict[str, float]], corrected: dict[int, list[float]]
) -> str:
    """The page."""
    first, second, between, publishing = (
        median(run[name] for run in large)
        for name in ("first", "second", "orchestration", "publishing")
    )
    short, long = (median(corrected[span]) for span in (1, args.long))
    months = args.facilities * args.years * 12

    goals = (
        (
            "orchestration at most 20 % of a backfill",
            f"{between / first:.0%}",
            between / first,
            0.2,
        ),
        (
            "a second backfill at most 5 % of the first",
            f"{second / first:.1%}",
            second / first,
            0.05,
        ),
        (
            f"a correction at {args.long} years at most 1.2 × that at one",
            f"{long / short:.2f} ×",
            long / short,
            1.2,
        ),
    )
    rows = "\n".join(
        f"| {goal} | {shown} | {'met' if ratio <= limit else '**not met**'} |"
        for goal, shown, ratio, limit in goals
    )
    return f"""# Backfills

Measured on {datetime.now(UTC).date().isoformat()}: {args.facilities} facilities, {args.years} years
of hourly meters, {months} partitions of a month, {WORKERS} workers; medians of {args.large} runs of
the large estate and of {args.repeat} corrections, Dagster {version("dagster")},
polars {version("polars")}. This page is written by `python -m benchmarks.backfills --write`.

| | s |
| --- | ---: |
| a first backfill, from the inbox to warehouse and pages | {first:.1f} |
| of it orchestration: Dagster's runs of months and years less our stages | {between:.1f} |
| of it publishing: warehouse, pages, forms, viewer | {publishing:.1f} |
| a second one, nothing new | {second:.1f} |
| one month corrected, one year of history | {short:.2f} |
| one month corrected, {args.long} years of history | {long:.2f} |

| goal | | |
| --- | ---: | --- |
{rows}
"""


if __name__ == "__main__":
    main()
