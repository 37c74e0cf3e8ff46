"""Writers: a filled form as the bytes of one file. Same form, same bytes."""

from collections.abc import Callable

from reports.form import Form
from reports.write.as_csv import csv_bytes
from reports.write.as_html import html_bytes
from reports.write.as_json import json_bytes
from reports.write.as_pdf import pdf_bytes
from reports.write.as_xbrl import xbrl_bytes
from reports.write.as_xbrl_json import xbrl_json_bytes
from reports.write.as_xlsx import xlsx_bytes

WRITERS: dict[str, Callable[[Form], bytes]] = {
    "csv": csv_bytes,
    "html": html_bytes,
    "json": json_bytes,
    "pdf": pdf_bytes,
    "xlsx": xlsx_bytes,
}
#: Writers of forms whose cells have a taxonomy.
TAGGED: dict[str, Callable[[Form], bytes]] = {"xbrl": xbrl_bytes, "xbrl-json": xbrl_json_bytes}
#: What files of a format end with, where that is not its name.
ENDINGS = {"xbrl": "xhtml", "xbrl-json": "xbrl.json"}


def writers_for(form: Form) -> dict[str, Callable[[Form], bytes]]:
    """Every format that a form can be written in."""
    return WRITERS | (TAGGED if form.taxonomy else {})


def ending_of(name: str) -> str:
    """What a file of a format ends with."""
    return ENDINGS.get(name, name)
