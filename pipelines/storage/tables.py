"""Tables of a published warehouse, read page by page: by name, by equality, in their own order."""

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

Row = dict[str, Any]
#: By column: a value, or a list of which it must be one.
Where = Mapping[str, object | Sequence[object]]


class Tables:
    """A warehouse that is open for reading, and never changes under its readers."""

    def __init__(self, path: Path) -> None:
        settings: dict[str, str | bool | int | float | list[str]] = {
            "enable_external_access": False,
            "lock_configuration": True,
            "memory_limit": "96MB",
            "threads": 1,
        }
        self.connection = duckdb.connect(str(path), read_only=True, config=settings)
        self.columns: dict[str, list[str]] = {}
        for table, column in self.connection.execute(
            "SELECT table_name, column_name FROM duckdb_columns() "
            "WHERE table_name IN (SELECT table_name FROM duckdb_tables()) ORDER BY column_index"
        ).fetchall():
            self.columns.setdefault(table, []).append(column)
        self.local = threading.local()

    def rows(
        self,
        table: str,
        where: Where | None = None,
        *,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[Row]:
        """Rows in the table's own order.

        Args:
            where: by column: a value, or a list of which it must be one; an empty list matches
                nothing.

        Raises:
            KeyError: no such table or column.
        """
        clause, values = self._where(table, where or {})
        page = "" if limit is None else f" LIMIT {int(limit)} OFFSET {int(offset)}"
        names = ", ".join(f'"{name}"' for name in self.columns[table])
        cursor = self._cursor().execute(
            f'SELECT {names} FROM "{table}"{clause} ORDER BY rowid{page}', values
        )
        return [dict(zip(self.columns[table], row, strict=True)) for row in cursor.fetchall()]

    def count(self, table: str, where: Where | None = None) -> int:
        """How many rows there are. Raises ``KeyError`` as ``rows`` does."""
        clause, values = self._where(table, where or {})
        found = self._cursor().execute(f'SELECT count(*) FROM "{table}"{clause}', values).fetchone()
        return int(found[0]) if found else 0

    def counts(
        self, table: str, by: Sequence[str], where: Where | None = None, *, distinct: str = ""
    ) -> list[tuple[Any, ...]]:
        """Rows counted by some columns, the most first: the columns, how many, and how many
        different values of ``distinct`` they have. Raises ``KeyError`` as ``rows`` does."""
        clause, values = self._where(table, where or {})
        for name in (*by, *filter(None, [distinct])):
            if name not in self.columns[table]:
                raise KeyError(name)
        names = ", ".join(f'"{name}"' for name in by)
        different = f', count(DISTINCT "{distinct}")' if distinct else ""
        return (
            self._cursor()
            .execute(
                f'SELECT {names}, count(*){different} FROM "{table}"{clause} GROUP BY {names} '
                f"ORDER BY count(*) DESC, {names}",
                values,
            )
            .fetchall()
        )

    def _where(self, table: str, where: Where) -> tuple[str, list[object]]:
        known = self.columns[table]
        parts: list[str] = []
        values: list[object] = []
        for column, value in where.items():
            if column not in known:
                raise KeyError(column)
            several = list(value) if isinstance(value, (list, tuple, set, frozenset)) else [value]
            marks = ", ".join("?" for _ in several)
            parts.append(f'"{column}" IN ({marks})' if several else "false")
            values += several
        return (f" WHERE {' AND '.join(parts)}" if parts else ""), values

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        """One a thread: a connection is not shared by threads."""
        if not hasattr(self.local, "cursor"):
            self.local.cursor = self.connection.cursor()
        cursor: duckdb.DuckDBPyConnection = self.local.cursor
        return cursor

    def close(self) -> None:
        self.connection.close()
