"""A fault as it is planned, told in ``truth/injected.csv``, and done to the rows."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sample_data.clock import as_utc
from sample_data.tables import write_table

HEADER = ("fault", "meter", "start", "end", "size", "above_limit", "detail")


class FaultKind(StrEnum):
    """What goes wrong. ``size`` of each in brackets; windows are of the rows' true stamps."""

    GAP = "gap"  # the rows are missing (hours)
    OUTAGE = "outage"  # likewise for days; without a meter, of the whole site (hours)
    SPIKE = "spike"  # one value is too large (factor)
    SCALE = "scale"  # every value is off by a factor, as when a unit changes (factor)
    SWAPPED = "swapped"  # two meters bear each other's name (ratio of their levels)
    STUCK = "stuck"  # the first value is repeated (hours)
    DEAD = "dead"  # the meter exports 0 (hours)
    SIGN_FLIP = "sign_flip"  # the values are negative (hours)
    FROZEN = "frozen"  # likewise of a register, which goes on meanwhile (hours)
    ROLLOVER = "rollover"  # the register passes its modulus (what was added to its readings)
    EXCHANGE = "exchange"  # another register goes on from its own count (that count)
    CLOCK_WITHOUT_DST = "clock_without_dst"  # local stamps of a clock on winter time (hours off)
    DOUBLE_HOUR_COLLAPSED = "double_hour_collapsed"  # local stamps, the hour kept once (hours)
    CLOCK_SHIFT = "clock_shift"  # stamps too late or too early for a while (hours)
    DUPLICATE_ROWS = "duplicate_rows"  # rows stand twice in their file (hours)
    DUPLICATE_FILE = "duplicate_file"  # rows stand in a second file again (hours)
    LATE_FILE = "late_file"  # rows come in a file of their own, after the first backfill (hours)
    CONFLICT = "conflict"  # a second file says otherwise (factor)


#: Of a collapsed hour: what became of the first pass. Of a shifted clock: what became of two rows
#: with one stamp.
SUMMED, OVERWRITTEN, BOTH_KEPT = "summed", "overwritten", "both kept"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One fault: rows of ``meter`` (of all where empty) whose true stamp lies in [start, end).

    Args:
        kind: what goes wrong.
        meter: the meter's id, or nothing.
        start, end: UTC seconds.
        size: how much, in the kind's own measure.
        above_limit: whether a rule of ``schemas/rules.py`` promises to find it, or it needs none.
        detail: the other meter of a swap, the new serial, the file's name, or what was kept.
    """

    kind: FaultKind
    meter: str
    start: int
    end: int
    size: float
    above_limit: bool = True
    detail: str = ""

    def cells(self) -> tuple[str, ...]:
        return (
            self.kind.value,
            self.meter,
            as_utc(self.start),
            as_utc(self.end),
            f"{self.size:.6f}".rstrip("0").rstrip("."),
            str(self.above_limit).lower(),
            self.detail,
        )


def write_faults(path: Path, faults: Iterable[Fault]) -> None:
    """``truth/injected.csv``: one line for each fault, a gap included."""
    write_table(path, HEADER, [fault.cells() for fault in faults])


def late_files(faults: Iterable[Fault]) -> list[str]:
    """Names of the files that arrive after the first backfill."""
    return [fault.detail for fault in faults if fault.kind is FaultKind.LATE_FILE]


def read_counts(path: Path) -> dict[str, int]:
    """How many faults of each kind ``truth/injected.csv`` tells."""
    counts: dict[str, int] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            counts[row["fault"]] = counts.get(row["fault"], 0) + 1
    return counts
