"""The forms there are, as the command line tells them; no estate is needed."""

import json

import pytest

from pipelines.cli.main import main
from reports.regimes import REGIMES


def told(capsys, *arguments):
    code = main(["regimes", *arguments])
    return code, capsys.readouterr()


def test_every_regime_is_listed_with_its_state(capsys):
    code, answer = told(capsys, "--json")

    rows = {row["regime"]: row for row in json.loads(answer.out)["regimes"]}
    assert code == 0
    assert list(rows) == list(REGIMES)
    assert rows["eu-eed-2026"]["state"] == "adopted-not-yet-in-force"
    assert rows["de-enefg-2023"]["due"] == "03-31"
    assert rows["iso-30134"]["required"] == 5


def test_the_lines_of_one_regime(capsys):
    code, answer = told(capsys, "de-enefg-2023", "--json")

    lines = json.loads(answer.out)["lines"]
    assert code == 0
    assert [line["code"] for line in lines][:3] == ["PERIOD", "1a", "1b"]
    assert lines[1] == {
        "code": "1a",
        "label": "Designation of the data centre",
        "unit": "",
        "required": True,
        "annex": "Annex 3, 1a",
        "note": "",
    }


def test_the_matrix_names_what_is_shared_and_what_is_not(capsys):
    code, answer = told(capsys, "--matrix", "--json")

    document = json.loads(answer.out)
    [energy] = [one for one in document["facts"] if one["metric"] == "edc"]
    assert code == 0
    assert energy["relation"] == "converted"
    assert {"regime": "vsme-2026", "code": "TotalEnergyConsumption", "unit": "MWh"}.items() <= next(
        one for one in energy["filed"] if one["regime"] == "vsme-2026"
    ).items()
    assert {"ref", "renewable_electricity"} in [set(one["facts"]) for one in document["apart"]]


@pytest.mark.parametrize("arguments", [(), ("--matrix",), ("esrs-2026",)])
def test_people_get_tables(capsys, arguments):
    code, answer = told(capsys, *arguments)

    assert code == 0
    assert "esrs-2026" in answer.out
    assert not answer.out.startswith("{")


def test_an_unknown_regime_is_told_with_the_nearest(capsys):
    code, answer = told(capsys, "de-enefg-2024")

    assert code == 2
    assert "regime 'de-enefg-2024' is not known" in answer.err
    assert "de-enefg-2023" in answer.err


def test_the_matrix_is_not_of_one_regime(capsys):
    code, answer = told(capsys, "cndcp", "--matrix")

    assert (code, answer.out) == (2, "")
    assert "--matrix and --schema are of all regimes" in answer.err


def test_the_schema_is_printed(capsys):
    code, answer = told(capsys, "--schema")

    assert code == 0
    assert json.loads(answer.out)["$id"] == "urn:wattledger:form:1"
