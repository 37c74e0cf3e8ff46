"""The dictionaries of figures and of regimes: whole, linked, and marked where nothing was read."""

import re

import pytest
from markupsafe import escape

from reports.dictionary_page import dictionary_page
from reports.facility_page import facility_page
from reports.field_matrix import matrix
from reports.regimes import REGIMES
from reports.regimes_page import regimes_page
from schemas.domains import QUANTITIES
from schemas.metrics import FACTS
from tests.unit.synthetic_year import facility_year


@pytest.fixture(scope="module")
def dictionary():
    return dictionary_page()


@pytest.fixture(scope="module")
def regimes():
    return regimes_page()


def test_tells_every_metric_and_quantity_once(dictionary):
    anchors = re.findall(r'<article class="entry" id="([^"]+)"', dictionary)

    quantities = [f"quantity-{name}" for name in QUANTITIES]
    assert sorted(anchors) == sorted([*(metric.value for metric in FACTS), *quantities])


def test_what_is_not_verified_stays_marked(dictionary):
    doubts = [facts.unverified for facts in FACTS.values() if facts.unverified]

    assert all(str(escape(doubt)) in dictionary for doubt in doubts)


def test_formulas_of_a_page_lead_to_it(dictionary):
    led = set(re.findall(r'href="metrics\.html#([^"]+)"', facility_page(facility_year())))

    assert "pue" in led
    assert all(f'id="{name}"' in dictionary for name in led)


def test_every_line_of_every_regime_is_told_with_its_note(regimes):
    for regime in REGIMES.values():
        for cell in regime.cells:
            assert f"<code>{escape(cell.code)}</code>" in regimes
            assert str(escape(cell.note)) in regimes
        for note in regime.notes:
            assert str(escape(note)) in regimes


def test_facts_of_the_matrix_lead_to_the_dictionary_of_figures(regimes, dictionary):
    led = set(re.findall(r'href="metrics\.html#([^"]+)"', regimes))

    assert {row.metric.value for row in matrix(REGIMES.values())} <= led
    assert all(f'id="{name}"' in dictionary for name in led)
    assert 'href="regimes.html"' in dictionary


def test_days_and_states_are_in_words(regimes):
    assert "31 Mar" in regimes
    assert "15 May" in regimes
    assert "adopted-not-yet-in-force" in regimes
