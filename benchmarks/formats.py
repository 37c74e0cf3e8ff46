"""How fast each file format is read into raw rows, beside Polars' bare read of the same file.

    python -m benchmarks.formats [--rows 500_000] [--repeat 5] [--write]

Both take turns in one process over files in the page cache; medians count. Polars infers types and
keeps a table; we keep every cell as text with its line, tell what is no row, and look packed files
through before a row is taken from them. Nothing is converted or judged yet in either.
"""

import argparse
import gzip
import io
import json
import os
import platform
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from statistics import median

import polars as pl
from lxml import etree

from pipelines.sources import rows
from schemas.estate.source import Source

TITLES = ("meter_id", "timestamp", "value")
METERS = 10
START = datetime(2025, 1, 1, tzinfo=UTC)
_WIDE = tuple((f"M{number} [kWh]", f"m{number}") for number in range(METERS))


@dataclass(frozen=True, kw_only=True)
class Case:
    """One format: how its file is made of readings, mapped, and read by Polars alone."""

    name: str
    source: Source
    written: Callable[[pl.DataFrame], bytes]
    bare: Callable[[Path], object]
    peer: str


@dataclass(frozen=True, kw_only=True)
class Timed:
    """Medians of one case: readings a second by either way, and the file's size."""

    name: str
    peer: str
    megabytes: float
    ours: float
    bare: float


