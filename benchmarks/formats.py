"""How fast each file format is read into raw rows, beside Polars' bare read of the same file.

    python -m benchmarks.formats [--rows 500_000] [--repeat 5] [--write]

Both take turns in one process over files in the page cache; medians count. Polars infers types and
keeps a table; we keep every cell as text with its line, tell what is no row, and look packed files
through before a row is taken from them. Nothing is converted or judged yet in either.
"""

import argparse
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median

import polars as pl

from benchmarks import format_files as files
from benchmarks.format_cases import CASES, Case
from pipelines.sources import rows
from schemas.estate.source import Source

#: A small file is read again and again in each turn.
_A_TURN = 50_000


@dataclass(frozen=True, kw_only=True)
class Timed:
    """Medians of one case: readings a second by either way, and the file's size."""

    name: str
    readings: int
    peer: str
    megabytes: float
    ours: float
    bare: float


def measured(case: Case, frame: pl.DataFrame, repeat: int, folder: Path) -> Timed:
    """Both ways of reading one file, in turns; both must find every reading."""
    path = folder / "file"
    own = frame.head(case.most)
    path.write_bytes(case.written(own))
    again = max(1, _A_TURN // own.height)
    seconds: dict[str, list[float]] = {"ours": [], "bare": []}
    for _ in range(repeat):
        seconds["ours"].append(_seconds(lambda: _ours(path, case.source, own.height), again))
        seconds["bare"].append(_seconds(lambda: case.bare(path), again))
    return Timed(
        name=case.name,
        readings=own.height,
        peer=case.peer,
        megabytes=path.stat().st_size / 1e6,
        ours=own.height / median(seconds["ours"]),
        bare=own.height / median(seconds["bare"]),
    )


def _ours(path: Path, source: Source, expected: int) -> None:
    with path.open("rb") as file:
        found = sum(one.height - int(one["malformed"].sum()) for one in rows(file, source))
    if found != expected:
        raise SystemExit(f"{source.format}: {found} rows of {expected}; nothing is printed.")


def _seconds(work: Callable[[], object], again: int) -> float:
    before = time.perf_counter()
    for _ in range(again):
        work()
    return (time.perf_counter() - before) / again


def table(found: Iterator[Timed] | list[Timed]) -> str:
    """Readings a second by format, ours and the bare read's, and how many times as long we take."""
    lines = [
        "| format | readings | MB | wattledger, readings/s | Polars alone, readings/s | by "
        "| times as long |",
        "| --- | ---: | ---: | ---: | ---: | --- | ---: |",
    ]
    lines += [
        f"| {one.name} | {one.readings:,} | {one.megabytes:.1f} | {one.ours:,.0f} "
        f"| {one.bare:,.0f} | {one.peer} | {one.bare / one.ours:.1f} × |"
        for one in found
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.formats", description=__doc__)
    parser.add_argument("--rows", type=int, default=500_000, help="readings in each file")
    parser.add_argument("--repeat", type=int, default=5, help="turns of either way")
    parser.add_argument("--write", action="store_true", help="write benchmarks/FORMATS.md")
    args = parser.parse_args()
    frame = files.readings(args.rows)
    load = os.getloadavg()[0]
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for case in CASES:
            found.append(measured(case, frame, args.repeat, Path(folder)))
            print(table(found[-1:]).splitlines()[-1], file=sys.stderr)
    print(table(found))
    if args.write:
        _write(found, args.rows, args.repeat, load)


def _write(found: list[Timed], count: int, repeat: int, load: float) -> None:
    Path(__file__).with_name("FORMATS.md").write_text(
        f"""# Reading files, format by format

Measured on {datetime.now(UTC).date().isoformat()}: {count:,} readings in each file, fewer where
files of the format are small by nature; medians of {repeat} turns. This page is written by
`python -m benchmarks.formats --write`.

{table(found)}

Polars infers types and keeps a table. We keep every cell as the text that stands in the file,
with its line, so that a reading can be led back to it; what is no row is kept as one that is
refused; and a packed file is looked through to its end before a row is taken from it. That is what
we are slower for. Line protocol and pages of metrics have no reader in Polars, so their lines alone
are read there; nor has XML, so lxml alone builds the tree. Pages of metrics are held against every
rule of their standard by its own parser first. Polars' reader of workbooks keeps nine places after
the point; ours keeps every digit, and names the cell of what is no value.

Conditions: {len(os.sched_getaffinity(0))} cores, {platform.system()} {platform.machine()}, Python
{platform.python_version()}, polars {version("polars")}; load average {load:.1f} as the run began.
""",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
