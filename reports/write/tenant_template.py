"""The workbook that customers fill in: one row each, and what is allowed in every column."""

import io
from collections.abc import Sequence
from datetime import datetime

from xlsxwriter.worksheet import Worksheet

from reports.write.workbook import Columns, Styles, fit_row, header, new_workbook, page_setup
from schemas.estate.model import Facility
from schemas.tenant_data import COLUMNS, FACILITY, HEADER, SHEET, YEAR

_WIDTHS = (18, 30, *(16 for _ in COLUMNS))
_HEAD = 3  # facility, year and an empty row stand above the header
_HOW: Columns = (("Column", 22), ("What it is", 60), ("Allowed", 32))
_NOTES = (
    "Fill in the white cells of your row on sheet Data, and send the workbook back.",
    "Leave a cell empty where you do not know the figure. Empty is not 0.",
    "Write plain numbers. Change no title, no facility and no year.",
)


def template_bytes(facility: Facility, year: int, customers: Sequence[tuple[str, str]]) -> bytes:
    """The workbook for these customers, each by id and name; the same call gives the same bytes."""
    memory = io.BytesIO()
    title = f"Data of customers {facility.id} {year}"
    book = new_workbook(memory, title=title, created=datetime(year, 12, 31))  # noqa: DTZ001
    styles = Styles(book)
    data, how = book.add_worksheet(SHEET), book.add_worksheet("How to fill in")
    _data_sheet(data, facility, year, customers, styles)
    _how_sheet(how, styles)
    for page in (data, how):
        page_setup(page)
    book.close()
    return memory.getvalue()


def _data_sheet(
    sheet: Worksheet,
    facility: Facility,
    year: int,
    customers: Sequence[tuple[str, str]],
    styles: Styles,
) -> None:
    header(sheet, _HEAD, tuple(zip(HEADER, _WIDTHS, strict=True)), styles)
    sheet.write_string(0, 0, FACILITY, styles.strong)
    sheet.write_string(0, 1, facility.id, styles.line)
    sheet.write_string(0, 2, facility.name, styles.line)
    sheet.write_string(1, 0, YEAR, styles.strong)
    sheet.write_number(1, 1, year, styles.line)
    for row, (tenant, name) in enumerate(customers, start=_HEAD + 1):
        sheet.write_string(row, 0, tenant, styles.code)
        sheet.write_string(row, 1, name, styles.text)
    last = _HEAD + max(1, len(customers))
    for place, column in enumerate(COLUMNS, start=2):
        rule = {
            "validate": "integer" if column.whole else "decimal",
            "criteria": ">=" if column.highest is None else "between",
            **(
                {"value": 0}
                if column.highest is None
                else {"minimum": 0, "maximum": column.highest}
            ),
            "input_title": column.title,
            "input_message": column.meaning,
            "error_message": f"Allowed: {column.allowed}.",
        }
        sheet.data_validation(_HEAD + 1, place, last, place, rule)


def _how_sheet(sheet: Worksheet, styles: Styles) -> None:
    header(sheet, 0, _HOW, styles)
    for row, column in enumerate(COLUMNS, start=1):
        texts = (column.title, column.meaning, column.allowed)
        for place, text in enumerate(texts):
            sheet.write_string(row, place, text, styles.text if place else styles.code)
        fit_row(sheet, row, dict(enumerate(texts)), _HOW)
    for row, note in enumerate(_NOTES, start=len(COLUMNS) + 2):
        sheet.write_string(row, 0, note, styles.line)
