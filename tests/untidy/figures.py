"""Ways to write a number."""

from collections.abc import Callable
from decimal import Decimal

NO_BREAK, NARROW = "\u00a0", "\u202f"
Figure = Callable[[Decimal], object]


def figure(decimal: str = ".", grouping: str = "") -> Figure:
    """Plain text with this decimal mark, and this between thousands."""
    marks = str.maketrans({".": decimal, ",": grouping})
    return lambda value: f"{value:,f}".translate(marks)


def number(value: Decimal) -> object:
    """A workbook's own number."""
    return float(value)
