"""The published shapes of a form's files: what they accept, and what they must not."""

import copy
import csv
import hashlib
import io
import json

import pytest
from alpha import FACILITY, form_of
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from reports.regimes import REGIMES
from reports.write import WRITERS
from reports.write.data_package import data_package
from reports.write.form_schema import form_schema
from schemas.metrics import Metric

VALIDATOR = Draft202012Validator(form_schema())
EU = REGIMES["eu-eed-2024"]


def document(regime=EU, **others):
    return json.loads(WRITERS["json"](form_of(regime, **others)))


def test_the_schema_is_a_schema():
    Draft202012Validator.check_schema(form_schema())


@pytest.mark.parametrize("regime", REGIMES.values(), ids=REGIMES)
def test_every_form_keeps_it_complete_or_not(regime):
    year = max(2025, regime.first_year)

    VALIDATOR.validate(document(regime, year=year))
    VALIDATOR.validate(document(regime, year=year, without=tuple(Metric)))


def broken(change):
    """A document with one thing wrong, from a form with one hole."""
    told = copy.deepcopy(document(without=(Metric.TWH,)))
    cells = {cell["code"]: cell for cell in told["cells"]}
    change(told, cells)
    return told


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda told, _: told.update(official=True), id="official"),
        pytest.param(lambda told, _: told.update(complete=True), id="complete with a hole"),
        pytest.param(lambda told, _: told.update(holes=[]), id="open without a hole"),
        pytest.param(lambda told, _: told.update(state="final"), id="no state"),
        pytest.param(lambda told, _: told.update(regime="eu-eed-1999"), id="no regime"),
        pytest.param(lambda told, _: told.pop("policies"), id="a key is missing"),
        pytest.param(lambda told, _: told.update(extra=1), id="a key too many"),
        pytest.param(lambda _, cells: cells["EDC"].update(value=None), id="filled with nothing"),
        pytest.param(lambda _, cells: cells["TWH"].update(value=30), id="missing with a value"),
        pytest.param(lambda _, cells: cells["TWH"].update(reason=""), id="a hole without reason"),
        pytest.param(lambda _, cells: cells["EDC"].update(coverage=1.1), id="coverage above 1"),
        pytest.param(lambda _, cells: cells["EDC"].update(status="ok"), id="no status"),
    ],
)
def test_what_a_form_must_not_be(change):
    VALIDATOR.validate(document(without=(Metric.TWH,)))

    with pytest.raises(ValidationError):
        VALIDATOR.validate(broken(change))


READ = {
    "integer": int,
    "number": float,
    "boolean": {"true": True, "false": False}.__getitem__,
    "string": str,
}


@pytest.mark.parametrize("regime", REGIMES.values(), ids=REGIMES)
def test_the_package_says_what_is_in_the_csv(regime):
    form = form_of(regime, year=max(2025, regime.first_year))
    content = WRITERS["csv"](form)
    [resource] = json.loads(data_package(form, "form.csv"))["resources"]
    fields = {field["name"]: field["type"] for field in resource["schema"]["fields"]}

    rows = list(csv.DictReader(io.StringIO(content.decode(), newline="")))

    assert resource["path"] == "form.csv"
    assert resource["bytes"] == len(content)
    assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert list(rows[0]) == list(fields)
    for row in rows:
        for name, text in row.items():
            if text not in resource["schema"]["missingValues"]:
                READ[fields[name]](text)
    keys = [tuple(row[name] for name in resource["schema"]["primaryKey"]) for row in rows]
    assert len(set(keys)) == len(rows)


def test_names_are_as_the_standard_wants_them():
    from dataclasses import replace

    site = replace(FACILITY, id="Alpha 1/ä")
    form = replace(form_of(EU), facility=site.id)

    assert json.loads(data_package(form, "x.csv"))["name"] == "eu-eed-2024_alpha-1--_2025"
