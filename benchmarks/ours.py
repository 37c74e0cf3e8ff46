"""The first contender: our own path from file to metrics, into a fresh ``var``.

Landing, reading, screening, validation, hours, totals and metrics through the stages, by a crew of
one process for each core, as ``wattledger backfill --workers`` does; no Dagster, no pages, no
warehouse. Prints the figures as one JSON document; ``--profile`` adds the seconds of each stage.
"""

import argparse
import os
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figures import Figure, print_figures
from pipelines.stages.build_year import build_years
from pipelines.stages.partitions import Partitions
from pipelines.stages.reading import land, read_files
from pipelines.stages.side_by_side import crew_of
from pipelines.stages.workshop import Workshop, open_workshop
from pipelines.stages.years import load_year


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("estate", type=Path)
    parser.add_argument("work", type=Path, help="an empty folder; becomes the estate's var")
    parser.add_argument("--profile", action="store_true")
    args = parser.parse_args()
    seconds: dict[str, float] = defaultdict(float)
    cores = len(os.sched_getaffinity(0))
    figures = backfill(args.estate, args.work, seconds, workers=cores)
    if args.profile:
        for stage, spent in seconds.items():
            print(f"{stage:<12}{spent:8.2f} s", file=sys.stderr)
    print_figures(figures)


def backfill(folder: Path, work: Path, seconds: dict[str, float], *, workers: int) -> list[Figure]:
    """Everything from the inbox to the metrics of every year; ``seconds`` grows by stage."""
    crew = crew_of(workers)
    with stage("open", seconds):
        shop = open_workshop(estate_in(folder, work))
    with stage("land", seconds):
        land(shop, datetime.now(UTC))
    with stage("read", seconds):
        read_files(shop, crew=crew)
    shop = open_workshop(work)
    figures: list[Figure] = []
    for facility in shop.facilities:
        partitions = Partitions(shop, facility, crew)
        months = partitions.months()
        for name in ("readings", "findings", "intervals", "totals"):
            with stage(name, seconds):
                getattr(partitions, f"build_{name}")(months)
        years = sorted({int(month[:4]) for month in months})
        with stage("year", seconds):
            build_years(shop, facility, years, crew)
        figures += [one for year in years for one in figures_of(shop, facility, year)]
    return figures


def figures_of(shop: Workshop, facility: str, year: int) -> list[Figure]:
    """The year's totals and metrics."""
    facts = load_year(shop, facility, year)
    figures = []
    for total in facts.totals:
        if total.period == str(year) and total.value is not None:
            value = float(total.value)
            figures.append(Figure(facility, total.period, total.quantity, "", value))
    for one in facts.metrics:
        if one.period == str(year) and one.value is not None:
            value = float(one.value)
            figures.append(Figure(facility, one.period, one.metric, one.category, value))
    return figures


@contextmanager
def stage(name: str, seconds: dict[str, float]) -> Iterator[None]:
    """Adds what a stage takes."""
    begin = time.perf_counter()
    yield
    seconds[name] += time.perf_counter() - begin


def estate_in(folder: Path, work: Path) -> Path:
    """The same estate under another folder, so that each run has a ``var`` of its own."""
    work.mkdir(parents=True, exist_ok=True)
    for entry in folder.iterdir():
        if entry.name != "var":
            (work / entry.name).symlink_to(entry.resolve(), target_is_directory=entry.is_dir())
    return work


if __name__ == "__main__":
    main()
