"""File formats. A new one is one file here and one line in ``FORMATS``.

A format reads an open file by its mapping into raw rows: text as it stands in the file, with the
line it stands in. It converts nothing and judges nothing; what cannot be read at all raises
``Unreadable``. Whatever the format, a file may be packed.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import partial
from typing import BinaryIO

import polars as pl

from pipelines.sources import (
    delimited,
    epw,
    exposition,
    green_button,
    haystack,
    influx,
    json_lines,
    modbus,
    opcua,
    open_meteo,
    parquet,
    prometheus,
    redfish,
    snmp,
    workbook,
)
from pipelines.sources.packed import packed_rows
from schemas.estate.source import Source


@dataclass(frozen=True, kw_only=True)
class Format:
    """How files of one kind are read.

    Args:
        reads: what it reads, for people.
        rows: from an open file and its mapping to raw rows.
        has_lines: whether ``line`` counts lines of text, which can be quoted.
        time_format: that of a source that names none; empty is ISO 8601.
    """

    reads: str
    rows: Callable[[BinaryIO, Source], Iterator[pl.DataFrame]]
    has_lines: bool = True
    time_format: str = ""


#: The first is that of a source that names none, and of the plain drop.
FORMATS: dict[str, Format] = {
    "csv": Format(reads="delimited text: the plain drop, or other people's", rows=delimited.rows),
    "epw": Format(reads="EnergyPlus' weather files: the hours of a place", rows=epw.rows),
    "green-button": Format(
        reads="Green Button: a utility's interval data as XML (ESPI)",
        rows=green_button.rows,
        has_lines=False,
    ),
    "haystack-json": Format(
        reads="Project Haystack's histories as JSON", rows=haystack.json_rows, has_lines=False
    ),
    "haystack-zinc": Format(reads="Project Haystack's histories as Zinc", rows=haystack.zinc_rows),
    "influx": Format(reads="InfluxDB's line protocol", rows=influx.rows, time_format="epoch_ns"),
    "jsonl": Format(reads="JSON lines: one object a line", rows=json_lines.rows),
    "modbus": Format(
        reads="Modbus' registers as fetched, an instant in each file",
        rows=modbus.rows,
        has_lines=False,
    ),
    "opcua": Format(
        reads="OPC UA's history as fetched, a day in each file", rows=opcua.rows, has_lines=False
    ),
    "open-meteo": Format(
        reads="Open-Meteo's hourly weather as JSON", rows=open_meteo.rows, has_lines=False
    ),
    "openmetrics": Format(
        reads="a page of OpenMetrics, its samples with times",
        rows=exposition.openmetrics_rows,
        time_format="epoch_s",
    ),
    "parquet": Format(
        reads="Parquet: columns with types, read as text", rows=parquet.rows, has_lines=False
    ),
    "prometheus": Format(
        reads="Prometheus' samples as fetched, a day in each file",
        rows=prometheus.rows,
        has_lines=False,
        time_format="epoch_s",
    ),
    "prometheus-text": Format(
        reads="a page in Prometheus' older text, its samples with times",
        rows=exposition.prometheus_text_rows,
        time_format="epoch_ms",
    ),
    "redfish": Format(
        reads="Redfish's sensors as fetched, an instant in each file",
        rows=redfish.rows,
        has_lines=False,
    ),
    "snmp": Format(reads="walks of SNMP, each below the time it was made at", rows=snmp.rows),
    "xlsx": Format(reads="a sheet of a workbook (XLSX)", rows=workbook.rows, has_lines=False),
}

PLAIN_DROP = Source(match="*")


def source_of(path: str, sources: Sequence[Source]) -> Source:
    """The mapping of a file by its inbox path: the first that matches, else the plain drop."""
    for source in sources:
        if fnmatchcase(path, source.match):
            usual = FORMATS[source.format].time_format
            needs_it = usual and not source.time_format
            return replace(source, time_format=usual) if needs_it else source
    return PLAIN_DROP


def rows(file: BinaryIO, source: Source) -> Iterator[pl.DataFrame]:
    """Raw rows of a file by its mapping, packed or not."""
    return packed_rows(file, partial(_read, source=source))


def _read(file: BinaryIO, *, source: Source) -> Iterator[pl.DataFrame]:
    return FORMATS[source.format].rows(file, source)
