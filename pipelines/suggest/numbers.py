"""Numbers: which marks a file writes them with."""

import re
from collections.abc import Iterable
from decimal import Decimal

_BLANK = "[ \u00a0\u202f\u2009]"
_PATTERNS = {"": "", ".": r"\.", ",": ",", "blank": _BLANK, "'": "['\u2019]"}
#: (decimal mark, mark between thousands), the plainer first.
MARKS = ((".", ""), (",", ""), (",", "."), (",", "blank"), (".", "'"), (".", ","), (".", "blank"))


def _shape(decimal: str, grouping: str) -> re.Pattern[str]:
    point = _PATTERNS[decimal]
    plain = rf"\d*({point}\d+)?([eE][+-]?\d+)?" if not grouping else rf"\d*({point}\d+)?"
    mark = _PATTERNS[grouping]
    grouped = rf"|[1-9]\d{{0,2}}({mark}\d{{3}})+({point}\d+)?" if grouping else ""
    return re.compile(rf"[+-]?(?:{plain}{grouped})")


_SHAPES = {marks: _shape(*marks) for marks in MARKS}


def number_of(text: str, marks: tuple[str, str]) -> Decimal | None:
    """A text as a number by its marks; None where it is none."""
    if not text or not text[-1].isdigit() or not _SHAPES[marks].fullmatch(text):
        return None
    decimal, grouping = marks
    bare = re.sub(_PATTERNS[grouping], "", text) if grouping else text
    return Decimal(bare.replace(decimal, "."))


def is_number(text: str) -> bool:
    """Whether a text is a number by any marks."""
    return any(number_of(text, marks) is not None for marks in MARKS)


def marks_of(texts: Iterable[str], separator: str) -> tuple[tuple[str, str], bool]:
    """The marks that read the most of these texts, and whether others would read as many.

    One point or comma with three digits behind it in every number may be either; then a point is
    the decimal mark of files parted by commas, and a comma that of others.
    """
    seen = [text for text in texts if text]
    counts = {marks: sum(number_of(text, marks) is not None for text in seen) for marks in MARKS}
    most = max(counts.values(), default=0)
    best = [marks for marks in MARKS if counts[marks] == most]
    if all(
        number_of(text, (".", "")) is not None and text.isdigit()
        for text in seen
        if is_number(text)
    ):
        return (".", ""), False
    simple = [marks for marks in best if not marks[1]] or best
    usual = "." if separator == "," else ","
    chosen = next((marks for marks in simple if marks[0] == usual), simple[0])
    decimals = {marks[0] for marks in best}
    return chosen, len(decimals) > 1
