"""Small tables as CSV."""

import csv
from collections.abc import Iterable
from pathlib import Path

Cells = tuple[str, ...]


def write_table(path: Path, header: Cells, rows: Iterable[Cells]) -> None:
    """Write a table with its header; lines end with a bare line feed on every system."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
