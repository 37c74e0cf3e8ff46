"""Cooling, heat that is reused or given away, temperatures and degree days."""

from schemas.metrics.facts import EED, MetricFacts
from schemas.metrics.ids import Metric
from schemas.units import Unit

_KWH = Unit.KILOWATT_HOUR

FACTS: dict[Metric, MetricFacts] = {
    Metric.ERF: MetricFacts(
        name="Energy reuse factor",
        unit=Unit.RATIO,
        meaning="Heat reused outside ÷ energy entering the data centre.",
        standard="ISO/IEC 30134-6, EN 50600-4-6",
        decimals=4,
    ),
    Metric.CER: MetricFacts(
        name="Cooling efficiency ratio",
        unit=Unit.RATIO,
        meaning="Heat removed ÷ electricity of the cooling system.",
        standard="ISO/IEC 30134-7, EN 50600-4-7",
        decimals=2,
    ),
    Metric.EREUSE: MetricFacts(
        name="Waste heat reused",
        unit=_KWH,
        meaning="Heat at the handover point less the share that cools the data centre itself.",
        standard=f"{EED} 1(j)",
    ),
    Metric.TWH: MetricFacts(
        name="Average waste-heat temperature",
        unit=Unit.CELSIUS,
        meaning="Mean over time, then over points.",
        standard=f"{EED} 1(k)",
        decimals=1,
    ),
    Metric.TIN_SETPOINT: MetricFacts(
        name="Average set point of IT intake air",
        unit=Unit.CELSIUS,
        meaning="Mean of the commanded temperatures over time, then over rooms.",
        standard=f"{EED} 1(l)",
        decimals=1,
    ),
    Metric.CDD: MetricFacts(
        name="Cooling degree days",
        unit=Unit.DEGREE_DAY,
        meaning="Sum of (daily mean − 21 °C) over days with a daily mean of at least 24 °C.",
        standard=f"{EED} 1(n), Eurostat/JRC method (threshold and base unverified)",
        decimals=1,
    ),
}
