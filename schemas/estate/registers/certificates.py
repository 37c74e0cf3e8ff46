"""``certificates.csv``: batches of certificates; ``certificate_hours.csv``: when they were made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from schemas.errors import Problem
from schemas.estate.plain_hours import plain_hours
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
#: Hours of certificates as formulas read them, by start and certificate: ``ticks`` are trillionths
#: of a kWh, ``line`` says where they stand.
HOURS = pl.Schema(
    {
        "certificate_id": pl.String(),
        "start": INSTANT,
        "ticks": pl.Int128(),
        "line": pl.Int32(),
    }
)


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
    """``HOURS`` of certificates."""
    columns = {
        "certificate_id": [one.certificate_id for one in hours],
        "start": [one.start for one in hours],
        "ticks": [int(one.energy_kwh.scaleb(PLACES)) for one in hours],
        "line": [one.line for one in hours],
    }
    return pl.DataFrame(columns, schema=HOURS).sort("start", "certificate_id")


def plain_table(path: Path) -> pl.DataFrame | None:
    """``HOURS`` of a file read at once; None where it must be read row by row."""
    rows = plain_hours(path, HOUR_COLUMNS, "energy_kwh")
    if rows is None or rows.select((pl.col("certificate_id").str.strip_chars() == "").any()).item():
        return None
    return (
        rows.with_columns(
            pl.col("certificate_id").str.strip_chars(),
            ticks=pl.col("energy_kwh").str.to_decimal(scale=PLACES).to_physical(),
        )
        .select(HOURS.keys())
        .sort("start", "certificate_id")
    )


def hour_problems(
    certificates: Sequence[Certificate], hours: pl.DataFrame, name: str, *, add_up: bool
) -> list[Problem]:
    """Hours of certificates that do not exist, hours twice, outside of the production, or more or
    less in sum than the certificate says, if they are all here to ``add_up``."""
    known = pl.DataFrame(
        {
            "certificate_id": [one.certificate_id for one in certificates],
            "first": [one.production_start for one in certificates],
            "last": [one.production_end for one in certificates],
        },
        schema={"certificate_id": pl.String, "first": pl.Date, "last": pl.Date},
    ).unique("certificate_id", keep="last", maintain_order=True)
    day, one_day = pl.col("start").dt.date(), pl.duration(days=1)
    told = hours.sort("line").join(known, on="certificate_id", how="left", maintain_order="left")
    told = told.with_columns(
        unknown=pl.col("first").is_null(),
        again=~pl.struct("certificate_id", "start").is_first_distinct(),
        # An hour at the edge of a day may be of the day before or after, by the plant's clock.
        outside=(day < pl.col("first") - one_day) | (day > pl.col("last") + one_day),
    )
    problems = []
    wrong = told.filter(pl.col("unknown") | pl.col("again") | pl.col("outside"))
    for row in wrong.iter_rows(named=True):
        where, identity = f"{name}:{row['line']}", row["certificate_id"]
        start = row["start"].isoformat()
        if row["unknown"]:
            what = f"certificate '{identity}' is not in the register."
            remedy = "Add it to registers/certificates.csv, or remove its hours."
            problems.append(Problem(where=where, what=what, remedy=remedy))
            continue
        if row["again"]:
            what = f"{start} stands twice for {identity}."
            problems.append(Problem(where=where, what=what, remedy="Keep one of them."))
        if row["outside"]:
            what = f"{start} is outside the production of {identity}."
            problems.append(Problem(where=where, what=what))
    stated = {one.certificate_id: one.energy_kwh for one in certificates}
    sums = hours.group_by("certificate_id", maintain_order=True).agg(pl.col("ticks").sum())
    for identity, ticks in sums.iter_rows() if add_up else ():
        total = energy_of(ticks)
        if identity in stated and total != stated[identity]:
            what = (
                f"the hours of {identity} add up to {total} kWh, the register says "
                f"{stated[identity]}."
            )
            problems.append(Problem(where=name, what=what, remedy="Correct one of them."))
    return problems


def energy_of(ticks: int) -> Decimal:
    """Trillionths of a kWh as kWh, without zeros at the end."""
    energy = Decimal(ticks).scaleb(-PLACES).normalize()
    return energy.quantize(Decimal(1)) if energy == energy.to_integral_value() else energy


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
