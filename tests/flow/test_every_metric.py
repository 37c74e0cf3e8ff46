"""Of the sample estate: every figure rests on what the catalogue says it may rest on."""

from pathlib import Path

import pytest

from schemas.estate.factor_units import KINDS
from schemas.metrics import FACTS, Metric
from tests.flow import sample_forms
from tests.flow.small_estate import metrics, run, sql

SAMPLE = Path(__file__).resolve().parents[2] / "sample_data" / "estate"
NOW = ("--now", "2026-02-01T00:00Z")


@pytest.fixture(scope="module")
def estate(tmp_path_factory):
    return sample_forms.backfilled(tmp_path_factory.mktemp("sample") / "estate")


@pytest.fixture(scope="module")
def rows(estate):
    return sql(estate, "SELECT * FROM metrics")


def named(text):
    """An input as the catalogue names it: without line, and a factor file as factors."""
    if text.startswith(("factor ", "factors ")):
        return "factors"
    source, _, rest = text.partition(":")
    return text if source == "estate.yaml" else source if rest else text


def test_every_form_is_the_bytes_it_was(estate):
    """Where the difference is meant: ``python -m tests.flow.sample_forms``."""
    now, then = sample_forms.sums(estate).splitlines(), sample_forms.SUMS.read_text().splitlines()

    assert set(now) ^ set(then) == set()
    assert len(now) > 100


def test_every_metric_is_published_for_every_period(rows):
    told = {(row["facility_id"], row["period"], row["metric"]) for row in rows}
    places = {(facility, period) for facility, period, _ in told}

    assert len(places) == 3 * 13
    assert told == {(*place, metric.value) for place in places for metric in Metric}


@pytest.mark.parametrize("metric", Metric)
def test_inputs_are_those_of_the_catalogue(rows, metric):
    kinds = {f"factors:{kind}" for kind in KINDS}
    declared = set(FACTS[metric].inputs)
    allowed = declared | ({"factors"} if declared & kinds else set())

    found = {named(text) for row in rows if row["metric"] == metric for text in row["inputs"]}

    assert found <= allowed


@pytest.mark.parametrize("metric", Metric)
def test_categories_are_those_of_the_catalogue(rows, metric):
    known = FACTS[metric].categories
    is_open = any("<" in name for name in known)

    found = {row["category"] for row in rows if row["metric"] == metric}

    if not is_open:
        assert found <= {*known, ""}


def test_every_withheld_figure_says_why_and_every_figure_lies_within_its_bounds(rows):
    for row in rows:
        where = (row["facility_id"], row["period"], row["metric"], row["category"])
        if row["value"] is None:
            assert row["reason"], where
        else:
            assert row["low"] is None or row["low"] <= row["value"], where
            assert row["high"] is None or row["value"] <= row["high"], where


def test_a_figure_is_explained_down_to_its_registers(estate):
    out = run(
        "explain", estate, "--facility", "sin1", "--year", 2025, "--metric", "water_stress"
    ).out

    assert "registers/factors/grid.csv" in out
    assert "water_stress,SG" in out


def test_the_ledger_tells_of_every_certificate_of_the_year(estate):
    ledger = sql(estate, "SELECT * FROM certificates WHERE facility_id = 'fra1' AND year = 2025")
    goo = metrics(estate, "fra1", 2025)["eres_goo", ""]

    counted = sum(float(row["counted_kwh"]) for row in ledger if row["kind"] == "go")
    assert {row["state"] for row in ledger} >= {"counted", "held"}
    assert goo["value"] == counted // 1000 * 1000
