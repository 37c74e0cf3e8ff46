"""A facility's staged candidates by month and domain, read once and kept for their neighbours."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock

import polars as pl

from pipelines.stages.index import Index
from pipelines.stages.reading import STAGED, staged_paths
from pipelines.stages.workshop import Workshop
from pipelines.steps.settle import by_row_and_time
from pipelines.storage.files import read_parquet
from pipelines.storage.lake import concat

#: Readings of each meter on either side of a month that its own readings are judged with.
CONTEXT_ROWS = 256
#: Rows of whole months, and edges of months, kept at hand for their neighbours.
KEPT_ROWS = 300_000
KEPT_EDGES = 30
PART = pl.Schema({**STAGED, "file": pl.String()})


@dataclass(frozen=True)
class _Edges:
    """The first and last candidates of each meter in a month, in order of time."""

    first: pl.DataFrame
    last: pl.DataFrame


@dataclass
class Candidates:
    """The candidates of one facility's current files. Threads may share it."""

    shop: Workshop
    facility_id: str
    index: Index
    _months: dict[tuple[str, str], pl.DataFrame] = field(default_factory=dict)
    _edges: dict[tuple[str, str], _Edges] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def of(self, month: str, domain: str) -> pl.DataFrame:
        """All candidates of a month, in no order."""
        key = (month, domain)
        found = self._months.get(key)
        if found is None:
            frames = [
                read_parquet(path, STAGED).with_columns(file=pl.lit(part.sha256))
                for part in self.index.of(self.facility_id, month, domain)
                for path in staged_paths(self.shop, part.part, part.sha256)
            ]
            found = concat(frames, PART).select(PART.keys())
            with self._lock:
                self._months[key] = found
                while sum(one.height for one in self._months.values()) > KEPT_ROWS:
                    self._months.pop(next(iter(self._months)))
        return found

    def around(
        self, month: str, domain: str, near: Sequence[str], rows: Sequence[int]
    ) -> pl.DataFrame:
        """The nearest candidates of some meters before and after the month."""
        sides = []
        for other in near:
            edges = self._edges_of(other, domain)
            side = edges.last if other < month else edges.first
            sides.append(side.filter(pl.col("row").is_in(rows)))
        return concat(sides, PART)

    def _edges_of(self, month: str, domain: str) -> _Edges:
        key = (month, domain)
        found = self._edges.get(key)
        if found is None:
            rows = _near_an_edge(self.of(month, domain))
            of_row = by_row_and_time(rows).group_by("row", maintain_order=True)
            first, last = of_row.head(CONTEXT_ROWS), of_row.tail(CONTEXT_ROWS)
            found = _Edges(first.select(PART.keys()), last.select(PART.keys()))
            with self._lock:
                self._edges[key] = found
                while len(self._edges) > KEPT_EDGES:
                    self._edges.pop(next(iter(self._edges)))
        return found


def _near_an_edge(rows: pl.DataFrame) -> pl.DataFrame:
    """Those of the rows that may be among the first or last of their meter: far fewer to sort."""
    at = pl.col("measured_at")
    edges = rows.group_by("row").agg(
        early=at.bottom_k(CONTEXT_ROWS).max(), late=at.top_k(CONTEXT_ROWS).min()
    )
    return (
        rows.join(edges, on="row", maintain_order="left")
        .filter((at <= pl.col("early")) | (at >= pl.col("late")))
        .select(rows.columns)
    )
