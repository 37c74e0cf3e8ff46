"""The table within a file: its header, its rows, and what its columns hold."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipelines.sources.table import titles_of
from pipelines.suggest.cells import Cells
from pipelines.suggest.numbers import is_number
from pipelines.suggest.times import clock_format, formats_of, is_clock, moment
from pipelines.suggest.words import (
    is_id_title,
    is_unit_title,
    is_value_title,
    tells_until,
    words_of,
)
from schemas.errors import UsageError
from schemas.units import is_unit

_TIME = re.compile(
    r"\d{1,4}[./-][\w.]{1,4}[./-]\d{2,4}|\d{4}-\d{2}|\d{1,2} \w{3}\.? \d{4}|\d{1,2}:\d{2}"
)
#: Of so many rows with a time, the time alone names a row of a wide table.
_ALONE = 0.75
#: So many pairs of time and id are there once, if the id names a meter.
_PAIRED = 0.98
_NUMERIC = 0.3
#: Of a column that is titled so, at least so many cells are units; others are to be refused.
_SOME = 0.5


@dataclass(frozen=True, kw_only=True)
class Table:
    """Where everything stands.

    Args:
        above: lines above the header; ``header`` rows of titles.
        rows: (number, cells) with a time that can be read.
        beside: texts above the header, for what they tell.
        below: rows after the last one with a time.
        time: the column of times, or of dates and of times of day.
        shape: the format of both together.
        until: the column of ends.
        id, unit: columns of a long table.
        values: the columns of values.
    """

    above: int
    header: int
    titles: tuple[str, ...]
    rows: Sequence[tuple[int, list[str]]]
    beside: tuple[str, ...]
    below: Sequence[tuple[int, list[str]]]
    time: tuple[int, ...]
    shape: str
    until: int | None = None
    id: int | None = None
    unit: int | None = None
    values: tuple[int, ...] = ()

    def stamp(self, cells: Sequence[str]) -> str:
        """The text of a row's time."""
        return " ".join(cells[place] for place in self.time)


def table_of(cells: Cells, name: str) -> Table:
    """The table of a file's cells.

    Raises:
        UsageError: no column of times, or none of values.
    """
    first = _first_row(cells)
    above, header, titles = _header(cells, first)
    body = [row for row in cells.rows[first:] if len(row[1]) == cells.width]
    time, until, shape = _times(body, titles)
    stamps = (" ".join(row[place] for place in time) for _, row in body)
    rows = [
        row
        for row, stamp in zip(body, stamps, strict=True)
        if time and moment(stamp, shape) is not None
    ]
    if not rows:
        raise UsageError(
            f"{name}: no column holds times that can be read.\n"
            "  Times are read as ISO 8601, as days, months and years in figures or English, or as "
            "a count since 1970."
        )
    last = rows[-1][0]
    table = Table(
        above=above,
        header=header,
        titles=titles,
        rows=rows,
        beside=tuple(cell for number, row in cells.rows if number <= above for cell in row if cell),
        below=[row for row in cells.rows if row[0] > last],
        time=time,
        shape=shape,
        until=until,
    )
    return _with_values(table, name)


def _first_row(cells: Cells) -> int:
    """The place of the first row that is like most rows, but for cells that hold nothing."""
    kinds = [_kinds(row) if len(row) == cells.width else "" for _, row in cells.rows]
    told = Counter(kind for kind in kinds if "N" in kind)
    if not told:
        raise UsageError(f"{cells.source.match}: no column holds values.\n  Check its separator.")
    usual = told.most_common(1)[0][0]
    like = (place for place, kind in enumerate(kinds) if _is_like(kind, usual))
    return next(like, 0)


def _is_like(kind: str, usual: str) -> bool:
    """Whether a row's cells are of the usual kinds as far as they hold anything. Times must be
    there, and a number."""
    if len(kind) != len(usual):
        return False
    pairs = list(zip(kind, usual, strict=True))
    filled = all(one == other or ("E" in (one, other) and other != "T") for one, other in pairs)
    return filled and ("N", "N") in pairs


def _kinds(row: Sequence[str]) -> str:
    """Each cell as one letter: empty, time, number or text."""
    return "".join(
        "E" if not cell else "N" if is_number(cell) else "T" if _TIME.search(cell) else "X"
        for cell in row
    )


