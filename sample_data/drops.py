"""Writing a month of rows as files of the inbox."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import numpy as np
import polars as pl

from sample_data.chance import Ints
from sample_data.clock import as_utc
from sample_data.layouts import Feed, Layout, wide_header
from sample_data.meters import Meter
from sample_data.rows import Exchange, Rows
from sample_data.stamps import stamps


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One file before it is written.

    ``frame`` holds the columns as they will appear; ``instants`` [s UTC] and ``meters`` (column
    numbers, −1 in wide files) say what each line is, in the order of the lines.
    """

    frame: pl.DataFrame
    layout: Layout
    instants: Ints
    meters: Ints


@dataclass(frozen=True, kw_only=True)
class Edit:
    """Lines put in front of a line of a sheet, or in its place."""

    lines: tuple[str, ...]
    replaces: bool


def part_of(rows: Rows, meters: Sequence[Meter]) -> Rows:
    """The rows of some meters only."""
    columns = [rows.meters.index(meter) for meter in meters]
    return Rows(instants=rows.instants, values=rows.values[:, columns], meters=tuple(meters))


def split_at(rows: Rows, window: tuple[int, int]) -> tuple[Rows, Rows]:
    """The rows outside and inside a window [start, end) of UTC seconds."""
    inside = (rows.instants >= window[0]) & (rows.instants < window[1])
    outer, inner = (
        Rows(instants=rows.instants[keep], values=rows.values[keep], meters=rows.meters)
        for keep in (~inside, inside)
    )
    return outer, inner


def sheet_of(rows: Rows, layout: Layout, *, exchange: Exchange | None, serials: bool) -> Sheet:
    """Lay out rows as the lines of one file.

    Args:
        rows: what to write.
        layout: how.
        exchange: the exchange whose serials are to be told apart, if any meter has one.
        serials: whether the file has a column of serials.
    """
    return _wide(rows, layout) if layout.wide else _long(rows, layout, exchange, serials)


def _texts(rows: Rows, layout: Layout) -> pl.Series:
    return stamps(rows.instants, layout.timezone or "UTC", layout.pattern)


def _wide(rows: Rows, layout: Layout) -> Sheet:
    told = ~np.isnan(rows.values).all(axis=1)
    columns = {
        wide_header(meter): pl.Series(rows.values[told, number]).fill_nan(None)
        for number, meter in enumerate(rows.meters)
    }
    stamp = _texts(rows, layout).filter(pl.Series(told))
    return Sheet(
        frame=pl.DataFrame({layout.columns[1]: stamp, **columns}),
        layout=layout,
        instants=rows.instants[told],
        meters=np.full(int(told.sum()), -1, dtype=np.int64),
    )


def _long(rows: Rows, layout: Layout, exchange: Exchange | None, serials: bool) -> Sheet:
    flat = rows.values.ravel()
    places = np.flatnonzero(~np.isnan(flat))
    if layout.newest_first:
        places = places[::-1]
    lines, meters = np.divmod(places, len(rows.meters))
    names = pl.Series([meter.id for meter in rows.meters])
    meter_name, stamp_name, value_name, serial_name = layout.columns
    columns = {
        meter_name: names.gather(pl.Series(meters)),
        stamp_name: _texts(rows, layout).gather(pl.Series(lines)),
        value_name: pl.Series(flat[places]),
    }
    instants = rows.instants[lines]
    if serials:
        columns[serial_name] = _serials(rows, instants, meters, exchange)
    return Sheet(frame=pl.DataFrame(columns), layout=layout, instants=instants, meters=meters)


def _serials(rows: Rows, instants: Ints, meters: Ints, exchange: Exchange | None) -> pl.Series:
    """The serial of the exchanged meter on its rows; other rows state none."""
    number = np.zeros(instants.shape[0], dtype=np.int64)
    known = ["", "", ""]
    if exchange is not None and exchange.meter in rows.meters:
        known = ["", exchange.meter.serial, exchange.new_serial]
        of_meter = meters == rows.meters.index(exchange.meter)
        number = of_meter * (1 + (instants >= exchange.at).astype(np.int64))
    return pl.Series(known).gather(pl.Series(number))


def line_cells(sheet: Sheet, line: int) -> list[str]:
    """The cells of one line as they will be written."""
    buffer = BytesIO()
    _write(sheet.frame[line : line + 1], sheet.layout, buffer, header=False)
    return buffer.getvalue().decode().rstrip("\n").split(sheet.layout.separator)


def write_sheet(path: Path, sheet: Sheet, edits: Mapping[int, Edit]) -> None:
    """Write one file; ``edits`` are applied at the line numbers that they are given for."""
    layout, frame = sheet.layout, sheet.frame
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        if layout.bom:
            file.write(b"\xef\xbb\xbf")
        _write(frame[:0], layout, file, header=True)
        done = 0
        for line in sorted(edits):
            _write(frame[done:line], layout, file, header=False)
            file.writelines(f"{text}\n".encode() for text in edits[line].lines)
            done = line + 1 if edits[line].replaces else line
        _write(frame[done:], layout, file, header=False)
        if layout.footer:
            finished = as_utc(int(sheet.instants.max(initial=0)) + 311)[:-1]
            file.write(f"({frame.height} rows affected)\n".encode())
            file.write(f"Completion time: {finished}.0416667+00:00\n".encode())


def _write(frame: pl.DataFrame, layout: Layout, file: BinaryIO, *, header: bool) -> None:
    frame.write_csv(
        file,
        include_header=header,
        separator=layout.separator,
        decimal_comma=layout.decimal_comma,
        float_scientific=False,
        quote_style="never",
        batch_size=16_384,
    )


def file_name(feed: Feed, month: str, *, mark: str = "") -> str:
    """The name of a month's file, with a mark for late and overlapping ones."""
    return f"{feed.prefix}_{month}{mark}.{feed.layout.suffix}"
