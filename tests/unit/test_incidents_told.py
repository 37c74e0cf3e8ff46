"""Incidents explain gaps, findings and charts, and stand on the page."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from synthetic_year import facility_year

from pipelines.steps.gaps import Gap, explained, told
from reports.charts import Series, Span, hourly_trend
from reports.charts.spans import hourly_spans, monthly_spans, spans_told
from reports.facility_page import facility_page
from reports.sections.energy import efficiency
from reports.sections.findings import first_to_mend
from reports.sections.incidents import during, incidents, spans_of
from schemas.estate.registers.incidents import Incident
from schemas.incidents import INCIDENTS
from schemas.quality import FIXES

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = timedelta(hours=1)
NINE = datetime(2025, 3, 11, 8, tzinfo=UTC)  # 09:00 in Berlin


def span(start=NINE, hours=3, name="I-7"):
    return Span(start=start, end=start + hours * HOUR, name=name, cause="battery failure")


def gap(start, hours, meter="m"):
    return Gap(
        meter_id=meter, quantity="ups_output", start=start, end=start + hours * HOUR,
        seconds=hours * 3600,
    )  # fmt: skip


def incident(name="I-7", cause="battery_failure", start=NINE, hours=3):
    return Incident(
        incident_id=name, facility_id="fra1", start=start, end=start + hours * HOUR,
        cause=cause, note="", line=2,
    )  # fmt: skip


def row(**facts):
    return {
        **dict.fromkeys(INCIDENTS),
        "facility_id": "fra1", "year": 2025, "incident_id": "I-7", "start": NINE,
        "end": NINE + 3 * HOUR, "cause": "battery_failure", "note": "", "hours": 3.0,
        "missing_meter_hours": 6.0, "meters": ["fra1.a", "fra1.b"], "reason": "", "line": 2,
        **facts,
    }  # fmt: skip


@pytest.fixture(scope="module")
def year():
    frame = pl.DataFrame(
        [row(energy_difference_kwh=Decimal("-1250.5"), energy_low=Decimal(-2000),
             energy_high=Decimal(-500), note="<b>UPS b</b> on bypass")],
        schema=INCIDENTS,
    )  # fmt: skip
    return replace(facility_year(), incidents=frame)


def test_a_gap_names_the_incidents_that_overlap_it():
    later = incident("I-8", "grid_outage", NINE + 2 * HOUR)
    found = explained(
        [gap(NINE - HOUR, 2), gap(NINE - 2 * HOUR, 2), gap(NINE + 2 * HOUR, 1)],
        [later, incident()],
    )

    assert [one.during for one in found] == [
        ("I-7, battery failure",),
        (),
        ("I-7, battery failure", "I-8, grid outage"),
    ]


def test_what_would_release_a_total_says_during_which_incident():
    found = explained([gap(NINE, 1), gap(NINE + HOUR, 1)], [incident()])

    assert told(found, 7200) == (
        "released by 2 more meter hours of: m 2025-03-11T08:00Z to 2025-03-11T10:00Z "
        "(during incident I-7, battery failure)"
    )


def test_a_span_is_a_box_on_the_axis_of_the_site_and_tells_its_cause():
    [box] = hourly_spans([span()], offset=HOUR, zone=BERLIN)

    assert (box.x[0], box.x[2]) == ("2025-03-11T09:00", "2025-03-11T12:00")
    assert box.y == (0, 1, 1, 0, 0)
    assert box.text == "I-7, battery failure, 11 Mar 09:00 to 12:00"


def test_two_spans_are_one_entry_of_the_legend():
    boxes = hourly_spans([span(), span(name="I-8")], offset=HOUR, zone=BERLIN)

    assert [box.showlegend for box in boxes] == [True, False]


def test_spans_are_told_in_words_too():
    days = span(hours=30)
    assert spans_told([days], BERLIN) == (
        " Marked: 1 incident: I-7, battery failure, 11 Mar 09:00 to 12 Mar 15:00."
    )
    assert spans_told([], BERLIN) == ""
    assert spans_told([span()] * 6, BERLIN).endswith("; and 2 more.")


@pytest.mark.parametrize(
    ("at", "place"),
    [
        pytest.param(datetime(2024, 12, 1, tzinfo=UTC), -0.5, id="before-the-year"),
        pytest.param(datetime(2024, 12, 31, 23, tzinfo=UTC), -0.5, id="its-first-midnight"),
        pytest.param(datetime(2025, 1, 16, 11, tzinfo=UTC), 0.0, id="the-middle-of-january"),
        pytest.param(datetime(2025, 3, 31, 22, tzinfo=UTC), 2.5, id="april-begins"),
        pytest.param(datetime(2025, 12, 31, 23, tzinfo=UTC), 11.5, id="after-the-year"),
    ],
)
def test_where_a_time_is_on_an_axis_of_months(at, place):
    one = Span(start=at, end=at, name="I", cause="other")

    [shape] = monthly_spans([one], year=2025, zone=BERLIN)

    assert shape["x0"] == shape["x1"] == place


def test_the_charts_of_the_page_carry_them(year):
    charts = {block.id: block for block in efficiency(year).blocks if block.kind == "chart"}

    trend = json.loads(charts["pue-trend"].figure)
    assert [one["name"] for one in trend["data"]].count("incident") == 1
    assert "I-7 battery failure" in [one["text"] for one in trend["layout"]["annotations"]]
    assert "Marked: 1 incident: I-7, battery failure" in charts["pue-trend"].summary
    months = json.loads(charts["pue-months"].figure)
    assert [one["type"] for one in months["layout"]["shapes"]] == ["rect", "line"]
    assert charts["pue-months"].note.endswith("Shaded: incidents.")


def test_a_chart_without_spans_is_as_it_was():
    hours = facility_year().hours.filter(pl.col("quantity") == "grid_import")
    given = {"id": "t", "title": "T", "unit": "kWh", "decimals": 0, "year": 2025, "zone": BERLIN}
    plain = hourly_trend([Series(name="Grid", hours=hours)], **given)

    assert plain == hourly_trend([Series(name="Grid", hours=hours)], spans=(), **given)
    assert "incident" not in plain.summary


def test_the_section_has_a_row_for_each_with_bounds_and_dashes(year):
    section = incidents(year)

    [table] = section.blocks
    [cells] = table.rows
    assert cells == (
        "I-7", "11 Mar 09:00 to 12:00", "battery failure", "3.0",
        "−1\u202f251 (−2\u202f000 to −500)", "—", "—", "fra1.a, fra1.b; 6.0 hours",
        "<b>UPS b</b> on bypass",
    )  # fmt: skip
    assert "estimate" in section.lead
    page = facility_page(year)
    assert "&lt;b&gt;UPS b&lt;/b&gt;" in page
    assert "<b>UPS b</b>" not in page


def test_an_open_end_is_at_least(year):
    open_ended = pl.DataFrame([row(water_low=Decimal("0.5"))], schema=INCIDENTS)

    [cells] = incidents(replace(year, incidents=open_ended)).blocks[0].rows

    assert cells[6] == "— (≥ +0.5)"


def test_a_year_without_incidents_says_so():
    section = incidents(facility_year())

    assert section.blocks == ()
    assert "No incident of 2025" in section.lead
    assert spans_of(facility_year()) == []


def test_what_to_mend_first_names_the_incident(year):
    cause = {
        "facility_id": "fra1", "year": 2025, "place": 1, "meter_id": "fra1.a",
        "quantity": "ups_output", "cause": "missing", "hours": 3, "first": NINE,
        "last": NINE + 3 * HOUR, "width": Decimal(30), "effect": 0.001,
    }  # fmt: skip
    wider = {**cause, "place": 2, "last": NINE + 30 * HOUR}
    other = {**cause, "place": 3, "meter_id": "fra1.c"}
    fixes = pl.DataFrame([cause, wider, other], schema=FIXES)

    table = first_to_mend(replace(year, fixes=fixes))

    assert [cells[3] for cells in table.rows] == [
        "2025-03-11 09:00 to 2025-03-11 12:00, during incident I-7, battery failure",
        "2025-03-11 09:00 to 2025-03-12 15:00, in part during incident I-7, battery failure",
        "2025-03-11 09:00 to 2025-03-11 12:00",
    ]


def test_what_only_touches_an_incident_is_not_during_it(year):
    assert during(year, NINE - HOUR, NINE) == ""
    assert during(year, NINE + 3 * HOUR, NINE + 4 * HOUR) == ""
    assert during(year, NINE - HOUR, NINE + HOUR).startswith(", in part during")
