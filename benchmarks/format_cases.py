"""Every format: how its file is made of readings, mapped, and read by Polars alone."""

import gzip
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from lxml import etree

from benchmarks import format_files as files
from schemas.estate.source import Source

#: Values that one file of an instant holds.
_AN_INSTANT = 1_000


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
