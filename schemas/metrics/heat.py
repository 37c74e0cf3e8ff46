"""Cooling, heat that is reused or given away, temperatures and degree days."""

from schemas.metrics.facts import EED, EED_ENTRY, MetricFacts, State
from schemas.metrics.ids import Metric
from schemas.units import Unit

_KWH = Unit.KILOWATT_HOUR
_CARRIERS = (
    *("grid_import", "grid_export", "onsite_renewable", "generator_output", "district_cooling"),
    *("fuel_gas", "fuel_diesel", "estate.yaml:boundary"),
)
_REUSED = (
    *("heat_reused", "heat_reused_internal", "estate.yaml:without"),
    *("heat_flow", "heat_supply_temperature", "heat_return_temperature"),
)
_GERMANY = "EnEfG Annex 3"
_DAYS_UNVERIFIED = "threshold and base of the method"

FACTS: dict[Metric, MetricFacts] = {
    Metric.ERF: MetricFacts(
        name="Energy reuse factor",
        unit=Unit.RATIO,
        meaning="Heat reused outside ÷ energy entering the data centre.",
        inputs=(*_REUSED, *_CARRIERS),
        standard="ISO/IEC 30134-6, EN 50600-4-6",
        citation="S-DR",
        unverified="that 1 is its limit",
        decimals=4,
    ),
    Metric.CER: MetricFacts(
        name="Cooling efficiency ratio",
        unit=Unit.RATIO,
        meaning="Heat removed ÷ electricity of the cooling system.",
        inputs=("heat_removed", "cooling_electricity"),
        standard="ISO/IEC 30134-7, EN 50600-4-7",
        citation="S-FI",
        unverified="the formula beyond its short definition",
        decimals=2,
    ),
    Metric.EREUSE: MetricFacts(
        name="Waste heat reused",
        unit=_KWH,
        meaning="Heat at the handover point less the share that cools the data centre itself.",
        inputs=_REUSED,
        standard=f"{EED} 1(j)",
        valid_from=EED_ENTRY,
        citation="S-DR",
    ),
    Metric.HEAT_DELIVERED_TEMPERATURE: MetricFacts(
        name="Temperature of heat delivered",
        unit=Unit.CELSIUS,
        meaning="Mean over time of the fluid that carries heat out, at the handover point.",
        inputs=("heat_supply_temperature", "estate.yaml:without"),
        standard=f"{_GERMANY}, 2d",
        citation="S-ENEFG",
        decimals=1,
    ),
    Metric.HEAT_REJECTED: MetricFacts(
        name="Waste heat released",
        unit=_KWH,
        meaning="Heat released to air, water or ground.",
        inputs=("heat_rejected",),
        standard=f"{_GERMANY}, 2c",
        citation="S-ENEFG",
    ),
    Metric.HEAT_REJECTED_TEMPERATURE: MetricFacts(
        name="Temperature of waste heat released",
        unit=Unit.CELSIUS,
        meaning="Mean over time of the heat released, where it leaves.",
        inputs=("heat_rejected_temperature",),
        standard=f"{_GERMANY}, 2c",
        citation="S-ENEFG",
        decimals=1,
    ),
    Metric.TWH: MetricFacts(
        name="Average waste-heat temperature",
        unit=Unit.CELSIUS,
        meaning="Mean over time, then over points; not weighted by flow.",
        inputs=("waste_heat_temperature",),
        standard=f"{EED} 1(k)",
        valid_from=EED_ENTRY,
        citation="S-DR",
        decimals=1,
    ),
    Metric.TIN_SETPOINT: MetricFacts(
        name="Average set point of IT intake air",
        unit=Unit.CELSIUS,
        meaning="Mean of the commanded temperatures over time, then over rooms.",
        inputs=("intake_air_setpoint",),
        standard=f"{EED} 1(l)",
        valid_from=EED_ENTRY,
        citation="S-DR",
        decimals=1,
    ),
    Metric.FREE_COOLING_HOURS: MetricFacts(
        name="Free cooling",
        unit=Unit.HOUR,
        meaning="Time in which there was a load to cool and the compressors used nothing.",
        inputs=("compressor_electricity", "ups_output", "pdu_output", "it_input", "heat_removed"),
        standard="own definition",
        state=State.OWN,
    ),
    Metric.CDD: MetricFacts(
        name="Cooling degree days",
        unit=Unit.DEGREE_DAY,
        meaning="Sum of (daily mean − 21 °C) over days with a daily mean of at least 24 °C.",
        inputs=("outdoor_temperature",),
        standard=f"{EED} 1(n), Eurostat/JRC method",
        valid_from=EED_ENTRY,
        citation="S-DR",
        unverified=_DAYS_UNVERIFIED,
        decimals=1,
    ),
    Metric.HDD: MetricFacts(
        name="Heating degree days",
        unit=Unit.DEGREE_DAY,
        meaning="Sum of (18 °C − daily mean) over days with a daily mean of at most 15 °C.",
        inputs=("outdoor_temperature",),
        standard="Eurostat/JRC method",
        unverified=_DAYS_UNVERIFIED,
        decimals=1,
    ),
}
