"""Writers: a filled form as the bytes of one file. Same form, same bytes."""

from collections.abc import Callable

from reports.form import Form
from reports.write.as_csv import csv_bytes
from reports.write.as_html import html_bytes
from reports.write.as_json import json_bytes
from reports.write.as_pdf import pdf_bytes
from reports.write.as_xlsx import xlsx_bytes

WRITERS: dict[str, Callable[[Form], bytes]] = {
    "csv": csv_bytes,
    "html": html_bytes,
    "json": json_bytes,
    "pdf": pdf_bytes,
    "xlsx": xlsx_bytes,
}
