"""ESRS E1, E3 and E5: one data centre's part, by the element names of Set 1 and of the 2026 draft.

The code of a line is the element's local name, so that it can be held against the taxonomy. An
undertaking's statement adds up its facilities and all else that it runs.
"""

from dataclasses import replace
from datetime import date

from reports.content.kinds import FromMetric, NotComputed
from reports.regime import AtMost, Cell, Range, Regime, RuleState, Sum, Taxonomy
from reports.regimes.lines import (
    FROM_0,
    M3,
    MWH,
    OPTIONAL,
    PERCENT,
    TCO2E,
    TONNE,
    figure,
    head,
    total,
)
from schemas.metrics import Metric

_WHO = "Who, where and when"
_E1_5, _E1_6 = "E1-5: energy consumption and mix", "E1-6: gross greenhouse gas emissions"
_E3_4, _E5_5 = "E3-4: water", "E5-5: waste"
_MIX = "no register tells the fuels behind electricity from the grid; a supplier's disclosure would"
_ONE, _LB, _MB = (
    figure(Metric.SCOPE1, ""),
    figure(Metric.SCOPE2_LOCATION),
    figure(Metric.SCOPE2_MARKET),
)
_THREE = tuple(figure(Metric.SCOPE3, number) for number in ("1", "2", "3", "5"))
_BOUGHT = (figure(Metric.ERES_GOO), figure(Metric.ERES_PPA))
_PARTS = "Categories 1, 2, 3 and 5 only, as far as registers hold them; other categories are not computed."
_FUEL = "Fuel at the boundary. A generator that is metered at its output is electricity here, not fuel: add its fuel by hand."


def _route(name: str) -> FromMetric:
    return figure(Metric.RETIRED_MASS, name)


_UNKNOWN = (_route("not stated"),)
_NO_ROUTE = "equipment left by a route that registers/equipment.csv does not state"
_WASTE = tuple(map(_route, ("preparation_for_reuse", "recycling", "recovery", "disposal")))

