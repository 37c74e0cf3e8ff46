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

#: Readings of each register on either side of a month that its own readings are judged with.
CONTEXT_ROWS = 256
#: Months of candidates kept at hand: as neighbours of the months in work.
KEPT = 6
PART = pl.Schema({**STAGED, "file": pl.String()})


@dataclass
class Candidates:
    """The candidates of one facility's current files. Threads may share it."""

    shop: Workshop
    facility_id: str
    index: Index
    _cache: dict[tuple[str, str], pl.DataFrame] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def of(self, month: str, domain: str) -> pl.DataFrame:
        """All candidates of a month; the last few months read are kept at hand."""
        key = (month, domain)
        found = self._cache.get(key)
        if found is None:
            frames = [
                read_parquet(path, STAGED).with_columns(file=pl.lit(part.sha256))
                for part in self.index.of(self.facility_id, month, domain)
                for path in staged_paths(self.shop, part.part, part.sha256)
            ]
            found = concat(frames, PART).select(PART.keys())
            with self._lock:
                self._cache[key] = found
                while len(self._cache) > KEPT:
                    self._cache.pop(next(iter(self._cache)))
        return found

    def around(
        self, month: str, domain: str, near: Sequence[str], rows: Sequence[int]
    ) -> pl.DataFrame:
        """The nearest candidates of some meters before and after the month."""
        sides = []
        for other in near:
            found = self.of(other, domain)
            found = by_row_and_time(found.filter(pl.col("row").is_in(rows)))
            of_row = found.group_by("row", maintain_order=True)
            sides.append(of_row.tail(CONTEXT_ROWS) if other < month else of_row.head(CONTEXT_ROWS))
        return concat((side.select(PART.keys()) for side in sides), PART)
