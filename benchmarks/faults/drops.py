"""The rows of an inbox as one frame, and back to files: the same bytes where nothing changed."""

from pathlib import Path

import polars as pl

#: ``at`` in UTC seconds is the instant the row was meant for; ``stamp`` is what the file says.
#: ``micro`` is the value in millionths, so that faults calculate exactly.
ROWS = pl.Schema(
    {
        "file": pl.String(),
        "meter_id": pl.String(),
        "at": pl.Int64(),
        "micro": pl.Int64(),
        "stamp": pl.String(),
        "serial": pl.String(),
    }
)
MICRO = 1_000_000
_STAMP = "%Y-%m-%dT%H:%M:%SZ"


def read_drops(inbox: Path) -> pl.DataFrame:
    """Every row of the plain drops below ``inbox`` (``ROWS``), file by file in their order."""
    return pl.concat([_read(path, inbox) for path in sorted(inbox.glob("*/*.csv"))])


def _read(path: Path, inbox: Path) -> pl.DataFrame:
    frame = pl.read_csv(
        path,
        schema={"meter_id": pl.String(), "timestamp": pl.String(), "value": pl.Float64()},
    )
    at = pl.col("timestamp").str.to_datetime(_STAMP, time_unit="us").dt.epoch("s")
    return frame.select(
        file=pl.lit(path.relative_to(inbox).as_posix()),
        meter_id="meter_id",
        at=at,
        micro=(pl.col("value") * MICRO).round().cast(pl.Int64),
        stamp="timestamp",
        serial=pl.lit(""),
    ).cast(ROWS)


def write_drops(rows: pl.DataFrame, inbox: Path) -> None:
    """One file for each name in ``rows``; a file states serials where any of its rows has one.

    A value is one correctly rounded division, whose shortest text is the meter's own figure.
    """
    for (name,), part in rows.group_by("file", maintain_order=True):
        path = inbox / str(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        columns = {"meter_id": "meter_id", "timestamp": "stamp"}
        serial = {"serial": "serial"} if (part["serial"] != "").any() else {}
        # NumPy divides; Polars multiplies by the reciprocal, which misses the last digit.
        value = pl.Series("value", part["micro"].to_numpy() / MICRO)
        frame = part.select(**columns, value=value, **serial)
        frame.write_csv(path, float_scientific=False, quote_style="never")


def stamp_of(at: pl.Expr) -> pl.Expr:
    """UTC seconds as the plain drop writes them."""
    return pl.from_epoch(at, time_unit="s").dt.strftime(_STAMP)
