"""``certificates.csv``: batches of certificates; ``certificate_hours.csv``: when they were made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import polars as pl

from schemas.errors import Problem
from schemas.estate.record import Record
from schemas.tables import INSTANT, PLACES

COLUMNS = (
    "certificate_id",
    "facility_id",
    "kind",
    "energy_kwh",
    "production_start",
    "production_end",
    "zone",
    "status",
    "cancelled_on",
    "beneficiary",
    "commissioned",
)
REQUIRED = COLUMNS[:8]
HOUR_COLUMNS = ("certificate_id", "timestamp", "energy_kwh")
#: Hours of certificates as formulas read them: ``ticks`` are trillionths of a kWh.
HOURS = pl.Schema({"certificate_id": pl.String(), "start": INSTANT, "ticks": pl.Int128()})


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """One certificate or batch: energy [kWh], produced in [production_start, production_end].

    Args:
        kind: ``go``, ``ppa`` or ``onsite``.
        zone: where it was produced, in the words of ``grid_zone``; empty where not stated.
        status: ``held``, ``cancelled`` or ``sold``; ``cancelled_on`` only with the second.
        beneficiary: for whom it was cancelled; empty where not stated.
        commissioned: when the plant began to produce; None where not stated.
    """

    certificate_id: str
    facility_id: str
    kind: str
    energy_kwh: Decimal
    production_start: date
    production_end: date
    zone: str
    status: str
    cancelled_on: date | None
    beneficiary: str
    line: int
    commissioned: date | None = None


@dataclass(frozen=True, kw_only=True)
class CertificateHour:
    """What of a certificate was produced in one hour; ``start`` is UTC."""

    certificate_id: str
    start: datetime
    energy_kwh: Decimal
    line: int


def certificate(record: Record) -> Certificate:
    """One row of ``certificates.csv``."""
    start, end = record.needed_day("production_start"), record.needed_day("production_end")
    if start > end:
        record.refuse("production_end", "production_end is before production_start.")
    status = record.choice("status", ("held", "cancelled", "sold"))
    cancelled_on = record.day("cancelled_on")
    record.required("status")
    if cancelled_on and status not in ("", "cancelled"):
        record.refuse("cancelled_on", f"a certificate with status {status} has no cancelled_on.")
    record.required("kind")
    record.required("energy_kwh")
    return Certificate(
        certificate_id=record.required("certificate_id"),
        facility_id=record.text("facility_id"),
        kind=record.choice("kind", ("go", "ppa", "onsite")),
        energy_kwh=record.decimal("energy_kwh", lowest=Decimal(0)) or Decimal(0),
        production_start=start,
        production_end=end,
        zone=record.text("zone"),
        status=status,
        cancelled_on=cancelled_on,
        beneficiary=record.text("beneficiary"),
        line=record.line,
        commissioned=record.day("commissioned"),
    )


def certificate_hour(record: Record) -> CertificateHour:
    """One row of ``certificate_hours.csv``; a time without offset is UTC."""
    record.required("timestamp")
    record.required("energy_kwh")
    start = record.instant("timestamp", ZoneInfo("UTC")) or datetime.min.replace(tzinfo=UTC)
    if start.minute or start.second or start.microsecond:
        record.refuse("timestamp", f"{start.isoformat()} does not begin an hour.")
    energy = record.decimal("energy_kwh", lowest=Decimal(0)) or Decimal(0)
    exponent = energy.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > PLACES:
        record.refuse("energy_kwh", f"energy_kwh {energy} has more than {PLACES} decimals.")
    return CertificateHour(
        certificate_id=record.required("certificate_id"),
        start=start,
        energy_kwh=energy,
        line=record.line,
    )


def hours_table(hours: Sequence[CertificateHour]) -> pl.DataFrame:
    """``HOURS`` of certificates, sorted by start."""
    columns = {
        "certificate_id": [one.certificate_id for one in hours],
        "start": [one.start for one in hours],
        "ticks": [int(one.energy_kwh.scaleb(PLACES)) for one in hours],
    }
    return pl.DataFrame(columns, schema=HOURS).sort("start", "certificate_id")


def hour_problems(
    certificates: Sequence[Certificate], hours: Sequence[CertificateHour], name: str
) -> list[Problem]:
    """Hours of certificates that do not exist, hours twice, outside of the production, or more or
    less in sum than the certificate says."""
    known: Mapping[str, Certificate] = {one.certificate_id: one for one in certificates}
    sums: dict[str, Decimal] = {}
    seen: set[tuple[str, datetime]] = set()
    problems = []
    for hour in hours:
        where, mine = f"{name}:{hour.line}", known.get(hour.certificate_id)
        if mine is None:
            what = f"certificate '{hour.certificate_id}' is not in the register."
            remedy = "Add it to registers/certificates.csv, or remove its hours."
            problems.append(Problem(where=where, what=what, remedy=remedy))
            continue
        if (hour.certificate_id, hour.start) in seen:
            what = f"{hour.start.isoformat()} stands twice for {hour.certificate_id}."
            problems.append(Problem(where=where, what=what, remedy="Keep one of them."))
        # An hour at the edge of a day may be of the day before or after, by the plant's clock.
        apart = (hour.start.date() - mine.production_start).days
        beyond = (hour.start.date() - mine.production_end).days
        if apart < -1 or beyond > 1:
            what = f"{hour.start.isoformat()} is outside the production of {hour.certificate_id}."
            problems.append(Problem(where=where, what=what))
        seen.add((hour.certificate_id, hour.start))
        sums[hour.certificate_id] = sums.get(hour.certificate_id, Decimal(0)) + hour.energy_kwh
    for identity, total in sums.items():
        stated = known[identity].energy_kwh
        if total != stated:
            what = f"the hours of {identity} add up to {total} kWh, the register says {stated}."
            problems.append(Problem(where=name, what=what, remedy="Correct one of them."))
    return problems


def serial_of(certificate_id: str) -> str:
    """A serial as registries compare it: without case, spaces and dashes."""
    return certificate_id.casefold().replace(" ", "").replace("-", "")


def serial_problems(certificates: Sequence[Certificate], name: str) -> list[Problem]:
    """Serials that stand twice, over all facilities and years, however they are written."""
    first: dict[str, Certificate] = {}
    problems = []
    for one in certificates:
        known = first.setdefault(serial_of(one.certificate_id), one)
        if known is not one and one.certificate_id:
            what = f"certificate_id '{one.certificate_id}' stands already at {name}:{known.line}."
            remedy = "Remove one of them: a certificate is used once."
            problems.append(Problem(where=f"{name}:{one.line}", what=what, remedy=remedy))
    return problems
