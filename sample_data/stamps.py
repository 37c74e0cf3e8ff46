"""Instants as text, a column at a time."""

import polars as pl

from sample_data.chance import Ints


def stamps(instants: Ints, timezone: str, pattern: str) -> pl.Series:
    """Instants [s UTC] as text in a zone; ``pattern`` is chrono's strftime."""
    moments = pl.Series("timestamp", instants).cast(pl.Int64) * 1000
    local = moments.cast(pl.Datetime("ms", "UTC")).dt.convert_time_zone(timezone)
    return local.dt.strftime(pattern)
