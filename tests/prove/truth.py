"""What an estate publishes, held against the true answers that its simulator wrote."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

#: Truth is written as the nearest double of an exact fraction, and so are published figures.
ROUNDING = 1e-12
#: The simulator writes the figure that is filed first under no category.
FIRST_CATEGORY = {"eit": "1"}

Key = tuple[str, str, str, str]


@dataclass(frozen=True)
class Compared:
    """One true figure and what was published for it."""

    key: Key
    truth: float
    value: float | None
    low: float | None
    high: float | None

    @property
    def contained(self) -> bool:
        """Whether the truth lies within the bounds; no upper bound is a bound that holds."""
        slack = ROUNDING * max(1.0, abs(self.truth))
        above_low = self.low is None or self.low <= self.truth + slack
        return above_low and (self.high is None or self.truth <= self.high + slack)

    @property
    def bounded(self) -> bool:
        return self.low is not None and self.high is not None

    def equals(self, relative: float) -> bool:
        """Whether the published value is the truth, to a relative difference."""
        if self.value is None:
            return False
        return abs(self.value - self.truth) <= relative * abs(self.truth)

    def __str__(self) -> str:
        facility, name, category, period = self.key
        told = f"{name} {category}".strip()
        return (
            f"{facility} {period} {told}: truth {self.truth!r}, published {self.value!r} "
            f"[{self.low!r} … {self.high!r}]"
        )


def compared(estate: Path) -> list[Compared]:
    """Every true total and metric with its published counterpart.

    Raises:
        LookupError: nothing at all was published for a true figure.
    """
    published = dict(_published(estate / "var" / "warehouse.duckdb"))
    found, absent = [], []
    for key, truth in _true(estate / "truth"):
        if key in published:
            found.append(Compared(key, truth, *published[key]))
        else:
            absent.append(key)
    if absent:
        raise LookupError(f"{len(absent)} true figures were not published, first: {absent[:5]}")
    return found


def _true(folder: Path) -> Iterator[tuple[Key, float]]:
    for name, column in (("totals", "quantity"), ("metrics", "metric")):
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                category = row.get("category", "") or FIRST_CATEGORY.get(row[column], "")
                yield (
                    (row["facility_id"], row[column], category, row["period"]),
                    float(row["value"]),
                )


def _published(
    path: Path,
) -> Iterator[tuple[Key, tuple[float | None, float | None, float | None]]]:
    connection = duckdb.connect(str(path), read_only=True)
    try:
        for table, name in (("totals", "quantity, ''"), ("metrics", "metric, category")):
            rows = connection.execute(
                f"SELECT facility_id, {name}, period, value::DOUBLE, low::DOUBLE, high::DOUBLE "
                f"FROM {table}"
            ).fetchall()
            for *key, value, low, high in rows:
                yield (key[0], key[1], key[2], key[3]), (value, low, high)
    finally:
        connection.close()