def readings(count: int) -> pl.DataFrame:
    """So many readings of a few meters, quarter by quarter, as text."""
    number = pl.int_range(count)
    at = pl.lit(START) + pl.duration(minutes=15) * (number // METERS)
    return pl.select(
        meter_id=pl.format("m{}", number % METERS),
        timestamp=at.dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
        value=(number.cast(pl.Decimal(20, 3)) * pl.lit("0.125").cast(pl.Decimal(20, 3))).cast(
            pl.String
        ),
    )


def _csv(frame: pl.DataFrame) -> bytes:
    return frame.write_csv().encode()


def _wide(frame: pl.DataFrame) -> bytes:
    table = frame.pivot("meter_id", index="timestamp", values="value")
    commas = pl.col(table.columns[1:]).str.replace(".", ",", literal=True)
    titles = {meter: title for title, meter in _WIDE}
    return table.with_columns(commas).rename(titles).write_csv(separator=";").encode()


def _zip(frame: pl.DataFrame) -> bytes:
    packing = io.BytesIO()
    with zipfile.ZipFile(packing, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("readings.csv", _csv(frame))
    return packing.getvalue()


def _lines(frame: pl.DataFrame) -> bytes:
    objects = (
        json.dumps({"at": at, "tags": {"meter": meter}, "kwh": float(value)})
        for meter, at, value in frame.iter_rows()
    )
    return "".join(f"{one}\n" for one in objects).encode()


def _parquet(frame: pl.DataFrame) -> bytes:
    packing = io.BytesIO()
    frame.with_columns(pl.col("value").cast(pl.Float64)).write_parquet(packing)
    return packing.getvalue()


def _points(frame: pl.DataFrame) -> bytes:
    nanoseconds = (
        int((START + timedelta(minutes=15) * (number // METERS)).timestamp()) * 10**9
        for number in range(frame.height)
    )
    points = (
        f"energy,meter={meter},rack=7 kwh={value},volts=230i {at}"
        for (meter, _, value), at in zip(frame.iter_rows(), nanoseconds, strict=True)
    )
    return "".join(f"{one}\n" for one in points).encode()


def _workbook(frame: pl.DataFrame) -> bytes:
    packing = io.BytesIO()
    numbers = frame.with_columns(pl.col("value").cast(pl.Float64))
    numbers.write_excel(packing, worksheet="Data", autofit=False, table_style=None)
    return packing.getvalue()


def _zinc(frame: pl.DataFrame) -> bytes:
    """A history of one point: all readings of the first meter's times, one below the other."""
    stamps = frame.select(pl.format("{} UTC,{}kWh", "timestamp", "value")).to_series()
    return ('ver:"3.0"\nts,val\n' + "\n".join(stamps) + "\n").encode()


def _green_button(frame: pl.DataFrame) -> bytes:
    """One interval block of all readings."""
    readings = "".join(
        f"<IntervalReading><timePeriod><duration>900</duration><start>{start}</start></timePeriod>"
        f"<value>{number}</value></IntervalReading>"
        for number, start in enumerate(range(0, 900 * frame.height, 900))
    )
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry>'
        '<link rel="self" href="/IntervalBlock/1"/>'
        f'<content><IntervalBlock xmlns="http://naesb.org/espi">{readings}</IntervalBlock></content>'
        "</entry></feed>"
    ).encode()


def _parsed(path: Path) -> object:
    return etree.parse(str(path))


def _unzipped(path: Path) -> pl.DataFrame:
    with zipfile.ZipFile(path) as archive:
        return pl.read_csv(archive.read("readings.csv"))


_PLAIN = Source(match="*")
CASES = (
    Case(
        name="csv, the plain drop", source=_PLAIN, written=_csv, bare=pl.read_csv, peer="read_csv"
    ),
    Case(
        name="csv, wide, decimal comma",
        source=Source(match="*", separator=";", decimal=",", wide=_WIDE),
        written=_wide,
        bare=lambda path: pl.read_csv(path, separator=";", decimal_comma=True),
        peer="read_csv",
    ),
    Case(
        name="csv, packed by gzip",
        source=_PLAIN,
        written=lambda frame: gzip.compress(_csv(frame), 6),
        bare=pl.read_csv,
        peer="read_csv",
    ),
    Case(name="csv, packed by zip", source=_PLAIN, written=_zip, bare=_unzipped, peer="read_csv"),
    Case(
        name="json lines",
        source=Source(
            match="*",
            format="jsonl",
            columns=(("timestamp", "at"), ("meter", "tags.meter"), ("value", "kwh")),
        ),
        written=_lines,
        bare=pl.read_ndjson,
        peer="read_ndjson",
    ),
    Case(
        name="parquet",
        source=Source(match="*", format="parquet"),
        written=_parquet,
        bare=pl.read_parquet,
        peer="read_parquet",
    ),
    Case(
        name="influx line protocol",
        source=Source(match="*", format="influx", columns=(("meter", "meter"), ("value", "kwh"))),
        written=_points,
        bare=lambda path: pl.read_csv(path, separator="\x01", has_header=False),
        peer="read_csv, lines only",
    ),
    Case(
        name="haystack, zinc",
        source=Source(match="*", format="haystack-zinc", wide=(("val", "m"),)),
        written=_zinc,
        bare=lambda path: pl.read_csv(path, skip_rows=1),
        peer="read_csv, values as text",
    ),
    Case(
        name="xlsx",
        source=Source(match="*", format="xlsx"),
        written=_workbook,
        bare=pl.read_excel,
        peer="read_excel",
    ),
    Case(
        name="green button",
        source=Source(match="*", format="green-button", wide=(("*", "m"),)),
        written=_green_button,
        bare=_parsed,
        peer="lxml, the tree alone",
    ),
)


def measured(case: Case, frame: pl.DataFrame, repeat: int, folder: Path) -> Timed:
    """Both ways of reading one file, in turns; both must find every reading."""
    path = folder / "file"
    path.write_bytes(case.written(frame))
    seconds: dict[str, list[float]] = {"ours": [], "bare": []}
    for _ in range(repeat):
        seconds["ours"].append(_seconds(lambda: _ours(path, case.source, frame.height)))
        seconds["bare"].append(_seconds(lambda: case.bare(path)))
    return Timed(
        name=case.name,
        peer=case.peer,
        megabytes=path.stat().st_size / 1e6,
        ours=frame.height / median(seconds["ours"]),
        bare=frame.height / median(seconds["bare"]),
    )


def _ours(path: Path, source: Source, expected: int) -> None:
    with path.open("rb") as file:
        found = sum(one.height - int(one["malformed"].sum()) for one in rows(file, source))
    if found != expected:
        raise SystemExit(f"{source.format}: {found} rows of {expected}; nothing is printed.")


def _seconds(work: Callable[[], object]) -> float:
    before = time.perf_counter()
    work()
    return time.perf_counter() - before


def table(found: Iterator[Timed] | list[Timed]) -> str:
    """Readings a second by format, ours and the bare read's, and how many times as long we take."""
    lines = [
        "| format | MB | wattledger, readings/s | Polars alone, readings/s | by | times as long |",
        "| --- | ---: | ---: | ---: | --- | ---: |",
    ]
    lines += [
        f"| {one.name} | {one.megabytes:.1f} | {one.ours:,.0f} | {one.bare:,.0f} | {one.peer} "
        f"| {one.bare / one.ours:.1f} × |"
        for one in found
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.formats", description=__doc__)
    parser.add_argument("--rows", type=int, default=500_000, help="readings in each file")
    parser.add_argument("--repeat", type=int, default=5, help="turns of either way")
    parser.add_argument("--write", action="store_true", help="write benchmarks/FORMATS.md")
    args = parser.parse_args()
    frame = readings(args.rows)
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

Measured on {datetime.now(UTC).date().isoformat()}: {count:,} readings in each file, medians of
{repeat} turns. This page is written by `python -m benchmarks.formats --write`.

{table(found)}

Polars infers types and keeps a table. We keep every cell as the text that stands in the file,
with its line, so that a reading can be led back to it; what is no row is kept as one that is
refused; and a packed file is looked through to its end before a row is taken from it. That is what
we are slower for. Line protocol has no reader in Polars, so its lines alone are read there; nor has
XML, so lxml alone builds the tree. Polars' reader of workbooks keeps nine places after the point;
ours keeps every digit, and names the cell of what is no value.

Conditions: {len(os.sched_getaffinity(0))} cores, {platform.system()} {platform.machine()}, Python
{platform.python_version()}, polars {version("polars")}; load average {load:.1f} as the run began.
""",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
