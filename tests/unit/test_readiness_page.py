"""Readiness as a page: every form once, every hole named, and words of the estate as text."""

from datetime import date

from reports.readiness import readiness
from reports.readiness_page import readiness_page
from reports.regimes import REGIMES
from schemas.metrics import Metric
from tests.unit.alpha import form_of

TODAY = date(2026, 4, 1)


def row(key="eu-eed-2024", owner="ops@nordlicht.example", **more):
    return readiness(REGIMES[key], form_of(REGIMES[key], **more), owner=owner, today=TODAY)


def test_every_form_stands_once_with_its_deadline_and_counts():
    page = readiness_page("Nordlicht", [row(), row("de-enefg-2023")], TODAY)

    assert page.count('<article class="filing"') == 2
    assert "2026-05-15" in page
    assert "2026-03-31" in page
    assert '<td class="count">44</td>' in page
    assert '<td class="count">-1</td>' in page
    assert "as of 2026-04-01" in page


def test_every_hole_is_named_with_who_is_asked():
    ready = row(without=(Metric.EDC,))
    page = readiness_page("Nordlicht", [ready], TODAY)

    assert ready.holes
    for code, _ in ready.holes:
        assert f"<strong>{code}</strong>" in page
    assert "asked of ops@nordlicht.example" in page


def test_without_a_form_it_says_so():
    assert "No form with a deadline" in readiness_page("Nordlicht", [], TODAY)


def test_an_operators_name_is_text():
    assert "<b>" not in readiness_page("<b>x</b>", [], TODAY)
