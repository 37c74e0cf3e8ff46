"""How far each source of an estate tells, and whether its next delivery is overdue."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pipelines.sources import PLAIN_DROP, source_of
from pipelines.stages.workshop import Workshop
from schemas.estate.source import Source

#: A delivery may come so much later than the time it tells of has passed.
GRACE = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Fresh:
    """How far one source tells.

    Args:
        source: the mapping; ``PLAIN_DROP`` for files that no source takes.
        until: the end of the last interval or the last reading of its landed files that can be
            read; None where there is none.
    """

    source: Source
    until: datetime | None

    @property
    def due(self) -> datetime | None:
        """When the next delivery must be there; None where nobody waits for one."""
        if self.source.every is None or self.until is None:
            return None
        return self.until + self.source.every + GRACE

    def is_late(self, now: datetime) -> bool:
        """Whether a delivery that is waited for has not come. One that never came is late."""
        if self.source.every is None:
            return False
        return self.due is None or self.due < now


def freshness(shop: Workshop) -> list[Fresh]:
    """Every source in the estate's order, and the plain drop last."""
    until: dict[str, datetime] = {}
    for file in shop.active:
        name = _name(source_of(file.path, shop.estate.all_sources))
        record = shop.lake.file_record(file.sha256)
        ends = [datetime.fromisoformat(part["ends"]) for part in record["parts"]] if record else []
        if ends:
            until[name] = max([*ends, *filter(None, [until.get(name)])])
    return [
        Fresh(source=source, until=_rounded(until.get(_name(source))))
        for source in (*shop.estate.all_sources, PLAIN_DROP)
    ]


def _name(source: Source) -> str:
    return "" if source is PLAIN_DROP else source.match


def _rounded(last: datetime | None) -> datetime | None:
    """The first instant that is not told of: ends are kept as the last one that is."""
    return last + timedelta(microseconds=1) if last and last.microsecond else last
