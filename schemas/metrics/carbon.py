"""Greenhouse gases, by scope, method and set of warming potentials."""

from schemas.metrics.facts import MetricFacts
from schemas.metrics.ids import Metric
from schemas.units import Unit

FACTS: dict[Metric, MetricFacts] = {
    Metric.CUE: MetricFacts(
        name="Carbon usage effectiveness",
        unit=Unit.KILOGRAM_PER_KILOWATT_HOUR,
        meaning="Emissions of the energy entering the data centre ÷ energy of the IT equipment.",
        categories={"location": "by the grid zone's factors"},
        standard="ISO/IEC 30134-8, EN 50600-4-8",
        decimals=3,
    ),
    Metric.CO2_LOCATION: MetricFacts(
        name="Energy-related emissions, location-based",
        unit=Unit.KILOGRAM,
        meaning="Grid import × the zone's factor of the hour or year + fuel × its factor.",
        standard="GHG Protocol Scope 2 Guidance, location-based method",
    ),
}
