"""The ledger of certificates: which count for whom, which do not, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

import polars as pl

from pipelines.metrics.inputs import Inputs
from pipelines.steps.meters import exact
from schemas.certificate_rules import CERTIFICATE_RULES, CertificateRules
from schemas.estate.model import Facility
from schemas.estate.registers.certificates import Certificate
from schemas.ledger import LEDGER

NOT_STATED = "beneficiary not stated"


class Verdict(StrEnum):
    """What became of a certificate."""

    COUNTED = "counted"
    HELD = "held"
    SOLD = "sold"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One certificate as the ledger has it for one facility and period.

    Args:
        energy: of its production inside the period [kWh]: by its hours where the register has
            them, else by days.
        reason: why it is refused, or what is not stated of one that counts; else empty.
    """

    certificate: Certificate
    verdict: Verdict
    reason: str
    energy: Fraction


def entries_of(inputs: Inputs) -> tuple[Entry, ...]:
    """The facility's certificates that were produced in the period, wholly or in part."""
    rules = CERTIFICATE_RULES[inputs.policies.certificate_rules]
    timed = inputs.certificate_energy
    found = []
    for one in inputs.certificates:
        energy = timed.get(one.certificate_id)
        if energy is None:
            energy = _share(one, inputs.first_day, inputs.last_day) * Fraction(one.energy_kwh)
        if not energy and not _touches(one, inputs.first_day, inputs.last_day):
            continue
        verdict, reason = judged(
            one, inputs.facility, inputs.operator, rules, year=inputs.last_day.year
        )
        found.append(Entry(certificate=one, verdict=verdict, reason=reason, energy=energy))
    return tuple(found)


def judged(
    one: Certificate, facility: Facility, operator: str, rules: CertificateRules, *, year: int
) -> tuple[Verdict, str]:
    """Whether a certificate counts by the rules, and why not; of one that counts, whether it lacks
    the beneficiary that the act asks for.

    Args:
        year: the year that is reported, for the age of the plant.
    """
    if one.status != "cancelled":
        return Verdict(one.status), ""
    reasons = [
        *_not_in_time(one, rules),
        *_not_from_here(one, facility, rules, year),
        *_not_for_us(one, facility, operator),
    ]
    if reasons:
        return Verdict.REFUSED, "; ".join(reasons)
    return Verdict.COUNTED, "" if one.beneficiary.strip() else NOT_STATED


def _not_in_time(one: Certificate, rules: CertificateRules) -> Iterable[str]:
    months = rules.retired_within_months
    if one.cancelled_on is None:
        yield "nobody says when it was cancelled"
    elif one.cancelled_on < one.production_start:
        yield f"cancelled on {one.cancelled_on}, before it was produced"
    elif months is not None and one.cancelled_on > later(one.production_end, months):
        yield (
            f"retired too late: cancelled on {one.cancelled_on}, more than {months} months after "
            f"{one.production_end}"
        )


def _not_from_here(
    one: Certificate, facility: Facility, rules: CertificateRules, year: int
) -> Iterable[str]:
    if rules.same_zone and not deliverable(one, facility):
        zones = ", ".join(zone for zone in facility.from_zones if zone) or "none stated"
        yield f"in the wrong zone: {one.zone or 'none stated'}, and not {zones}"
    if rules.plant_age_years is None:
        return
    if one.commissioned is None:
        yield "nobody says when its plant was commissioned"
    elif one.commissioned.year + rules.plant_age_years < year:
        yield (
            f"its plant of {one.commissioned.year} is older than {rules.plant_age_years} years "
            f"in {year}"
        )


def deliverable(one: Certificate, facility: Facility) -> bool:
    """Whether it was produced in a zone that can supply the site; an unknown zone is none."""
    return bool(one.zone) and one.zone in facility.from_zones


def _not_for_us(one: Certificate, facility: Facility, operator: str) -> Iterable[str]:
    """A beneficiary that is named must be the facility, its owner or the operator."""
    ours = {name.strip().casefold() for name in (facility.id, facility.name, facility.owner)}
    ours.add(operator.strip().casefold())
    named = one.beneficiary.strip()
    if named and named.casefold() not in ours:
        yield f"for another beneficiary: {named}"


def later(day: date, months: int) -> date:
    """The day so many months after another one; the month's last where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for number in range(day.day, 27, -1):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    return date(year, month + 1, day.day)


def _share(certificate: Certificate, first: date, last: date) -> Fraction:
    start, end = certificate.production_start, certificate.production_end
    inside = (min(end, last) - max(start, first)).days + 1
    return Fraction(max(0, inside), (end - start).days + 1)


def _touches(certificate: Certificate, first: date, last: date) -> bool:
    return certificate.production_start <= last and first <= certificate.production_end


def remarks_on(entries: Iterable[Entry]) -> str:
    """Refused ones by serial and line, with why, and those that count without a beneficiary: three
    of each by name, and how many more."""
    entries = tuple(entries)
    refused = [one for one in entries if one.verdict is Verdict.REFUSED]
    unstated = [one for one in entries if one.verdict is Verdict.COUNTED and one.reason]
    parts = (
        ("refused", [f"{_named(one)} ({one.reason})" for one in refused]),
        (NOT_STATED, [_named(one) for one in unstated]),
    )
    return "; ".join(f"{what}: {_first_three(told)}" for what, told in parts if told)


def _named(entry: Entry) -> str:
    return f"{entry.certificate.certificate_id} in line {entry.certificate.line}"


def _first_three(told: list[str]) -> str:
    more = f" and {len(told) - 3} more" if len(told) > 3 else ""
    return f"{', '.join(told[:3])}{more}"


def ledger_frame(inputs: Inputs) -> pl.DataFrame:
    """``LEDGER`` of the facility's certificates produced in the period; which must be a year."""
    rows = []
    for entry in entries_of(inputs):
        one, produced = entry.certificate, exact(entry.energy)
        counts = entry.verdict is Verdict.COUNTED
        rows.append(
            {
                **{name: getattr(one, name) for name in LEDGER if hasattr(one, name)},
                "year": inputs.last_day.year,
                "produced_kwh": produced,
                "counted_kwh": produced if counts else Decimal(0),
                "state": entry.verdict.value,
                "reason": entry.reason,
                "rules": inputs.policies.certificate_rules,
            }
        )
    return pl.DataFrame(rows, schema=LEDGER).sort("line")
