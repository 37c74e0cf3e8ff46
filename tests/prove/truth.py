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
#: Value, low, high, likely low, likely high.
Published = tuple[float | None, float | None, float | None, float | None, float | None]


@dataclass(frozen=True)
class Compared:
    """One true figure and what was published for it."""

    key: Key
    truth: float
    value: float | None
    low: float | None
    high: float | None
    likely_low: float | None
    likely_high: float | None

    @property
    def contained(self) -> bool:
        """Whether the truth lies within the bounds; no upper bound is a bound that holds."""
        return self._holds(self.low, self.high)

    @property
    def is_estimated(self) -> bool:
        """Whether there is a likely band, for the bounds leave room for one."""
        apart = self.low is not None and (self.high is None or self.low < self.high)
        return apart and self.likely_low is not None and self.likely_high is not None

    @property
    def likely(self) -> bool:
        """Whether the truth lies within the likely band."""
        return self._holds(self.likely_low, self.likely_high)

    def _holds(self, low: float | None, high: float | None) -> bool:
        slack = ROUNDING * max(1.0, abs(self.truth))
        above_low = low is None or low <= self.truth + slack
        return above_low and (high is None or self.truth <= high + slack)

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
            f"[{self.low!r} … {self.high!r}], likely [{self.likely_low!r} … {self.likely_high!r}]"
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


def _published(path: Path) -> Iterator[tuple[Key, Published]]:
    connection = duckdb.connect(str(path), read_only=True)
    try:
        for table, name in (("totals", "quantity, ''"), ("metrics", "metric, category")):
            rows = connection.execute(
                f"SELECT facility_id, {name}, period, value::DOUBLE, low::DOUBLE, high::DOUBLE, "
                f"likely_low::DOUBLE, likely_high::DOUBLE FROM {table}"
            ).fetchall()
            for facility, one, category, period, *figures in rows:
                yield (facility, one, category, period), tuple(figures)
    finally:
        connection.close()
