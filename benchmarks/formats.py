"""How fast each file format is read into raw rows, beside Polars' bare read of the same file.

    python -m benchmarks.formats [--rows 500_000] [--repeat 5] [--write]

Both take turns in one process over files in the page cache; medians count. Polars infers types and
keeps a table; we keep every cell as text with its line, tell what is no row, and look packed files
through before a row is taken from them. Nothing is converted or judged yet in either.
"""

import argparse
import gzip
import os
import platform
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median

import polars as pl
from lxml import etree

from benchmarks import format_files as files
from pipelines.sources import rows
from schemas.estate.source import Source

#: Values of one instant: a file of them is small, and is read again and again in each turn.
_AN_INSTANT, _A_TURN = 1_000, 50_000


@dataclass(frozen=True, kw_only=True)
class Case:
    """One format: how its file is made of readings, mapped, and read by Polars alone.

    Args:
        most: readings that a file of it holds at most.
    """

    name: str
    source: Source
    written: Callable[[pl.DataFrame], bytes]
    bare: Callable[[Path], object]
    peer: str
    most: int = 10**9


@dataclass(frozen=True, kw_only=True)
class Timed:
    """Medians of one case: readings a second by either way, and the file's size."""

    name: str
    readings: int
    peer: str
    megabytes: float
    ours: float
    bare: float


def _parsed(path: Path) -> object:
    return etree.parse(str(path))


def _unzipped(path: Path) -> pl.DataFrame:
    with zipfile.ZipFile(path) as archive:
        return pl.read_csv(archive.read("readings.csv"))


def _lines(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, separator="\x01", has_header=False, quote_char=None)


_PLAIN = Source(match="*")
_METERS = tuple((f"m{number}", f"m{number}") for number in range(files.METERS))
_SERIES = tuple((f'energy{{meter="{name}"}}', meter) for name, meter in _METERS)
_OBJECTS = tuple(
    (f"1.3.6.1.4.1.318.1.1.26.4.3.1.9.{number}", f"m{number}") for number in range(files.METERS)
)
_AS_TEXT = {"column_1": pl.String}
_SENSORS = tuple(
    (f"/redfish/v1/Chassis/1/Sensors/{number}#/Reading", f"m{number}")
    for number in range(_AN_INSTANT)
)
_REGISTERS = tuple(
    (f"1/holding/{2 * number}/uint32", f"m{number}") for number in range(_AN_INSTANT)
)
CASES = (
    Case(
        name="csv, the plain drop",
        source=_PLAIN,
        written=files.csv,
        bare=pl.read_csv,
        peer="read_csv",
    ),
    Case(
        name="csv, wide, decimal comma",
        source=Source(match="*", separator=";", decimal=",", wide=files.WIDE),
        written=files.wide,
        bare=lambda path: pl.read_csv(path, separator=";", decimal_comma=True),
        peer="read_csv",
    ),
    Case(
        name="csv, packed by gzip",
        source=_PLAIN,
        written=lambda frame: gzip.compress(files.csv(frame), 6),
        bare=pl.read_csv,
        peer="read_csv",
    ),
    Case(
        name="csv, packed by zip",
        source=_PLAIN,
        written=files.zipped,
        bare=_unzipped,
        peer="read_csv",
    ),
    Case(
        name="json lines",
        source=Source(
            match="*",
            format="jsonl",
            columns=(("timestamp", "at"), ("meter", "tags.meter"), ("value", "kwh")),
        ),
        written=files.lines,
        bare=pl.read_ndjson,
        peer="read_ndjson",
    ),
    Case(
        name="parquet",
        source=Source(match="*", format="parquet"),
        written=files.parquet,
        bare=pl.read_parquet,
        peer="read_parquet",
    ),
    Case(
        name="influx line protocol",
        source=Source(match="*", format="influx", columns=(("meter", "meter"), ("value", "kwh"))),
        written=files.points,
        bare=_lines,
        peer="read_csv, lines only",
    ),
    Case(
        name="haystack, zinc",
        source=Source(match="*", format="haystack-zinc", wide=(("val", "m"),)),
        written=files.zinc,
        bare=lambda path: pl.read_csv(path, skip_rows=1),
        peer="read_csv, values as text",
    ),
    Case(
        name="xlsx",
        source=Source(match="*", format="xlsx"),
        written=files.workbook,
        bare=pl.read_excel,
        peer="read_excel",
    ),
    Case(
        name="green button",
        source=Source(match="*", format="green-button", wide=(("*", "m"),)),
        written=files.green_button,
        bare=_parsed,
        peer="lxml, the tree alone",
    ),
    Case(
        name="haystack, JSON",
        source=Source(match="*", format="haystack-json", wide=(("val", "m"),)),
        written=files.hayson,
        bare=pl.read_json,
        peer="read_json",
    ),
    Case(
        name="open-meteo",
        source=Source(match="*", format="open-meteo", wide=(("temperature_2m", "m"),)),
        written=files.hours_of_weather,
        bare=pl.read_json,
        peer="read_json",
    ),
    Case(
        name="energyplus weather",
        source=Source(match="*", format="epw", wide=(("Dry Bulb Temperature", "m"),)),
        written=files.weather,
        bare=lambda path: pl.read_csv(path, skip_rows=8, has_header=False),
        peer="read_csv",
    ),
    Case(
        name="openmetrics",
        source=Source(match="*", format="openmetrics", wide=_SERIES),
        written=files.metrics,
        bare=_lines,
        peer="read_csv, lines only",
        most=100_000,
    ),
    Case(
        name="prometheus' older text",
        source=Source(match="*", format="prometheus-text", wide=_SERIES),
        written=files.older_metrics,
        bare=_lines,
        peer="read_csv, lines only",
        most=100_000,
    ),
    Case(
        name="prometheus, as fetched",
        source=Source(match="*", format="prometheus", wide=_METERS),
        written=files.day_of_samples,
        bare=pl.read_json,
        peer="read_json",
    ),
    Case(
        name="opc ua, as fetched",
        source=Source(match="*", format="opcua", wide=_METERS),
        written=files.history_of_nodes,
        bare=pl.read_json,
        peer="read_json",
    ),
    Case(
        name="snmp walks",
        source=Source(match="*", format="snmp", wide=_OBJECTS),
        written=files.walks,
        bare=lambda path: pl.read_csv(
            path, separator="|", has_header=False, comment_prefix="#", schema_overrides=_AS_TEXT
        ),
        peer="read_csv",
    ),
    Case(
        name="redfish, as fetched",
        source=Source(match="*", format="redfish", wide=_SENSORS),
        written=files.sensors,
        bare=pl.read_json,
        peer="read_json",
        most=_AN_INSTANT,
    ),
    Case(
        name="modbus, as fetched",
        source=Source(match="*", format="modbus", wide=_REGISTERS),
        written=files.registers,
        bare=pl.read_json,
        peer="read_json",
        most=_AN_INSTANT,
    ),
)


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
