"""The DuckDB warehouse: a product, built beside the old one and swapped in at once.

Readers never block a backfill and a backfill never blocks a reader: nobody writes to a file that
anybody reads. Tables hold what is published; ``readings`` and ``intervals`` are views over the
lake's Parquet files beside it.
"""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import polars as pl

from pipelines.storage.files import replacing

NAME = "warehouse.duckdb"
#: DuckDB has no path relative to its database file, but its default temporary directory lies
#: beside it (``<database>.tmp``): so a view finds the lake wherever the estate is moved to.
_BESIDE = r"regexp_replace(current_setting('temp_directory'), '[^/\\]*$', '')"


def publish(
    var: Path, tables: Mapping[str, pl.DataFrame], views: Mapping[str, pl.DataFrame]
) -> Path:
    """Writes the warehouse anew and swaps it in.

    Args:
        var: the estate's ``var`` folder.
        tables: tables by name.
        views: views over ``lake/<name>/*/*/*.parquet`` by name, each with an empty frame of its
            columns for an estate that has no such file yet.

    Returns:
        The warehouse's path.
    """
    path = var / NAME
    with replacing(path) as beside:
        connection = duckdb.connect(str(beside))
        try:
            with TemporaryDirectory(dir=var) as folder:
                for name, frame in {**tables, **views}.items():
                    frame.write_parquet(Path(folder) / f"{name}.parquet")
                for name in tables:
                    _load(connection, name, Path(folder))
                for name in views:
                    _view(connection, name, var, Path(folder))
        finally:
            connection.close()
    return path


def published(var: Path, name: str, schema: pl.Schema) -> pl.DataFrame | None:
    """Columns of a table of the warehouse as it stands; None where it has no such table yet."""
    path = var / NAME
    if not path.exists():
        return None
    connection = duckdb.connect(str(path), read_only=True)
    try:
        known = {row[0] for row in connection.execute("SHOW TABLES").fetchall()}
        if name not in known:
            return None
        rows = connection.execute(f"SELECT {', '.join(schema)} FROM {name}").fetchall()
        return pl.DataFrame(rows, schema=schema, orient="row")
    finally:
        connection.close()


def damage(var: Path) -> str:
    """What DuckDB says of a warehouse when all of it is read, each block with its checksum; empty
    where it is sound."""
    try:
        with duckdb.connect(str(var / NAME), read_only=True) as connection:
            for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall():
                connection.execute(f"SELECT count(COLUMNS(*)) FROM {name}").fetchall()
    except duckdb.Error as error:
        return str(error).splitlines()[0]
    return ""


def _load(connection: duckdb.DuckDBPyConnection, name: str, folder: Path) -> None:
    source = str(folder / f"{name}.parquet")
    connection.execute(f"CREATE TABLE {name} AS SELECT * FROM read_parquet(?)", [source])


def _view(connection: duckdb.DuckDBPyConnection, name: str, var: Path, folder: Path) -> None:
    """A view beside the database file; while it is written it lies at its final place's side."""
    if any((var / "lake" / name).glob("*/*/*.parquet")):
        source = f"{_BESIDE} || 'lake/{name}/*/*/*.parquet'"
        connection.execute(
            f"CREATE VIEW {name} AS SELECT * FROM read_parquet({source}, hive_partitioning = false)"
        )
    else:
        _load(connection, name, folder)
