"""The estate as a Dagster resource: a folder, and the time its files are seen from."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import dagster as dg
from pydantic import PrivateAttr

from pipelines.stages.partitions import Partitions
from pipelines.stages.side_by_side import Crew, crew_of
from pipelines.stages.visits import WHOLE, Visit
from pipelines.stages.workshop import Workshop, open_workshop

#: The tag of a run that sees the landed files as they were at a time; without it: now.
AS_OF = "wattledger/as-of"


class EstateResource(dg.ConfigurableResource[Any]):
    """Where the estate lies.

    ``turn_is_held``: whoever started the run is the only writer of this folder until it has ended.
    ``workers``: how many processes do the work.
    """

    folder: str
    turn_is_held: bool = False
    workers: int = 1
    _as_of: str = PrivateAttr(default="")

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        """A run says as of when the landed files count."""
        self._as_of = context.run.tags.get(AS_OF, "") if context.run else ""

    @cached_property
    def _partitions(self) -> dict[str, Partitions]:
        return {}

    def open(self) -> Workshop:
        """The estate as it is at this moment."""
        as_of = datetime.fromisoformat(self._as_of) if self._as_of else None
        return open_workshop(Path(self.folder), as_of)

    def look(self) -> Workshop:
        """The estate as its machines have left it, for whoever decides what is to be done."""
        if self.open().store:
            with self.turn(WHOLE):
                return self.open()
        return self.open()

    @contextmanager
    def turn(self, visit: Visit) -> Iterator[None]:
        """The only writer of this folder meanwhile; forgets what it knew of a lake that others may
        have changed."""
        shop = self.open()
        with nullcontext() if self.turn_is_held else shop.lake.turn(), visit.of(shop):
            if shop.store or not self.turn_is_held:
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
