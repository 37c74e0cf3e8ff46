"""Published figures as frames, and back: the same fields in tables, JSON and reports."""

from collections.abc import Iterable

import polars as pl

from schemas.metrics import Metric, MetricValue, Status
from schemas.tables import INSTANT, VALUE
from schemas.totals import TotalValue
from schemas.units import Unit

TOTALS = pl.Schema(
    {
        "facility_id": pl.String(),
        "quantity": pl.String(),
        "period": pl.String(),
        "period_start": INSTANT,
        "period_end": INSTANT,
        "value": VALUE,
        "low": VALUE,
        "high": VALUE,
        "likely_low": VALUE,
        "likely_high": VALUE,
        "measured": VALUE,
        "unit": pl.String(),
        "coverage": pl.Float64(),
        "coverage_clean": pl.Float64(),
        "coverage_minimum": pl.Float64(),
        "estimated_share": pl.Float64(),
        "uncertainty": pl.Float64(),
        "status": pl.String(),
        "reason": pl.String(),
        "meters": pl.List(pl.String()),
    }
)
METRICS = pl.Schema(
    {
        "facility_id": pl.String(),
        "metric": pl.String(),
        "category": pl.String(),
        "period": pl.String(),
        "period_start": INSTANT,
        "period_end": INSTANT,
        "value": pl.Float64(),
        "low": pl.Float64(),
        "high": pl.Float64(),
        "likely_low": pl.Float64(),
        "likely_high": pl.Float64(),
        "uncertainty": pl.Float64(),
        "unit": pl.String(),
        "coverage": pl.Float64(),
        "estimated_share": pl.Float64(),
        "status": pl.String(),
        "reason": pl.String(),
        "raw": pl.Float64(),
        "inputs": pl.List(pl.String()),
    }
)

EDITS = pl.Schema(
    {
        "edit_id": pl.String(),
        "state": pl.String(),
        "facility_id": pl.String(),
        "meter_id": pl.String(),
        "start": INSTANT,
        "end": INSTANT,
        "value": VALUE,
        "rule": pl.String(),
        "author": pl.String(),
        "reason": pl.String(),
        "evidence": pl.String(),
        "expires": pl.Date(),
        "reviewed_by": pl.String(),
        "line": pl.Int32(),
    }
)


def totals_frame(totals: Iterable[TotalValue]) -> pl.DataFrame:
    """Totals as rows of ``TOTALS``: all but each meter's own doubt."""
    return _frame(totals, TOTALS)


def metrics_frame(metrics: Iterable[MetricValue]) -> pl.DataFrame:
    """Metrics as rows of ``METRICS``."""
    return _frame(metrics, METRICS)


def _frame(values: Iterable[TotalValue] | Iterable[MetricValue], schema: pl.Schema) -> pl.DataFrame:
    rows = [[_plain(getattr(value, name)) for name in schema] for value in values]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def totals_of_frame(frame: pl.DataFrame) -> tuple[TotalValue, ...]:
    """Rows of ``TOTALS`` as values, without each meter's own doubt."""
    return tuple(
        TotalValue(
            **{
                **row,
                "unit": Unit(row["unit"]),
                "status": Status(row["status"]),
                "meters": tuple(row["meters"]),
            }
        )
        for row in frame.iter_rows(named=True)
    )


def metrics_of_frame(frame: pl.DataFrame) -> tuple[MetricValue, ...]:
    """Rows of ``METRICS`` as values."""
    return tuple(
        MetricValue(
            **{
                **row,
                "metric": Metric(row["metric"]),
                "unit": Unit(row["unit"]),
                "status": Status(row["status"]),
                "inputs": tuple(row["inputs"]),
            }
        )
        for row in frame.iter_rows(named=True)
    )
