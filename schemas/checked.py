"""A table whose frames Pandera judges.

Pandera is loaded by whoever validates: it costs half a second and 80 MB, which those who only read
need not spend.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    import pandera.polars as pa


@dataclass(frozen=True)
class Table:
    """Columns and named rules over collected frames, judged by Pandera.

    ``quick`` asks everything in one check; ``detailed`` asks rule by rule and column by column and
    is asked only where the quick one fails, so that failures are named and the rest costs little.

    Args:
        rules: expressions that are true where a row is fine; a null verdict passes, for a rule
            that cannot be judged (no maximum rate known) refuses nothing.
        columns: names and types, in their order; None where any will do.
    """

    name: str
    rules: Mapping[str, pl.Expr]
    columns: pl.Schema | None = None
    nullable: frozenset[str] = frozenset()

    def validate(self, frame: pl.DataFrame, *, lazy: bool = True) -> pl.DataFrame:
        """The frame, if every row and column is as it must be.

        Raises:
            SchemaErrors: with a case for every row and rule that fails (``lazy``: all of them).
            TypeError: for a LazyFrame, on which Pandera would look at no value.
        """
        from pandera.errors import SchemaError, SchemaErrors

        if not isinstance(frame, pl.DataFrame):
            raise TypeError("validate a collected frame: on a LazyFrame no value is looked at")
        try:
            return self.quick.validate(frame, lazy=lazy)
        except (SchemaError, SchemaErrors):
            self.detailed.validate(frame, lazy=lazy)
            raise

    @cached_property
    def quick(self) -> "pa.DataFrameSchema":
        import pandera.polars as pa

        columns = self.columns
        present = [
            pl.col(name).is_not_null() for name in columns or () if name not in self.nullable
        ]
        verdicts = [rule.fill_null(value=True) for rule in self.rules.values()]
        everything = pl.all_horizontal(*present, *verdicts)

        def fine(data: "pa.PolarsData") -> pl.LazyFrame:
            if columns is not None and data.lazyframe.collect_schema() != columns:
                return data.lazyframe.select(pl.lit(value=False).alias("fine"))
            return data.lazyframe.select(everything.alias("fine"))

        return pa.DataFrameSchema(name=self.name, checks=[pa.Check(fine, name="fine")])

    @cached_property
    def detailed(self) -> "pa.DataFrameSchema":
        import pandera.polars as pa

        return pa.DataFrameSchema(
            name=self.name,
            columns={
                column: pa.Column(kind, nullable=column in self.nullable)
                for column, kind in (self.columns or {}).items()
            },
            checks=[_check(expression, rule) for rule, expression in self.rules.items()],
            strict=self.columns is not None,
            ordered=self.columns is not None,
        )


def _check(expression: pl.Expr, name: str) -> "pa.Check":
    import pandera.polars as pa

    def verdict(data: "pa.PolarsData") -> pl.LazyFrame:
        return data.lazyframe.select(expression.fill_null(value=True).alias(name))

    return pa.Check(verdict, name=name)
