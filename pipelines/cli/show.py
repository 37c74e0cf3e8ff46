"""Words and tables on a terminal."""

import json
import sys
from collections.abc import Sequence
from typing import Any


def say(text: str) -> None:
    """Progress and messages: standard error, so that standard output stays what was asked for."""
    print(text, file=sys.stderr, flush=True)


def document(content: object) -> None:
    """One JSON document, and nothing else, on standard output."""
    print(json.dumps(content, ensure_ascii=False, default=str))


def table(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Columns aligned, numbers to the right; nothing is cut."""
    texts = [[_text(cell) for cell in row] for row in rows]
    widths = [
        max(len(title), *(len(row[place]) for row in texts)) if texts else len(title)
        for place, title in enumerate(header)
    ]
    right = [
        bool(rows)
        and all(isinstance(row[place], (int, float)) or row[place] is None for row in rows)
        for place in range(len(header))
    ]

    def line(cells: Sequence[str]) -> str:
        return "  ".join(
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(cells, widths, right, strict=True)
        ).rstrip()

    print(line(header))
    print("  ".join("─" * width for width in widths))
    for row in texts:
        print(line(row))


def _text(cell: object) -> str:
    if cell is None:
        return "—"
    if isinstance(cell, float):
        return number(cell)
    return str(cell)


def number(value: float | None) -> str:
    """Seven significant figures, thousands apart; a dash where there is no number."""
    if value is None:
        return "—"
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}".replace(",", " ")
    digits = max(0, 6 - len(str(int(abs(value))))) if abs(value) >= 1 else 6
    return f"{value:,.{digits}f}".replace(",", " ")


def percent(share: float | None) -> str:
    """Never rounded up to a limit that it misses."""
    return "—" if share is None else f"{int(share * 10000) / 100:.2f} %"
