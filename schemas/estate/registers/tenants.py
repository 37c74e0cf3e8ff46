"""``tenants.csv``: who uses which meter, by what share, and since when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from schemas.errors import Problem, nearest
from schemas.estate.record import Record

REQUIRED = ("tenant_id", "name", "facility_id", "meter_id", "share")
COLUMNS = (*REQUIRED, "valid_from", "valid_to")
#: What tenants hold shares of.
IT_QUANTITIES = ("ups_output", "pdu_output", "it_input")


@dataclass(frozen=True, kw_only=True)
class TenantShare:
    """A tenant's share (0..1) of a meter on the days [valid_from, valid_to), None for open."""

    tenant_id: str
    name: str
    facility_id: str
    meter_id: str
    share: Decimal
    valid_from: date | None
    valid_to: date | None
    line: int


def tenant_share(record: Record) -> TenantShare:
    """One row of ``tenants.csv``."""
    record.required("share")
    share = record.decimal("share", lowest=Decimal(0))
    if share is not None and share > 1:
        record.refuse("share", f"share {share} is above 1.", "Write 60 % as 0.6.")
        share = None
    since, until = record.day("valid_from"), record.day("valid_to")
    if since and until and until <= since:
        record.refuse("valid_to", "valid_to is not after valid_from.")
    return TenantShare(
        tenant_id=record.required("tenant_id"),
        name=record.required("name"),
        facility_id=record.text("facility_id"),
        meter_id=record.required("meter_id"),
        share=share or Decimal(0),
        valid_from=since,
        valid_to=until,
        line=record.line,
    )


def share_problems(
    shares: Sequence[TenantShare],
    meters: Mapping[str, str],
    name: str,
    *,
    quantities: Mapping[str, str] | None = None,
    parents: Mapping[str, str] | None = None,
) -> list[Problem]:
    """Meters that are not of the facility or measure no IT energy, and meters that are given out
    more than once over: by shares above 1, or at an upper and at a lower meter.

    Args:
        shares: the register.
        meters: the facility of each meter.
        name: how the register is called in messages.
        quantities: what each meter measures, where that is known.
        parents: the upper meter of each meter.
    """
    problems = []
    by_meter: dict[str, list[TenantShare]] = {}
    for one in shares:
        if meters.get(one.meter_id) != one.facility_id:
            what = f"meter '{one.meter_id}' is not one of facility '{one.facility_id}'."
            remedy = nearest(one.meter_id, sorted(meters))
            problems.append(Problem(where=f"{name}:{one.line}", what=what, remedy=remedy))
        elif (quantities or {}).get(one.meter_id, IT_QUANTITIES[0]) not in IT_QUANTITIES:
            what = f"meter '{one.meter_id}' measures {(quantities or {})[one.meter_id]}."
            remedy = f"A tenant's share is of IT energy: {', '.join(IT_QUANTITIES)}."
            problems.append(Problem(where=f"{name}:{one.line}", what=what, remedy=remedy))
        else:
            by_meter.setdefault(one.meter_id, []).append(one)
    for meter, held in by_meter.items():
        for day in sorted({one.valid_from or date.min for one in held}):
            there = [one for one in held if stands(one, day)]
            if (given := sum((one.share for one in there), Decimal(0))) > 1:
                since = "" if day == date.min else f" from {day}"
                what = f"tenants hold {given} of meter '{meter}'{since}."
                where = f"{name}:{there[-1].line}"
                problems.append(
                    Problem(where=where, what=what, remedy="Shares of a meter add up to 1 at most.")
                )
    return problems + _given_twice(by_meter, parents or {}, name)


def _given_twice(
    by_meter: Mapping[str, Sequence[TenantShare]], parents: Mapping[str, str], name: str
) -> list[Problem]:
    """Shares of a meter while shares of one above it stand: its energy goes through both."""
    problems = []
    for meter, held in by_meter.items():
        upper, passed = parents.get(meter, ""), {meter}
        while upper and upper not in passed:
            both = [
                (one, other)
                for one in held
                for other in by_meter.get(upper, ())
                if _together(one, other)
            ]
            if both:
                one, other = both[0]
                what = (
                    f"tenants hold meter '{meter}' and '{upper}' above it (line {other.line}): "
                    "its energy would be given out twice."
                )
                remedy = "Give out the lower meters, or the upper one."
                problems.append(Problem(where=f"{name}:{one.line}", what=what, remedy=remedy))
            passed.add(upper)
            upper = parents.get(upper, "")
    return problems


def _together(one: TenantShare, other: TenantShare) -> bool:
    """Whether two shares stand on a day both."""
    since = max(one.valid_from or date.min, other.valid_from or date.min)
    return since < min(one.valid_to or date.max, other.valid_to or date.max)


def touches(share: TenantShare, first: date, last: date) -> bool:
    """Whether a share is valid on any day from the first to the last, both included."""
    return (share.valid_from is None or share.valid_from <= last) and (
        share.valid_to is None or first < share.valid_to
    )


def stands(share: TenantShare, day: date) -> bool:
    """Whether a share is valid on a day."""
    return (share.valid_from is None or share.valid_from <= day) and (
        share.valid_to is None or day < share.valid_to
    )