def _header(cells: Cells, first: int) -> tuple[int, int, tuple[str, ...]]:
    """Lines above the header, its rows, and the titles. The upper one of two rows holds what the
    lower one leaves empty over the first column."""
    if first == 0:
        raise UsageError(
            f"{cells.source.match}: no titles stand above the columns.\n  Add a header."
        )
    number, lower = cells.rows[first - 1]
    if len(lower) != cells.width:
        raise UsageError(
            f"{cells.source.match}:{number}: {len(lower)} cells stand above rows of "
            f"{cells.width}.\n  Each column needs a title."
        )
    rows = [lower]
    if first > 1 and not lower[0]:
        upper_number, upper = cells.rows[first - 2]
        if upper and upper[0] and len(upper) == cells.width and not any(map(is_number, upper)):
            number, rows = upper_number, [upper, lower]
    return number - 1, len(rows), tuple(titles_of(rows))


def _times(
    body: Sequence[tuple[int, list[str]]], titles: Sequence[str]
) -> tuple[tuple[int, ...], int | None, str]:
    """The columns of times, that of ends, and the format."""
    found: list[tuple[int, list[str]]] = []
    clock: int | None = None
    for place in range(len(titles)):
        texts = [cells[place] for _, cells in body]
        if is_clock(texts):
            clock = place if clock is None else clock
        elif (shapes := formats_of(_without_foot(texts))) and _go_on(texts):
            found.append((place, shapes))
    if not found:
        return (), None, ""
    place, shapes = found[0]
    if clock is not None and not any("%H" in one or "%I" in one for one in shapes):
        rest = next(filter(None, map(clock_format, (cells[clock] for _, cells in body))), "%H:%M")
        return (place, clock), None, f"{shapes[0]} {rest}" if shapes[0] else ""
    for other, others in found[1:]:
        both = [shape for shape in shapes if shape in others]
        if both and (tells_until(titles[other]) or len(found) == 2):
            return (place,), other, both[0]
    return (place,), None, shapes[0]


def _without_foot(texts: Sequence[str]) -> list[str]:
    """Texts of a column of times: words at its end are those of totals."""
    known = [text for text in texts if text]
    while known and not any(mark.isdigit() for mark in known[-1]):
        known.pop()
    return known


def _go_on(texts: Sequence[str]) -> bool:
    """Whether bare digits are times: they change, where an id stays the same for many rows."""
    if not texts or not texts[0].isdigit():
        return True
    return len(set(texts)) >= max(5, 0.05 * len(texts))


def _with_values(table: Table, name: str) -> Table:
    taken = {*table.time, table.until}
    others = [place for place, title in enumerate(table.titles) if place not in taken and title]
    columns = {place: [cells[place] for _, cells in table.rows] for place in others}
    unit = next((p for p in others if _is_of_units(columns[p], table.titles[p])), None)
    identity = _id(table, [place for place in others if place != unit])
    numeric = [
        place for place in others if place not in (unit, identity) and _is_numeric(columns[place])
    ]
    numeric = [p for p in numeric if "id" not in words_of(table.titles[p])] or numeric
    if not numeric:
        raise UsageError(f"{name}: no column holds values.\n  Check its separator and header.")
    if identity is not None:
        best = max(numeric, key=lambda p: (is_value_title(table.titles[p]), len(set(columns[p]))))
        numeric = [best]
    return replace(table, id=identity, unit=unit, values=tuple(numeric))


def _is_of_units(texts: Sequence[str], title: str) -> bool:
    known = [text for text in texts if text]
    units = sum(map(is_unit, known))
    if is_unit_title(title):
        return bool(known) and units >= _SOME * len(known)
    return units == len(known) and len(set(known)) > 1 and any(len(text) > 1 for text in known)


def _is_numeric(texts: Sequence[str]) -> bool:
    known = [text for text in texts if text]
    return bool(known) and sum(map(is_number, known)) >= _NUMERIC * len(known)


def _id(table: Table, others: Sequence[int]) -> int | None:
    """The column that tells meters apart, where a time alone does not tell rows apart."""
    stamps = [table.stamp(cells) for _, cells in table.rows]
    if len(set(stamps)) > _ALONE * len(stamps):
        return None
    pairing = []
    for place in others:
        ids = [cells[place] for _, cells in table.rows]
        pairs = set(zip(stamps, ids, strict=True))
        if len(pairs) >= _PAIRED * len(stamps) and 1 < len(set(ids)) <= len(stamps) / 2:
            pairing.append(place)
    return min(pairing, key=lambda p: (not is_id_title(table.titles[p]), p), default=None)
