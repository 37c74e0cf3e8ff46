"""The meters of a simulated estate: what faults need to know of them, and changes to their list."""

import csv
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.faults.drops import MICRO
from sample_data.chance import Floats, Ints
from sample_data.clock import HOUR, seconds_of
from sample_data.tables import write_table

#: So high that no value of a thousand times the true one is refuted by it.
GENEROUS = 2000


@dataclass(frozen=True, kw_only=True)
class Meter:
    """One line of meters.csv, without what faults need not know.

    ``modulus`` is in millionths of the register's own count; ``cadence`` in seconds.
    """

    id: str
    quantity: str
    kind: str
    unit: str
    multiplier: str
    modulus: int | None
    cadence: int
    at_end: bool
    parent: str
    serial: str

    @property
    def is_level(self) -> bool:
        return self.kind == "gauge"

    @property
    def is_register(self) -> bool:
        return self.kind == "register"

    @property
    def lag(self) -> int:
        """Seconds from the start of an interval to its stamp."""
        return self.cadence if self.at_end else 0


@dataclass(frozen=True, kw_only=True)
class Track:
    """A meter with all its faultless rows: true stamps [s UTC] and values [millionths]."""

    meter: Meter
    at: Ints
    micro: Ints

    @cached_property
    def hours(self) -> tuple[Ints, Floats]:
        """Whole hours and the amount of each, in units of the meter (kWh where it tells kW)."""
        if self.meter.is_register:
            on_hour = self.at % HOUR == 0
            at, stands = self.at[on_hour], self.micro[on_hour]
            return at[:-1], np.diff(stands) / MICRO
        amounts = self.micro / MICRO
        if self.meter.kind == "average":
            amounts = amounts * (self.meter.cadence / HOUR)
        start = (self.at - self.meter.lag) // HOUR * HOUR
        hours, place = np.unique(start, return_inverse=True)
        return hours, np.bincount(place, weights=amounts).astype(np.float64)

    def value_at(self, at: int) -> int | None:
        """The value stamped ``at``, if there is one."""
        place = int(np.searchsorted(self.at, at))
        found = place < self.at.shape[0] and int(self.at[place]) == at
        return int(self.micro[place]) if found else None


def read_meters(path: Path) -> dict[str, Meter]:
    """The meters of a simulated meters.csv by id; its rows are not yet exchanged."""
    return {row["meter_id"]: _meter(row) for row in _rows(path)}


def _meter(row: dict[str, str]) -> Meter:
    return Meter(
        id=row["meter_id"],
        quantity=row["quantity"],
        kind=row["kind"],
        unit=row["unit"],
        multiplier=row["multiplier"],
        modulus=int(row["modulus"]) * MICRO if row["modulus"] else None,
        cadence=seconds_of(row["interval"]) if row["interval"] else HOUR,
        at_end=row["stamp"] == "end",
        parent=row["parent"],
        serial=row["serial"],
    )


def tracks_of(rows: pl.DataFrame, meters: dict[str, Meter]) -> dict[str, Track]:
    """The rows of each meter, in order of time."""
    parts = rows.sort("at", maintain_order=True).partition_by("meter_id", as_dict=True)
    return {
        name: Track(
            meter=meter,
            at=parts[name,]["at"].to_numpy(),
            micro=parts[name,]["micro"].to_numpy(),
        )
        for name, meter in meters.items()
        if (name,) in parts
    }


def make_generous(path: Path) -> None:
    """Raises every maximum rate in meters.csv beyond use."""
    rows = _rows(path)
    for row in rows:
        if row["max_rate"]:
            row["max_rate"] = f"{float(row['max_rate']) * GENEROUS:.9f}".rstrip("0").rstrip(".")
    _write(path, rows)


def exchange(path: Path, meter_id: str, *, moment: str, serial: str) -> None:
    """Splits a meter's row in meters.csv in two that adjoin at ``moment``."""
    rows = []
    for row in _rows(path):
        if row["meter_id"] == meter_id:
            rows += [
                {**row, "valid_to": moment},
                {**row, "serial": serial, "valid_from": moment},
            ]
        else:
            rows.append(row)
    _write(path, rows)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    write_table(path, tuple(rows[0]), [tuple(row.values()) for row in rows])
