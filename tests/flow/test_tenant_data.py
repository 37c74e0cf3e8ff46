"""Workbooks that go out to customers and come back: every cell looked at, every version kept."""

import csv
import shutil
from io import BytesIO

import openpyxl
import pytest

from schemas.tenant_data import HEADER
from tests.flow.small_estate import done, hashes, run
from tests.flow.tenanted import backfilled

OF_A = ("--facility", "a", "--year", 2025)
BY = ("--by", "=R. Vogt", "--now", "2026-02-10T08:00Z")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    return backfilled(tmp_path_factory.mktemp("tenant_data") / "estate")


@pytest.fixture
def estate(built, tmp_path):
    return shutil.copytree(built, tmp_path / "estate", copy_function=shutil.copy2)


@pytest.fixture
def template(estate, tmp_path):
    path = tmp_path / "template.xlsx"
    done("tenants", estate, *OF_A, "--template", path)
    return path


def filled(template, path, **cells):
    """The template with cells of sheet Data filled in."""
    book = openpyxl.load_workbook(template)
    for cell, value in cells.items():
        book["Data"][cell] = value
    book.save(path)
    return path


def versions(estate):
    return hashes(estate / "registers" / "tenant_data")


def row_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        [row] = csv.DictReader(file)
    return row


def test_the_template_has_a_row_for_each_customer_and_says_what_is_allowed(estate, template):
    book = openpyxl.load_workbook(template)
    data = book["Data"]

    assert [cell.value for cell in data[4]] == list(HEADER)
    assert [data[cell].value for cell in ("B1", "B2", "A5", "B5", "A6", "B6")] == [
        "a", 2025, "hanse", "=Hanse Analytik", "kiefer", "Kiefer & <Söhne>"
    ]  # fmt: skip
    assert data["B5"].data_type == "s"
    words = [cell.value for row in book["How to fill in"].iter_rows() for cell in row]
    assert "a whole number of at least 0" in words
    assert len(data.data_validations.dataValidation) == len(HEADER) - 2
    again = template.with_name("again.xlsx")
    done("tenants", estate, *OF_A, "--template", again)
    assert again.read_bytes() == template.read_bytes()


def test_what_comes_back_is_kept_with_who_took_it_and_compared(estate, template, tmp_path):
    """Hanse states 120 kW and 700 TB, Kiefer 60.5 kW; equipment.csv has 200 kW and 1000 TB."""
    book = filled(template, tmp_path / "=back.xlsx", C5=40, D5=120, F5=700, D6=60.5, I6=0.12)

    told = done("tenants", estate, "--take", book, *BY)

    assert "taken: hanse, version 1, registers/tenant_data/hanse/1.csv" in told.out
    assert "IT power: 180.500 kW stated by 2 of 2 customers; equipment.csv has 200 kW; " in told.out
    assert "difference -19.5000 kW" in told.out
    assert "storage: 700 TB stated by 1 of 2 customers; equipment.csv has 1 000 TB" in told.out
    row = row_of(estate / "registers" / "tenant_data" / "kiefer" / "1.csv")
    assert row["it_power_kw"] == "60.5"
    assert row["storage_tb"] == row["installed_servers"] == ""
    assert (row["taken_by"], row["taken_on"]) == ("'=R. Vogt", "2026-02-10")
    assert row["workbook"] == "'=back.xlsx"
    assert row["sha256"] == hashes(tmp_path)["=back.xlsx"]
    assert "stated by 2 of 2" in done("tenants", estate, *OF_A).out


def test_versions_are_numbered_kept_and_the_last_one_counts(estate, template, tmp_path):
    first = filled(template, tmp_path / "1.xlsx", D5=120, D6=60)
    done("tenants", estate, "--take", first, *BY)
    before = versions(estate)

    second = filled(template, tmp_path / "2.xlsx", D5=140, D6=60)
    told = done("tenants", estate, "--take", second, *BY)

    assert "taken: hanse, version 2" in told.out
    assert "kiefer: the same as version 1; not taken once more" in told.err
    assert "IT power: 200 kW stated by 2 of 2" in told.out
    after = versions(estate)
    assert after.items() > before.items()
    assert after.keys() - before.keys() == {"hanse/2.csv"}
    done("check", estate)
    done("backfill", estate, "--now", "2026-02-11T00:00Z")
    assert "IT power: 200 kW" in done("tenants", estate, *OF_A).out