# fmt: off
_CELLS = (
    *head(_WHO),
    Cell(section=_E1_5, annex="E1-5", code="EnergyConsumptionRelatedToOwnOperations", label="Energy consumption, total", content=figure(Metric.EDC), unit=MWH, decimals=1, limits=FROM_0, needs="meters of grid_import, generator_output and onsite_renewable in meters.csv"),
    Cell(section=_E1_5, annex="E1-5", code="EnergyConsumptionFromFossilSources", label="From fossil sources", content=NotComputed(because=_MIX), when_missing=OPTIONAL, unit=MWH, decimals=1),
    Cell(section=_E1_5, annex="E1-5", code="FuelConsumptionFromCrudeOilAndPetroleumProducts", label="Fuel from crude oil", content=figure(Metric.EDC_CARRIER, "fuel_diesel"), when_missing=OPTIONAL, unit=MWH, decimals=1, limits=FROM_0, note=_FUEL),
    Cell(section=_E1_5, annex="E1-5", code="FuelConsumptionFromNaturalGas", label="Fuel from natural gas", content=figure(Metric.EDC_CARRIER, "fuel_gas"), when_missing=OPTIONAL, unit=MWH, decimals=1, limits=FROM_0, note=_FUEL),
    Cell(section=_E1_5, annex="E1-5", code="EnergyConsumptionFromNuclearSources", label="From nuclear sources", content=NotComputed(because=_MIX), when_missing=OPTIONAL, unit=MWH, decimals=1),
    Cell(section=_E1_5, annex="E1-5", code="EnergyConsumptionFromRenewableSources", label="From renewable sources", content=figure(Metric.ERES_TOT), when_missing=OPTIONAL, unit=MWH, decimals=1, limits=FROM_0, needs="registers/certificates.csv"),
    Cell(section=_E1_5, annex="E1-5", code="ConsumptionOfPurchasedOrAcquiredElectricityHeatSteamAndCoolingFromRenewableSources", label="Bought from renewable sources", content=total(*_BOUGHT), when_missing=OPTIONAL, unit=MWH, decimals=1, limits=FROM_0),
    Cell(section=_E1_5, annex="E1-5", code="ConsumptionOfSelfgeneratedNonfuelRenewableEnergy", label="Generated on site from renewable sources", content=figure(Metric.ERES_OS), when_missing=OPTIONAL, unit=MWH, decimals=1, limits=FROM_0),
    Cell(section=_E1_5, annex="E1-5", code="PercentageOfRenewableSourcesInTotalEnergyConsumption", label="Share of renewable sources", content=figure(Metric.REF), when_missing=OPTIONAL, unit=PERCENT, decimals=1, limits=Range(lowest=0, highest=100), note="Written as a ratio in XBRL."),
    Cell(section=_E1_5, annex="E1-5", code="RenewableEnergyProduction", label="Renewable energy produced", content=figure(Metric.EDC_CARRIER, "onsite_renewable"), when_missing=OPTIONAL, unit=MWH, decimals=1, limits=FROM_0),
    Cell(section=_E1_5, annex="E1-5", code="NonrenewableEnergyProduction", label="Other energy produced", content=figure(Metric.EDC_BG), when_missing=OPTIONAL, unit=MWH, decimals=1, limits=FROM_0, note="Electricity of backup generators."),

    Cell(section=_E1_6, annex="E1-6", code="GrossScope1GreenhouseGasEmissions", label="Scope 1", content=_ONE, unit=TCO2E, decimals=1, limits=FROM_0, needs="registers/fuel.csv, registers/refrigerants.csv and their factors"),
    Cell(section=_E1_6, annex="E1-6", code="GrossLocationBasedScope2GreenhouseGasEmissions", label="Scope 2, location-based", content=_LB, unit=TCO2E, decimals=1, limits=FROM_0, needs="factors of kind 'location' for the grid zone"),
    Cell(section=_E1_6, annex="E1-6", code="GrossMarketBasedScope2GreenhouseGasEmissions", label="Scope 2, market-based", content=_MB, unit=TCO2E, decimals=1, limits=FROM_0, needs="factors of kind 'residual' for the grid zone, and registers/certificates.csv"),
    Cell(section=_E1_6, annex="E1-6", code="GrossScope3GreenhouseGasEmissions", label="Scope 3, in part", content=total(*_THREE), when_missing=OPTIONAL, unit=TCO2E, decimals=1, limits=FROM_0, note=_PARTS),
    Cell(section=_E1_6, annex="E1-6", code="LocationBasedGreenhouseGasEmissions", label="Total, location-based", content=total(_ONE, _LB, *_THREE), when_missing=OPTIONAL, unit=TCO2E, decimals=1, limits=FROM_0, note=_PARTS),
    Cell(section=_E1_6, annex="E1-6", code="MarketBasedGreenhouseGasEmissions", label="Total, market-based", content=total(_ONE, _MB, *_THREE), when_missing=OPTIONAL, unit=TCO2E, decimals=1, limits=FROM_0, note=_PARTS),

    Cell(section=_E3_4, annex="E3-4", code="WaterConsumption", label="Water consumption", content=figure(Metric.WATER_CONSUMPTION), unit=M3, decimals=0, needs="meters of water and water_discharge in meters.csv", note="Withdrawals − discharges − what storage gained; not the water input of the European act."),
    Cell(section=_E3_4, annex="E3-4", code="WaterConsumptionInAreasOfHighwaterStress", label="Of it in areas of high water stress", content=figure(Metric.WATER_CONSUMPTION_STRESSED), when_missing=OPTIONAL, unit=M3, decimals=0),
    Cell(section=_E3_4, annex="E3-4", code="IncreaseDecreaseInWaterStorage", label="Change in water storage", content=figure(Metric.WATER_STORAGE_CHANGE), when_missing=OPTIONAL, unit=M3, decimals=0),
    Cell(section=_E3_4, annex="E3-4", code="WaterWithdrawals", label="Water withdrawals", content=figure(Metric.WIN, "2"), unit=M3, decimals=0, limits=FROM_0, needs="meters of water in meters.csv"),
    Cell(section=_E3_4, annex="E3-4", code="WaterDischarges", label="Water discharges", content=figure(Metric.WATER_DISCHARGE), unit=M3, decimals=0, limits=FROM_0, needs="a meter of water_discharge in meters.csv"),
    Cell(section=_E3_4, annex="E3-4", code="WaterRecycledAndReused", label="Water recycled and reused", content=NotComputed(because="no quantity tells water that circulates within the site"), when_missing=OPTIONAL, unit=M3, decimals=0),

    Cell(section=_E5_5, annex="E5-5", code="WasteGenerated", label="Waste of equipment", content=total(*_WASTE, perhaps=_UNKNOWN, because=_NO_ROUTE), when_missing=OPTIONAL, unit=TONNE, decimals=3, limits=FROM_0, note="Equipment only; what is used on or sold is no waste."),
    Cell(section=_E5_5, annex="E5-5", code="WasteGeneratedDivertedFromDisposal", label="Diverted from disposal", content=total(*_WASTE[:3], perhaps=_UNKNOWN, because=_NO_ROUTE), when_missing=OPTIONAL, unit=TONNE, decimals=3, limits=FROM_0, note="Preparation for reuse, recycling and other recovery."),
    Cell(section=_E5_5, annex="E5-5", code="WasteGeneratedDirectedToDisposal", label="Directed to disposal", content=total(_WASTE[3], perhaps=_UNKNOWN, because=_NO_ROUTE), when_missing=OPTIONAL, unit=TONNE, decimals=3, limits=FROM_0),
    Cell(section=_E5_5, annex="E5-5", code="HazardousWaste", label="Hazardous waste", content=figure(Metric.HAZARDOUS_MASS), when_missing=OPTIONAL, unit=TONNE, decimals=3, limits=FROM_0),
    Cell(section=_E5_5, annex="E5-5", code="NonrecycledWaste", label="Waste that is not recycled", content=total(*_WASTE[2:], perhaps=_UNKNOWN, because=_NO_ROUTE), when_missing=OPTIONAL, unit=TONNE, decimals=3, limits=FROM_0),
)
#: Old name to new name; the lines of other names are gone from the roles of the draft.
_RENAMED = {
    "EnergyConsumptionRelatedToOwnOperations": "TotalEnergyConsumptionRelatedToTheUndertakingSOwnOperations",
    "EnergyConsumptionFromFossilSources": "TotalEnergyConsumptionFromFossilSources",
    "FuelConsumptionFromCrudeOilAndPetroleumProducts": "FuelConsumptionFromCrudeOilAndPetroleumProducts",
    "FuelConsumptionFromNaturalGas": "FuelConsumptionFromNaturalGas",
    "EnergyConsumptionFromNuclearSources": "TotalEnergyConsumptionFromNuclearSources",
    "EnergyConsumptionFromRenewableSources": "TotalEnergyConsumptionFromRenewableSources",
    "RenewableEnergyProduction": "RenewableEnergyProduction",
    "NonrenewableEnergyProduction": "NonRenewableEnergyProduction",
    "GrossScope1GreenhouseGasEmissions": "AbsoluteGrossScope1GhgEmissionsGeneratedDuringTheReportingPeriod",
    "GrossLocationBasedScope2GreenhouseGasEmissions": "AbsoluteGrossLocationBasedScope2GhgEmissionsGeneratedDuringTheReportingPeriod",
    "GrossMarketBasedScope2GreenhouseGasEmissions": "AbsoluteGrossMarketBasedScope2GhgEmissionsGeneratedDuringTheReportingPeriod",
    "GrossScope3GreenhouseGasEmissions": "AbsoluteSignificantGrossScope3GhgEmissionsGeneratedDuringTheReportingPeriod",
    "WaterConsumption": "TotalWaterConsumption",
    "WaterConsumptionInAreasOfHighwaterStress": "TotalWaterConsumptionInAreasWithWaterStress",
    "WaterWithdrawals": "TotalWaterWithdrawals",
    "WaterDischarges": "TotalWaterDischarge",
    "WaterRecycledAndReused": "TotalWaterRecycledAndReused",
    "WasteGenerated": "TotalWeightOfWasteGenerated",
}
_SECTIONS = {
    _E1_5: ("E1-7: energy consumption and mix", "E1-7"),
    _E1_6: ("E1-8: gross greenhouse gas emissions", "E1-8"),
    _E3_4: (_E3_4, "E3-4"),
    _E5_5: (_E5_5, "E5-5"),
}
# fmt: on
_FACILITY = (
    "One data centre's part: the undertaking's statement adds up its facilities and all else.",
    "Fossil and nuclear shares of grid electricity are not computed; a supplier's disclosure of its mix would tell them.",
    "Nothing in the taxonomy checks greenhouse gases, water or waste; wattledger does.",
    "Rounding is wattledger's: half up, once, from the unrounded figure.",
)


