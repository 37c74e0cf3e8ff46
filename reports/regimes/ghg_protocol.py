"""GHG Protocol: an inventory of one data centre by scope, both ways of scope 2, parts of scope 3."""

from reports.regime import Cell, Regime, RuleState
from reports.regimes.lines import (
    FROM_0,
    KWH,
    OPTIONAL,
    RATIO,
    SHARE,
    TCO2E,
    figure,
    head,
    total,
)
from schemas.metrics import Metric

_WHO = "Who, where and when"
_ONE, _TWO, _THREE = "Scope 1: direct", "Scope 2: electricity and heat bought", "Scope 3: parts"
_SUM, _HOURLY = "Totals of what is stated above", "Hourly matching: draft of the revised scope 2"
_S1, _S3 = Metric.SCOPE1, Metric.SCOPE3
_PARTS = tuple(figure(_S3, number) for number in ("1", "2", "3", "5"))
_DRAFT = (
    "Consultation of October 2025; the final text is expected in 2027. Nothing of it binds yet."
)

# fmt: off
_CELLS = (
    *head(_WHO),
    Cell(section=_ONE, annex="Corporate Standard", code="S1", label="Scope 1", content=figure(_S1, ""), unit=TCO2E, decimals=2, limits=FROM_0, needs="registers/fuel.csv, registers/refrigerants.csv and their factors"),
    Cell(section=_ONE, annex="Corporate Standard", code="S1-diesel", label="Generators", content=figure(_S1, "diesel"), unit=TCO2E, decimals=2, limits=FROM_0, when_missing=OPTIONAL),
    Cell(section=_ONE, annex="Corporate Standard", code="S1-gas", label="Gas", content=figure(_S1, "gas"), unit=TCO2E, decimals=2, limits=FROM_0, when_missing=OPTIONAL),
    Cell(section=_ONE, annex="Corporate Standard", code="S1-refrigerants", label="Refrigerant lost", content=figure(_S1, "refrigerants"), unit=TCO2E, decimals=2, limits=FROM_0, when_missing=OPTIONAL, note="By mass balance; the GWP set is named beside the figure."),
    Cell(section=_TWO, annex="Scope 2 Guidance", code="S2-LB", label="Scope 2, location-based", content=figure(Metric.SCOPE2_LOCATION), unit=TCO2E, decimals=2, limits=FROM_0, needs="factors of kind 'location' for the grid zone"),
    Cell(section=_TWO, annex="Scope 2 Guidance", code="S2-MB", label="Scope 2, market-based", content=figure(Metric.SCOPE2_MARKET), unit=TCO2E, decimals=2, limits=FROM_0, needs="factors of kind 'residual' for the grid zone, and registers/certificates.csv", note="Both are reported wherever contracts for electricity exist."),
    Cell(section=_THREE, annex="Scope 3 Standard", code="S3-1", label="Category 1, goods and services bought", content=_PARTS[0], unit=TCO2E, decimals=2, limits=FROM_0, when_missing=OPTIONAL, note="Equipment only, as far as it is no capital good."),
    Cell(section=_THREE, annex="Scope 3 Standard", code="S3-2", label="Category 2, capital goods", content=_PARTS[1], unit=TCO2E, decimals=2, limits=FROM_0, when_missing=OPTIONAL, note="Embodied in the equipment installed in the period."),
    Cell(section=_THREE, annex="Scope 3 Standard", code="S3-3", label="Category 3, fuel- and energy-related", content=_PARTS[2], unit=TCO2E, decimals=2, limits=FROM_0, when_missing=OPTIONAL),
    Cell(section=_THREE, annex="Scope 3 Standard", code="S3-5", label="Category 5, waste", content=_PARTS[3], unit=TCO2E, decimals=2, limits=FROM_0, when_missing=OPTIONAL),
    Cell(section=_SUM, annex="wattledger", code="TOTAL-LB", label="Scopes 1 and 2, location-based", content=total(figure(_S1, ""), figure(Metric.SCOPE2_LOCATION)), unit=TCO2E, decimals=2, limits=FROM_0, when_missing=OPTIONAL),
    Cell(section=_SUM, annex="wattledger", code="TOTAL-MB", label="Scopes 1 and 2, market-based", content=total(figure(_S1, ""), figure(Metric.SCOPE2_MARKET)), unit=TCO2E, decimals=2, limits=FROM_0, when_missing=OPTIONAL),
    Cell(section=_SUM, annex="wattledger", code="S3", label="The four categories of scope 3 together", content=total(*_PARTS), unit=TCO2E, decimals=2, limits=FROM_0, when_missing=OPTIONAL, note="No total of scope 3: the other categories are not computed."),
    Cell(section=_HOURLY, annex="Scope 2 revision, draft", code="CFE-hourly", label="Clean electricity matched in the same hour", content=figure(Metric.CFE_HOURLY), unit=RATIO, decimals=4, limits=SHARE, when_missing=OPTIONAL, note=_DRAFT),
    Cell(section=_HOURLY, annex="Scope 2 revision, draft", code="UNMATCHED", label="Electricity without clean electricity in its hour", content=figure(Metric.CERTIFICATE_GAP, "hourly"), unit=KWH, decimals=0, limits=FROM_0, when_missing=OPTIONAL, note=f"It would take the residual mix, or fossil factors where there is none. {_DRAFT}"),
)
# fmt: on

GHG_PROTOCOL = Regime(
    key="ghg-protocol",
    title="Greenhouse gas inventory of a data centre",
    edition="Corporate Standard; Scope 2 Guidance 2015; Scope 3 Standard 2011",
    jurisdiction="INT",
    source="GHG Protocol (titles and years of editions from memory, unverified)",
    state=RuleState.IN_FORCE,
    first_year=2015,
    cells=_CELLS,
    notes=(
        "One data centre's part of an inventory; the undertaking's own sums its facilities over its chosen boundary.",
        "Electricity resold to customers may belong to their scope 2 and to scope 3 category 3 of the reseller: check the consolidation approach.",
        "Factors, their editions and GWP sets stand beside every figure in the report and in explain.",
    ),
)
