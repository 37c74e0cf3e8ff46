"""The tables of the outlook: forecasts, limits and capacity."""

import polars as pl

#: One row for each headline metric and category: where the year will end. ``value`` is the median,
#: [``low``, ``high``] the interval that holds the truth nine times in ten; null, with a ``reason``,
#: where too little is known. ``as_of`` is the last month known, ``months_known`` of the year.
FORECASTS = pl.Schema(
    {
        "facility_id": pl.String(),
        "metric": pl.String(),
        "category": pl.String(),
        "year": pl.Int32(),
        "as_of": pl.String(),
        "months_known": pl.Int32(),
        "value": pl.Float64(),
        "low": pl.Float64(),
        "high": pl.Float64(),
        "unit": pl.String(),
        "method": pl.String(),
        "reason": pl.String(),
    }
)
#: One row for each limit, or class of a label, and year. ``probability`` is 0 or 1 where the year
#: is over; ``met`` then says what the bounds allow: certainly, possibly, not. Null ``applies``:
#: the estate does not say what decides it, or nobody could read the rule.
OUTLOOK = pl.Schema(
    {
        "facility_id": pl.String(),
        "year": pl.Int32(),
        "limit": pl.String(),
        "title": pl.String(),
        "metric": pl.String(),
        "category": pl.String(),
        "above": pl.Float64(),
        "at_most": pl.Float64(),
        "at_least": pl.Float64(),
        "holds_from": pl.Date(),
        "applies": pl.Boolean(),
        "probability": pl.Float64(),
        "met": pl.String(),
        "value": pl.Float64(),
        "low": pl.Float64(),
        "high": pl.Float64(),
        "state": pl.String(),
        "official": pl.Boolean(),
        "source": pl.String(),
        "reason": pl.String(),
    }
)
#: One row for each capacity of a facility. ``peak`` is the highest hourly mean of the last twelve
#: months that are known, ``headroom`` what is left above it, ``growth`` by the year. The months in
#: which the capacity is reached are null where that is not within ten years.
CAPACITY = pl.Schema(
    {
        "facility_id": pl.String(),
        "capacity": pl.String(),
        "limit_kw": pl.Float64(),
        "as_of": pl.String(),
        "months_known": pl.Int32(),
        "peak_kw": pl.Float64(),
        "headroom_kw": pl.Float64(),
        "growth_kw": pl.Float64(),
        "growth_low_kw": pl.Float64(),
        "growth_high_kw": pl.Float64(),
        "earliest": pl.String(),
        "likely": pl.String(),
        "latest": pl.String(),
        "method": pl.String(),
        "reason": pl.String(),
    }
)
