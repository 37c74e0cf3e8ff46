"""One SELECT on the published warehouse: read-only, no file but the lake, settings locked."""

import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from pipelines.storage.warehouse import NAME
from schemas.errors import UsageError


def query(var: Path, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Column names and rows of one SELECT.

    Raises:
        UsageError: no warehouse yet, more than one statement, a statement that is no SELECT, or
            one that DuckDB refuses (its own words follow).
    """
    path = var / NAME
    if not path.exists():
        raise UsageError(f"{path}: there is no warehouse yet.\n  Run: wattledger backfill ESTATE")
    connection = duckdb.connect(str(path), read_only=True)
    try:
        _lock(connection, var)
        statements = connection.extract_statements(sql)
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise UsageError("sql: exactly one SELECT is allowed; the warehouse is read-only.")
        cursor = connection.execute(statements[0])
        names = [column[0] for column in cursor.description or ()]
        return names, cursor.fetchall()
    except duckdb.Error as error:
        raise UsageError(f"sql: {error}") from error
    finally:
        connection.close()


def _lock(connection: duckdb.DuckDBPyConnection, var: Path) -> None:
    lake = str((var / "lake").resolve()).replace("'", "''")
    relative = str(var / "lake").replace("'", "''")
    connection.execute(f"SET allowed_directories = ['{lake}/', '{relative}/']")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def as_json(names: list[str], rows: list[tuple[Any, ...]]) -> str:
    """A list of row objects; times as ISO 8601, decimals as numbers."""

    def plain(value: object) -> object:
        if isinstance(value, Decimal):
            return float(value)
        if isinstance(value, (datetime, date)):
            return value.isoformat()
        if isinstance(value, (bytes, bytearray)):
            return value.hex()
        return str(value)

    document = [dict(zip(names, row, strict=True)) for row in rows]
    return json.dumps(document, default=plain, ensure_ascii=False)
