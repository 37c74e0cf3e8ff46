"""A form as a workbook: form, tidy data, live indicators, sources and method.

Words are always written as words: text that begins with = + - @ never becomes a formula.
"""

import io
from decimal import Decimal
from itertools import groupby
from math import floor

from xlsxwriter.worksheet import Worksheet

from reports.cross_checks import ratio
from reports.form import STATUS_WORDS, CellStatus, FilledCell, Form
from reports.regime import Ratio
from reports.write.as_csv import COLUMNS
from reports.write.workbook import Columns, Styles, fit_row, header, new_workbook, page_setup
from schemas.units import Unit

_FORM: Columns = (
    ("Code", 14),
    ("Item", 40),
    ("Value", 26),
    ("Unit", 13),
    ("Status", 20),
    ("Reason", 50),
    ("Lowest", 14),
    ("Highest", 14),
    ("Coverage", 10),
    ("Place in the act", 18),
)
_INDICATORS: Columns = (
    ("Code", 10),
    ("Indicator", 30),
    ("Formula", 34),
    ("Live value", 14),
    ("On the form", 14),
    ("Unit", 12),
    ("Agrees", 10),
)
_SOURCES: Columns = (
    ("Code", 18),
    ("Item", 44),
    ("Place in the act", 18),
    ("Category", 12),
    ("Source", 34),
    ("Note", 70),
)
_WIDE = {"section": 40, "label": 40, "value": 26, "reason": 50, "source": 26, "note": 70}
#: Letters of a code up to which its column grows, and room beside them.
_WIDEST, _ROOM = 48, 4
_FORM_HEAD = 5  # the title and three lines stand above the form's header


def xlsx_bytes(form: Form) -> bytes:
    """The workbook's bytes; its creation date is the end of the period, so that bytes repeat."""
    memory = io.BytesIO()
    end = form.period_end.replace(tzinfo=None)
    title = f"{form.regime} {form.facility} {form.year}"
    book = new_workbook(memory, title=title, created=end)
    styles = Styles(book)
    rows = _form_sheet(book.add_worksheet("Form"), form, styles)
    _data_sheet(book.add_worksheet("Data"), form, styles)
    if form.ratios:
        _indicators_sheet(book.add_worksheet("Indicators"), form, styles, rows)
    _sources_sheet(book.add_worksheet("Sources & method"), form, styles)
    for page in book.worksheets():
        page_setup(page)
    book.close()
    return memory.getvalue()


def _heading(form: Form) -> tuple[str, str, str]:
    holes = len(form.holes)
    cells = "cell is" if holes == 1 else "cells are"
    return (
        f"{form.facility_name} ({form.facility}), {form.year}; operator {form.operator}",
        f"{form.source}; {form.state}; prepared, not official",
        f"This form is not complete: {holes} required {cells} empty."
        if holes
        else "This form is complete: no required cell is empty.",
    )


def _form_sheet(sheet: Worksheet, form: Form, styles: Styles) -> dict[str, int]:
    """Writes the form; returns the row of every code, counted as formulas count."""
    sheet.write_string(0, 0, form.title, styles.title)
    for row, line in enumerate(_heading(form), start=1):
        sheet.write_string(row, 0, line, styles.strong if row == 3 else styles.line)
    longest = max(len(cell.code) for cell in form.cells)
    columns = ((_FORM[0][0], max(_FORM[0][1], min(longest, _WIDEST) + _ROOM)), *_FORM[1:])
    header(sheet, _FORM_HEAD, columns, styles)
    row, rows = _FORM_HEAD + 1, {}
    for section, cells in groupby(form.cells, lambda cell: cell.section):
        for column in range(len(_FORM)):
            sheet.write_blank(row, column, None, styles.section)
        sheet.write_string(row, 0, section, styles.section)
        row += 1
        for cell in cells:
            _form_row(sheet, row, cell, styles, columns)
            row += 1
            rows[cell.code] = row
    return rows


def _form_row(
    sheet: Worksheet, row: int, cell: FilledCell, styles: Styles, columns: Columns
) -> None:
    status = styles.hole if cell.is_hole else styles.text
    if cell.status is CellStatus.FLAGGED:
        status = styles.remark
    sheet.write_string(row, 0, cell.code, styles.code)
    sheet.write_string(row, 1, cell.label, styles.text)
    _value(sheet, row, 2, cell, styles)
    sheet.write_string(row, 3, _unit(cell), styles.text)
    sheet.write_string(row, 4, STATUS_WORDS[cell.status], status)
    sheet.write_string(row, 5, cell.reason, styles.text)
    words = {0: cell.code, 1: cell.label, 2: cell.value or "", 5: cell.reason, 9: cell.annex}
    fit_row(sheet, row, words, columns)
    for column, bound in ((6, cell.low), (7, cell.high)):
        if bound is not None:
            sheet.write_number(row, column, float(bound), styles.number(cell.decimals or 0))
    if cell.coverage is not None:
        # Rounded down, as everywhere: what is not complete is never shown as 100 %.
        sheet.write_number(row, 8, floor(cell.coverage * 10_000) / 10_000, styles.percent())
    sheet.write_string(row, 9, cell.annex, styles.text)


def _unit(cell: FilledCell) -> str:
    """Nothing for a ratio: a 1 beside the value reads as a part of it."""
    return "" if cell.unit == Unit.RATIO else cell.unit


