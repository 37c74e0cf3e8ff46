"""What enters, what IT uses, what is lost between, and the power that is installed."""

from schemas.metrics.facts import EED, MetricFacts
from schemas.metrics.ids import Metric
from schemas.units import Unit

_KWH = Unit.KILOWATT_HOUR
_POINTS = {"1": "at UPS outputs", "2": "at PDU outputs", "3": "at the inputs of IT equipment"}

FACTS: dict[Metric, MetricFacts] = {
    Metric.PUE: MetricFacts(
        name="Power usage effectiveness",
        unit=Unit.RATIO,
        meaning="Energy entering the data centre ÷ energy of the IT equipment.",
        categories={
            "1": "at UPS outputs",
            "2": "at PDU outputs",
            "3": "at the inputs of IT equipment",
        },
        standard="ISO/IEC 30134-2, EN 50600-4-2",
        decimals=3,
    ),
    Metric.EDC: MetricFacts(
        name="Total energy consumption",
        unit=_KWH,
        meaning="Import − export + own generation + fuels and cold at the boundary.",
        standard=f"{EED} 1(d)",
    ),
    Metric.EDC_BG: MetricFacts(
        name="Energy from backup generators",
        unit=_KWH,
        meaning="The part of total energy consumption that backup generators delivered.",
        standard=f"{EED} 1(d)",
    ),
    Metric.EIT: MetricFacts(
        name="Energy of IT equipment",
        unit=_KWH,
        meaning="Energy at UPS outputs (category 1), else PDU outputs (2), else IT inputs (3).",
        categories={
            "1": "at UPS outputs",
            "2": "at PDU outputs",
            "3": "at the inputs of IT equipment",
        },
        standard=f"{EED} 1(e)",
    ),
    Metric.PDIT: MetricFacts(
        name="Installed IT power demand",
        unit=Unit.KILOWATT,
        meaning="Nominal power of installed IT equipment, weighted by days.",
        categories={
            "installed": "nominal power of what is installed",
            "rated": "rated IT load instead",
        },
        standard=f"{EED} 1(a)",
    ),
    Metric.CBTG: MetricFacts(
        name="Average battery capacity offered to the grid",
        unit=Unit.KILOWATT,
        meaning="Time average over the year.",
        standard=f"{EED} 1(g)",
    ),
}
