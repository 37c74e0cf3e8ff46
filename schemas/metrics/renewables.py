"""Renewable energy that the data centre owns, by the year and by the hour."""

from schemas.metrics.facts import EED, EED_ENTRY, MetricFacts, State
from schemas.metrics.ids import Metric
from schemas.units import Unit

_KWH = Unit.KILOWATT_HOUR
_ELECTRIC = ("grid_import", "grid_export", "onsite_renewable", "generator_output")
_SITE = ("onsite_renewable", "grid_export", "certificates")
_CARRIERS = (*_ELECTRIC, "district_cooling", "fuel_gas", "fuel_diesel", "estate.yaml:boundary")
_RETIRED = "until when a certificate must be cancelled (18 months after production)"

FACTS: dict[Metric, MetricFacts] = {
    Metric.REF: MetricFacts(
        name="Renewable energy factor",
        unit=Unit.RATIO,
        meaning="Renewable energy owned and retired ÷ energy entering the data centre, at most 1.",
        inputs=(*_SITE, *_CARRIERS),
        standard="ISO/IEC 30134-3, EN 50600-4-3",
        citation="S-EN4-3",
        unverified=_RETIRED,
        decimals=4,
    ),
    Metric.ERES_TOT: MetricFacts(
        name="Total renewable energy",
        unit=_KWH,
        meaning="Guarantees of origin + PPAs + on-site renewables, after deductions.",
        inputs=_SITE,
        standard=f"{EED} 1(o)",
        valid_from=EED_ENTRY,
        citation="S-DR",
    ),
    Metric.ERES_GOO: MetricFacts(
        name="Renewable energy from guarantees of origin",
        unit=_KWH,
        meaning="Guarantees of origin retired for this data centre, whole MWh.",
        inputs=("certificates",),
        standard=f"{EED} 1(p)",
        valid_from=EED_ENTRY,
        citation="S-DR",
        unverified=_RETIRED,
    ),
    Metric.ERES_PPA: MetricFacts(
        name="Renewable energy from PPAs",
        unit=_KWH,
        meaning="PPA energy whose guarantees of origin are owned and retired, whole MWh.",
        inputs=("certificates",),
        standard=f"{EED} 1(q)",
        valid_from=EED_ENTRY,
        citation="S-DR",
        unverified=_RETIRED,
    ),
    Metric.ERES_OS: MetricFacts(
        name="Renewable energy from the site",
        unit=_KWH,
        meaning="On-site generation − export − volumes whose certificates are not retired.",
        inputs=_SITE,
        standard=f"{EED} 1(r)",
        valid_from=EED_ENTRY,
        citation="S-DR",
    ),
    Metric.RENEWABLE_ELECTRICITY: MetricFacts(
        name="Renewable share of electricity",
        unit=Unit.PERCENT,
        meaning="Renewable energy owned and retired ÷ electricity used on site, at most 100.",
        inputs=(*_SITE, *_ELECTRIC),
        standard="EnEfG § 11(5) and Annex 3, 2b",
        citation="S-ENEFG",
        decimals=2,
    ),
    Metric.CFE_ANNUAL: MetricFacts(
        name="Clean electricity over the year",
        unit=Unit.RATIO,
        meaning="Clean electricity owned, of any zone and hour ÷ electricity used, at most 1.",
        inputs=(*_SITE, "certificate_hours", *_ELECTRIC),
        standard="own definition",
        state=State.OWN,
        decimals=4,
    ),
    Metric.CFE_HOURLY: MetricFacts(
        name="Clean electricity by the hour",
        unit=Unit.RATIO,
        meaning="Σ of the smaller of clean and used electricity in each hour ÷ electricity used.",
        inputs=(*_SITE, "certificate_hours", *_ELECTRIC, "estate.yaml:deliverable_zones"),
        standard="GHG Protocol, revision of the Scope 2 Guidance",
        edition="consultation of 20 October 2025",
        state=State.DRAFT,
        citation="S-GHG2, S-GHG3",
        decimals=4,
    ),
    Metric.CERTIFICATE_GAP: MetricFacts(
        name="Certificates that would close the gap",
        unit=_KWH,
        meaning="What is missing to all of it being renewable, in whole MWh, rounded up.",
        inputs=(*_SITE, "certificate_hours", *_CARRIERS),
        categories={
            "annual": "to a REF of 1",
            "electricity": "to a renewable share of 100 % of electricity",
            "hourly": "to clean electricity in every hour",
        },
        standard="own definition",
        state=State.OWN,
    ),
}
