"""Renewable electricity. Certificates are a register, not telemetry."""

from schemas.quantities import Domain, Quantity
from schemas.units import Unit

RENEWABLES = Domain(
    name="renewables",
    quantities=(
        Quantity(
            name="onsite_renewable",
            unit=Unit.KILOWATT_HOUR,
            meaning="Renewable electricity generated inside the boundary.",
        ),
    ),
)