def test_every_cell_that_cannot_be_taken_is_named_and_nothing_is_taken(estate, template, tmp_path):
    book = filled(
        template, tmp_path / "wrong.xlsx",
        C5=1.5, D5="1.234,5", E5=-1, I5=101, C6="=1+1", A7="nobody", D7=3, A8="hanse", D8=1, K5="x",
    )  # fmt: skip

    answer = run("tenants", estate, "--take", book, *BY)

    assert answer.code == 2
    place = "wrong.xlsx, sheet Data, cell"
    for words in (
        f"{place} C5: Installed servers: '1.5' cannot be taken.\n"
        "  Allowed is a whole number of at least 0, or an empty cell.",
        f"{place} D5: IT power [kW]: '1.234,5' cannot be taken.",
        f"{place} E5: SERT performance: '-1' cannot be taken.",
        f"{place} I5: Utilisation [%]: '101' cannot be taken.\n  Allowed is a number from 0 to 100",
        f"{place} C6: Installed servers: 'a formula without a value in C6' cannot be taken.",
        f"{place} A7: tenant 'nobody' has no share of a meter here.",
        f"{place} A8: tenant 'hanse' stands in a row above already.",
        f"{place} K5: 'x' stands in no column of the template.",
    ):
        assert words in answer.err
    assert versions(estate) == {}


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        pytest.param({"B1": "b"}, "cell B1: 'b' is no facility with tenants", id="facility"),
        pytest.param({"B2": "this"}, "cell B2: 'this' is not a year", id="year"),
        pytest.param({"D4": "Power"}, "cell A4: the titles of the columns", id="titles"),
        pytest.param({}, "no customer filled in a cell", id="empty"),
    ],
)
def test_workbooks_that_are_not_the_template_filled_in(estate, template, tmp_path, cells, words):
    book = filled(template, tmp_path / "other.xlsx", **cells)

    answer = run("tenants", estate, "--take", book, *BY)

    assert answer.code == 2
    assert words in answer.err


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"tenant_id,Customer\n", "this is no workbook but something else", id="csv"),
        pytest.param(b"PK\x03\x04 cut off", "the workbook is damaged", id="damaged"),
    ],
)
def test_files_that_are_no_workbook(estate, tmp_path, content, words):
    path = tmp_path / "no.xlsx"
    path.write_bytes(content)

    answer = run("tenants", estate, "--take", path, *BY)

    assert answer.code == 2
    assert words in answer.err
    assert "wattledger tenants --template" in answer.err


def test_a_share_of_time_is_read_as_it_is_shown(estate, template, tmp_path):
    """A cell that shows 45 % holds 0.45."""
    book = openpyxl.load_workbook(template)
    book["Data"]["I5"] = 0.45
    book["Data"]["I5"].number_format = "0%"
    content = BytesIO()
    book.save(content)
    (tmp_path / "share.xlsx").write_bytes(content.getvalue())

    done("tenants", estate, "--take", tmp_path / "share.xlsx", *BY)

    row = row_of(estate / "registers" / "tenant_data" / "hanse" / "1.csv")
    assert row["utilisation_percent"] == "45"


def test_a_version_that_somebody_changed_is_refused(estate, template, tmp_path):
    book = filled(template, tmp_path / "back.xlsx", D5=120)
    done("tenants", estate, "--take", book, *BY)
    (estate / "registers" / "tenant_data" / "hanse" / "1.csv").write_text("tenant_id\nhanse\n")

    answer = run("tenants", estate, *OF_A)

    assert answer.code == 2
    assert "registers/tenant_data/hanse/1.csv: is not as wattledger wrote it" in answer.err
