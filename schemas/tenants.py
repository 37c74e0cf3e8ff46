"""What tenants used, and what of the whole data centre that is, as it is published."""

from enum import StrEnum

import polars as pl

from schemas.tables import INSTANT, VALUE
from schemas.units import Unit


class Shared(StrEnum):
    """What is told of each tenant."""

    IT_ENERGY = "it_energy"
    FACILITY_ENERGY = "facility_energy"
    WATER = "water"
    CO2_LOCATION = "co2_location"


class Basis(StrEnum):
    """How a tenant's part was found."""

    METERED = "metered"  # its shares of meters
    ALLOCATED = "allocated"  # the facility's amount × its part of IT energy; no measurement


#: The name of what no tenant holds; its ``tenant_id`` is empty.
UNALLOCATED = "unallocated"
UNIT_OF = {
    Shared.IT_ENERGY: Unit.KILOWATT_HOUR,
    Shared.FACILITY_ENERGY: Unit.KILOWATT_HOUR,
    Shared.WATER: Unit.CUBIC_METRE,
    Shared.CO2_LOCATION: Unit.KILOGRAM,
}
#: One row per tenant, quantity and period, and one for what is unallocated: the rows of a quantity
#: and period add up to the facility's figure exactly, or none of them has a value for it.
TENANTS = pl.Schema(
    {
        "facility_id": pl.String(),
        "tenant_id": pl.String(),
        "name": pl.String(),
        "period": pl.String(),
        "period_start": INSTANT,
        "period_end": INSTANT,
        "quantity": pl.String(),
        "value": VALUE,
        "low": VALUE,
        "high": VALUE,
        "unit": pl.String(),
        "coverage": pl.Float64(),
        "basis": pl.String(),
        "status": pl.String(),
        "reason": pl.String(),
    }
)
