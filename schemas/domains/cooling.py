"""Cooling, heat and the temperatures that describe them."""

from schemas.quantities import Domain, Quantity
from schemas.units import Unit

_KWH = Unit.KILOWATT_HOUR


def _temperature(name: str, meaning: str, *, lowest: float, highest: float) -> Quantity:
    return Quantity(name=name, unit=Unit.CELSIUS, meaning=meaning, lowest=lowest, highest=highest)


COOLING = Domain(
    name="cooling",
    quantities=(
        Quantity(
            name="cooling_electricity",
            unit=_KWH,
            meaning="Electricity of chillers, pumps, fans, towers and air handlers.",
        ),
        Quantity(
            name="district_cooling", unit=_KWH, meaning="Cold bought from a network, as heat."
        ),
        Quantity(
            name="heat_reused",
            unit=_KWH,
            meaning="Heat handed over at the boundary for use outside the data centre.",
        ),
        Quantity(
            name="heat_reused_internal",
            unit=_KWH,
            meaning="The part of the heat handed over that serves the data centre's own cooling.",
        ),
        Quantity(name="heat_rejected", unit=_KWH, meaning="Heat released to air, water or ground."),
        Quantity(
            name="heat_removed", unit=_KWH, meaning="Heat the cooling system takes from the rooms."
        ),
        Quantity(
            name="heat_upgrade_electricity",
            unit=_KWH,
            meaning="Electricity of plant that only upgrades waste heat, part of the boundary sum.",
        ),
        Quantity(
            name="compressor_electricity",
            unit=_KWH,
            meaning="Electricity of the compressors, a part of cooling_electricity.",
        ),
        Quantity(
            name="heat_flow",
            unit=Unit.CUBIC_METRE,
            meaning="Fluid that carries heat to the handover point, where no heat meter counts it.",
        ),
        _temperature(
            "heat_supply_temperature",
            "The fluid that carries heat out, at the handover point.",
            lowest=0,
            highest=120,
        ),
        _temperature(
            "heat_return_temperature",
            "The same fluid as it comes back.",
            lowest=0,
            highest=120,
        ),
        _temperature(
            "heat_rejected_temperature",
            "The heat released to air, water or ground, where it leaves.",
            lowest=-20,
            highest=120,
        ),
        _temperature(
            "intake_air_setpoint",
            "The commanded temperature of the air that enters IT equipment.",
            lowest=5,
            highest=45,
        ),
        _temperature(
            "intake_air_temperature",
            "The measured temperature of the air that enters IT equipment.",
            lowest=0,
            highest=60,
        ),
        _temperature(
            "waste_heat_temperature",
            "The fluid that cools IT, where it enters the heat exchanger of the room's boundary.",
            lowest=0,
            highest=95,
        ),
        _temperature(
            "outdoor_temperature", "Dry-bulb air temperature outside.", lowest=-60, highest=60
        ),
    ),
)
