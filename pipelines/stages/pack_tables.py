"""Tables of a pack: plain CSV and JSON, exact numbers, ISO times, nothing for what is not known."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl

_INSTANTS = "%Y-%m-%dT%H:%M:%SZ"


def document(content: object) -> bytes:
    """A document as JSON, keys sorted."""
    text = json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False, default=_plain)
    return f"{text}\n".encode()


def _plain(value: object) -> object:
    """A cell of a table: exact numbers, ISO times, nothing for what is not known."""
    for kind, told in _TOLD:
        if isinstance(value, kind):
            return told(value)
    return value


def _of_fraction(value: Fraction) -> str:
    """As a decimal where it ends, else as a fraction."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return format(exact, "f") if rest == 1 and Fraction(exact) == value else str(value)


def records(kind: type, records: Sequence[Any], **beside: list[object]) -> bytes:
    """Dataclasses as a table; ``beside`` are further columns."""
    names = [one.name for one in fields(kind)]
    rows = [
        (*(getattr(one, name) for name in names), *(column[n] for column in beside.values()))
        for n, one in enumerate(records)
    ]
    return table((*names, *beside), rows)


#: How values are told, the first kind that fits: a bool is a number too, a datetime a date.
_TOLD: tuple[tuple[type | tuple[type, ...], Callable[[Any], str]], ...] = (
    (bool, lambda value: "true" if value else "false"),
    (Decimal, lambda value: format(value, "f")),
    (Fraction, _of_fraction),
    (datetime, lambda value: value.astimezone(UTC).strftime(_INSTANTS)),
    (date, lambda value: value.isoformat()),
    ((tuple, list), lambda value: ";".join(map(str, value))),
)


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A table of plain values."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_exact(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def _exact(cell: object) -> object:
    return "" if cell is None else _plain(cell)


def frame_table(frame: pl.DataFrame) -> bytes:
    """A frame as a table; decimals without the zeros at their end."""
    told = []
    for name, kind in frame.schema.items():
        if isinstance(kind, pl.List):
            told.append(pl.col(name).list.join(";"))
        elif isinstance(kind, pl.Decimal):
            exact = pl.col(name).cast(pl.String)
            told.append(exact.str.strip_chars_end("0").str.strip_chars_end("."))
    return frame.with_columns(told).write_csv(datetime_format=_INSTANTS).encode()
