"""What a source itself estimates: it fills a gap, and is never taken for a reading."""

from datetime import timedelta
from decimal import Decimal

import pytest
from spine import Spine, drop, meter, site, utc

from schemas.estate.source import Source
from schemas.quantities import Kind

HEADER = "meter,from,to,value,standing"
SOURCE = Source(
    match="*",
    columns=(
        *(("meter", "meter"), ("timestamp", "from"), ("until", "to")),
        *(("value", "value"), ("quality", "standing")),
    ),
    quality=(("E", "estimated"),),
)
HOUR = timedelta(hours=1)
START = utc("2025-06-03T00:00")
HOURLY = {"facility_id": "site", "kind": Kind.INTERVAL, "interval": HOUR, "max_rate": Decimal(100)}


def spine(*drops, **facts):
    files = [drop((("m", *row) for row in rows), HEADER) for rows in drops]
    return Spine([meter(**(facts or HOURLY))], files, site("UTC"), source=SOURCE)


def row(hour, value, standing="", hours=1.0):
    at = START + hour * HOUR
    return (at, at + hours * HOUR, value, standing)


def hour(found, number):
    rows = {one["start"]: one for one in found.hours("2025-06").iter_rows(named=True)}
    return rows[START + number * HOUR]


def facts_of(found, number):
    one = hour(found, number)
    return [one[name] for name in ("status", "method", "value", "low", "high", "measured_seconds")]


def test_an_estimate_fills_its_gap_and_is_bounded_by_what_is_possible():
    found = spine([row(0, 40), row(1, 70, "E"), row(2, 50)])

    assert facts_of(found, 0) == ["measured", "measured", 40, 40, 40, 3600]
    assert facts_of(found, 1) == ["estimated", "delivered_estimate", 70, 0, 100, 0]


def test_its_likely_band_is_as_wide_as_its_bounds():
    assert hour(spine([row(0, 40), row(1, 70, "E")]), 1)["spread"] == 70


def test_an_estimate_over_many_hours_is_laid_out_and_what_was_read_inside_it_stands():
    found = spine([row(0, 240, "E", hours=24), row(6, 99)])

    assert facts_of(found, 6) == ["measured", "measured", 99, 99, 99, 3600]
    assert facts_of(found, 5) == ["estimated", "delivered_estimate", 10, 0, 100, 0]
    assert found.refused.is_empty()


def test_of_an_hour_that_is_partly_read_the_rest_is_estimated():
    """A quarter of it was read: 6. The estimate's other three quarters are 30 of 40."""
    found = spine([row(0, 40, "E"), row(0, 6, hours=0.25)])

    assert found.refused["reasons"].to_list() == ["estimate_replaced"]

    found = spine([row(0, 40, "E"), row(0.75, 6, hours=0.25)])

    assert facts_of(found, 0) == ["estimated", "delivered_estimate", 36, 6, 81, 900]


def test_an_estimate_of_a_part_of_the_gap_says_nothing_of_the_whole():
    assert hour(spine([row(0, 40), row(1, 5, "E", hours=0.5)]), 1)["method"] == "none"


def test_a_reading_replaces_the_estimate_of_its_time_whichever_file_comes_first():
    found = spine([row(0, 70, "E")], [row(0, 40)])

    assert facts_of(found, 0) == ["measured", "measured", 40, 40, 40, 3600]
    assert found.refused["reasons"].to_list() == ["estimate_replaced"]


def test_estimates_that_contradict_each_other_are_refused_like_readings():
    found = spine([row(0, 70, "E"), row(0, 60, "E")])

    assert found.refused["reasons"].to_list() == ["conflict", "conflict"]


def test_the_same_estimate_twice_is_one():
    found = spine([row(0, 70, "E")], [row(0, 70, "E"), row(1, 60, "E")])

    assert found.readings.height == 2
    assert found.refused.is_empty()


def test_a_mean_that_is_an_estimate_is_laid_out_by_its_time():
    average = {**HOURLY, "kind": Kind.AVERAGE, "unit": "kW"}
    found = spine([row(0, 40, "E", hours=0.5), row(0.5, 60, "E", hours=0.5)], **average)

    assert facts_of(found, 0) == ["estimated", "delivered_estimate", 50, 0, 100, 0]


@pytest.mark.parametrize("value", ["70", "0"])
def test_a_total_is_not_measured_by_estimates(value):
    found = spine([row(number, value, "E") for number in range(24)])
    total = found.totals(["2025-06"])["grid_import"]

    assert (total.measured, total.coverage) == (None, 0)
    assert (total.low, total.high) == (0, 720 * 100)


def test_estimates_do_not_hide_that_the_meter_is_silent():
    """The readings on both sides are an hour's each; estimates between them fill no coverage."""
    found = spine([row(0, 40), *(row(n, 50, "E") for n in range(1, 23)), row(23, 40)])
    total = found.totals(["2025-06"])["grid_import"]

    assert total.coverage == pytest.approx(2 / 720)
    assert total.measured == 80
