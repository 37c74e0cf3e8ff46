"""The kinds of remote systems."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from pipelines.sources.remote import prometheus, redfish
from pipelines.sources.remote.client import Client
from schemas.estate.remote import Remote


@dataclass(frozen=True, kw_only=True)
class History:
    """How a system that keeps a history is asked.

    Args:
        day: the bytes of a day's file, or of its part before an instant.
        is_whole: whether a day's file tells of the whole day.
    """

    day: Callable[[Client, Remote, date, datetime], bytes]
    is_whole: Callable[[bytes, date], bool]


@dataclass(frozen=True, kw_only=True)
class Counters:
    """How a system that shows its counters is asked.

    Args:
        now: the bytes of what it shows, which is of this instant.
    """

    now: Callable[[Client, Remote, datetime], bytes]


#: By the name in ``estate.yaml``, which is also that of the format that reads the files.
REMOTES: dict[str, History | Counters] = {
    "prometheus": History(day=prometheus.fetch, is_whole=prometheus.is_whole),
    "redfish": Counters(now=redfish.fetch),
}
