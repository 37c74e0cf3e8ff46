"""Incidents: when, why, what they did to energy and water, and which meters fell silent."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import polars as pl

from reports.charts import Span, Table
from reports.facts import FacilityYear
from reports.numbers import DASH, counted, number, signed
from reports.sections.section import Section

_FEW = 3


def incidents(facts: FacilityYear) -> Section:
    """The table of incidents; an empty register is said in words."""
    rows = facts.incidents
    if rows.is_empty():
        return Section(
            id="incidents",
            title="Incidents",
            lead=f"No incident of {facts.year} stands in the register of incidents.",
        )
    hours = number(rows["hours"].sum(), 1)
    lead = (
        f"{counted(rows.height, 'incident')} with {hours} hours in {facts.year}. A difference is "
        "an estimate: the hours against the median of the same hour and weekday in that month. "
        "Its bounds take the lowest and highest of these."
    )
    table = Table(
        caption=f"Incidents of {facts.year}",
        head=(
            *("Incident", "From, to", "Cause", "Hours", "Electricity [kWh]", "IT [kWh]"),
            *("Water [m³]", "Silent meters", "Remark"),
        ),
        rows=tuple(
            _row(span, row, facts.facility.zone)
            for span, row in zip(spans_of(facts), rows.iter_rows(named=True), strict=True)
        ),
        text=(1, 2, 7, 8),
        style="words",
    )
    return Section(id="incidents", title="Incidents", lead=lead, blocks=(table,))


def _row(span: Span, row: dict[str, object], zone: ZoneInfo) -> tuple[str, ...]:
    return (
        span.name,
        span.when(zone),
        span.cause,
        number(Decimal(str(row["hours"])), 1),
        _difference(row, "energy_difference_kwh", "energy", 0),
        _difference(row, "it_difference_kwh", "it", 0),
        _difference(row, "water_difference_m3", "water", 1),
        _silent(row["meters"], row["missing_meter_hours"]),
        "; ".join(part for part in (str(row["note"]), str(row["reason"])) if part) or DASH,
    )


def _difference(row: dict[str, object], column: str, short: str, decimals: int) -> str:
    value, low, high = (row[name] for name in (column, f"{short}_low", f"{short}_high"))

    def written(end: object) -> str:
        return DASH if end is None else signed(Decimal(str(end)), decimals)

    if low == high:
        return written(value)
    bounds = f"{written(low)} to {written(high)}" if high is not None else f"≥ {written(low)}"
    return f"{written(value)} ({bounds})"


def _silent(meters: object, hours: object) -> str:
    names = [str(one) for one in meters] if isinstance(meters, list) else []
    if not names:
        return DASH
    more = f" and {len(names) - _FEW} more" if len(names) > _FEW else ""
    return f"{', '.join(names[:_FEW])}{more}; {number(Decimal(str(hours)), 1)} hours"


def spans_of(facts: FacilityYear) -> list[Span]:
    """The year's incidents for charts."""
    return _spans(facts.incidents)


def _spans(rows: pl.DataFrame) -> list[Span]:
    return [
        Span(start=start, end=end, name=name, cause=cause.replace("_", " "))
        for start, end, name, cause in rows.select(
            "start", "end", "incident_id", "cause"
        ).iter_rows()
    ]


def during(facts: FacilityYear, start: datetime, end: datetime, *, silent: str = "") -> str:
    """``, during incident I-7, battery failure`` for what overlaps one, ``in part`` where there is
    more of it; nothing elsewhere.

    Args:
        silent: a meter that must have fallen silent in it, where hours far apart are told as one.
    """
    if facts.incidents.is_empty():
        return ""
    touched = (pl.col("start") < end) & (pl.col("end") > start)
    if silent:
        touched &= pl.col("meters").list.contains(silent)
    found = _spans(facts.incidents.filter(touched))
    whole = any(span.start <= start and end <= span.end for span in found)
    named = " and ".join(f"{span.name}, {span.cause}" for span in found)
    return f", {'' if whole else 'in part '}during incident {named}" if named else ""
