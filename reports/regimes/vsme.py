"""VSME, the voluntary standard for smaller undertakings: B3, B6 and B7 of one data centre.

Codes are local names of elements of the VSME taxonomy, which are the names of the template's
ranges too.
"""

from reports.content.kinds import NotComputed
from reports.regime import AtMost, Cell, Regime, RuleState, Taxonomy
from reports.regimes.lines import FROM_0, M3, MWH, OPTIONAL, TCO2E, TONNE, figure, head, total
from schemas.metrics import Metric

_WHO = "Who, where and when"
_B3, _B6, _B7 = "B3: energy and greenhouse gases", "B6: water", "B7: waste"
_ONE, _LB, _MB = (
    figure(Metric.SCOPE1, ""),
    figure(Metric.SCOPE2_LOCATION),
    figure(Metric.SCOPE2_MARKET),
)
_WASTE = tuple(
    figure(Metric.RETIRED_MASS, route)
    for route in ("preparation_for_reuse", "recycling", "recovery", "disposal")
)
_UNKNOWN = (figure(Metric.RETIRED_MASS, "not stated"),)
_NO_ROUTE = "equipment left by a route that registers/equipment.csv does not state"
_INSTANT = "The taxonomy gives it an instant, where the other water items have a duration."

# fmt: off
_CELLS = (
    *head(_WHO),
    Cell(section=_B3, annex="B3", code="TotalEnergyConsumption", label="Energy consumption, total", content=figure(Metric.EDC), unit=MWH, decimals=1, limits=FROM_0, needs="meters of grid_import, generator_output and onsite_renewable in meters.csv"),
    Cell(section=_B3, annex="B3", code="EnergyConsumptionFromElectricity", label="Electricity bought", content=figure(Metric.ELECTRICITY, "purchased"), when_missing=OPTIONAL, unit=MWH, decimals=1, limits=FROM_0),
    Cell(section=_B3, annex="B3", code="EnergyConsumptionFromSelfGeneratedElectricity", label="Electricity generated on site", content=figure(Metric.ELECTRICITY, "own"), when_missing=OPTIONAL, unit=MWH, decimals=1, limits=FROM_0),
    Cell(section=_B3, annex="B3", code="EnergyConsumptionFromFuels", label="Fuels", content=NotComputed(because="fuel of generators that are metered at their output is electricity here; add fuels by hand"), when_missing=OPTIONAL, unit=MWH, decimals=1),
    Cell(section=_B3, annex="B3", code="GrossScope1GreenhouseGasEmissions", label="Scope 1", content=_ONE, unit=TCO2E, decimals=1, limits=FROM_0, needs="registers/fuel.csv, registers/refrigerants.csv and their factors"),
    Cell(section=_B3, annex="B3", code="GrossLocationBasedScope2GreenhouseGasEmissions", label="Scope 2, location-based", content=_LB, unit=TCO2E, decimals=1, limits=FROM_0, needs="factors of kind 'location' for the grid zone"),
    Cell(section=_B3, annex="B3", code="GrossMarketBasedScope2GreenhouseGasEmissions", label="Scope 2, market-based", content=_MB, when_missing=OPTIONAL, unit=TCO2E, decimals=1, limits=FROM_0),
    Cell(section=_B3, annex="B3", code="TotalGrossLocationBasedScope1AndScope2GHGEmissions", label="Scopes 1 and 2, location-based", content=total(_ONE, _LB), when_missing=OPTIONAL, unit=TCO2E, decimals=1, limits=FROM_0),
    Cell(section=_B3, annex="B3", code="TotalGrossMarketBasedScope1AndScope2GHGEmissions", label="Scopes 1 and 2, market-based", content=total(_ONE, _MB), when_missing=OPTIONAL, unit=TCO2E, decimals=1, limits=FROM_0),

    Cell(section=_B6, annex="B6", code="TotalAmountOfWaterWithdrawnFromAllSites", label="Water withdrawn", content=figure(Metric.WIN, "2"), unit=M3, decimals=0, limits=FROM_0, needs="meters of water in meters.csv"),
    Cell(section=_B6, annex="B6", code="WaterDischargeFromUndertakingProductionProcesses", label="Water discharged", content=figure(Metric.WATER_DISCHARGE), when_missing=OPTIONAL, unit=M3, decimals=0, limits=FROM_0),
    Cell(section=_B6, annex="B6", code="TotalWaterConsumption", label="Water consumption", content=figure(Metric.WATER_CONSUMPTION), when_missing=OPTIONAL, unit=M3, decimals=0),
    Cell(section=_B6, annex="B6", code="AmountOfWaterWithdrawnAtSitesLocatedInAreasOfHighWaterStress", label="Water withdrawn where stress is high", content=NotComputed(because="the metric tells consumption in such areas, not withdrawal; it is the line above where the site lies in one"), when_missing=OPTIONAL, unit=M3, decimals=0, note=_INSTANT),

    Cell(section=_B7, annex="B7", code="TotalWasteGeneratedMass", label="Waste of equipment", content=total(*_WASTE, perhaps=_UNKNOWN, because=_NO_ROUTE), when_missing=OPTIONAL, unit=TONNE, decimals=3, limits=FROM_0, note="Equipment only; what is used on or sold is no waste."),
    Cell(section=_B7, annex="B7", code="TotalHazardousWasteGeneratedMass", label="Of it hazardous", content=figure(Metric.HAZARDOUS_MASS), when_missing=OPTIONAL, unit=TONNE, decimals=3, limits=FROM_0),
    Cell(section=_B7, annex="B7", code="WasteDivertedToRecycleOrReuseMass", label="To recycling or reuse", content=total(*_WASTE[:2], perhaps=_UNKNOWN, because=_NO_ROUTE), when_missing=OPTIONAL, unit=TONNE, decimals=3, limits=FROM_0, note="The taxonomy asks for it by waste code; this is the sum of all codes."),
    Cell(section=_B7, annex="B7", code="WasteDirectedToDisposalMass", label="To disposal", content=total(_WASTE[3], perhaps=_UNKNOWN, because=_NO_ROUTE), when_missing=OPTIONAL, unit=TONNE, decimals=3, limits=FROM_0, note="The taxonomy asks for it by waste code; this is the sum of all codes."),
)
# fmt: on

VSME_2026 = Regime(
    key="vsme-2026",
    title="VSME: B3, B6 and B7 of a data centre",
    edition="2026, taxonomy of 2026-05-01",
    jurisdiction="EU",
    source="Delegated Regulation (EU) 2026/1560; VSME taxonomy 2026-05-01",
    state=RuleState.IN_FORCE,
    first_year=2025,
    cells=_CELLS,
    at_most=(
        AtMost(
            left="TotalHazardousWasteGeneratedMass",
            right="TotalWasteGeneratedMass",
            because="hazardous waste is a part of the total",
            blocks=False,
        ),
    ),
    notes=(
        "Voluntary. One data centre's part; the undertaking adds up its sites.",
        "Rounding is wattledger's: half up, once, from the unrounded figure.",
    ),
    taxonomy=Taxonomy(
        prefix="vsme",
        namespace="https://xbrl.efrag.org/taxonomy/vsme/2026-05-01",
        entry_point="https://xbrl.efrag.org/taxonomy/vsme/2026-05-01/vsme-all.xsd",
        instants=frozenset({"AmountOfWaterWithdrawnAtSitesLocatedInAreasOfHighWaterStress"}),
    ),
)