def _value(sheet: Worksheet, row: int, column: int, cell: FilledCell, styles: Styles) -> None:
    if cell.number is not None:
        sheet.write_number(row, column, float(cell.number), styles.number(cell.decimals or 0))
    elif cell.value is not None:
        sheet.write_string(row, column, cell.value, styles.text)


def _data_sheet(sheet: Worksheet, form: Form, styles: Styles) -> None:
    """The columns of the CSV, numbers as numbers: for whoever computes on."""
    header(sheet, 0, tuple((name, _WIDE.get(name, 16)) for name in COLUMNS), styles)
    for row, cell in enumerate(form.cells, start=1):
        fields: dict[str, str | bool | int | float | Decimal | None] = {
            "regime": form.regime,
            "facility": form.facility,
            "year": form.year,
            "state": form.state,
            "official": form.official,
            "complete": form.complete,
            "section": cell.section,
            "annex": cell.annex,
            "code": cell.code,
            "label": cell.label,
            "unit": cell.unit,
            "status": cell.status.value,
            "reason": cell.reason,
            "low": cell.low,
            "high": cell.high,
            "coverage": cell.coverage,
            "estimated_share": cell.estimated_share,
            "category": cell.category,
            "required": cell.required,
            "source": cell.source,
            "note": cell.note,
        }
        _value(sheet, row, COLUMNS.index("value"), cell, styles)
        for name, field in fields.items():
            column = COLUMNS.index(name)
            if isinstance(field, str):
                sheet.write_string(row, column, field, styles.line)
            elif isinstance(field, bool):
                sheet.write_boolean(row, column, field, styles.line)
            elif field is not None:
                sheet.write_number(row, column, float(field), styles.line)
    sheet.autofilter(0, 0, len(form.cells), len(COLUMNS) - 1)


def _indicators_sheet(sheet: Worksheet, form: Form, styles: Styles, rows: dict[str, int]) -> None:
    """Formulas over the Form sheet, each with the value it has before anyone recalculates."""
    header(sheet, 0, _INDICATORS, styles)
    for row, check in enumerate(form.ratios, start=1):
        cell = form.cell(check.code)
        live = ratio(check, lambda code: form.cell(code).number)
        own = f"Form!$C${rows[check.code]}"
        number, place = styles.number(cell.decimals or 0), Decimal(1).scaleb(-(cell.decimals or 0))
        agrees = ""
        if live is not None and cell.number is not None:
            agrees = "yes" if abs(live - cell.number) <= place else "no"
        both = f"AND(ISNUMBER(D{row + 1}),ISNUMBER(E{row + 1}))"
        near = f'IF(ABS(D{row + 1}-E{row + 1})<={place:f},"yes","no")'
        sheet.write_string(row, 0, check.code, styles.code)
        sheet.write_string(row, 1, cell.label, styles.text)
        sheet.write_string(row, 2, _words(check), styles.text)
        sheet.write_formula(row, 3, _formula(check, rows), number, _cached(live))
        sheet.write_formula(row, 4, f'=IF(ISNUMBER({own}),{own},"")', number, _cached(cell.number))
        sheet.write_string(row, 5, _unit(cell), styles.text)
        sheet.write_formula(row, 6, f'=IF({both},{near},"")', styles.text, agrees)


def _words(check: Ratio) -> str:
    per = "" if check.per == 1 else f" × {check.per}"
    cap = "" if check.cap is None else f", at most {check.cap}"
    return f"{check.numerator} ÷ {check.denominator}{per}{cap}"


def _formula(check: Ratio, rows: dict[str, int]) -> str:
    top, below = (f"Form!$C${rows[code]}" for code in (check.numerator, check.denominator))
    value = f"{top}/{below}" if check.per == 1 else f"{top}/({below}/{check.per})"
    if check.cap is not None:
        value = f"MIN({check.cap},{value})"
    return f'=IF(AND(ISNUMBER({top}),ISNUMBER({below})),IF({below}>0,{value},""),"")'


def _cached(figure: Decimal | None) -> float | str:
    return "" if figure is None else float(figure)


def _sources_sheet(sheet: Worksheet, form: Form, styles: Styles) -> None:
    header(sheet, 0, _SOURCES, styles)
    for row, cell in enumerate(form.cells, start=1):
        fields = (cell.code, cell.label, cell.annex, cell.category, cell.source, cell.note)
        for column, text in enumerate(fields):
            sheet.write_string(row, column, text, styles.text if column else styles.code)
        fit_row(sheet, row, dict(enumerate(fields)), _SOURCES)
    facts = (
        ("Regime", f"{form.regime}, edition {form.edition}, {form.jurisdiction}, {form.state}"),
        ("Rules", form.source),
        ("Period", f"{form.period_start.isoformat()} to {form.period_end.isoformat()}, exclusive"),
        ("Coverage policy", f"clean from {form.policies.coverage_clean:g}"),
        ("", f"withheld below {form.policies.coverage_minimum:g}"),
        ("Bounds", "Lowest and Highest contain the true value; they are rounded outwards."),
        ("Empty", "An empty value is no value; it is never 0."),
        *(("Note", note) for note in form.notes),
    )
    for row, (name, text) in enumerate(facts, start=len(form.cells) + 2):
        sheet.write_string(row, 0, name, styles.code)
        sheet.write_string(row, 1, text, styles.line)
