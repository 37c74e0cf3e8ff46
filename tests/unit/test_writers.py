"""Forms as files: golden bytes, determinism, and no formula from a user's text."""

import csv
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from shutil import which
from xml.etree import ElementTree

import fastexcel
import openpyxl
import pytest

from reports.regimes import REGIMES
from reports.write import WRITERS, as_pdf
from reports.write.as_csv import COLUMNS, harmless
from schemas.errors import UsageError
from tests.unit import golden
from tests.unit.alpha import FACILITY, OPERATOR, figures, form, form_of

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
HOSTILE = ('=HYPERLINK("http://x")', "+1+1", "-2+3", "@SUM(A1)")


def _sheet(book: bytes, number: int) -> ElementTree.Element:
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        return ElementTree.fromstring(archive.read(f"xl/worksheets/sheet{number}.xml"))


def _rows(book: bytes, sheet: str) -> list[list[object]]:
    reader = fastexcel.read_excel(book)
    return [list(row) for row in reader.load_sheet(sheet, header_row=None).to_polars().rows()]


@pytest.mark.parametrize("suffix", golden.KEPT)
@pytest.mark.parametrize("key", golden.KEYS)
def test_golden_form_of_alpha(key, suffix):
    expected = (golden.EXPECTED / golden.name_of(key, suffix)).read_bytes()

    assert WRITERS[suffix](form_of(REGIMES[key])) == expected


@pytest.mark.parametrize("key", golden.KEYS)
def test_every_other_format_of_alpha_is_the_bytes_it_was(key):
    """Where this fails and the difference is meant: ``python -m tests.unit.golden``."""
    kept = dict(reversed(line.split("  ")) for line in golden.SUMS.read_text().splitlines())

    assert {name: kept.get(name) for name in golden.sums(key)} == golden.sums(key)


def without_pango() -> str:
    """Why no PDF can be made here; empty where one can."""
    try:
        WRITERS["pdf"](form())
    except UsageError as error:
        return str(error)
    return ""


PANGO = pytest.mark.skipif(bool(reason := without_pango()), reason=reason)
FORMATS = [pytest.param(name, marks=PANGO if name == "pdf" else ()) for name in WRITERS]


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_same_form_gives_the_same_bytes(suffix):
    assert WRITERS[suffix](form()) == WRITERS[suffix](form())


def test_xlsx_is_dated_by_its_period_and_not_by_the_clock():
    with zipfile.ZipFile(io.BytesIO(WRITERS["xlsx"](form()))) as archive:
        core = archive.read("docProps/core.xml").decode()

    assert re.findall(r">(\d{4}-[^<]+)<", core) == ["2026-01-01T00:00:00Z"] * 2


def test_json_has_the_keys_of_the_contract():
    document = json.loads(WRITERS["json"](form()))

    assert {"regime", "facility", "year", "state", "official", "complete", "cells"} <= set(document)
    assert (document["regime"], document["year"]) == ("eu-eed-2024", 2025)
    assert (document["state"], document["official"]) == ("in-force", False)
    for cell in document["cells"]:
        assert {"code", "label", "value", "unit", "status", "reason"} <= set(cell)


def test_json_values_are_numbers_text_or_null():
    values = {cell["code"]: cell["value"] for cell in json.loads(WRITERS["json"](form()))["cells"]}

    assert values["EDC"] == 22274000
    assert isinstance(values["EDC"], int)
    assert values["PUE"] == 1.271
    assert values["A1-1c"] == "06412000"
    assert values["CBtG"] is None


def test_json_ends_with_a_newline_and_is_utf_8():
    text = WRITERS["json"](form(facility=replace(FACILITY, name="Köln"))).decode()

    assert text.endswith("}\n")
    assert '"Köln"' in text


def test_csv_has_one_line_per_cell_and_keeps_quotes_and_line_breaks():
    awkward = 'Alpha, "north"\nwing'
    data = WRITERS["csv"](form(facility=replace(FACILITY, name=awkward)))

    rows = list(csv.DictReader(io.StringIO(data.decode(), newline="")))

    assert tuple(rows[0]) == COLUMNS
    assert [row["code"] for row in rows] == [cell.code for cell in form().cells]
    assert rows[1]["value"] == awkward
    assert data.endswith(b"\r\n")