def _renamed(cell: Cell) -> Cell:
    section, annex = _SECTIONS[cell.section]
    return replace(cell, section=section, annex=annex, code=_RENAMED[cell.code])


ESRS_SET1 = Regime(
    key="esrs-set1",
    title="ESRS Set 1: E1-5, E1-6, E3-4 and E5-5 of a data centre",
    edition="Set 1, taxonomy of 2023-12-22",
    jurisdiction="EU",
    source="Delegated Regulation (EU) 2023/2772; ESRS XBRL taxonomy 2023-12-22",
    state=RuleState.IN_FORCE,
    first_year=2024,
    cells=_CELLS,
    at_most=(
        AtMost(
            left="EnergyConsumptionFromRenewableSources",
            right="EnergyConsumptionRelatedToOwnOperations",
            because="renewable energy is a part of the total; certificates beyond it do not count",
        ),
        AtMost(
            left="WaterDischarges",
            right="WaterWithdrawals",
            because="more left than came in; look for water that no meter counts",
            blocks=False,
        ),
    ),
    sums=(
        Sum(
            total="EnergyConsumptionFromRenewableSources",
            parts=(
                "ConsumptionOfPurchasedOrAcquiredElectricityHeatSteamAndCoolingFromRenewableSources",
                "ConsumptionOfSelfgeneratedNonfuelRenewableEnergy",
            ),
        ),
        Sum(
            total="WasteGenerated",
            parts=("WasteGeneratedDivertedFromDisposal", "WasteGeneratedDirectedToDisposal"),
        ),
    ),
    notes=(
        "For financial years 2024 to 2026 (which years, from memory, unverified).",
        *_FACILITY,
    ),
    taxonomy=Taxonomy(
        prefix="esrs",
        namespace="https://xbrl.efrag.org/taxonomy/esrs/2023-12-22",
        entry_point="https://xbrl.efrag.org/taxonomy/esrs/2023-12-22/esrs_all.xsd",
    ),
)

