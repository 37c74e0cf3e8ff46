"""Readiness as a page: what must be filed, by when, and what still stands between."""

from collections.abc import Sequence
from datetime import date

from reports.page import render
from reports.readiness import Readiness

SCOPE_WORDS = {True: "must be filed", False: "not required", None: "not known"}


def readiness_page(operator: str, rows: Sequence[Readiness], today: date) -> str:
    """The forms with a deadline, the next one first, as it stands on a day."""
    return render(
        "readiness.html.j2", operator=operator, rows=rows, today=today, scopes=SCOPE_WORDS
    )
