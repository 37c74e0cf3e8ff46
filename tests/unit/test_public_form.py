"""The statement that EnEfG § 13(1) wants published: figures, and nothing that is internal."""

import json

import pytest

from reports.public_form import public_form
from reports.regimes import REGIMES
from reports.write import WRITERS
from schemas.errors import UsageError
from schemas.metrics import Metric
from tests.unit.alpha import form_of

LAW = REGIMES["de-enefg-2023"]


def told(*others, **more):
    form = form_of(LAW, *others, **more)
    return form, json.loads(WRITERS["json"](public_form(form, LAW)))


def test_every_line_of_the_annex_is_there_with_its_figure():
    form, document = told()

    values = {cell["code"]: cell["value"] for cell in document["cells"]}
    assert values["2f"] == float(form.cell("2f").number)
    assert values["1d"] == "60314"
    assert {code for code in values if code.startswith("limit")} == set()


def test_nothing_says_where_figures_came_from_or_why_one_lacks():
    form, document = told(without=(Metric.ERF,))
    text = json.dumps(document)

    assert form.cell("2g").reason
    for word in ("estate.yaml", "metric ", "registers/", "meters.csv"):
        assert word not in text
    [lacking] = [cell for cell in document["cells"] if cell["code"] == "2g"]
    assert (lacking["value"], lacking["reason"]) == (None, "not stated")


def test_bounds_and_coverage_stay_beside_the_figure():
    _, document = told()
    [usage] = [cell for cell in document["cells"] if cell["code"] == "2f"]

    assert usage["low"] is not None
    assert usage["coverage"] is not None


def test_a_page_of_it_names_the_site_and_its_figures():
    form = form_of(LAW)
    page = WRITERS["html"](public_form(form, LAW)).decode()

    assert form.facility_name in page
    assert form.cell("2f").value in page
    assert "estate.yaml" not in page


@pytest.mark.parametrize("key", [key for key in REGIMES if "enefg" not in key])
def test_what_the_law_keeps_confidential_is_not_published(key):
    with pytest.raises(UsageError, match="wattledger public"):
        public_form(form_of(LAW), REGIMES[key])
