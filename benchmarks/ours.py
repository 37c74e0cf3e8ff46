"""The first contender: our own path from file to metrics, into a fresh ``var``.

Landing, reading, screening, hours, totals and metrics through the stages, one process, no Dagster,
no pages, no warehouse. Prints the figures as one JSON document; ``--profile`` adds the seconds of
each stage.
"""

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figures import Figure, print_figures
from pipelines.stages.partitions import Partitions
from pipelines.stages.reading import land, read_files
from pipelines.stages.workshop import open_workshop
from pipelines.stages.years import build_year, load_year


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("estate", type=Path)
    parser.add_argument("work", type=Path, help="an empty folder; becomes the estate's var")
    parser.add_argument("--profile", action="store_true")
    args = parser.parse_args()
    seconds: dict[str, float] = defaultdict(float)
    figures = backfill(args.estate, args.work, seconds)
    if args.profile:
        for stage, spent in seconds.items():
            print(f"{stage:<12}{spent:8.2f} s", file=sys.stderr)
    print_figures(figures)


def backfill(folder: Path, work: Path, seconds: dict[str, float]) -> list[Figure]:
    """Everything from the inbox to the metrics of every year; ``seconds`` grows by stage."""

    @contextmanager
    def stage(name: str) -> Iterator[None]:
        begin = time.perf_counter()
        yield
        seconds[name] += time.perf_counter() - begin

    with stage("open"):
        shop = open_workshop(estate_in(folder, work))
    with stage("land"):
        land(shop, datetime.now(UTC))
    with stage("read"):
        read_files(shop)
    figures: list[Figure] = []
    for facility in shop.facilities:
        partitions = Partitions(shop, facility)
        months = partitions.months()
        with stage("readings"):
            partitions.build_readings(months)
        with stage("findings"):
            partitions.build_findings(months)
        with stage("intervals"):
            partitions.build_intervals(months)
        with stage("totals"):
            partitions.build_totals(months)
        for year in sorted({int(month[:4]) for month in months}):
            with stage("year"):
                build_year(shop, facility, year)
                facts = load_year(shop, facility, year)
            for total in facts.totals:
                if total.period == str(year) and total.value is not None:
                    value = float(total.value)
                    figures.append(Figure(facility, total.period, total.quantity, "", value))
            for one in facts.metrics:
                if one.period == str(year) and one.value is not None:
                    value = float(one.value)
                    figures.append(Figure(facility, one.period, one.metric, one.category, value))
    return figures


def estate_in(folder: Path, work: Path) -> Path:
    """The same estate under another folder, so that each run has a ``var`` of its own."""
    work.mkdir(parents=True, exist_ok=True)
    for entry in folder.iterdir():
        if entry.name != "var":
            (work / entry.name).symlink_to(entry.resolve(), target_is_directory=entry.is_dir())
    return work


if __name__ == "__main__":
    main()
