"""What was asked, checked: times, months, facilities, years."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from schemas.errors import UsageError, nearest
from schemas.estate.model import Estate, Facility
from schemas.estate.record import parse_instant

_MONTH = re.compile(r"^\d{4}-(0[1-9]|1[0-2])$")


def month(text: str, option: str) -> str:
    """A month as YYYY-MM, or empty."""
    if text and not _MONTH.match(text):
        raise UsageError(f"{option} '{text}' is not a month.\n  Write YYYY-MM, such as 2025-01.")
    return text


def instant(text: str, option: str) -> datetime | None:
    """A time with its offset, or a date (its midnight in UTC); None where empty."""
    if not text:
        return None
    try:
        return parse_instant(text, ZoneInfo("UTC"))
    except ValueError as error:
        raise UsageError(
            f"{option} {error}.\n  Write a date or an ISO 8601 time, such as 2026-05-15T00:00Z."
        ) from error


def now(text: str) -> datetime:
    """The moment meant by ``--now``, else this one."""
    return instant(text, "--now") or datetime.now(UTC)


def facility(estate: Estate, identity: str) -> Facility:
    """The facility asked for; ``UsageError`` names the nearest known one."""
    known = [one.id for one in estate.facilities]
    if identity not in known:
        raise UsageError(
            f"facility '{identity}' is not in estate.yaml.\n  {nearest(identity, known)}"
        )
    return estate.facility(identity)


def period(year: int, month_text: str) -> str:
    """``YYYY``, or ``YYYY-MM`` where a month is asked for, as a number or in full."""
    if not 1 <= year <= 9998:
        raise UsageError(f"--year {year} is not a year.")
    if not month_text:
        return f"{year:04d}"
    if month_text.isdigit() and 1 <= int(month_text) <= 12:
        return f"{year:04d}-{int(month_text):02d}"
    if _MONTH.match(month_text) and month_text.startswith(f"{year:04d}-"):
        return month_text
    raise UsageError(f"--month '{month_text}' is not a month of {year}.\n  Write 1 to 12.")
