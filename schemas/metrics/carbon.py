"""Greenhouse gases, by scope, method and set of warming potentials."""

from schemas.metrics.facts import MetricFacts, State
from schemas.metrics.ids import Metric
from schemas.units import Unit

_KG = Unit.KILOGRAM
_IT = ("ups_output", "pdu_output", "it_input")
_FUELS = (
    *("fuel_diesel", "fuel_gas", "generator_output", "fuel", "factors:fuel"),
    "estate.yaml:without",
)
_COLD = ("district_cooling", "factors:fuel", "estate.yaml:boundary")
_LOCATION = ("grid_import", "factors:location", *_COLD)
_MARKET = ("grid_import", "factors:residual", "certificates", *_COLD)
_GASES = ("refrigerants", "factors:gwp", "estate.yaml:without", "estate.yaml:gwp_set")
_GWP_UNVERIFIED = "potentials of HFOs; of all gases in AR5"

FACTS: dict[Metric, MetricFacts] = {
    Metric.CUE: MetricFacts(
        name="Carbon usage effectiveness",
        unit=Unit.KILOGRAM_PER_KILOWATT_HOUR,
        meaning="Emissions of the energy entering the data centre ÷ energy of the IT equipment.",
        inputs=(*_LOCATION, *_MARKET, *_FUELS, *_IT),
        categories={
            "location": "by the grid zone's factors",
            "market": "by certificates and residual mix",
        },
        standard="ISO/IEC 30134-8, EN 50600-4-8",
        citation="S-ITEH8",
        unverified="what its own categories 1 to 3 mean",
        decimals=3,
    ),
    Metric.CO2_LOCATION: MetricFacts(
        name="Energy-related emissions, location-based",
        unit=_KG,
        meaning="Scope 2, location-based, and the fuels of scope 1: what CUE divides.",
        inputs=(*_LOCATION, *_FUELS),
        standard="GHG Protocol Scope 2 Guidance, location-based method",
        citation="S-GHG1",
    ),
    Metric.CO2_MARKET: MetricFacts(
        name="Energy-related emissions, market-based",
        unit=_KG,
        meaning="Scope 2, market-based, and the fuels of scope 1.",
        inputs=(*_MARKET, *_FUELS),
        standard="GHG Protocol Scope 2 Guidance, market-based method",
        citation="S-GHG1",
    ),
    Metric.SCOPE1: MetricFacts(
        name="Scope 1 emissions",
        unit=_KG,
        meaning="Fuels burnt on site × their factors, and refrigerant lost × its potential.",
        inputs=(*_FUELS, *_GASES),
        categories={
            "": "the sum",
            "diesel": "by meter, else by the fuel log",
            "gas": "by meter",
            "refrigerants": "by the potentials that the policy gwp_set names",
        },
        standard="GHG Protocol Corporate Standard",
        unverified="the rule as a whole is from memory",
    ),
    Metric.SCOPE2_LOCATION: MetricFacts(
        name="Scope 2 emissions, location-based",
        unit=_KG,
        meaning="Grid import × the zone's factor of the hour or year + cold bought × its factor.",
        inputs=_LOCATION,
        standard="GHG Protocol Scope 2 Guidance, location-based method",
        citation="S-GHG1",
    ),
    Metric.SCOPE2_MARKET: MetricFacts(
        name="Scope 2 emissions, market-based",
        unit=_KG,
        meaning="(Grid import − certificates) × residual mix + cold bought × its factor.",
        inputs=_MARKET,
        standard="GHG Protocol Scope 2 Guidance, market-based method",
        citation="S-GHG1, S-AIB",
    ),
    Metric.SCOPE3: MetricFacts(
        name="Scope 3 emissions",
        unit=_KG,
        meaning="Equipment bought, energy before it reached the site, and waste.",
        inputs=(
            *("equipment", "factors:upstream", "factors:waste", "grid_import", "fuel"),
            *("fuel_diesel", "fuel_gas", "generator_output", "district_cooling"),
        ),
        categories={
            "1": "purchased goods: equipment accounted as expense",
            "2": "capital goods: equipment accounted as capital",
            "3": "fuel- and energy-related activities",
            "5": "waste: equipment that left for treatment",
        },
        standard="GHG Protocol Scope 3 Standard",
        unverified="the rule as a whole is from memory",
    ),
    Metric.REFRIGERANT_LOSS: MetricFacts(
        name="Refrigerant lost",
        unit=_KG,
        meaning="Opening stock + purchases − closing stock − returned − net increase of charge.",
        inputs=("refrigerants", "estate.yaml:without"),
        categories={"<gas>": "by its designation"},
        standard="GHG Protocol, mass balance",
        unverified="the rule as a whole is from memory",
        decimals=1,
    ),
    Metric.CO2_REFRIGERANTS: MetricFacts(
        name="Emissions of refrigerant lost",
        unit=_KG,
        meaning="Refrigerant lost × its warming potential over 100 years.",
        inputs=_GASES,
        categories={
            "AR6": "IPCC, sixth assessment report (2021)",
            "AR5": "IPCC, fifth assessment report (2013)",
            "AR4": "IPCC, fourth assessment report (2007), as the F-gas law uses it",
        },
        standard="IPCC assessment reports",
        citation="S-BITZ, S-SHEC",
        unverified=_GWP_UNVERIFIED,
    ),
    Metric.LEAK_RATE: MetricFacts(
        name="Leak rate",
        unit=Unit.PERCENT,
        meaning="(Topped up − taken out) ÷ charge of the system.",
        inputs=("refrigerant_systems", "refrigerants"),
        categories={"<system>": "as refrigerant_systems.csv names it"},
        standard="own definition, for the records of Regulation (EU) 2024/573",
        state=State.OWN,
        citation="S-SIT",
        decimals=1,
    ),
}
