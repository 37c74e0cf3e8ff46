"""Time zones: what the changes of clocks in a file's own times say."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

#: Clocks that change apart from each other; of those that change together the first is named.
ZONES = (
    *("Europe/Berlin", "Europe/London", "Europe/Helsinki"),
    *("America/New_York", "Australia/Sydney"),
)
HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What a file's times show of its clock.

    Args:
        zones: those whose changes all of them show, none where no clock changes.
        stood: whether a day on which clocks of some zone change has no change.
    """

    zones: tuple[str, ...]
    stood: bool


def shown_by(times: Sequence[datetime], step: timedelta) -> Shown:
    """The zones whose holes in spring are holes of a series, and whose double hours stand twice.

    Args:
        times: of one series, naive, in the order of time; each as often as it stands.
        step: how far they usually are apart.
    """
    if not times or step > HOUR or not step:
        return Shown(zones=(), stood=False)
    counts = Counter(times)
    first, last = min(times), max(times)
    stood = False
    for by_start in (True, False):
        zones = []
        for name in ZONES:
            verdicts: dict[bool, list[bool]] = {True: [], False: []}
            for at, forward in _changes(name, first, last):
                hour = Hour(at, step, by_start=by_start)
                changed = (_skipped if forward else _doubled)(counts, hour)
                if changed is not None:
                    verdicts[forward].append(changed)
            springs, autumns = verdicts[True], verdicts[False]
            stood = stood or False in springs or (False in autumns and not springs)
            # A double hour may be collapsed into one; a hole in spring tells the zone all the same.
            if (springs and all(springs)) or (not springs and autumns and all(autumns)):
                zones.append(name)
        if zones:
            return Shown(zones=tuple(zones), stood=False)
    return Shown(zones=(), stood=stood)


def _changes(name: str, first: datetime, last: datetime) -> list[tuple[datetime, bool]]:
    """Local times at which a zone's clocks are put forward (true) or back."""
    zone = ZoneInfo(name)
    found = []
    day = datetime(first.year, first.month, first.day)  # noqa: DTZ001
    while day <= last:
        before, after = (
            (day + _DAY * number).replace(tzinfo=zone).utcoffset() for number in (0, 1)
        )
        if before != after and before is not None and after is not None:
            hours = [day + HOUR * hour for hour in range(24)]
            at = next((one for one in hours if _offset(one, zone) != before), hours[-1])
            found.append((at, after > before))
        day += _DAY
    return found


def _offset(at: datetime, zone: ZoneInfo) -> timedelta | None:
    return at.replace(tzinfo=zone, fold=1).utcoffset()


class Hour:
    """The hour at which clocks change, as labels of a series: by the clock itself from its first
    instant on, or, where somebody added a step to the start of each interval, to its last."""

    def __init__(self, at: datetime, step: timedelta, *, by_start: bool) -> None:
        count = int(HOUR / step)
        late = 0 if by_start else 1
        self.labels = {at + step * (number + late) for number in range(count)}
        self.around = [at - HOUR + step * number for number in range(4 * count + 1)]

    def is_told(self, counts: Counter[datetime]) -> bool:
        """Whether the hours around it were read at all."""
        return sum(counts[one] > 0 for one in self.around) >= 2 * len(self.labels)


def _skipped(counts: Counter[datetime], hour: Hour) -> bool | None:
    """Whether a series has a hole there, and nowhere around it; None where it has larger ones.
    Some systems lose the interval beside the hole as well."""
    missing = {one for one in hour.around if counts[one] == 0}
    if not hour.is_told(counts) or len(missing) > len(hour.labels) + 1:
        return None
    return hour.labels <= missing


def _doubled(counts: Counter[datetime], hour: Hour) -> bool | None:
    """Whether the labels there, and no others around them, stand twice."""
    if not hour.is_told(counts):
        return None
    return hour.labels == {one for one in hour.around if counts[one] == 2}
