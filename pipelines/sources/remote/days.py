"""Days of UTC, as histories are asked for and kept."""

import json
from datetime import UTC, date, datetime, time, timedelta

_DAY = timedelta(days=1)


def bounds(day: date, until: datetime) -> tuple[datetime, datetime]:
    """The first instant of a day, and the first one after it or after its part before ``until``."""
    start = datetime.combine(day, time(), UTC)
    return start, min(until, start + _DAY)


def is_whole(content: bytes, day: date) -> bool:
    """Whether a day's file, which says up to when it tells (``to``), tells of the whole day."""
    try:
        told = datetime.fromisoformat(json.loads(content)["to"])
    except (ValueError, KeyError, TypeError):
        return False
    return told == datetime.combine(day, time(), UTC) + _DAY
