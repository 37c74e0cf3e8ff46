"""Customers' statements of a facility and year, from what the last backfill published."""

from pipelines.stages.workshop import Workshop
from pipelines.stages.years import load_year, year_place
from reports.statement import Statement, statements_of
from schemas.errors import UsageError, nearest
from schemas.estate.model import Facility


def statements(shop: Workshop, facility: Facility, year: int, tenant: str = "") -> list[Statement]:
    """One customer's statement, or those of all.

    Raises:
        UsageError: where the year is not backfilled, nobody has a share, or the customer none.
    """
    inputs = shop.lake.inputs(year_place(facility.id, year, "metrics"))
    if not inputs:
        raise UsageError(
            f"{facility.id}: {year} has not been backfilled.\n"
            f"  Run: wattledger backfill {shop.estate.folder} --facility {facility.id}"
        )
    found = statements_of(
        load_year(shop, facility.id, year).tenants,
        [one for one in shop.estate.registers.tenants or () if one.facility_id == facility.id],
        operator=shop.estate.operator,
        facility=facility,
        policies=shop.estate.policies,
        year=year,
        code_version=shop.code_hash[:12],
        input_hash=inputs,
    )
    if not found:
        raise UsageError(
            f"nobody has a share of a meter of {facility.id} in {year}.\n"
            "  Shares stand in registers/tenants.csv; run a backfill after a change."
        )
    known = [one.tenant_id for one in found]
    if tenant and tenant not in known:
        raise UsageError(
            f"tenant '{tenant}' has no share of a meter of {facility.id} in {year}.\n"
            f"  {nearest(tenant, known)}"
        )
    return [one for one in found if tenant in ("", one.tenant_id)]
