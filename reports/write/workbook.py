"""How our workbooks look and repeat: styles, headers, A4 pages; no formula from a user's text."""

import io
from collections.abc import Mapping
from datetime import datetime
from math import ceil

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

_A4 = 9
#: Points of one line of text, and characters of a column that a line leaves unused.
_LINE, _SPARE = 15, 2

#: Column titles with their widths in characters.
Columns = tuple[tuple[str, int], ...]


class Styles:
    """The formats of one workbook."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._cell = {"valign": "top", "text_wrap": True}
        self._figures: dict[str, Format] = {}
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.line = book.add_format({"valign": "top"})
        self.strong = book.add_format({"bold": True, "valign": "top"})
        self.section = book.add_format({"bold": True, "font_color": "#1D5A86", "bottom": 1})
        self.text = book.add_format(self._cell)
        self.code = book.add_format({**self._cell, "bold": True})
        self.head = self._coloured("#E9EEF3")
        self.hole = self._coloured("#F8DCD6")
        self.remark = self._coloured("#FBEBCB")

    def _coloured(self, colour: str) -> Format:
        return self._book.add_format({**self._cell, "bold": True, "bg_color": colour})

    def number(self, decimals: int) -> Format:
        """Thousands and a fixed number of places."""
        return self._figure("#,##0" + ("." + "0" * decimals if decimals else ""))

    def percent(self) -> Format:
        return self._figure("0.00%")

    def _figure(self, code: str) -> Format:
        if code not in self._figures:
            style = {**self._cell, "num_format": code, "align": "right"}
            self._figures[code] = self._book.add_format(style)
        return self._figures[code]


def new_workbook(memory: io.BytesIO, *, title: str, created: datetime) -> Workbook:
    """An empty workbook whose bytes depend on its content only, not on the clock."""
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    book = Workbook(memory, options)
    book.set_properties({"title": title, "author": "wattledger", "created": created})
    return book


def header(sheet: Worksheet, row: int, columns: Columns, styles: Styles) -> None:
    """Column titles and widths; the header stays in view and is repeated on every page."""
    for column, (name, width) in enumerate(columns):
        sheet.set_column(column, column, width)
        sheet.write_string(row, column, name, styles.head)
    sheet.freeze_panes(row + 1, 1)
    sheet.repeat_rows(row)


def fit_row(sheet: Worksheet, row: int, texts: Mapping[int, str], columns: Columns) -> None:
    """As high as the longest of the wrapped texts needs, for not every program fits rows itself.

    Words are taken to break where a line is full, so that a little room is left rather than none.
    """
    lines = [
        sum(max(1, ceil(len(line) / (columns[column][1] - _SPARE))) for line in text.split("\n"))
        for column, text in texts.items()
    ]
    sheet.set_row(row, _LINE * max([1, *lines]))


def page_setup(sheet: Worksheet) -> None:
    """A4 landscape, one page wide, numbered."""
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&A&CPrepared by wattledger, not official&RPage &P of &N")
