"""Water taken in, given back and used up, on site and where electricity is made."""

from datetime import date

from schemas.metrics.facts import EED, EED_ENTRY, MetricFacts, State
from schemas.metrics.ids import Metric
from schemas.units import Unit

_M3 = Unit.CUBIC_METRE
_FRESH = ("potable_water", "surface_water", "ground_water")
_INPUTS = (*_FRESH, "rain_water", "reclaimed_water")
_IT = ("ups_output", "pdu_output", "it_input")
_ACT_2026 = "C(2026) 3472, amending Delegated Regulation (EU) 2024/1364"
_FRESH_UNVERIFIED = (
    "which sources count as fresh, and that the water is in litres: neither was found in the act"
)
_SCORE_UNVERIFIED = "the bands' edges, and that 3 is where high stress begins"

FACTS: dict[Metric, MetricFacts] = {
    Metric.WUE: MetricFacts(
        name="Water usage effectiveness",
        unit=Unit.CUBIC_METRE_PER_MEGAWATT_HOUR,
        meaning="Water entering the data centre ÷ energy of the IT equipment.",
        inputs=(*_INPUTS, "water_reused_outside", *_IT),
        categories={
            "2": "all water input",
            "1": "drinking water only",
            "3": "all water input less what others reuse",
        },
        standard="ISO/IEC 30134-9, EN 50600-4-9",
        citation="S-DR, S-ITEH9",
        unverified="what category 3 takes off",
        decimals=3,
    ),
    Metric.WIN: MetricFacts(
        name="Total water input",
        unit=_M3,
        meaning="All water that crosses the boundary inwards (category 2).",
        inputs=_INPUTS,
        categories={"2": "all water input"},
        standard=f"{EED} 1(h)",
        valid_from=EED_ENTRY,
        citation="S-DR",
    ),
    Metric.WIN_POT: MetricFacts(
        name="Potable water input",
        unit=_M3,
        meaning="Drinking water that crosses the boundary inwards (category 1).",
        inputs=("potable_water",),
        categories={"1": "drinking water only"},
        standard=f"{EED} 1(i)",
        valid_from=EED_ENTRY,
        citation="S-DR",
    ),
    Metric.WIN_FRE: MetricFacts(
        name="Freshwater input",
        unit=_M3,
        meaning="Drinking, surface and ground water that crosses the boundary inwards.",
        inputs=_FRESH,
        standard=_ACT_2026,
        state=State.ADOPTED,
        citation="S-LBL",
        unverified=_FRESH_UNVERIFIED,
    ),
    Metric.WUE_FRE: MetricFacts(
        name="Freshwater usage effectiveness",
        unit=Unit.LITRE_PER_KILOWATT_HOUR,
        meaning="Freshwater input in litres ÷ energy of the IT equipment in kWh.",
        inputs=(*_FRESH, *_IT),
        standard=_ACT_2026,
        state=State.ADOPTED,
        citation="S-LBL, S-RCB",
        unverified=_FRESH_UNVERIFIED,
        decimals=3,
    ),
    Metric.WATER_DISCHARGE: MetricFacts(
        name="Water discharge",
        unit=_M3,
        meaning="Water given back to sewer or nature.",
        inputs=("water_discharge",),
        standard="ESRS E3-4",
        edition="Delegated Regulation (EU) 2023/2772",
        citation="S-TAX23",
    ),
    Metric.WATER_STORAGE_CHANGE: MetricFacts(
        name="Change in stored water",
        unit=_M3,
        meaning="Water in store as the period ends less as it began.",
        inputs=("water_stock", "estate.yaml:without"),
        standard="ESRS E3-4",
        edition="Delegated Regulation (EU) 2023/2772",
        citation="S-TAX23",
        decimals=1,
    ),
    Metric.WATER_CONSUMPTION: MetricFacts(
        name="Water consumption",
        unit=_M3,
        meaning="Water taken in − discharged − change in storage.",
        inputs=(*_INPUTS, "water_discharge", "water_stock", "estate.yaml:without"),
        standard="ESRS E3-4",
        edition="Delegated Regulation (EU) 2023/2772",
        citation="S-TAX23",
    ),
    Metric.WATER_STRESS: MetricFacts(
        name="Local water stress",
        unit=Unit.STRESS_SCORE,
        meaning="A score of the place's water stress, from 0 to 5, by a factor file.",
        inputs=("factors:water_stress",),
        categories={
            "extremely high": "from 4",
            "high": "from 3",
            "medium-high": "from 2",
            "low-medium": "from 1",
            "low": "below 1",
            "": "not known",
        },
        standard="own definition, after the bands of Aqueduct",
        state=State.OWN,
        unverified=_SCORE_UNVERIFIED,
        decimals=1,
    ),
    Metric.WATER_CONSUMPTION_STRESSED: MetricFacts(
        name="Water consumption under high water stress",
        unit=_M3,
        meaning="Consumption where the local water stress is high, else nothing.",
        inputs=(
            *_INPUTS,
            "water_discharge",
            "water_stock",
            "estate.yaml:without",
            "factors:water_stress",
        ),
        standard="ESRS E3-4, VSME B6",
        valid_from=date(2024, 1, 1),
        citation="S-TAX23, S-MIR",
        unverified=_SCORE_UNVERIFIED,
    ),
    Metric.WATER_GENERATION: MetricFacts(
        name="Water of power generation",
        unit=_M3,
        meaning="Grid import × water that the zone's power stations use up; never part of WUE.",
        inputs=("grid_import", "factors:water"),
        standard="own definition: the standard is of site water only",
        state=State.OWN,
        citation="S-ITEH9",
    ),
    Metric.WUE_SOURCE: MetricFacts(
        name="Water usage with power generation",
        unit=Unit.CUBIC_METRE_PER_MEGAWATT_HOUR,
        meaning="(Water input + water of power generation) ÷ energy of the IT equipment.",
        inputs=(*_INPUTS, "grid_import", "factors:water", *_IT),
        standard="own definition: the standard is of site water only",
        state=State.OWN,
        citation="S-ITEH9",
        decimals=3,
    ),
}
