"""Times: which format a column of texts is written in, and when each of them was."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

#: ISO 8601, which needs no format.
ISO = ""
_ISO = re.compile(
    r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?(Z|[+-]\d{2}:?\d{2})?", re.ASCII
)
_OFFSET = re.compile(r":\d{2}(\.\d+)?(Z|[+-]\d{2}:?\d{2})$")
_CLOCK = re.compile(r"\d{1,2}:\d{2}(:\d{2})?( ?[AaPp][Mm])?", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?: +(.+))?", re.ASCII)
_YEAR_FIRST = re.compile(r"\d{4}/\d{1,2}/\d{1,2}(?: +(.+))?", re.ASCII)
_NAMED = re.compile(r"\d{1,2}([- ])([^\W\d]{3})\.?\1(\d{4})(?: +(.+))?")
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_EPOCHS = {10: "epoch_s", 13: "epoch_ms", 16: "epoch_us", 19: "epoch_ns"}
_COMPACT = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
#: So many texts of a column are times, if it is a column of times.
SHARE = 0.9
_SEEN = 4000


def is_clock(texts: Sequence[str]) -> bool:
    """Whether these are times of day alone."""
    return _most(texts, _CLOCK)


def clock_format(text: str) -> str | None:
    """The format of a time of day: ``%H:%M`` and the like; None where it is none."""
    if not _CLOCK.fullmatch(text):
        return None
    shape = "%I:%M" if text[-1] in "mM" else "%H:%M"
    shape += ":%S" if text.count(":") == 2 else ""
    if text[-1] not in "mM":
        return shape
    return f"{shape} %p" if " " in text else f"{shape}%p"


def could_be_time(text: str) -> bool:
    """Whether a text is a date, a time or both, or digits that count or spell one."""
    if text.isdigit():
        return len(text) in _EPOCHS or len(text) in _COMPACT
    shapes = (_ISO, _CLOCK, _DAY_FIRST, _YEAR_FIRST, _NAMED)
    return any(shape.fullmatch(text) for shape in shapes)


def has_offset(text: str) -> bool:
    """Whether a text tells its own distance from UTC."""
    return _OFFSET.search(text) is not None


def formats_of(texts: Sequence[str]) -> list[str]:
    """Formats in which these may be times, the most likely first; none where they are no times.

    Where day and month could be exchanged, both are given: what was the more even is more likely.
    """
    seen = [text for text in texts if text][:: max(1, len(texts) // _SEEN)]
    if not seen:
        return []
    if _most(seen, _ISO):
        return [ISO]
    if all(text.isdigit() and text.isascii() for text in seen):
        return _of_digits(seen)
    found: list[str] = []
    for shape in _shapes(seen):
        read = [moment(text, shape) for text in seen]
        if sum(one is not None for one in read) >= SHARE * len(seen):
            found.append(shape)
    return sorted(found, key=lambda shape: _unevenness([moment(text, shape) for text in seen]))


def _of_digits(seen: Sequence[str]) -> list[str]:
    [length, *others] = {len(text) for text in seen}
    if others:
        return []
    if length in _COMPACT and seen[0][:2] in ("19", "20"):
        shape = _COMPACT[length]
        return [shape] if all(moment(text, shape) for text in seen) else []
    return [_EPOCHS[length]] if length in _EPOCHS and seen[0][0] in "12" else []


def _shapes(seen: Sequence[str]) -> list[str]:
    """The shapes that the first few texts could have."""
    found: dict[str, None] = {}
    for text in seen[:50]:
        if match := _DAY_FIRST.fullmatch(text):
            mark, year = match[2], "%Y" if len(match[4]) == 4 else "%y"
            rest = _rest(match[5])
            found[f"%d{mark}%m{mark}{year}{rest}"] = None
            if mark != ".":
                found[f"%m{mark}%d{mark}{year}{rest}"] = None
        elif match := _YEAR_FIRST.fullmatch(text):
            found[f"%Y/%m/%d{_rest(match[1])}"] = None
        elif match := _NAMED.fullmatch(text):
            found[f"%d{match[1]}%b{match[1]}%Y{_rest(match[4])}"] = None
    return list(found)


def _rest(text: str | None) -> str:
    clock = clock_format(text) if text else None
    return f" {clock}" if clock else ""


def moment(text: str, shape: str) -> datetime | None:
    """When a text was, by a format: naive and by its own clock, or UTC of a count since 1970."""
    try:
        if shape.startswith("epoch"):
            digits = {name: length for length, name in _EPOCHS.items()}[shape]
            return datetime(1970, 1, 1) + timedelta(seconds=int(text) / 10 ** (digits - 10))  # noqa: DTZ001
        late = timedelta(0)
        if "24:00" in text:
            text, late = text.replace("24:00", "00:00"), timedelta(days=1)
        if shape == ISO:
            return datetime.fromisoformat(text).replace(tzinfo=None) + late
        if "%b" in shape:
            return _named(text, shape)
        return datetime.strptime(text, shape) + late  # noqa: DTZ007
    except (ValueError, OverflowError):
        return None


def _named(text: str, shape: str) -> datetime | None:
    """Months by their English names only, whatever this machine's language is."""
    match = _NAMED.fullmatch(text)
    if match is None or match[2].lower() not in _MONTHS:
        return None
    number = f"{_MONTHS.index(match[2].lower()) + 1:02d}"
    return datetime.strptime(text.replace(match[2], number), shape.replace("%b", "%m"))  # noqa: DTZ007


def _unevenness(read: Sequence[datetime | None]) -> float:
    """How far steps are from their usual length, on the whole; months may differ by days."""
    known = [one for one in read if one is not None]
    steps = [abs((after - before).total_seconds()) for before, after in pairwise(known)]
    usual = median(steps) if steps else 0.0
    return sum(abs(step - usual) > 4 * 86_400 for step in steps) + (usual == 0)


def _most(texts: Sequence[str], pattern: re.Pattern[str]) -> bool:
    known = [text for text in texts if text]
    return bool(known) and sum(
        pattern.fullmatch(text) is not None for text in known
    ) >= SHARE * len(known)
