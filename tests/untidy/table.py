"""From meters and ways of writing to rows of cells, and what is true of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from zoneinfo import ZoneInfo

from tests.untidy.course import Channel, Course
from tests.untidy.dates import Write
from tests.untidy.figures import Figure
from tests.untidy.model import Series

Row = list[object]
#: One row's meters, all at one place of the course.
Group = tuple[int, tuple[Channel, ...]]


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table as its maker laid it out.

    Args:
        time, figure: how times and values are written.
        time_format: the former as a mapping says it.
        above, titles, below: rows before the data, the titles themselves, and rows after it.
        order: ``wide``; or long, ``by meter`` or ``by time``.
        long: the cells of a long row, from its meter, its time and its value.
        site: the zone of the site, where its clock is not the one that times are written by.
        timezone: the zone that the file itself shows.
    """

    course: Course
    channels: tuple[Channel, ...]
    time: Write
    figure: Figure
    time_format: str
    titles: tuple[Row, ...]
    timestamp: tuple[str, ...]
    above: tuple[Row, ...] = ()
    below: tuple[Row, ...] = ()
    stamp: str = "start"
    order: str = "wide"
    long: Callable[[Channel, Row, object], Row] | None = None
    meter: str = ""
    value: str = ""
    unit: str = ""
    until: str = ""
    until_is: str = ""
    newest_first: bool = False
    site: str = ""
    timezone: str = ""

    @property
    def rows(self) -> list[Row]:
        """The rows of data, as they stand in the file."""
        zone = ZoneInfo(self.course.zone)
        rows = []
        for place, channels in self._groups():
            end = self.course.ends[place].astimezone(zone)
            start = self.course.starts[place].astimezone(zone)
            time = self.time(end if self.stamp == "end" else start, end)
            values = [self._shown(channel, place) for channel in channels]
            if self.long:
                rows.append(self.long(channels[0], time, values[0]))
            else:
                rows.append([*time, *values])
        return rows

    @property
    def series(self) -> tuple[Series, ...]:
        """What is true of each meter."""
        lines: dict[tuple[str, int], int] = {}
        first = len(self.above) + len(self.titles) + 1
        for line, (place, channels) in enumerate(self._groups(), start=first):
            lines |= {(channel.title, place): line for channel in channels}
        return tuple(self._series(channel, lines) for channel in self.channels)

    def totals(self, word: str) -> Row:
        """A row that sums up each column of a wide table of amounts."""
        blanks = [""] * (len(self.timestamp) + bool(self.until) - 1)
        return [word, *blanks, *(self.figure(_total(channel)) for channel in self.channels)]

    def _groups(self) -> list[Group]:
        places = list(range(len(self.course.starts)))
        if self.newest_first:
            places.reverse()
        groups: list[Group]
        if self.order == "by meter":
            groups = [(place, (one,)) for one in self.channels for place in places]
        elif self.order == "by time":
            groups = [(place, (one,)) for place in places for one in self.channels]
        else:
            groups = [(place, self.channels) for place in places]
        return [
            (place, channels)
            for place, channels in groups
            if any(channel.cells[place] is not None for channel in channels)
        ]

    def _shown(self, channel: Channel, place: int) -> object:
        cell = channel.cells[place]
        return self.figure(cell) if isinstance(cell, Decimal) else cell or ""

    def _series(self, channel: Channel, lines: dict[tuple[str, int], int]) -> Series:
        cells = list(enumerate(channel.cells))
        there = [place for place, cell in cells if isinstance(cell, Decimal)]
        marks = [
            (lines[channel.title, place], cell or "")
            for place, cell in cells
            if not isinstance(cell, Decimal) and (channel.title, place) in lines
        ]
        lasts = channel.kind in ("interval", "average")
        instants = self.course.ends if self.stamp == "end" and not lasts else self.course.starts
        return Series(
            title=channel.title,
            unit=channel.unit,
            kind=channel.kind,
            readings=len(there),
            total=_total(channel),
            first=instants[there[0]],
            last=instants[there[-1]],
            missing=tuple(sorted(marks)),
        )


def _total(channel: Channel) -> Decimal:
    values = [cell for cell in channel.cells if isinstance(cell, Decimal)]
    return values[-1] - values[0] if channel.kind == "register" else sum(values, Decimal(0))


def titles_over(*rows: Sequence[str]) -> tuple[Row, ...]:
    """Rows of titles."""
    return tuple(list(row) for row in rows)


def with_rows_below(table: Table, rows: Sequence[Row]) -> Table:
    """The same table with rows after its data."""
    return replace(table, below=tuple(rows))
