"""Customers' own data: workbooks out and in, versions that are kept, and what they add up to."""

import io
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from pipelines.stages.workshop import Workshop
from pipelines.stages.years import load_year
from pipelines.storage.files import write_new
from reports.write.tenant_template import template_bytes
from schemas.errors import ConfigurationError, UsageError
from schemas.estate.model import Estate, Facility
from schemas.estate.registers.tenant_data import (
    folder_of,
    read_versions,
    read_workbook,
    version_bytes,
)
from schemas.estate.registers.tenants import touches
from schemas.metrics import Metric
from schemas.tenant_data import Stated, Version, latest


def template(estate: Estate, facility: Facility, year: int) -> bytes:
    """The workbook for all customers that have a share in the year.

    Raises:
        UsageError: where there is none.
    """
    first, last = date(year, 1, 1), date(year, 12, 31)
    customers = {
        one.tenant_id: one.name
        for one in estate.registers.tenants or ()
        if one.facility_id == facility.id and touches(one, first, last)
    }
    if not customers:
        raise UsageError(
            f"nobody has a share of a meter of {facility.id} in {year}.\n"
            "  Shares stand in registers/tenants.csv."
        )
    return template_bytes(facility, year, list(customers.items()))


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What became of a customer's row; ``path`` is None where the last version is the same."""

    stated: Stated
    number: int
    path: Path | None


def take(estate: Estate, workbook: Path, *, by: str, on: date) -> list[Taken]:
    """Takes what customers filled in, each as a version of its own. All rows or none.

    A row that is what the last version says already is not taken once more.

    Raises:
        UsageError: where there is no such file, or nothing is filled in.
        ConfigurationError: with every cell that cannot be taken.
    """
    try:
        content = workbook.read_bytes()
    except OSError as error:
        raise UsageError(f"{workbook} cannot be read: {error.strerror}.") from error
    tenants: dict[str, dict[str, str]] = {}
    for one in estate.registers.tenants or ():
        tenants.setdefault(one.facility_id, {})[one.tenant_id] = one.name
    known = {facility: tuple(names) for facility, names in tenants.items()}
    stated, problems = read_workbook(io.BytesIO(content), workbook.name, known)
    if problems:
        raise ConfigurationError(problems)
    if not stated:
        raise UsageError(f"{workbook.name}: no customer filled in a cell; nothing was taken.")
    before = read_versions(estate.folder)
    digest = sha256(content).hexdigest()
    return [
        _kept(estate, one, before, by=by, on=on, workbook=workbook.name, digest=digest)
        for one in stated
    ]


def _kept(
    estate: Estate,
    stated: Stated,
    before: list[Version],
    *,
    by: str,
    on: date,
    workbook: str,
    digest: str,
) -> Taken:
    counts = latest(before, stated.facility_id, stated.year).get(stated.tenant_id)
    if counts is not None and counts.stated == stated:
        return Taken(stated=stated, number=counts.number, path=None)
    numbers = [one.number for one in before if one.stated.tenant_id == stated.tenant_id]
    version = Version(
        number=max(numbers, default=0) + 1,
        stated=stated,
        taken_by=by,
        taken_on=on,
        workbook=workbook,
        sha256=digest,
    )
    path = folder_of(estate.folder, stated.tenant_id) / f"{version.number}.csv"
    write_new(path, version_bytes(version))
    return Taken(stated=stated, number=version.number, path=path)


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A sum that customers state beside what equipment.csv says of the facility."""

    what: str
    unit: str
    stated: Decimal | None
    by: int
    customers: int
    registered: Decimal | None
    reason: str

    @property
    def difference(self) -> Decimal | None:
        if self.stated is None or self.registered is None:
            return None
        return self.stated - self.registered


#: Column, words, unit, the metric beside it, and the metric's unit in that of the column.
_COMPARED = (
    ("it_power_kw", "IT power", "kW", Metric.PDIT, Decimal(1)),
    ("storage_tb", "storage", "TB", Metric.CSTOR, Decimal(1000)),
)


def compared(shop: Workshop, facility: Facility, year: int) -> list[Comparison]:
    """What customers state in sum against the equipment register, as the year publishes it.

    Nothing is mended: a difference is for people to find the reason of.
    """
    counts = latest(read_versions(shop.estate.folder), facility.id, year)
    if not counts:
        return []
    metrics = load_year(shop, facility.id, year).metrics
    held = {
        one.tenant_id
        for one in shop.estate.registers.tenants or ()
        if one.facility_id == facility.id and touches(one, date(year, 1, 1), date(year, 12, 31))
    }
    found = []
    for key, what, unit, metric, factor in _COMPARED:
        figures = [one.stated.figures[key] for one in counts.values() if key in one.stated.figures]
        published = next(
            (
                one
                for one in metrics
                if one.metric is metric and one.period == f"{year:04d}"
                and any(name.startswith("equipment") for name in one.inputs)
            ),
            None,
        )  # fmt: skip
        value = None if published is None or published.value is None else published.value
        found.append(
            Comparison(
                what=what,
                unit=unit,
                stated=sum(figures, Decimal(0)) if figures else None,
                by=len(figures),
                customers=len(held),
                registered=None if value is None else Decimal(repr(value)) * factor,
                reason="no figure rests on registers/equipment.csv"
                if published is None
                else published.reason,
            )
        )
    return found
