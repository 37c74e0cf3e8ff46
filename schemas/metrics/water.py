"""Water taken in, given back and used up, on site and where electricity is made."""

from schemas.metrics.facts import EED, MetricFacts
from schemas.metrics.ids import Metric
from schemas.units import Unit

FACTS: dict[Metric, MetricFacts] = {
    Metric.WUE: MetricFacts(
        name="Water usage effectiveness",
        unit=Unit.CUBIC_METRE_PER_MEGAWATT_HOUR,
        meaning="Water entering the data centre ÷ energy of the IT equipment.",
        categories={"2": "all water input", "1": "drinking water only"},
        standard="ISO/IEC 30134-9, EN 50600-4-9",
        decimals=3,
    ),
    Metric.WIN: MetricFacts(
        name="Total water input",
        unit=Unit.CUBIC_METRE,
        meaning="All water that crosses the boundary inwards (category 2).",
        categories={"2": "all water input"},
        standard=f"{EED} 1(h)",
    ),
    Metric.WIN_POT: MetricFacts(
        name="Potable water input",
        unit=Unit.CUBIC_METRE,
        meaning="Drinking water that crosses the boundary inwards (category 1).",
        categories={"1": "drinking water only"},
        standard=f"{EED} 1(i)",
    ),
}
