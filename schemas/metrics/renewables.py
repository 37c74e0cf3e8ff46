"""Renewable energy that the data centre owns, by the year and by the hour."""

from schemas.metrics.facts import EED, MetricFacts
from schemas.metrics.ids import Metric
from schemas.units import Unit

_KWH = Unit.KILOWATT_HOUR

FACTS: dict[Metric, MetricFacts] = {
    Metric.REF: MetricFacts(
        name="Renewable energy factor",
        unit=Unit.RATIO,
        meaning="Renewable energy owned and retired ÷ energy entering the data centre, at most 1.",
        standard="ISO/IEC 30134-3, EN 50600-4-3",
        decimals=4,
    ),
    Metric.ERES_TOT: MetricFacts(
        name="Total renewable energy",
        unit=_KWH,
        meaning="Guarantees of origin + PPAs + on-site renewables, after deductions.",
        standard=f"{EED} 1(o)",
    ),
    Metric.ERES_GOO: MetricFacts(
        name="Renewable energy from guarantees of origin",
        unit=_KWH,
        meaning="Guarantees of origin retired for this data centre, whole MWh.",
        standard=f"{EED} 1(p)",
    ),
    Metric.ERES_PPA: MetricFacts(
        name="Renewable energy from PPAs",
        unit=_KWH,
        meaning="PPA energy whose guarantees of origin are owned and retired, whole MWh.",
        standard=f"{EED} 1(q)",
    ),
    Metric.ERES_OS: MetricFacts(
        name="Renewable energy from the site",
        unit=_KWH,
        meaning="On-site generation − export − volumes whose certificates are not retired.",
        standard=f"{EED} 1(r)",
    ),
}
