"""Water across the boundary of the site."""

from schemas.quantities import Domain, Quantity
from schemas.units import Unit

_M3 = Unit.CUBIC_METRE

WATER = Domain(
    name="water",
    quantities=(
        Quantity(name="potable_water", unit=_M3, meaning="Drinking water taken in."),
        Quantity(name="surface_water", unit=_M3, meaning="River, lake or sea water taken in."),
        Quantity(name="ground_water", unit=_M3, meaning="Well water taken in."),
        Quantity(name="rain_water", unit=_M3, meaning="Rain collected and used."),
        Quantity(
            name="reclaimed_water",
            unit=_M3,
            meaning="Treated waste water taken in from outside the boundary.",
        ),
        Quantity(name="water_discharge", unit=_M3, meaning="Water given back to sewer or nature."),
        Quantity(
            name="water_reused_outside",
            unit=_M3,
            meaning="Water handed to others for use outside the boundary.",
        ),
    ),
)
