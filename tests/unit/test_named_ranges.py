"""An authority's workbook filled in: the named cells get numbers, all else stays as it was."""

import io
import zipfile

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName

from reports.regimes import REGIMES
from reports.write.named_ranges import fill_template
from schemas.errors import UsageError
from tests.unit.alpha import form_of

RANGES = {
    "TotalEnergyConsumption": "'B3 Energy'!$C$5",
    "GrossScope1GreenhouseGasEmissions": "'B3 Energy'!$AB$7",
    "TotalWaterConsumption": "Water!$B$2",
    "TotalGrossLocationBasedScope1AndScope2GHGEmissions": "'B3 Energy'!$C$9",
    "EnergyConsumptionFromFuels": "'B3 Energy'!$C$6",
    "TotalWasteGeneratedMass": "Water!$B$2:$B$9",
    "SomethingElse": "Water!$Z$1",
}


def template() -> bytes:
    book = openpyxl.Workbook()
    energy = book.active
    energy.title = "B3 Energy"
    energy["A5"], energy["C5"], energy["D5"] = "Energy [MWh]", "fill in here", "beside it"
    energy["C6"] = "fuels"
    energy["C9"] = "=AB7+1"
    water = book.create_sheet("Water")
    water["A1"] = "Water"
    for name, place in RANGES.items():
        book.defined_names[name] = DefinedName(name, attr_text=place)
    memory = io.BytesIO()
    book.save(memory)
    return memory.getvalue()


def form():
    return form_of(REGIMES["vsme-2026"])


def test_figures_stand_in_their_cells_and_nothing_else_has_moved():
    filled = fill_template(form(), template())

    book = openpyxl.load_workbook(io.BytesIO(filled.content))
    energy = book["B3 Energy"]
    cells = {cell.code: cell for cell in form().cells}
    assert energy["C5"].value == float(cells["TotalEnergyConsumption"].number) == 22274
    assert energy["AB7"].value == float(cells["GrossScope1GreenhouseGasEmissions"].number)
    assert (energy["A5"].value, energy["D5"].value) == ("Energy [MWh]", "beside it")
    assert energy["C6"].value == "fuels"
    assert energy["C9"].value == "=AB7+1"
    assert book.calculation.fullCalcOnLoad is True
    assert "TotalEnergyConsumption" in filled.written
    assert filled.computed == ("TotalGrossLocationBasedScope1AndScope2GHGEmissions",)
    assert filled.without_figure == ("EnergyConsumptionFromFuels",)
    assert "TotalWasteGeneratedMass" in filled.without_range


def test_every_other_member_is_the_bytes_it_was():
    before, after = (
        zipfile.ZipFile(io.BytesIO(content))
        for content in (template(), fill_template(form(), template()).content)
    )
    changed = {name for name in before.namelist() if before.read(name) != after.read(name)}

    assert before.namelist() == after.namelist()
    assert changed <= {"xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"}


def test_the_same_template_is_the_same_bytes():
    one = template()

    assert fill_template(form(), one).content == fill_template(form(), one).content


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"no workbook", "is no workbook"), (b"", "is no workbook")],
)
def test_what_is_no_workbook_is_told(content, told):
    with pytest.raises(UsageError, match=told):
        fill_template(form(), content)


def test_a_workbook_without_our_names_says_where_they_are_listed():
    memory = io.BytesIO()
    openpyxl.Workbook().save(memory)

    with pytest.raises(UsageError, match="wattledger regimes vsme-2026"):
        fill_template(form(), memory.getvalue())


def test_entities_of_a_hostile_workbook_are_not_resolved(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("ssh")
    hostile = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'
    members = zipfile.ZipFile(io.BytesIO(template()))
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        for name in members.namelist():
            content = members.read(name)
            if name == "xl/worksheets/sheet1.xml":
                text = content.decode().partition("?>")[2] or content.decode()
                content = (hostile + text.replace("<sheetData>", "<sheetData>&e;", 1)).encode()
            archive.writestr(name, content)

    with pytest.raises(UsageError, match="declares entities"):
        fill_template(form(), memory.getvalue())
