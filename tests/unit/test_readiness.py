"""Who must file, by when, and what is missing: at site ALPHA."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from alpha import FACILITY, figure, form_of

from reports.readiness import calendar, readiness
from reports.regimes import REGIMES
from schemas.metrics import Metric

EU, DE, ISO = (REGIMES[key] for key in ("eu-eed-2024", "de-enefg-2023", "iso-30134"))
TODAY = date(2026, 3, 1)


def ready(regime, *figures, owner="dc@nordlicht.example", **others):
    form = form_of(regime, *figures, **others)
    return readiness(regime, form, owner=owner, today=TODAY)


@pytest.mark.parametrize(("kilowatt", "in_scope"), [(499.9, False), (500.0, True), (500.1, True)])
def test_the_union_asks_for_installed_power(kilowatt, in_scope):
    assert ready(EU, figure(Metric.PDIT, kilowatt, "installed")).in_scope is in_scope


@pytest.mark.parametrize(("kilowatt", "in_scope"), [(299.9, False), (300, True)])
def test_germany_asks_for_connected_power(kilowatt, in_scope):
    """Of 400 kW of IT a site of 300 kW connected is in scope in Germany, and not in the Union."""
    site = replace(FACILITY, nonredundant_connected_kw=kilowatt)
    small = figure(Metric.PDIT, 400.0, "installed")

    assert ready(DE, small, facility=site).in_scope is in_scope
    assert ready(EU, small, facility=site).in_scope is False


def test_why_names_size_threshold_and_law():
    assert ready(EU).why == (
        "2252.1 kW, at or above 500 kW of installed IT power demand "
        "(Directive (EU) 2023/1791, Article 12(1))"
    )


def test_a_size_that_nobody_knows_leaves_it_open():
    found = ready(EU, without=(Metric.PDIT,))

    assert found.in_scope is None
    assert "not known whether it reaches 500 kW" in found.why


def test_what_binds_nobody_is_not_in_scope():
    found = ready(ISO)

    assert (found.in_scope, found.due, found.days) == (False, None, None)


def test_days_count_to_the_day_it_is_due():
    assert (ready(DE).due, ready(DE).days) == (date(2026, 3, 31), 30)
    assert (ready(EU).due, ready(EU).days) == (date(2026, 5, 15), 75)


def test_every_cell_is_counted_once():
    """Without waste heat's temperature one cell is missing; 0.9 of PUE blocks another."""
    found = ready(EU, figure(Metric.PUE, 0.9, "1"), without=(Metric.TWH,))
    form = form_of(EU, figure(Metric.PUE, 0.9, "1"), without=(Metric.TWH,))
    told = found.done + found.missing + found.blocked + found.open
    not_asked = sum(cell.status.value == "not_applicable" for cell in form.cells)

    assert told + not_asked == len(EU.cells)
    assert (found.missing, found.blocked) == (1, 1)
    assert [code for code, _ in found.holes] == ["TWH", "PUE"]
    assert not found.ready
    assert ready(EU).ready


NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def lines(*rows):
    text = calendar(rows, now=NOW).decode()
    assert text.endswith("END:VCALENDAR\r\n")
    return text.replace("\r\n ", "").split("\r\n")


def test_a_deadline_is_a_whole_day():
    found = lines(ready(EU))

    assert "UID:eu-eed-2024-alpha-2025@wattledger" in found
    assert "DTSTART;VALUE=DATE:20260515" in found
    assert "DTEND;VALUE=DATE:20260516" in found
    assert "DTSTAMP:20260301T120000Z" in found
    assert "SUMMARY:eu-eed-2024 2025: Alpha (ready)" in found


def test_holes_and_marks_are_written_as_the_standard_wants():
    hole = figure(Metric.TWH, None, reason="a; b, c \\ d\nBEGIN:VEVENT")

    found = lines(ready(EU, hole))
    [words] = [line for line in found if line.startswith("DESCRIPTION:")]

    assert words.endswith("TWH: a\\; b\\, c \\\\ d\\nBEGIN:VEVENT")
    assert found.count("BEGIN:VEVENT") == 1


def test_lines_are_no_longer_than_75_octets():
    site = replace(FACILITY, name="Zürich – Straße der Übergrößen " * 5)

    content = calendar([ready(EU, facility=site)], now=NOW)

    assert max(map(len, content.split(b"\r\n"))) <= 75
    assert "Übergrößen" in content.decode().replace("\r\n ", "")


def test_only_what_must_be_filed_is_in_the_calendar():
    small = figure(Metric.PDIT, 400.0, "installed")

    assert "BEGIN:VEVENT" not in lines(ready(EU, small), ready(ISO))
    assert "BEGIN:VEVENT" in lines(ready(EU, without=(Metric.PDIT,)))
