"""The lake is plain Parquet: whoever reads it comes to the same sums, whatever engine they use."""

import json
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from tests.flow.small_estate import sql

ROOT = Path(__file__).parents[2]
SPARK = ROOT / ".venv-spark" / "bin" / "python"

#: How many rows each meter has, what they add up to, and the sum of the lines they stand in.
Sums = dict[str, tuple[int, Decimal, int]]


def files(estate: Path, table: str) -> list[str]:
    folder = estate / "var" / "lake" / table
    return sorted(map(str, folder.glob("*/*/*.parquet")))


def by_duckdb(paths: list[str]) -> Sums:
    with duckdb.connect() as con:
        rows = con.execute(
            "SELECT meter_id, count(*), sum(value), sum(line) FROM read_parquet(?) GROUP BY ALL",
            [paths],
        ).fetchall()
    return {meter: (count, total, int(lines)) for meter, count, total, lines in rows}


def by_polars(paths: list[str]) -> Sums:
    rows = (
        pl.scan_parquet(paths, hive_partitioning=False)
        .group_by("meter_id")
        .agg(pl.len(), pl.col("value").sum(), pl.col("line").cast(pl.Int64).sum())
        .collect()
    )
    return {meter: (count, total, lines) for meter, count, total, lines in rows.iter_rows()}


def by_pyarrow(paths: list[str]) -> Sums:
    table = pq.ParquetDataset(paths).read()
    found = {}
    for meter in pc.unique(table["meter_id"]).to_pylist():
        mine = table.filter(pc.equal(table["meter_id"], meter))
        found[meter] = (
            mine.num_rows,
            pc.sum(mine["value"]).as_py(),
            pc.sum(mine["line"]).as_py(),
        )
    return found


@pytest.fixture(scope="module")
def spark(undisturbed: Path) -> dict[str, Any]:
    """What Spark makes of the same files, in a process of its own."""
    if not SPARK.exists():
        pytest.skip("Spark is not installed: make spark")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java: apt-get install openjdk-17-jre-headless")
    command = [SPARK, Path(__file__).with_name("spark_sums.py"), *files(undisturbed, "readings")]
    answer = subprocess.run(
        [*command, "--", *files(undisturbed, "intervals")],
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert answer.returncode == 0, answer.stderr
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


@pytest.fixture(scope="module")
def expected(undisturbed: Path) -> Sums:
    """By our own door: the warehouse's view."""
    rows = sql(
        undisturbed,
        "SELECT meter_id, count(*) AS n, CAST(sum(value) AS VARCHAR) AS total, "
        "sum(line) AS lines FROM readings GROUP BY ALL",
    )
    found = {row["meter_id"]: (row["n"], Decimal(row["total"]), int(row["lines"])) for row in rows}
    assert len(found) == 8
    return found


@pytest.mark.parametrize("read", [by_duckdb, by_polars, by_pyarrow])
def test_comes_to_the_same_sums(undisturbed, expected, read):
    assert read(files(undisturbed, "readings")) == expected


def test_spark_comes_to_the_same_sums(expected, spark):
    found = {
        meter: (rows, Decimal(total), lines)
        for meter, (rows, total, lines) in spark["sums"].items()
    }

    assert found == expected


def test_spark_reads_types_as_they_are_meant(spark):
    kinds = spark["types"]

    assert kinds["measured_at"] == "timestamp"
    assert kinds["value"] == "decimal(38,12)"
    assert kinds["line"] == "bigint"
    assert kinds["meter_id"] == "string"


def test_spark_reads_instants_as_they_are(undisturbed, spark):
    mine = pl.scan_parquet(files(undisturbed, "intervals"), hive_partitioning=False)
    span = mine.select(
        first=pl.col("start").min().dt.epoch("us"), last=pl.col("start").max().dt.epoch("us")
    ).collect()

    assert tuple(spark["span"]) == span.row(0)
