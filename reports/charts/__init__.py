"""Charts as pure functions: published figures in; drawing, plain words and data table out."""

from reports.charts.bars import month_bars, month_points
from reports.charts.chart import Chart, Legend, Table
from reports.charts.heat import heat_map
from reports.charts.monthly import monthly_ratio
from reports.charts.months import Month, months_of
from reports.charts.sankey import sankey
from reports.charts.spans import Span
from reports.charts.strip import day_strip
from reports.charts.trend import Series, hourly_trend

__all__ = [
    "Chart",
    "Legend",
    "Month",
    "Series",
    "Span",
    "Table",
    "day_strip",
    "heat_map",
    "hourly_trend",
    "month_bars",
    "month_points",
    "monthly_ratio",
    "months_of",
    "sankey",
]
