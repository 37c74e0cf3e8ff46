"""What energy and water cost, in the operator's currency."""

from schemas.metrics.facts import MetricFacts, State
from schemas.metrics.ids import Metric
from schemas.units import Unit

# The unit here stands for the operator's currency (``policies: currency``): every figure bears its
# own, and currencies are never converted.
FACTS: dict[Metric, MetricFacts] = {
    Metric.ENERGY_COST: MetricFacts(
        name="Cost of energy",
        unit=Unit.EUR,
        meaning="Energy bought × its price of the hour or validity − energy sold × its price, in "
        "the operator's currency.",
        inputs=(
            *("grid_import", "grid_export", "district_cooling", "fuel_gas", "fuel_diesel"),
            *("generator_output", "fuel", "factors:price", "estate.yaml:boundary"),
            "estate.yaml:policies",
        ),
        categories={
            "": "all carriers",
            "grid_import": "electricity bought",
            "grid_export": "electricity sold, an income and so negative",
            "district_cooling": "cold bought",
            "fuel_gas": "gas",
            "fuel_diesel": "diesel, by meter or by the fuel log",
        },
        standard="own definition",
        state=State.OWN,
    ),
    Metric.WATER_COST: MetricFacts(
        name="Cost of water",
        unit=Unit.EUR,
        meaning="Water taken in × its price of the hour or validity, without charges for waste "
        "water, in the operator's currency.",
        inputs=(
            *("potable_water", "surface_water", "ground_water", "rain_water", "reclaimed_water"),
            *("factors:price", "estate.yaml:policies"),
        ),
        categories={
            "": "all sources",
            "potable_water": "drinking water",
            "surface_water": "river, lake or sea water",
            "ground_water": "well water",
            "rain_water": "rain",
            "reclaimed_water": "reclaimed water",
        },
        standard="own definition",
        state=State.OWN,
    ),
}
