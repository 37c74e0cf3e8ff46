"""Writers: a filled form as the bytes of one file. Same form, same bytes."""

from collections.abc import Callable

from reports.form import Form
from reports.write.as_csv import csv_bytes
from reports.write.as_html import html_bytes
from reports.write.as_json import json_bytes
from reports.write.as_pdf import pdf_bytes
from reports.write.as_portfolio_manager import portfolio_manager_bytes
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


#: Writers of forms that are handed over month by month.
MONTHLY: dict[str, Callable[[Form], bytes]] = {"xml": portfolio_manager_bytes}
#: Every format that there is; a writer says so where a form is none of its own.
ALL_WRITERS = WRITERS | TAGGED | MONTHLY


def writers_for(form: Form) -> dict[str, Callable[[Form], bytes]]:
    """Every format that a form can be written in."""
    monthly = MONTHLY if form.regime == "energy-star" else {}
    return WRITERS | (TAGGED if form.taxonomy else {}) | monthly


def ending_of(name: str) -> str:
    """What a file of a format ends with."""
    return ENDINGS.get(name, name)
