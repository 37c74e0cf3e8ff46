"""Where cells stand in a row, and how rows of cells become raw rows: the same for all tables."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import polars as pl

from pipelines.sources.unreadable import Unreadable
from schemas.errors import nearest
from schemas.estate.source import Source
from schemas.tables import RAW
from schemas.units import is_unit

PLAIN_COLUMNS = ("meter_id", "timestamp", "value", "unit", "serial")
#: What ``columns`` of a source may map: their names there, and those of raw rows.
_MAPPED = {"meter": "meter_id", "value": "value", "unit": "unit", "serial": "serial"}
#: What a row has once, whether it tells of one meter or of several.
_OF_ROW = ("until", "quality")
_OF_WIDE_ROW = (*_OF_ROW, "unit", "serial")
#: Rows below a wrong header in which the right one is looked for.
LOOKED_AT = 200
#: What no number has: a letter that is no exponent's.
_WORDS = re.compile(r"[^\W\d_eE]{2}|[^\W\d_eE]\w")
_IN_BRACKETS = re.compile(r"[\[(]([^\])]+)[\])]\s*$")


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Where in a row the cells stand.

    Args:
        titles: those of the header, one for each cell of a row.
        timestamp: the cell of the time; of a date and a time of day both.
        of_row: raw columns that a row has once.
        long: raw columns of a row that tells of one meter.
        wide: meters of a row that tells of several, with the unit that the title states.
        unit: what the title of ``value`` states.
    """

    titles: tuple[str, ...]
    timestamp: tuple[int, ...]
    of_row: tuple[tuple[str, int], ...] = ()
    long: tuple[tuple[str, int], ...] = ()
    wide: tuple[tuple[str, int, str | None], ...] = ()
    unit: str | None = None

    @property
    def width(self) -> int:
        return len(self.titles)

    @property
    def values(self) -> tuple[int, ...]:
        """The cells that hold values."""
        return tuple(place for _, place, _ in self.wide) or (dict(self.long)["value"],)


