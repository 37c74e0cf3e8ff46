"""What neighbours, and the account of files, need to know of a partition's readings."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from pipelines.steps.meters import NEEDED
from pipelines.steps.screen import Screened, refused_in_order
from schemas.tables import ESTIMATED, READINGS

ENDS = pl.Schema({name: READINGS[name] for name in NEEDED})
#: What was read of a meter, and what its source made up, are series of their own.
SERIES = ("meter_id", "serial", pl.col("flag").eq_missing(pl.lit(ESTIMATED)).alias("made_up"))


@dataclass
class Seen:
    """What is kept of readings that pass by part by part: never the readings themselves."""

    _series: list[pl.DataFrame] = field(default_factory=list)
    _ends: list[pl.DataFrame] = field(default_factory=list)
    _refused: list[pl.DataFrame] = field(default_factory=list)
    _counts: list[pl.DataFrame] = field(default_factory=list)
    _events: int = 0

    def add(self, screened: Screened) -> pl.DataFrame:
        """The readings of one part of the meters, looked at."""
        readings = screened.readings
        series = _series(readings)
        places = pl.concat([series["first"], series["last"]])
        self._ends.append(readings.select(ENDS.keys())[places].unique(maintain_order=True))
        self._series.append(series)
        self._refused.append(screened.refused)
        self._counts.append(screened.counts)
        self._events += readings["event"].count()
        return readings

    def ends(self) -> pl.DataFrame:
        """The first and last reading of each series (``ENDS``)."""
        return pl.concat(self._ends).sort("meter_id", "serial", "measured_at")

    def refused(self) -> pl.DataFrame:
        return refused_in_order(pl.concat(self._refused))

    def told(self) -> Mapping[str, object]:
        """How many readings each series has, how many events there are, and what became of each
        file's rows."""
        series = pl.concat(self._series).sort("meter_id", maintain_order=True)
        counts = pl.concat(self._counts).group_by("file").sum().sort("file")
        return {
            "meters": {
                f"{meter}|{serial}|{ESTIMATED if made_up else ''}": rows
                for meter, serial, made_up, rows in series.select(
                    "meter_id", "serial", "made_up", "rows"
                ).iter_rows()
            },
            "events": self._events,
            "files": {
                file: {"candidates": n, "kept": kept, "quarantined": refused, "duplicate": twice}
                for file, n, kept, refused, twice in counts.iter_rows()
            },
        }


def _series(readings: pl.DataFrame) -> pl.DataFrame:
    """Each series with how many ``rows`` it has, and the places of its first and last.

    Readings are sorted by meter and serial: where another begins is seen by one look, and counted
    by a number rather than by its name.
    """
    *names, made_up = SERIES
    begins = pl.any_horizontal(pl.col(name) != pl.col(name).shift() for name in names)
    numbered = readings.select(
        *names,
        made_up,
        place=pl.int_range(pl.len(), dtype=pl.UInt32),
        nr=begins.fill_null(value=False).cum_sum(),
    )
    return (
        numbered.group_by("nr", "made_up", maintain_order=True)
        .agg(
            pl.col(names).first(),
            rows=pl.len(),
            first=pl.col("place").min(),
            last=pl.col("place").max(),
        )
        .drop("nr")
    )
