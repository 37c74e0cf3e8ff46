"""The estate as a Dagster resource: a folder, and the time its files are seen from."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import dagster as dg

from pipelines.stages.partitions import Partitions
from pipelines.stages.side_by_side import Crew, crew_of
from pipelines.stages.workshop import Workshop, open_workshop


class EstateResource(dg.ConfigurableResource[Any]):
    """Where the estate lies, and as of when its landed files count (empty: now).

    ``turn_is_held``: whoever started the run is the only writer until it has ended. ``workers``:
    how many processes do the work.
    """

    folder: str
    as_of: str = ""
    turn_is_held: bool = False
    workers: int = 1

    @cached_property
    def _partitions(self) -> dict[str, Partitions]:
        return {}

    def open(self) -> Workshop:
        """The estate as it is at this moment."""
        return open_workshop(
            Path(self.folder), datetime.fromisoformat(self.as_of) if self.as_of else None
        )

    @contextmanager
    def turn(self) -> Iterator[None]:
        """The only writer meanwhile; forgets what it knew of a lake others may have changed."""
        if self.turn_is_held:
            yield
            return
        with self.open().lake.turn():
            self._partitions.clear()
            yield

    def partitions(self, facility_id: str) -> Partitions:
        """The facility's partitions; one run opens the estate once."""
        if facility_id not in self._partitions:
            self._partitions[facility_id] = Partitions(self.open(), facility_id, self.crew)
        return self._partitions[facility_id]

    @property
    def crew(self) -> Crew | None:
        return crew_of(self.workers)
