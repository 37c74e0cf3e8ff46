"""A form as CSV (RFC 4180, UTF-8): one line per cell with all that is known of it."""

import csv
import io

from reports.form import FilledCell, Form

COLUMNS = tuple(
    "regime facility year state official complete section annex code label value unit status "
    "reason low high coverage estimated_share category required source note".split()
)


def csv_bytes(form: Form) -> bytes:
    """Header and one line per cell; an empty field is no value, never 0.

    Words that a spreadsheet would run as a formula get an apostrophe in front; numbers never do.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    head = (
        form.regime,
        form.facility,
        str(form.year),
        form.state,
        _flag(form.official),
        _flag(form.complete),
    )
    for cell in form.cells:
        writer.writerow([*map(harmless, head), *_fields(cell)])
    return text.getvalue().encode()


def harmless(words: str) -> str:
    """Words that no spreadsheet takes for a formula."""
    return f"'{words}" if words.startswith(("=", "+", "-", "@", "\t", "\r")) else words


def _fields(cell: FilledCell) -> list[str]:
    value = cell.value or ""
    return [
        harmless(cell.section),
        harmless(cell.annex),
        harmless(cell.code),
        harmless(cell.label),
        value if cell.number is not None else harmless(value),
        cell.unit,
        cell.status.value,
        harmless(cell.reason),
        "" if cell.low is None else f"{cell.low:f}",
        "" if cell.high is None else f"{cell.high:f}",
        "" if cell.coverage is None else repr(cell.coverage),
        "" if cell.estimated_share is None else repr(cell.estimated_share),
        harmless(cell.category),
        _flag(cell.required),
        harmless(cell.source),
        harmless(cell.note),
    ]


def _flag(flag: bool) -> str:
    return "true" if flag else "false"
