"""Open-Meteo's hourly JSON: weather by the hour, one array per variable."""

import json
from collections.abc import Iterator
from typing import BinaryIO

import polars as pl

from pipelines.sources.table import finished
from pipelines.sources.unreadable import Unreadable
from schemas.errors import nearest
from schemas.estate.source import Source
from schemas.tables import RAW

_COLUMNS = ("line", "meter_id", "timestamp", "value", "unit")
_UNITS = {"°C": "°C", "°F": "°F"}


def rows(file: BinaryIO, source: Source) -> Iterator[pl.DataFrame]:
    """Raw rows of the variables that ``wide`` maps to meters; the unit comes from the file.

    Times stand in the zone the file names by ``utc_offset_seconds`` and get that offset here, so
    that nothing is guessed. JSON has no lines worth quoting: the line is the value's place in its
    array, counted from 1. A null is no row.

    Raises:
        Unreadable: not JSON of that shape, arrays of other lengths, or an unmapped variable.
    """
    try:
        document = json.load(file)
        hourly, units = document["hourly"], document["hourly_units"]
        offset = int(document["utc_offset_seconds"])
        times = [str(time) for time in hourly["time"]]
        units = {str(name): str(unit) for name, unit in units.items()}
        series = {str(name): list(values) for name, values in hourly.items()}
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise Unreadable(f"this is not Open-Meteo's hourly JSON ({error!r})") from error
    sign, seconds = ("-" if offset < 0 else "+"), abs(offset)
    suffix = f"{sign}{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"
    for variable, meter in source.wide:
        if variable not in series:
            raise Unreadable(f"no variable '{variable}'. {nearest(variable, sorted(series))}")
        values = series[variable]
        if len(values) != len(times):
            raise Unreadable(f"'{variable}' has {len(values)} values for {len(times)} times")
        frame = pl.DataFrame(
            {
                "line": pl.int_range(1, len(times) + 1, dtype=pl.UInt32, eager=True),
                "meter_id": [meter] * len(times),
                "timestamp": [f"{time}{suffix}" for time in times],
                "value": [None if value is None else str(value) for value in values],
                "unit": [_UNITS.get(units.get(variable, ""), units.get(variable))] * len(times),
            },
            schema={name: RAW[name] for name in _COLUMNS},
        )
        yield finished(frame.filter(pl.col("value").is_not_null()))
