"""What peers show of a facility's year: the same figures, from the same published files."""

import json
import os
from pathlib import Path

import duckdb
import plotly.graph_objects as go
import polars as pl

HEADLINE = ("pue", "wue", "cue", "ref", "erf", "edc", "win")


def asked() -> tuple[Path, str, int, int]:
    """Estate, facility, year, port."""
    estate, facility, year, port = json.loads(os.environ["BENCH_VIEWER"])
    return Path(estate), facility, int(year), int(port)


def headline(estate: Path, facility: str, year: int) -> list[tuple[str, float | None]]:
    with duckdb.connect(str(estate / "var/warehouse.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "SELECT metric, value FROM metrics WHERE facility_id = ? AND period = ?",
            [facility, str(year)],
        ).fetchall()
    return [(name, next((v for m, v in rows if m == name), None)) for name in HEADLINE]


def figures(estate: Path, facility: str, year: int) -> list[go.Figure]:
    """PUE by month, PUE and energy by the hour, and the hours of the year as a heat map."""
    with duckdb.connect(str(estate / "var/warehouse.duckdb"), read_only=True) as connection:
        months = connection.execute(
            "SELECT period, value FROM metrics WHERE facility_id = ? AND period LIKE ? "
            "AND metric = 'pue' AND category = '1' ORDER BY period",
            [facility, f"{year}-%"],
        ).fetchall()
    folder = estate / "var/lake/years" / facility / str(year)
    ratios = pl.read_parquet(folder / "ratios.parquet").sort("start")
    hours = (
        pl.read_parquet(folder / "hours.parquet")
        .filter(pl.col("quantity") == "grid_import")
        .sort("start")
    )
    grid = ratios.pivot("local_hour", index="local_date", values="pue", aggregate_function="first")
    return [
        go.Figure(go.Scatter(x=[m for m, _ in months], y=[v for _, v in months])),
        go.Figure(go.Scatter(x=ratios["start"].to_list(), y=ratios["pue"].to_list())),
        go.Figure(
            go.Scatter(x=hours["start"].to_list(), y=hours["value"].cast(pl.Float64).to_list())
        ),
        go.Figure(go.Heatmap(z=grid.drop("local_date").transpose().rows())),
    ]
