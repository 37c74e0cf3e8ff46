"""Electricity and fuel from the boundary of the site to the IT equipment."""

from schemas.quantities import Domain, Quantity
from schemas.units import Unit

_KWH = Unit.KILOWATT_HOUR

POWER = Domain(
    name="power",
    quantities=(
        Quantity(
            name="grid_import",
            unit=_KWH,
            meaning="Electricity taken from the grid, before the supply transfer switchgear.",
        ),
        Quantity(
            name="grid_export",
            unit=_KWH,
            meaning="Electricity fed into the grid at the same points.",
        ),
        Quantity(
            name="generator_output",
            unit=_KWH,
            meaning="Electricity from generation on site other than renewables: backup sets, CHP.",
        ),
        Quantity(name="ups_input", unit=_KWH, meaning="Electricity entering the UPS systems."),
        Quantity(
            name="ups_output",
            unit=_KWH,
            meaning="Electricity leaving the UPS systems that feed IT: category 1 IT energy.",
        ),
        Quantity(
            name="pdu_output",
            unit=_KWH,
            meaning="Electricity leaving the power distribution units: category 2 IT energy.",
        ),
        Quantity(
            name="it_input",
            unit=_KWH,
            meaning="Electricity entering the IT equipment itself: category 3 IT energy.",
        ),
        Quantity(name="lighting", unit=_KWH, meaning="Electricity for lighting."),
        Quantity(
            name="other_facility",
            unit=_KWH,
            meaning="Electricity for all else inside the boundary: security, offices, monitoring.",
        ),
        Quantity(name="fuel_gas", unit=_KWH, meaning="Gas burnt on site, as energy."),
        Quantity(name="fuel_diesel", unit=Unit.LITRE, meaning="Diesel burnt on site."),
        Quantity(
            name="battery_grid_capacity",
            unit=Unit.KILOWATT,
            highest=1e6,
            meaning="Battery capacity offered to the grid through a market or contract.",
        ),
    ),
)