ESRS_2026 = Regime(
    key="esrs-2026",
    title="Revised ESRS: E1-7, E1-8, E3-4 and E5-5 of a data centre",
    edition="2026, taxonomy draft of 2026-08-30",
    jurisdiction="EU",
    source="Delegated Regulation (EU) 2026/1563; draft ESRS XBRL taxonomy 2026-08-30",
    state=RuleState.IN_FORCE,
    valid_from=date(2026, 11, 10),
    first_year=2026,
    cells=(*head(_WHO), *(_renamed(cell) for cell in _CELLS if cell.code in _RENAMED)),
    at_most=(
        AtMost(
            left=_RENAMED["EnergyConsumptionFromRenewableSources"],
            right=_RENAMED["EnergyConsumptionRelatedToOwnOperations"],
            because="renewable energy is a part of the total; certificates beyond it do not count",
        ),
    ),
    notes=(
        "Mandatory for financial year 2027, optional for 2026: the statement says which version it applies.",
        "The taxonomy is a draft. It has no item for the total of scopes 1 to 3.",
        *_FACILITY,
    ),
    taxonomy=Taxonomy(
        prefix="esrs",
        namespace="https://xbrl.efrag.org/taxonomy/esrs/2026-08-30",
        entry_point="https://xbrl.efrag.org/taxonomy/esrs/2026-08-30/esrs.xsd",
    ),
)
