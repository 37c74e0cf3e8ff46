"""What the rules look at: the hours of a month with its neighbours, and what they find there."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import wraps
from typing import TypeVar, cast

import polars as pl

from schemas.estate.model import Facility
from schemas.rules import RULES, RuleId
from schemas.tables import FINDINGS, INSTANT

_HOUR = timedelta(hours=1)
_Told = TypeVar("_Told")
#: What came for a month: one row per current file with rows of it, named by its sha256 as
#: everywhere in the lake. ``first`` and ``last`` are its earliest and latest row of the month,
#: ``newest`` its latest row of any month. Of its ``rows`` of the month, ``disordered`` stand
#: against the order of the others, and ``duplicates`` stand elsewhere too and count there.
ARRIVALS = pl.Schema(
    {
        "file": pl.String(),
        "arrived_at": INSTANT,
        "first": INSTANT,
        "last": INSTANT,
        "newest": INSTANT,
        "rows": pl.Int64(),
        "disordered": pl.Int64(),
        "duplicates": pl.Int64(),
    }
)


@dataclass(frozen=True, kw_only=True)
class Window:
    """One facility, one month, and enough around it to know what is usual.

    Args:
        start, end: the month on the site's clock, in UTC.
        hours: ``COVERED`` hours of all domains of the month and its neighbours, as far as there
            are any, sorted by meter and start.
        meters: the facility's rows of the meter table (``METERS``).
        parents: the upper meter of each meter that has one.
        refused: quarantined rows (``QUARANTINE``) of the same months that tell meter and time.
        events: the month's readings at which a register did something: ``meter_id``, ``serial``,
            ``measured_at``, ``event`` (rollover, reset or jump).
        holes: meters with rows in a spring hole, and that hole's instant: ``meter_id``, ``at``.
            Of the change of clocks before the month and the one after it.
        arrivals: the files that hold rows of the month (``ARRIVALS``).
        checks: the meter that each check meter checks.
        known: what rules worked out of all this before (``once``).
    """

    facility: Facility
    month: str
    start: datetime
    end: datetime
    hours: pl.DataFrame
    meters: pl.DataFrame
    parents: Mapping[str, str]
    refused: pl.DataFrame
    events: pl.DataFrame
    holes: pl.DataFrame
    arrivals: pl.DataFrame
    checks: Mapping[str, str]
    known: dict[object, object] = field(default_factory=dict, init=False, repr=False)


def once(look: Callable[[Window], _Told]) -> Callable[[Window], _Told]:
    """Works out of a window what several rules rest on, once for all of them."""

    @wraps(look)
    def known(window: Window) -> _Told:
        if look not in window.known:
            window.known[look] = look(window)
        return cast(_Told, window.known[look])

    return known


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One rule on one meter over [start, end).

    ``other`` is the second meter of a rule about two, ``detail`` the evidence in words and
    figures, ``proposal`` the repair a person could sign, as the rule of an edit. A rule about a
    file names no meter, and the file (its sha256) as the other.
    """

    rule: RuleId
    meter_id: str
    start: datetime
    end: datetime
    detail: str
    other: str = ""
    proposal: str = ""


def of_file(rule: RuleId, file: str, first: datetime, last: datetime, detail: str) -> Finding:
    """A finding about a file, over the time that its rows of the month tell of."""
    return Finding(rule=rule, meter_id="", other=file, start=first, end=last + _HOUR, detail=detail)


def findings_frame(window: Window, found: Iterable[Finding]) -> pl.DataFrame:
    """``FINDINGS`` of the month: what touches it, cut to it, sorted."""
    rows = [
        {
            "facility_id": window.facility.id,
            "month": window.month,
            "rule": one.rule.value,
            "severity": RULES[one.rule].severity.value,
            "action": RULES[one.rule].action.value,
            "meter_id": one.meter_id,
            "other": one.other,
            "start": max(one.start, window.start),
            "end": min(one.end, window.end),
            "detail": one.detail,
            "proposal": one.proposal,
        }
        for one in found
        if one.start < window.end and one.end > window.start
    ]
    return pl.DataFrame(rows, schema=FINDINGS).sort("meter_id", "start", "rule", "other")
