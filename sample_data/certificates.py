"""Certificates of renewable energy: bought, cancelled, merely held, and sold."""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from sample_data.chance import key_of, smooth
from sample_data.clock import HOUR, Month
from sample_data.facilities import Facility
from sample_data.stamps import stamps
from sample_data.truth import PeriodTruth, Totals, energy_of

HOUR_HEADER = ("certificate_id", "timestamp", "energy_kwh")
HEADER = (
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
)
_GO_SHARE = Fraction(3, 5)
_HELD_MONTH, _SOLD_MONTH = 5, 8


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """One batch of certificates; production covers whole local months, both days included."""

    certificate_id: str
    facility_id: str
    kind: str
    energy_kwh: int
    year: int
    month: int
    zone: str
    status: str

    def cells(self, beneficiary: str) -> tuple[str, ...]:
        """The row of certificates.csv."""
        last = monthrange(self.year, self.month)[1]
        later = self.year * 12 + self.month + 1
        cancelled = f"{later // 12:04d}-{later % 12 + 1:02d}-20"
        return (
            self.certificate_id,
            self.facility_id,
            self.kind,
            str(self.energy_kwh),
            f"{self.year:04d}-{self.month:02d}-01",
            f"{self.year:04d}-{self.month:02d}-{last:02d}",
            self.zone,
            self.status,
            cancelled if self.status == "cancelled" else "",
            beneficiary if self.status == "cancelled" else "",
        )


def certificates_of(facility: Facility, periods: Iterable[PeriodTruth]) -> list[Certificate]:
    """Certificates that fit what the facility used and made in each month.

    Besides what counts there are traps: production of the year before, batches held but not
    cancelled, batches sold, and on-site production whose certificates were kept back.
    """
    months = [period for period in periods if not period.is_year]
    batches = list(_bought(facility, months)) + list(_on_site(months))
    before = months[0].year - 1
    batches.append(("go", 250_000, before, 12, "cancelled"))
    return [
        Certificate(
            certificate_id=f"{facility.archetype.grid_zone}-{kind.upper()}-{facility.id}-{index:05d}",
            facility_id=facility.id,
            kind=kind,
            energy_kwh=energy,
            year=year,
            month=month,
            zone=facility.archetype.grid_zone,
            status=status,
        )
        for index, (kind, energy, year, month, status) in enumerate(batches, start=1)
    ]


Batch = tuple[str, int, int, int, str]


def _bought(facility: Facility, months: Iterable[PeriodTruth]) -> Iterator[Batch]:
    share = Fraction(str(facility.archetype.renewable_share))
    for period in months:
        year, month = period.year, int(period.period[5:])
        wanted = energy_of(period.totals) * share
        # Guarantees of origin come in whole MWh, statements of a contract to the kWh.
        guarantees = int(wanted * _GO_SHARE) // 1000 * 1000
        contract = int(wanted * (1 - _GO_SHARE))
        yield ("go", guarantees, year, month, "cancelled")
        yield ("ppa", contract, year, month, "cancelled")
        if month == _HELD_MONTH:
            yield ("go", 120_000, year, month, "held")
        if month == _SOLD_MONTH:
            yield ("ppa", 75_500, year, month, "sold")


def _on_site(months: Iterable[PeriodTruth]) -> Iterator[Batch]:
    for period in months:
        year, month = period.year, int(period.period[5:])
        made = period.totals["onsite_renewable"]
        if month in {1, 6}:
            yield ("onsite", int(made / 5), year, month, "held")
            yield ("onsite", int(made / 10), year, month, "sold")
            yield ("onsite", int(made / 4), year, month, "cancelled")


def counted(certificates: Iterable[Certificate], year: int) -> Totals:
    """Energy [kWh] of a production year by kind: go and ppa cancelled, onsite not cancelled."""
    sums = {"go": Fraction(0), "ppa": Fraction(0), "onsite": Fraction(0)}
    for certificate in certificates:
        cancelled = certificate.status == "cancelled"
        if certificate.year == year and cancelled == (certificate.kind != "onsite"):
            sums[certificate.kind] += certificate.energy_kwh
    return sums


def hour_rows(
    certificates: Iterable[Certificate], months: Iterable[Month], seed: int
) -> Iterator[tuple[str, ...]]:
    """When the guarantees of origin were produced: as the wind blew over the month, in whole kWh;
    the last hour takes what is left."""
    spans = {(month.year, month.month): month for month in months}
    for one in certificates:
        month = spans.get((one.year, one.month))
        if one.kind != "go" or month is None or one.status != "cancelled":
            continue
        hours = np.arange(month.start, month.end, HOUR, dtype=np.int64)
        wind = 0.05 + smooth(key_of(seed, "wind"), hours, every=30 * HOUR) ** 2
        shares = np.floor(one.energy_kwh * wind / wind.sum()).astype(np.int64)
        shares[-1] += one.energy_kwh - int(shares.sum())
        for stamp, kwh in zip(stamps(hours, "UTC", "%Y-%m-%dT%H:%M:%SZ"), shares, strict=True):
            yield (one.certificate_id, stamp, str(int(kwh)))