def layout_of(header: Sequence[str], line: int, source: Source) -> Layout:
    """Where the mapped columns stand in a header. A unit in brackets at the end of a title is that
    of its column's values.

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
    time = [named.get("timestamp", "timestamp"), *(named[key] for key in ("time",) if key in named)]
    shared = Layout(
        titles=tuple(header),
        timestamp=tuple(map(place, time)),
        of_row=tuple((raw, place(named[raw])) for raw in _once(source) if raw in named),
    )
    if source.wide:
        wide = ((meter, place(title), _stated_unit(title)) for title, meter in source.wide)
        return replace(shared, wide=tuple(wide))
    long = [
        (raw, place(named.get(name, raw)))
        for name, raw in _MAPPED.items()
        if name in named or name in ("meter", "value")
    ]
    unit = None if "unit" in named else _stated_unit(named.get("value", "value"))
    return replace(shared, long=tuple(long), unit=unit)


def _stated_unit(title: str) -> str | None:
    """``kWh`` of ``Zähler A [kWh]``; none where the brackets hold something else."""
    found = _IN_BRACKETS.search(title)
    return found[1].strip() if found and is_unit(found[1].strip()) else None


def _once(source: Source) -> tuple[str, ...]:
    return _OF_WIDE_ROW if source.wide else _OF_ROW


def wanted_of(source: Source) -> list[str]:
    """The titles that a mapping names, each once; none without a mapping."""
    named = dict(source.columns)
    if not named and not source.wide:
        return []
    wanted = [named.get("timestamp", "timestamp"), *dict(source.wide)]
    wanted += [named[key] for key in ("time", *_once(source)) if key in named]
    if not source.wide:
        wanted += [named.get("meter", "meter_id"), named.get("value", "value")]
        wanted += [named[key] for key in ("unit", "serial") if key in named]
    return list(dict.fromkeys(wanted))


def header_elsewhere(
    problem: Unreadable, below: Iterable[tuple[int, Sequence[str]]], source: Source
) -> Unreadable:
    """The problem of a header, with the row in which the mapped titles do stand, if one does."""
    wanted = set(wanted_of(source) or PLAIN_COLUMNS[:3])
    for number, cells in islice(below, LOOKED_AT):
        if wanted <= {cell.strip() for cell in cells}:
            told = f"{problem.reason} They stand in row {number}: set skip_lines: {number - 1}."
            return Unreadable(told, line=problem.line)
    return problem


def titles_of(rows: Sequence[Sequence[str]]) -> list[str]:
    """The titles of a header of one or more rows. In the upper ones a title stands over all empty
    cells to its right, as cells that were merged do; those of a column are joined by a blank."""
    *upper, last = ([title.strip() for title in row] for row in rows)
    width = max(map(len, (*upper, last)))
    spread = []
    for row in upper:
        over = ""
        spread.append([over := title or over for title in _filled_up(row, width)])
    columns = zip(*spread, _filled_up(last, width), strict=True)
    return [" ".join(filter(None, column)) for column in columns]


def _filled_up(row: Sequence[str], width: int) -> list[str]:
    return [*row, *[""] * (width - len(row))]


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
    stamp = (header.index("timestamp"),)
    return Layout(titles=tuple(header), timestamp=stamp, long=tuple(cells))


def raw_rows(table: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """Raw rows of a table with ``line`` and text cells ``c0 …``.

    An empty cell of a wide table is no row: nothing was exported there.
    """
    day, *time = (pl.col(f"c{place}") for place in layout.timestamp)
    stamp = pl.concat_str([day, *time], separator=" ") if time else day
    of_row = {name: pl.col(f"c{place}") for name, place in layout.of_row}
    rows = table.with_columns(timestamp=stamp, **of_row)
    kept = ("line", "timestamp", *of_row)
    if layout.long:
        cells = {name: pl.col(f"c{place}") for name, place in layout.long}
        if layout.unit:
            cells["unit"] = pl.lit(layout.unit)
        return finished(rows.select(*kept, **cells))
    columns = [
        rows.select(
            *(name for name in kept if name != "unit"),
            meter_id=pl.lit(meter),
            value=pl.col(f"c{place}"),
            unit=of_row.get("unit", pl.lit(unit, dtype=pl.String)),
        )
        for meter, place, unit in layout.wide
    ]
    return finished(pl.concat(columns).filter(pl.col("value").str.strip_chars() != ""))


def looks_like_row(cells: Sequence[str], layout: Layout) -> bool:
    """Whether a line that somebody calls a footer has a row's width and something of a time: it
    may match by chance, and a row is never left out."""
    stamp = layout.timestamp[0]
    return len(cells) >= layout.width and any(mark.isdigit() for mark in cells[stamp])


def table_rows(table: pl.DataFrame, layout: Layout) -> Iterator[pl.DataFrame]:
    """Raw rows of a table with ``line`` and text cells ``c0 …``, as far as it is one table.

    A row of words alone is a header: the same one again, as files that were joined have it, is
    malformed; with another one another table begins, of which nobody knows what it tells.

    Raises:
        Unreadable: where another table begins, after the rows above it.
    """
    cell = pl.col(f"c{layout.timestamp[0]}")
    stamp = cell.str.strip_chars()
    # A cell that begins with a digit is no word: nearly all are passed over by one comparison.
    odd = table.filter(~cell.is_between(pl.lit("0"), pl.lit(":"), closed="left"))
    worded = odd.filter((stamp != "") & ~stamp.str.contains("[0-9]")) if odd.height else odd
    for row in worded.iter_rows() if worded.height else ():
        line, cells = int(row[0]), [str(cell).strip("\ufeff ") for cell in row[1:]]
        if not all(_WORDS.search(cells[place]) for place in layout.values):
            continue
        text = " | ".join(cells)
        yield raw_rows(table.filter(pl.col("line") < line), layout)
        if cells != list(layout.titles):
            raise Unreadable(
                f"another table begins here ({text[:120]}); drop it as a file of its own, or name "
                "such lines by 'footer'",
                line=line,
            )
        yield from malformed([(line, text)])
        table = table.filter(pl.col("line") > line)
    yield raw_rows(table, layout)


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
