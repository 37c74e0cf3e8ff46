"""Parquet: tables whose columns have types, each cell read as the text it would be in CSV."""

from collections.abc import Iterator
from typing import BinaryIO

import polars as pl
from polars.exceptions import PanicException, PolarsError

from pipelines.sources.table import layout_of, raw_rows, wanted_of
from pipelines.sources.unreadable import Unreadable
from schemas.estate.source import Source

#: Some damage Polars tells of, of some it breaks down; neither may end a whole run.
_DAMAGED = (PolarsError, PanicException)
#: Rows at a time, so that memory stays bounded.
ROWS = 500_000


def rows(file: BinaryIO, source: Source) -> Iterator[pl.DataFrame]:
    """Raw rows of a Parquet file. Parquet has no lines: ``line`` is the row's place, from 1.

    A time with a zone keeps its offset, one without is local; a date is its midnight. A null is an
    empty cell.

    Raises:
        Unreadable: no Parquet, columns that are neither mapped nor the plain drop's, a mapped
            column of lists or the like, or pages that cannot be decoded. Parquet written without
            checksums does not tell of every flipped bit.
    """
    try:
        table = pl.scan_parquet(file)
        kinds = dict(table.collect_schema())
    except (*_DAMAGED, OSError) as error:
        raise Unreadable(f"this is no Parquet file ({str(error).splitlines()[0]})") from error
    layout = layout_of(list(kinds), 1, source)
    names = wanted_of(source) or list(kinds)
    for name in names:
        if kinds[name].is_nested():
            raise Unreadable(f"column '{name}' holds {kinds[name]}, of which no cell can be made")
    cells = [
        (_text(pl.col(name), kinds[name]) if name in names else pl.lit("")).alias(f"c{place}")
        for place, name in enumerate(kinds)
    ]
    start = 0
    while (part := _part(table.slice(start, ROWS).select(cells), start + 1)).height:
        line = pl.int_range(start + 1, start + part.height + 1, dtype=pl.UInt32, eager=True)
        yield raw_rows(part.insert_column(0, line.alias("line")), layout)
        start += part.height


def _part(wanted: pl.LazyFrame, line: int) -> pl.DataFrame:
    try:
        return wanted.collect()
    except _DAMAGED as error:
        reason = f"the Parquet file is damaged ({str(error).splitlines()[0]})"
        raise Unreadable(reason, line=line) from error


def _text(cell: pl.Expr, kind: pl.DataType) -> pl.Expr:
    timed = isinstance(kind, pl.Datetime)
    text = cell.dt.to_string("iso:strict") if timed else cell.cast(pl.String)
    return text.fill_null("")
