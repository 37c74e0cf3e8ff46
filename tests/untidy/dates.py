"""Ways to write a time: from an instant on the clock of the file to cells."""

from collections.abc import Callable
from datetime import datetime, timedelta

#: From the stamp of a row and the end of its interval, both on the clock of the file, to cells.
Write = Callable[[datetime, datetime], list[object]]

ENGLISH = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
SWEDISH = "jan feb mars apr maj juni juli aug sep okt nov dec".split()


def by(*formats: str, months: list[str] = ENGLISH) -> Write:
    """A cell for each format, in strftime's notation, whatever the locale of this machine."""

    def write(at: datetime, _end: datetime) -> list[object]:
        return [_written(at, one, months) for one in formats]

    return write


def from_to(shape: str, *, inclusive: bool = False) -> Write:
    """Start and end; the end is the first instant after it, or its last day."""
    less = timedelta(days=1) if inclusive else timedelta(0)

    def write(at: datetime, end: datetime) -> list[object]:
        return [at.strftime(shape), (end - less).strftime(shape)]

    return write


def up_to_24(date: str, time: str) -> Write:
    """Date and time of an interval's end, where midnight is 24:00 of the day before."""

    def write(at: datetime, _end: datetime) -> list[object]:
        if (at.hour, at.minute) != (0, 0):
            return [at.strftime(date), at.strftime(time)]
        return [(at - timedelta(days=1)).strftime(date), "24:00"]

    return write


def count_of(per_second: int) -> Write:
    """How much of a second's part has gone by since 1970, UTC."""
    return lambda at, _end: [str(int(at.timestamp()) * per_second)]


def iso(at: datetime, _end: datetime) -> list[object]:
    """ISO 8601 with the offset of that moment."""
    return [at.isoformat()]


def cell(at: datetime, _end: datetime) -> list[object]:
    """A workbook's own time: naive, as there is no other."""
    return [at.replace(tzinfo=None)]


def day_and_time(at: datetime, _end: datetime) -> list[object]:
    """A workbook's own date and time of day, a cell each."""
    return [at.date(), at.time()]


def _written(at: datetime, shape: str, months: list[str]) -> str:
    twelve = str((at.hour - 1) % 12 + 1)
    words = {
        "%b": months[at.month - 1],
        "%p": "AM" if at.hour < 12 else "PM",
        "%-m": str(at.month),
        "%-d": str(at.day),
        "%-I": twelve,
        "%I": twelve.zfill(2),
    }
    for word, text in words.items():
        shape = shape.replace(word, text)
    return at.strftime(shape)
