"""A form as one self-contained HTML page, for reading and for A4 paper."""

import re
from itertools import groupby

from markupsafe import Markup

from reports import numbers
from reports.form import STATUS_WORDS, FilledCell, Form
from reports.page import render
from schemas.units import Unit

#: A code of more letters is a word, or a name, and takes a wider column.
_SHORT, _LONG = 7, 20


def html_bytes(form: Form) -> bytes:
    """The page in UTF-8; holes first, then every cell in the form's order."""
    sections = [(name, list(cells)) for name, cells in groupby(form.cells, lambda c: c.section)]
    page = render(
        "form.html.j2",
        form=form,
        sections=sections,
        words=STATUS_WORDS,
        unit=_unit,
        doubt=_doubt,
        breakable=_breakable,
        days=_days,
        codes=_codes(form),
    )
    return page.encode()


def _codes(form: Form) -> str:
    """How wide the column of codes must be."""
    longest = max(len(cell.code) for cell in form.cells)
    return "" if longest <= _SHORT else "words" if longest <= _LONG else "names"


def _breakable(code: str) -> Markup:
    """A name of a taxonomy, which may be broken between its words."""
    return Markup("<wbr>").join(re.split(r"(?<=[a-z0-9])(?=[A-Z])", code))


def _days(value: str) -> Markup:
    """A period may be broken between its days, and nowhere else."""
    return Markup("/<wbr>").join(value.split("/"))


def _unit(cell: FilledCell) -> str:
    return numbers.written(Unit(cell.unit)) if cell.unit else ""


def _doubt(cell: FilledCell) -> list[str]:
    """How well the figure is known, in the few words that fit under it."""
    words = []
    if cell.low is not None and cell.high is not None and cell.low != cell.high:
        low, high = (numbers.number(bound, cell.decimals or 0) for bound in (cell.low, cell.high))
        words.append(f"between {low} and {high}")
    elif cell.low is not None and cell.high is None:
        words.append(f"at least {numbers.number(cell.low, cell.decimals or 0)}, no upper bound")
    if cell.coverage is not None:
        words.append(f"coverage {numbers.coverage_text(cell.coverage)}")
    if cell.estimated_share:
        words.append(f"estimated {numbers.share(cell.estimated_share)}")
    return words
