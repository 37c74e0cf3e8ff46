"""What the IT equipment does. What it is stands in the equipment register."""

from schemas.quantities import Domain, Quantity
from schemas.units import Unit

EQUIPMENT = Domain(
    name="equipment",
    quantities=(
        Quantity(
            name="server_utilisation",
            unit=Unit.PERCENT,
            highest=100,
            meaning="Mean CPU utilisation of servers.",
        ),
        Quantity(
            name="bandwidth_in",
            unit=Unit.GIGABYTE_PER_SECOND,
            highest=1e6,
            meaning="Provisioned bandwidth into the computer rooms.",
        ),
        Quantity(
            name="bandwidth_out",
            unit=Unit.GIGABYTE_PER_SECOND,
            highest=1e6,
            meaning="Provisioned bandwidth out of the computer rooms.",
        ),
        Quantity(name="traffic_in", unit=Unit.EXABYTE, meaning="Data that came in."),
        Quantity(name="traffic_out", unit=Unit.EXABYTE, meaning="Data that went out."),
    ),
)
