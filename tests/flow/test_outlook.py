"""From a year of meters to what is expected of it: forecasts, limits and capacities."""

import pytest

from sample_data.simulate import simulate
from tests.flow.small_estate import done, run, sql

NOW = ("--now", "2026-02-01T00:00Z")


@pytest.fixture(scope="module")
def estate(tmp_path_factory):
    """Stockholm of the simulator, a year without faults, of which ten months were backfilled."""
    folder = tmp_path_factory.mktemp("outlook") / "estate"
    simulate(folder, facilities=2, years=1, interval="1h", first_year=2025, seed=3, faults=False)
    done("backfill", folder, "--facility", "sto1", "--to", "2025-10", *NOW)
    return folder


def expected(folder):
    return run("outlook", folder, "--facility", "sto1", "--json").json


@pytest.fixture(scope="module")
def ahead(estate):
    return expected(estate)


@pytest.fixture(scope="module")
def over(estate, ahead):
    """The same estate once the year is over and backfilled; ``ahead`` was asked before."""
    done("backfill", estate, "--facility", "sto1", *NOW)
    return expected(estate)


def by_metric(told):
    return {(row["metric"], row["category"]): row for row in told["forecasts"]}


def test_ten_months_forecast_the_year_within_an_interval(ahead, over):
    before, after = by_metric(ahead), by_metric(over)

    for key in (("edc", ""), ("eit", "1"), ("win", "2")):
        forecast, truth = before[key], after[key]
        assert (forecast["as_of"], forecast["months_known"]) == ("2025-10", 10)
        assert forecast["low"] < forecast["value"] < forecast["high"]
        assert forecast["value"] == pytest.approx(truth["value"], rel=0.02)
        assert truth["months_known"] == 12
        assert truth["low"] == truth["value"] == truth["high"]


def test_a_year_that_is_open_has_chances_and_one_that_is_over_has_verdicts(ahead, over):
    def classes(told):
        return [row for row in told["limits"] if row["limit"].startswith("eu-label")]

    open_, closed = classes(ahead), classes(over)

    assert open_
    assert all(row["met"] == "" and 0 <= row["probability"] <= 1 for row in open_)
    assert all(not row["official"] for row in open_)
    assert {row["met"] for row in closed} <= {"certainly", "possibly", "not"}
    pue = [row["probability"] for row in open_ if row["metric"] == "pue"]
    assert sum(pue) == pytest.approx(1)


def test_capacity_is_told_with_what_is_left(over):
    found = {row["capacity"]: row for row in over["capacities"]}

    it_power = found["IT power"]
    assert it_power["limit_kw"] == 1800
    assert it_power["headroom_kw"] == pytest.approx(1800 - it_power["peak_kw"])


def test_the_warehouse_and_the_page_hold_the_same(estate, over):
    rows = sql(estate, "SELECT metric, category, value FROM forecasts WHERE facility_id = 'sto1'")
    page = (estate / "var" / "reports" / "sto1-2025.html").read_text()

    assert {(row["metric"], row["category"]) for row in rows} == set(by_metric(over))
    assert sql(estate, "SELECT count(*) AS n FROM limits")[0]["n"] > 0
    assert 'id="outlook"' in page
    assert "Capacity: what there is" in page


def test_before_any_backfill_it_says_what_to_do(estate):
    answer = run("outlook", estate, "--facility", "fra1")

    assert answer.code == 0
    assert "has not been backfilled" in answer.out


def test_words_on_a_terminal(estate, over):
    answer = run("outlook", estate, "--facility", "sto1")

    assert "IT power" in answer.out
    assert "edc" in answer.out


def test_what_must_be_filed_and_when(over, estate, tmp_path):
    """Stockholm files in the Union; nothing of Germany, and not the site that nobody built."""
    told = run("readiness", estate, "--json", "--now", "2026-05-01T00:00Z").json

    [form] = told["forms"]
    assert (form["regime"], form["facility"], form["year"]) == ("eu-eed-2024", "sto1", 2025)
    assert (form["due"], form["days"], form["in_scope"]) == ("2026-05-15", 14, True)
    assert form["owner"]
    assert form["missing"] + form["blocked"] == len(form["holes"])
    assert form["ready"] is (not form["holes"])
    calendar = tmp_path / "deadlines.ics"
    done("readiness", estate, "--ics", calendar, *NOW)
    assert calendar.read_bytes().count(b"BEGIN:VEVENT") == 1


def test_readiness_asks_for_a_facility_that_exists(estate):
    answer = run("readiness", estate, "--facility", "sto9")

    assert answer.code == 2
    assert "sto1" in answer.err


@pytest.mark.usefixtures("over")
def test_forms_of_the_site_s_own_jurisdictions_are_published(estate):
    forms = {path.name for path in (estate / "var" / "reports" / "forms").iterdir()}
    regimes = {row["regime"] for row in sql(estate, "SELECT DISTINCT regime FROM cells")}

    assert {"sto1-2025-eu-eed-2026.html", "sto1-2025-ghg-protocol.datapackage.json"} <= forms
    assert "sto1-2025-de-enefg-2023.html" not in forms
    assert {"eu-eed-2024", "eu-eed-2026", "iso-30134", "vsme-2026"} <= regimes
    assert "esrs-2026" not in regimes  # its first year is 2026
    assert (estate / "var" / "reports" / "regimes.html").is_file()
