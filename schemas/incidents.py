"""Incidents with what they did to energy, water and readings, as they are published."""

import polars as pl

from schemas.tables import INSTANT, VALUE

#: One row per incident and year it touches. Differences are amounts in the hours that the incident
#: touches, less what those hours of the day and weekday usually were in that month: estimates,
#: each between ``low`` and ``high``. They are null, with the reason, where nothing can be said.
#: ``meters`` had time in it that no reading covers, ``missing_meter_hours`` in all.
INCIDENTS = pl.Schema(
    {
        "facility_id": pl.String(),
        "year": pl.Int32(),
        "incident_id": pl.String(),
        "start": INSTANT,
        "end": INSTANT,
        "cause": pl.String(),
        "note": pl.String(),
        "hours": pl.Float64(),
        "missing_meter_hours": pl.Float64(),
        "meters": pl.List(pl.String()),
        "energy_difference_kwh": VALUE,
        "energy_low": VALUE,
        "energy_high": VALUE,
        "it_difference_kwh": VALUE,
        "it_low": VALUE,
        "it_high": VALUE,
        "water_difference_m3": VALUE,
        "water_low": VALUE,
        "water_high": VALUE,
        "reason": pl.String(),
        "line": pl.Int32(),
    }
)
