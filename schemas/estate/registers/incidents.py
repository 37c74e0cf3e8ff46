"""``incidents.csv``: outages and maintenance, which explain gaps and odd figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from schemas.estate.record import Record

REQUIRED = ("incident_id", "facility_id", "start", "end", "cause")
COLUMNS = (*REQUIRED, "note")
CAUSES = (
    *("battery_failure", "human_error", "generator", "it_equipment", "water", "heat", "crac"),
    *("weather", "grid_outage", "ups", "cooling", "network", "metering", "fire", "security"),
    *("planned_maintenance", "other"),
)


@dataclass(frozen=True, kw_only=True)
class Incident:
    """One outage or maintenance over [start, end), UTC."""

    incident_id: str
    facility_id: str
    start: datetime
    end: datetime
    cause: str
    note: str
    line: int


def incident(record: Record, zones: Mapping[str, ZoneInfo]) -> Incident:
    """One row of ``incidents.csv``; times without offset are in the facility's zone."""
    zone = zones.get(record.text("facility_id"), ZoneInfo("UTC"))
    record.required("start")
    record.required("end")
    record.required("cause")
    beginning = datetime.min.replace(tzinfo=UTC)
    start = record.instant("start", zone) or beginning
    end = record.instant("end", zone) or beginning
    if end <= start and record.text("start") and record.text("end"):
        record.refuse("end", "the end is not after the start.")
    return Incident(
        incident_id=record.required("incident_id"),
        facility_id=record.text("facility_id"),
        start=start,
        end=end,
        cause=record.choice("cause", CAUSES),
        note=record.text("note"),
        line=record.line,
    )
