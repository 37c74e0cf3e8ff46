"""Where cells stand in a row, and how rows of cells become raw rows: the same for all tables."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from pipelines.sources.unreadable import Unreadable
from schemas.errors import nearest
from schemas.estate.model import Source
from schemas.tables import RAW

PLAIN_COLUMNS = ("meter_id", "timestamp", "value", "unit", "serial")
#: What ``columns`` of a source may map: their names there, and those of raw rows.
_MAPPED = {"meter": "meter_id", "value": "value", "unit": "unit", "serial": "serial"}


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Where in a row the cells stand: ``long`` maps raw columns, ``wide`` maps meters."""

    width: int
    timestamp: int
    long: tuple[tuple[str, int], ...] = ()
    wide: tuple[tuple[str, int], ...] = ()


def layout_of(header: Sequence[str], line: int, source: Source) -> Layout:
    """Where the mapped columns stand in a header.

    Raises:
        Unreadable: a mapped column is not there, or twice; without a mapping, a header that is not
            the plain drop's.
    """
    named = dict(source.columns)
    wanted = wanted_of(source)
    if not wanted:
        return _plain_layout(header, line)
    absent = sorted(title for title in wanted if title not in header)
    if absent:
        raise Unreadable(
            f"no column '{absent[0]}' in the header. {nearest(absent[0], header)}", line=line
        )
    twice = sorted(title for title in wanted if header.count(title) > 1)
    if twice:
        raise Unreadable(f"column '{twice[0]}' stands twice in the header", line=line)
    place = header.index
    timestamp = place(named.get("timestamp", "timestamp"))
    if source.wide:
        wide = tuple((meter, place(title)) for title, meter in source.wide)
        return Layout(width=len(header), timestamp=timestamp, wide=wide)
    long = [
        (raw, place(named.get(name, raw)))
        for name, raw in _MAPPED.items()
        if name in named or name in ("meter", "value")
    ]
    return Layout(width=len(header), timestamp=timestamp, long=tuple(long))


def wanted_of(source: Source) -> list[str]:
    """The titles that a mapping names, each once; none without a mapping."""
    named = dict(source.columns)
    if not named and not source.wide:
        return []
    wanted = [named.get("timestamp", "timestamp"), *dict(source.wide)]
    if not source.wide:
        wanted += [named.get("meter", "meter_id"), named.get("value", "value")]
        wanted += [named[key] for key in ("unit", "serial") if key in named]
    return list(dict.fromkeys(wanted))


def _plain_layout(header: Sequence[str], line: int) -> Layout:
    missing = [title for title in PLAIN_COLUMNS[:3] if title not in header]
    unknown = [title for title in header if title not in PLAIN_COLUMNS]
    if missing or unknown or len(set(header)) != len(header):
        raise Unreadable(
            f"the header '{','.join(header)[:120]}' is not the plain drop's "
            "'meter_id,timestamp,value[,unit][,serial]'; map the file under 'sources' in "
            "estate.yaml",
            line=line,
        )
    cells = [(title, header.index(title)) for title in header if title != "timestamp"]
    return Layout(width=len(header), timestamp=header.index("timestamp"), long=tuple(cells))


def raw_rows(table: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """Raw rows of a table with ``line`` and text cells ``c0 …``.

    An empty cell of a wide table is no row: nothing was exported there.
    """
    stamp = pl.col(f"c{layout.timestamp}").alias("timestamp")
    if layout.long:
        cells = {name: pl.col(f"c{place}") for name, place in layout.long}
        return finished(
            table.select("line", stamp, *(cell.alias(name) for name, cell in cells.items()))
        )
    columns = [
        table.select(
            "line", stamp, pl.lit(meter).alias("meter_id"), pl.col(f"c{place}").alias("value")
        )
        for meter, place in layout.wide
    ]
    return finished(pl.concat(columns).filter(pl.col("value").str.strip_chars() != ""))


def malformed(lines: Sequence[tuple[int, str]]) -> Iterator[pl.DataFrame]:
    """Rows that cannot be taken apart, each with its whole text as its value."""
    if lines:
        schema = {name: RAW[name] for name in ("line", "value")}
        rows = pl.DataFrame(lines, schema=schema, orient="row")
        yield finished(rows.with_columns(malformed=pl.lit(value=True)))


def finished(frame: pl.DataFrame) -> pl.DataFrame:
    """All columns of ``RAW``; what a format has no cell for is null, and no row is malformed."""
    absent = {name: pl.lit(None, dtype=kind) for name, kind in RAW.items()}
    absent["malformed"] = pl.lit(value=False)
    given = set(frame.columns)
    return frame.with_columns(
        column.alias(name) for name, column in absent.items() if name not in given
    ).select(RAW.keys())
