"""What a correction moves: cell by cell, from what was filed to what would be filed today."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from reports.write.as_csv import harmless

_COLUMNS = (
    *("filing", "version", "as_of", "code", "label", "unit", "filed", "today", "delta", "percent"),
    *("material", "causes", "reason"),
)

Told = str | int | float | None


@dataclass(frozen=True, kw_only=True)
class Moved:
    """One cell that would not be filed as it was.

    Args:
        filed, today: as JSON has them; None where the cell was or is empty.
        reason: what is said of the cell today.
        causes: what it moved for: files by path, registers, rules.
        materiality_percent: the policy's limit.
    """

    code: str
    label: str
    unit: str
    filed: Told
    today: Told
    reason: str
    causes: tuple[str, ...]
    materiality_percent: float

    @property
    def delta(self) -> float | None:
        """Today − filed; None where one of them is no number."""
        if isinstance(self.filed, str | None) or isinstance(self.today, str | None):
            return None
        return float(Decimal(repr(self.today)) - Decimal(repr(self.filed)))

    @property
    def percent(self) -> float | None:
        """The difference in percent of what was filed; None of nothing."""
        if self.delta is None or isinstance(self.filed, str | None) or not self.filed:
            return None
        return 100 * self.delta / abs(self.filed)

    @property
    def is_material(self) -> bool:
        """Beyond the policy's limit; what became a number, ceased to be one or reads otherwise
        always is."""
        if self.delta is None:
            return True
        return self.percent is None or abs(self.percent) > self.materiality_percent


def corrections_bytes(filing: str, version: int, moved: Sequence[Moved], now: datetime) -> bytes:
    """A table with a row for each cell that moved."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for one in moved:
        cells: tuple[Told, ...] = (
            *(filing, version, now.isoformat(timespec="seconds"), one.code, one.label, one.unit),
            *(one.filed, one.today, one.delta, one.percent),
            *("yes" if one.is_material else "no", "; ".join(one.causes), one.reason),
        )
        writer.writerow([_written(cell) for cell in cells])
    return text.getvalue().encode()


def _written(cell: Told) -> str:
    if cell is None:
        return ""
    return harmless(cell) if isinstance(cell, str) else repr(cell)