@pytest.mark.parametrize("words", HOSTILE)
def test_csv_words_are_no_formulas(words):
    data = WRITERS["csv"](form(facility=replace(FACILITY, name=words))).decode()

    rows = list(csv.DictReader(io.StringIO(data, newline="")))

    assert rows[1]["value"] == f"'{words}"
    assert harmless("N+1") == "N+1"


@pytest.mark.parametrize("words", HOSTILE)
def test_xlsx_words_are_no_formulas(words):
    facility = replace(FACILITY, name=words, owner=words, reference_id=words)
    operator = replace(OPERATOR, name=words)

    book = WRITERS["xlsx"](form(facility=facility, operator=operator))

    formulas = [
        cell.text or "" for number in (1, 2, 3, 4) for cell in _sheet(book, number).iter(f"{MAIN}f")
    ]
    assert len(formulas) == 12  # four indicators, three columns each: only our own
    assert not [formula for formula in formulas if words.lstrip("=") in formula]
    assert [row[2] for row in _rows(book, "Form") if row[0] == "A1-1a"] == [words]


def test_xlsx_indicators_are_live_and_carry_the_value_they_recalculate_to():
    book = WRITERS["xlsx"](form())
    place = {row[0]: number for number, row in enumerate(_rows(book, "Form"), start=_first(book))}
    cells = {cell.get("r"): cell for cell in _sheet(book, 3).iter(f"{MAIN}c")}

    pue, wue = cells["D2"], cells["D3"]

    edc, eit, win = (f"Form!$C${place[code]}" for code in ("EDC", "EIT", "WIN"))
    assert f"{edc}/{eit}" in pue.find(f"{MAIN}f").text
    assert float(pue.find(f"{MAIN}v").text) == 22274000 / 17520000
    assert f"{win}/({eit}/1000)" in wue.find(f"{MAIN}f").text
    assert float(wue.find(f"{MAIN}v").text) == pytest.approx(0.8, rel=1e-12)
    assert [cells[f"G{row}"].find(f"{MAIN}v").text for row in (2, 3, 4, 5)] == ["yes"] * 4


def _first(book: bytes) -> int:
    """The number of the first row that is read back: readers skip empty rows at the top."""
    return int(next(_sheet(book, 1).iter(f"{MAIN}row")).get("r"))


def test_xlsx_indicators_are_empty_where_the_form_is():
    book = WRITERS["xlsx"](form(metrics=figures(edc=None, pue=None, erf=None, ref=None)))

    cells = {cell.get("r"): cell for cell in _sheet(book, 3).iter(f"{MAIN}c")}

    assert not cells["D2"].find(f"{MAIN}v").text
    assert float(cells["D3"].find(f"{MAIN}v").text) == pytest.approx(0.8, rel=1e-12)


def test_xlsx_has_its_sheets_for_a4_without_merged_cells():
    book = WRITERS["xlsx"](form())

    assert fastexcel.read_excel(book).sheet_names == [
        "Form", "Data", "Indicators", "Sources & method"
    ]  # fmt: skip
    for number in (1, 2, 3, 4):
        sheet = _sheet(book, number)
        page = sheet.find(f"{MAIN}pageSetup")
        assert (page.get("paperSize"), page.get("orientation")) == ("9", "landscape")
        assert sheet.find(f"{MAIN}mergeCells") is None
        assert sheet.find(f".//{MAIN}pane").get("state") == "frozen"


def test_xlsx_data_is_one_row_per_cell_with_numbers_as_numbers():
    rows = fastexcel.read_excel(WRITERS["xlsx"](form())).load_sheet("Data").to_polars()

    assert rows.columns == list(COLUMNS)
    assert rows["code"].to_list() == [cell.code for cell in form().cells]
    assert rows["official"].to_list() == [False] * len(form().cells)
    assert rows.filter(rows["code"] == "EDC")["high"].item() == 22274000


def test_html_lists_every_hole_on_top_with_its_cause():
    facility = replace(FACILITY, reference_id="", owner="")
    page = WRITERS["html"](form(facility=facility)).decode()

    assert "This form is not complete: 2 required cells are empty" in page
    top = page[: page.index("<table")]
    assert "facility &#39;reference_id&#39; is empty in estate.yaml" in top
    assert "facility &#39;owner&#39; is empty in estate.yaml" in top


