"""Partitions: facility × month up to totals, facility × year for metrics."""

from collections.abc import Sequence
from dataclasses import dataclass

import dagster as dg

from schemas.estate.model import Estate

FACILITY, MONTH, YEAR = "facility", "month", "year"


@dataclass(frozen=True)
class Calendar:
    """The partitions of one estate."""

    months: dg.MultiPartitionsDefinition
    years: dg.MultiPartitionsDefinition


def calendar_of(estate: Estate) -> Calendar:
    """Months since the estate's first month, and its years, for every facility."""
    facilities = dg.StaticPartitionsDefinition([facility.id for facility in estate.facilities])
    first = estate.policies.first_month
    months = dg.TimeWindowPartitionsDefinition(
        start=first, fmt="%Y-%m", cron_schedule="0 0 1 * *", end_offset=1
    )
    years = dg.TimeWindowPartitionsDefinition(
        start=first[:4], fmt="%Y", cron_schedule="0 0 1 1 *", end_offset=1
    )
    return Calendar(
        months=dg.MultiPartitionsDefinition({FACILITY: facilities, MONTH: months}),
        years=dg.MultiPartitionsDefinition({FACILITY: facilities, YEAR: years}),
    )


def key_of(facility_id: str, period: str, dimension: str) -> str:
    """Dagster's key of one facility and month or year."""
    return str(dg.MultiPartitionKey({FACILITY: facility_id, dimension: period}))


def parts_of(keys: Sequence[str]) -> list[tuple[str, str]]:
    """Facility and month or year of each key. Dagster joins dimensions by name: facility first."""
    found = []
    for key in keys:
        facility, period = key.split("|", 1)
        found.append((facility, period))
    return found
