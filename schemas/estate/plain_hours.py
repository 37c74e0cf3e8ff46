"""Files with a row for every hour, read at once where each row is written as most are."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from schemas.tables import INSTANT

_STAMP = r"^\d{4}-\d{2}-\d{2}T\d{2}:00:00Z$"
_NUMBER = r"^\d{1,15}(\.\d{1,12})?$"


def plain_hours(path: Path, columns: Sequence[str], number: str) -> pl.DataFrame | None:
    """The rows of a file whose ``timestamp`` is always a whole hour of UTC (``…T05:00:00Z``) and
    whose ``number`` never has a sign, an exponent or more than twelve decimals.

    Years of hours are tens of thousands of rows in every file, and a command waits for them.

    Returns:
        The columns as texts, ``start`` and ``line`` besides; None where anything is written
        otherwise, which is no mistake: whoever reads row by row says what it is.
    """
    content = path.read_bytes()
    if path.suffix != ".csv" or b'"' in content or b"\r" in content:
        return None
    if content.partition(b"\n")[0] != ",".join(columns).encode():
        return None
    try:
        frame = pl.read_csv(content, infer_schema=False, empty_string_is_null=False)
    except pl.exceptions.PolarsError:
        return None
    plain = frame.select(
        (pl.col("timestamp").str.contains(_STAMP) & pl.col(number).str.contains(_NUMBER)).all()
    ).item()
    if not plain:
        return None
    start = pl.col("timestamp").str.to_datetime("%Y-%m-%dT%H:%M:%SZ", strict=False)
    found = frame.with_columns(
        start=start.dt.replace_time_zone("UTC").cast(INSTANT),
        line=pl.int_range(2, 2 + pl.len(), dtype=pl.Int32),
    )
    return None if found["start"].null_count() else found
