"""Charts draw what was published: a gap stays a gap, bounds are shown, colours can be seen."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from reports.charts import (
    Month,
    Series,
    day_strip,
    heat_map,
    hourly_trend,
    month_bars,
    month_points,
    monthly_ratio,
)
from reports.charts.bars import round_ceiling, round_ticks
from reports.charts.heat import class_limits
from reports.charts.months import NAMES
from reports.charts.palette import LINES, RAMP, STEEL, contrast_on_white
from reports.charts.trend import standard_offset
from reports.numbers import Scale
from schemas.metrics import Status

BERLIN = ZoneInfo("Europe/Berlin")
RATIO = Scale(divisor=1, unit="", decimals=3)
GAP = timedelta(days=40), timedelta(days=41)


def hours_of_2025(*, missing=(), estimated=()):
    """Hours of a Berlin year at 1.3, with the hours (counted from the start) that are not."""
    start = datetime(2025, 1, 1, tzinfo=BERLIN).astimezone(UTC)
    rows = []
    for hour in range(8760):
        at = start + timedelta(hours=hour)
        local = at.astimezone(BERLIN)
        status = "missing" if hour in missing else "estimated" if hour in estimated else "measured"
        value = None if hour in missing else 1.2 + (hour % 24) / 100
        rows.append((at, local.date(), local.hour, value, status))
    return pl.DataFrame(
        rows,
        schema={
            "start": pl.Datetime("us", "UTC"),
            "local_date": pl.Date,
            "local_hour": pl.Int8,
            "value": pl.Float64,
            "status": pl.String,
        },
        orient="row",
    )


def months(**changed):
    whole = {
        name: Month(name=name, value=1.3, low=1.28, high=1.33, status=Status.CLEAN)
        for name in NAMES
    }
    return tuple({**whole, **changed}.values())


AUGUST_WITHHELD = Month(name="Aug", low=1.1, high=1.9, status=Status.WITHHELD, reason="too thin")


class TestColours:
    @pytest.mark.parametrize("colour", [*LINES, STEEL])
    def test_lines_and_areas_stand_out_on_white(self, colour):
        assert contrast_on_white(colour) >= 3

    def test_at_most_four_lines(self):
        assert len(LINES) <= 4

    def test_the_ramp_darkens_evenly_so_that_it_reads_in_grey(self):
        contrasts = [contrast_on_white(colour) for colour in RAMP]
        assert contrasts == sorted(contrasts)


class TestHeatMap:
    def draw(self, frame):
        return heat_map(
            frame,
            id="map",
            column="value",
            title="PUE",
            unit="",
            decimals=2,
            year=2025,
            zone=BERLIN,
        )

    def test_hours_without_a_value_are_hatched_not_coloured(self):
        gap = range(960, 984)
        drawing = str(self.draw(hours_of_2025(missing=gap)).drawing)

        hatched = re.search(r'<path d="([^"]*)" fill="url\(#map-missing\)"', drawing)[1]
        coloured = "".join(re.findall(r'<path d="([^"]*)" fill="#', drawing))
        assert hatched == "M40 0h1v24h-1z"
        assert "M40 " not in coloured

    def test_an_hour_that_is_not_in_the_table_is_hatched_too(self):
        frame = hours_of_2025()
        frame = frame.filter(pl.col("local_date") != date(2025, 2, 10))
        assert "M40 0h1v24h-1z" in str(self.draw(frame).drawing)

    def test_the_hour_that_does_not_exist_stays_blank_and_the_double_one_is_halved(self):
        drawing = str(self.draw(hours_of_2025(missing=range(8760))).drawing)

        spring, autumn = (date(2025, 3, 30) - date(2025, 1, 1)).days, 298
        assert f"M{spring} 0h1v2h-1zM{spring} 3h1v21h-1z" in drawing
        assert f"M{autumn} 0h1v24h-1z" in drawing
        halves = str(self.draw(hours_of_2025(missing=[298 * 24 + 2 - 1])).drawing)
        assert f"M{autumn} 2h1v0.5h-1z" in halves

    def test_estimated_hours_are_marked_over_their_colour(self):
        drawing = str(self.draw(hours_of_2025(estimated=range(960, 984))).drawing)

        marked = '<path d="M40 0h1v24h-1z" fill="url(#map-estimated)" class="estimated"'
        assert marked in drawing

    def test_the_table_counts_hours_by_status(self):
        frame = hours_of_2025(missing=range(960, 984), estimated=range(984, 990))
        february = self.draw(frame).table.rows[1]
        assert february == ("Feb", "1.20", "1.32", "1.43", "642", "6", "24")

    def test_the_legend_tells_its_classes_apart_however_near_they_are(self):
        near = hours_of_2025().with_columns(value=pl.col("value") / 100 + 1.27)

        words = [entry.text for entry in self.draw(near).legend]

        assert len(set(words)) == len(words)
        assert words[1] == "1.2825–1.2830"

    def test_classes_have_round_limits(self):
        assert class_limits([1.21 + n / 1000 for n in range(250)]) == (
            1.25,
            1.3,
            1.35,
            1.4,
            1.45,
        )

    @pytest.mark.parametrize("values", [[], [1.3] * 10])
    def test_alike_values_have_no_limits(self, values):
        assert class_limits(values) == ()


class TestTrend:
    def traces(self, frame):
        chart = hourly_trend(
            [Series(name="PUE", hours=frame)],
            id="t",
            title="PUE",
            unit="",
            decimals=2,
            year=2025,
            zone=BERLIN,
        )
        return chart, {trace["name"]: trace for trace in json.loads(chart.figure)["data"]}

    def test_gaps_are_null_and_no_line_crosses_them(self):
        _, traces = self.traces(hours_of_2025(missing=range(960, 984)))

        line = traces["PUE, measured"]
        assert line["y"][960:984] == [None] * 24
        assert line["y"][959] is not None
        assert not any(trace.get("connectgaps") for trace in traces.values())

    def test_a_measured_hour_without_a_ratio_is_a_gap(self):
        idle = pl.when(pl.col("local_date") != date(2025, 2, 10)).then(pl.col("value"))
        _, traces = self.traces(hours_of_2025().with_columns(value=idle))
        assert traces["PUE, measured"]["y"][960:984] == [None] * 24

    def test_the_gap_is_a_grey_band(self):
        _, traces = self.traces(hours_of_2025(missing=range(960, 984)))

        assert traces["no data"]["x"][:3] == [
            "2025-02-10T00:00",
            "2025-02-10T00:00",
            "2025-02-11T00:00",
        ]
        assert traces["no data"]["y"] == [0, 1, 1, 0, 0, None]

    def test_estimated_hours_are_a_trace_of_their_own(self):
        _, traces = self.traces(hours_of_2025(estimated=range(960, 984)))

        assert traces["PUE, measured"]["y"][960:984] == [None] * 24
        assert None not in traces["PUE, estimated"]["y"][960:984]
        assert traces["PUE, estimated"]["line"] != traces["PUE, measured"]["line"]

    def test_an_hour_between_two_gaps_is_a_point(self):
        _, traces = self.traces(hours_of_2025(missing=(100, 102)))
        assert traces["PUE, single hours"]["y"][101] is not None

    def test_rows_that_are_absent_are_gaps(self):
        chart, _ = self.traces(hours_of_2025().head(8000))
        assert chart.summary.startswith("760 of 8\u202f760 hours have a gap")

    @pytest.mark.parametrize(
        ("zone", "hours"),
        [("Europe/Berlin", 1), ("Australia/Sydney", 10), ("Asia/Kolkata", 5.5)],
    )
    def test_standard_time_in_both_hemispheres(self, zone, hours):
        assert standard_offset(ZoneInfo(zone), 2025) == timedelta(hours=hours)


class TestMonths:
    def test_a_withheld_month_has_no_point_but_keeps_its_bounds(self):
        chart = monthly_ratio(
            months(Aug=AUGUST_WITHHELD), id="m", title="PUE", scale=RATIO, year_value=1.3
        )

        bounds, points = json.loads(chart.figure)["data"]
        assert points["y"][7] is None
        assert points["connectgaps"] is False
        assert (bounds["x"][:2], bounds["y"][:2]) == (["Aug", "Aug"], [1.1, 1.9])
        assert chart.table.rows[7] == (
            "Aug",
            "—",
            "1.100\u00a0– 1.900",
            "—",
            "withheld",
            "too thin",
        )

    def test_whiskers_reach_from_low_to_high(self):
        chart = monthly_ratio(months(), id="m", title="PUE", scale=RATIO, year_value=None)

        error = json.loads(chart.figure)["data"][1]["error_y"]
        assert (error["array"][0], error["arrayminus"][0]) == (0.03, 0.02)

    def test_no_upper_bound_is_said_not_drawn(self):
        open_end = Month(name="Mar", value=1.3, low=1.2, high=None, status=Status.FLAGGED)
        chart = monthly_ratio(
            months(Mar=open_end), id="m", title="PUE", scale=RATIO, year_value=None
        )

        figure = json.loads(chart.figure)
        assert figure["data"][1]["error_y"]["array"][2] is None
        assert "no upper bound" in [mark["text"] for mark in figure["layout"]["annotations"]]

    @pytest.mark.parametrize(
        "absent", [AUGUST_WITHHELD, Month(name="Aug")], ids=["withheld", "none"]
    )
    def test_a_month_without_a_value_has_no_bar(self, absent):
        drawing = str(month_bars(months(Aug=absent), id="m", label="x", scale=RATIO))

        assert drawing.count('class="value"') == 11
        assert drawing.count('class="missing"') == 1
        assert (">withheld<" if absent.status else ">no data<") in drawing

    def test_a_line_of_points_stops_at_a_month_without_a_value(self):
        drawing = str(
            month_points(
                months(Aug=AUGUST_WITHHELD), id="m", label="x", scale=RATIO, limits=(1.2, 1.4)
            )
        )
        path = re.search(r'<path d="(M[^"]*L[^"]*)" fill="none" stroke="#1d5a86"', drawing)[1]
        assert path.count("M") == 2
        assert drawing.count("<circle") == 11

    def test_axes_end_on_round_numbers(self):
        assert [round_ceiling(v) for v in (988, 95, 333, 0)] == [1000, 100, 400, 1]
        assert round_ticks(1.201, 1.423) == (1.25, 1.3, 1.35, 1.4)


class TestStrip:
    def test_a_gap_is_hatched_and_a_day_out_of_service_is_empty(self):
        first = date(2025, 1, 1)
        coverage = {first + timedelta(days=n): 1.0 for n in range(10, 30)}
        coverage[first + timedelta(days=20)] = 0.0
        coverage[first + timedelta(days=25)] = 0.5

        drawing = str(day_strip(coverage, id="s", year=2025, label="x"))

        values = re.findall(
            r'<rect x="(\d+)" y="([\d.]+)" width="(\d+)"[^>]*class="value"', drawing
        )
        gaps = re.findall(r'<rect x="(\d+)" y="0" width="(\d+)"[^>]*class="missing"', drawing)
        assert values == [
            ("10", "0", "10"),
            ("21", "0", "4"),
            ("25", "8", "1"),
            ("26", "0", "4"),
        ]
        assert gaps == [("20", "1"), ("25", "1")]
