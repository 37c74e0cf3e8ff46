"""A customer's year: the energy that is directly attributable to it, and its part of the rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from schemas.estate.model import Facility, Operator
from schemas.estate.policies import Policies
from schemas.estate.registers.tenants import TenantShare
from schemas.metrics import Status
from schemas.tenants import Basis, Shared
from schemas.units import Unit

LAW = "EnEfG § 15"


@dataclass(frozen=True, kw_only=True)
class Amount:
    """One quantity over one period, as table ``tenants`` has it."""

    quantity: Shared
    period: str
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    unit: Unit
    coverage: float | None
    basis: Basis
    status: Status
    reason: str


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What one customer is told of one facility and year.

    Args:
        months: IT energy and facility energy of each month, in the order of the year.
        shares: the meters it holds, and by what part.
        code_version, input_hash: what the figures rest on.
    """

    operator: Operator
    facility: Facility
    policies: Policies
    year: int
    tenant_id: str
    name: str
    amounts: tuple[Amount, ...]
    months: tuple[tuple[str, Amount | None, Amount | None], ...]
    shares: tuple[TenantShare, ...]
    code_version: str = ""
    input_hash: str = ""

    @property
    def contact(self) -> str:
        return self.facility.contact or self.operator.contact

    def amount(self, quantity: Shared) -> Amount | None:
        return next((one for one in self.amounts if one.quantity is quantity), None)


def statements_of(
    rows: pl.DataFrame,
    shares: Sequence[TenantShare],
    *,
    operator: Operator,
    facility: Facility,
    policies: Policies,
    year: int,
    code_version: str = "",
    input_hash: str = "",
) -> list[Statement]:
    """One statement for each customer, in the order of the register.

    Args:
        rows: ``TENANTS`` of the facility's year and months.
        shares: the register of the facility.
    """
    by_tenant: dict[str, list[Amount]] = {}
    names: dict[str, str] = {}
    for row in rows.filter(pl.col("tenant_id") != "").iter_rows(named=True):
        by_tenant.setdefault(row["tenant_id"], []).append(_amount(row))
        names[row["tenant_id"]] = row["name"]
    return [
        Statement(
            operator=operator,
            facility=facility,
            policies=policies,
            year=year,
            tenant_id=tenant,
            name=names[tenant],
            amounts=tuple(one for one in amounts if one.period == f"{year:04d}"),
            months=_months(amounts, year),
            shares=tuple(one for one in shares if one.tenant_id == tenant),
            code_version=code_version,
            input_hash=input_hash,
        )
        for tenant, amounts in by_tenant.items()
    ]


def _amount(row: dict[str, object]) -> Amount:
    fields = {name: row[name] for name in ("period", "value", "low", "high", "coverage", "reason")}
    return Amount(
        **fields,  # type: ignore[arg-type]
        quantity=Shared(str(row["quantity"])),
        unit=Unit(str(row["unit"])),
        basis=Basis(str(row["basis"])),
        status=Status(str(row["status"])),
    )


def _months(
    amounts: Sequence[Amount], year: int
) -> tuple[tuple[str, Amount | None, Amount | None], ...]:
    found = {(one.period, one.quantity): one for one in amounts}
    names = [f"{year:04d}-{number:02d}" for number in range(1, 13)]
    return tuple(
        (
            name,
            found.get((name, Shared.IT_ENERGY)),
            found.get((name, Shared.FACILITY_ENERGY)),
        )
        for name in names
    )