def test_html_of_a_complete_form_says_so_and_that_it_is_not_official():
    page = WRITERS["html"](form()).decode()

    assert "This form is complete" in page
    assert "not official" in page
    assert "22\u202f274\u202f000" in page


def test_html_says_every_status_in_words():
    filled = form(metrics=figures(edc={"coverage": 0.98}, cdd=None))
    page = WRITERS["html"](filled).decode()

    marks = re.findall(r'<span class="form-word">([^<]+)</span>', page)

    assert len(marks) == len(filled.cells)
    assert {"filled", "filled, with a remark", "missing", "not applicable"} <= set(marks)


def test_html_escapes_what_people_write():
    page = WRITERS["html"](form(facility=replace(FACILITY, name="<script>x</script>"))).decode()

    assert "<script>x" not in page


def test_xlsx_rows_are_as_high_as_their_words_need():
    book = openpyxl.load_workbook(io.BytesIO(WRITERS["xlsx"](form())))["Form"]

    heights = {
        row[0].value: book.row_dimensions[row[0].row].height
        for row in book.iter_rows(min_row=7)
        if row[5].value
    }

    assert len(heights) >= 3
    for row in book.iter_rows(min_row=7):
        if row[0].value in heights:
            lines = max(len(row[1].value) / 38, len(row[5].value) / 48)
            assert heights[row[0].value] >= 15 * lines


def test_xlsx_shows_no_unit_for_a_ratio_and_never_rounds_coverage_up():
    book = WRITERS["xlsx"](form(metrics=figures(pue={"coverage": 0.99896})))
    sheet = openpyxl.load_workbook(io.BytesIO(book))["Form"]

    [row] = [row for row in sheet.iter_rows(min_row=7) if row[0].value == "PUE"]

    assert (row[3].value or "", row[8].value) == ("", 0.9989)


@PANGO
def test_a_pdf_is_made_with_the_clock_held(monkeypatch):
    """Without HarfBuzz' subsetter fonts are stamped with the clock, unless somebody holds it."""
    import weasyprint

    seen = []
    made = weasyprint.HTML.write_pdf
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "7")
    monkeypatch.setattr(
        weasyprint.HTML,
        "write_pdf",
        lambda self, **more: seen.append(os.environ["SOURCE_DATE_EPOCH"]) or made(self, **more),
    )

    WRITERS["pdf"](form())

    assert seen == [f"{form().period_end.timestamp():.0f}"]
    assert os.environ["SOURCE_DATE_EPOCH"] == "7"


@PANGO
@pytest.mark.skipif(which("pdftotext") is None, reason="pdftotext (poppler-utils) is not there")
def test_a_pdf_is_tagged_on_a4_and_says_what_the_form_says(tmp_path):
    path = tmp_path / "form.pdf"
    path.write_bytes(WRITERS["pdf"](form_of(REGIMES["de-enefg-2026-draft"])))

    def told(*command):
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    facts, words = told("pdfinfo", path), told("pdftotext", "-layout", path, "-")
    assert re.search(r"Tagged: +yes", facts)
    assert "(A4)" in facts
    assert re.search(r"22\s?274\s?000\s?kWh", words)
    assert "These rules are not in force" in words
    assert re.search(r"de-enefg-2026-draft · alpha · 2025 · not in force +1\s?/\s?\d", words)


@PANGO
@pytest.mark.parametrize("address", ["http://127.0.0.1:9/x.png", "file:///etc/hostname"])
def test_a_pdf_fetches_nothing(monkeypatch, address):
    from weasyprint.urls import FatalURLFetchingError

    page = f"<img src='{address}'>".encode()
    monkeypatch.setattr(as_pdf, "html_bytes", lambda _: page)

    with pytest.raises(FatalURLFetchingError):
        WRITERS["pdf"](form())


def test_without_pango_people_are_told_what_to_install(monkeypatch):
    class Broken:
        @property
        def HTML(self):
            raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.setitem(sys.modules, "weasyprint", Broken())

    with pytest.raises(UsageError, match="apt-get install libpango"):
        WRITERS["pdf"](form())
