"""Equipment from purchase to its next life, and the carbon in it."""

from schemas.metrics.facts import MetricFacts, State
from schemas.metrics.ids import Metric
from schemas.units import Unit

_OWN = "own definition"
_WASTE = "Directive 2008/98/EC, ESRS E5-5"
_FLOWS = {
    "opening": "in place as the period begins",
    "installed": "installed in the period",
    "decommissioned": "left in the period",
    "closing": "in place as the period ends",
}
_ROUTES = {
    "internal_reuse": "used on by the operator: no waste",
    "resale": "sold for use: no waste",
    "preparation_for_reuse": "waste that is made fit for use",
    "recycling": "waste whose material is recycled",
    "recovery": "waste that is recovered otherwise",
    "disposal": "waste that is disposed of",
    "not stated": "the register names no route",
}
_ROUTES_ARE_OURS = "Reuse holds what is sold or used on beside what is prepared for it: our choice."

FACTS: dict[Metric, MetricFacts] = {
    Metric.SERVERS: MetricFacts(
        name="Servers",
        unit=Unit.PIECE,
        meaning="Servers in place on the last day of the period.",
        standard=_OWN,
        inputs=("equipment",),
        state=State.OWN,
    ),
    Metric.EMBODIED_ADDED: MetricFacts(
        name="Embodied carbon installed",
        unit=Unit.KILOGRAM,
        meaning="Cradle-to-gate emissions of what was installed in the period, as CO2 equivalent.",
        standard="GHG Protocol scope 3, category 2",
        inputs=("equipment",),
        unverified="The standard was not read; servers without a declared footprint are estimated "
        "from their parts by Boavizta's method of 2021.",
    ),
    Metric.EMBODIED_ALLOCATED: MetricFacts(
        name="Embodied carbon allocated over life",
        unit=Unit.KILOGRAM,
        meaning="Embodied carbon × days in place within life ÷ days of life (years × 365.25).",
        standard=_OWN,
        inputs=("equipment",),
        state=State.OWN,
    ),
    Metric.EMBODIED_UNKNOWN: MetricFacts(
        name="IT equipment of unknown embodied carbon",
        unit=Unit.RATIO,
        meaning="Share of IT equipment in place whose embodied carbon or life is not stated, by "
        "rated power where all of it states one, else by pieces.",
        standard=_OWN,
        inputs=("equipment",),
        state=State.OWN,
        decimals=3,
    ),
    Metric.ASSETS: MetricFacts(
        name="Equipment",
        unit=Unit.PIECE,
        meaning="Pieces: opening + installed = decommissioned + closing.",
        standard=_OWN,
        inputs=("equipment",),
        categories=_FLOWS,
        state=State.OWN,
    ),
    Metric.ASSET_MASS: MetricFacts(
        name="Mass of equipment",
        unit=Unit.KILOGRAM,
        meaning="Mass: opening + installed = decommissioned + closing.",
        standard=_OWN,
        inputs=("equipment",),
        categories=_FLOWS,
        state=State.OWN,
    ),
    Metric.RETIRED_MASS: MetricFacts(
        name="Mass of retired equipment by route",
        unit=Unit.KILOGRAM,
        meaning="Mass of what left in the period, by the way it went.",
        standard=_WASTE,
        inputs=("equipment",),
        categories=_ROUTES,
        citation="S-SIT, S-TAX26",
        unverified=_ROUTES_ARE_OURS,
    ),
    Metric.HAZARDOUS_MASS: MetricFacts(
        name="Hazardous waste",
        unit=Unit.KILOGRAM,
        meaning="Mass of waste that left in the period and whose List of Waste code has a star; "
        "what is used on or sold is no waste.",
        standard="Decision 2000/532/EC, ESRS E5-5",
        inputs=("equipment",),
        citation="S-MIR, S-TAX26",
        unverified="Codes were checked against a published copy of the list, not against the act.",
    ),
    Metric.REUSE_RATE: MetricFacts(
        name="Reuse rate",
        unit=Unit.RATIO,
        meaning="Mass used on, sold or prepared for reuse ÷ mass that left in the period.",
        standard=_WASTE,
        inputs=("equipment",),
        citation="S-TAX26",
        unverified=_ROUTES_ARE_OURS,
        decimals=4,
    ),
    Metric.RECYCLING_RATE: MetricFacts(
        name="Recycling rate",
        unit=Unit.RATIO,
        meaning="Mass recycled ÷ mass that left in the period.",
        standard=_WASTE,
        inputs=("equipment",),
        citation="S-TAX26",
        unverified="That the whole is all that left, reuse included, is our choice.",
        decimals=4,
    ),
    Metric.DIVERSION_RATE: MetricFacts(
        name="Diversion from disposal",
        unit=Unit.RATIO,
        meaning="Mass reused, recycled or recovered otherwise ÷ mass that left in the period.",
        standard=_WASTE,
        inputs=("equipment",),
        citation="S-TAX26",
        unverified=_ROUTES_ARE_OURS,
        decimals=4,
    ),
    Metric.EQUIPMENT_AGE: MetricFacts(
        name="Mean age of servers",
        unit=Unit.YEAR,
        meaning="Mean age of servers in place at the end of the period, in years of 365.25 days.",
        standard=_OWN,
        inputs=("equipment",),
        state=State.OWN,
        decimals=1,
    ),
}
