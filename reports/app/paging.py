"""Long tables, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request

from reports.charts import Table

ROWS = 100


@dataclass(frozen=True, kw_only=True)
class Page:
    """Where one is in a long table.

    Args:
        number: from 1.
        count: rows in all.
        before, after: links, empty at the ends.
    """

    number: int
    count: int
    before: str
    after: str

    @property
    def first(self) -> int:
        return min((self.number - 1) * ROWS + 1, self.count)

    @property
    def last(self) -> int:
        return min(self.number * ROWS, self.count)


def page_of(request: Request, number: int, count: int) -> Page:
    """The page of a request, with links that keep all else it asked for."""

    def link(to: int) -> str:
        asked = {**request.query_params, "page": str(to)}
        return f"{request.url.path}?{urlencode(asked)}"

    return Page(
        number=number,
        count=count,
        before=link(number - 1) if number > 1 else "",
        after=link(number + 1) if number * ROWS < count else "",
    )


def table(
    caption: str, head: Sequence[str], rows: Sequence[Sequence[str]], text: Sequence[int] = ()
) -> Table:
    """A table of words and numbers."""
    return Table(
        caption=caption,
        head=tuple(head),
        rows=tuple(tuple(row) for row in rows),
        text=tuple(text),
        style="words",
    )
