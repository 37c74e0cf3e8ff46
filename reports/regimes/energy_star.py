"""ENERGY STAR Portfolio Manager: what a data centre's property use and meters are told there."""

from reports.content.kinds import FromMaster, Part
from reports.regime import Cell, Range, Regime, RuleState
from reports.regimes.lines import ABOVE_0, FROM_0, KWH, M2, OPTIONAL, RATIO, figure, head, key
from schemas.energy_star import CONFIGURATIONS, REDUNDANCIES
from schemas.metrics import Metric

_WHO, _USE, _ENERGY = "Who, where and when", "Property use: data center", "Energy"


def _redundancy(part: str) -> FromMaster:
    return FromMaster(parts=(Part(fields=(f"facility.redundancy.{part}",)),))


# fmt: off
_CELLS = (
    *head(_WHO),
    Cell(section=_USE, annex="dataCenter", code="totalGrossFloorArea", label="Gross floor area", content=key("floor_area_m2"), unit=M2, decimals=0, limits=ABOVE_0),
    Cell(section=_USE, annex="dataCenter", code="itEnergyMeterConfiguration", label="Where IT energy is measured", content=key("it_energy_configuration"), allowed=CONFIGURATIONS),
    Cell(section=_USE, annex="dataCenter", code="upsSystemRedundancy", label="Redundancy of the UPS", content=_redundancy("low_voltage"), allowed=REDUNDANCIES, when_missing=OPTIONAL, note="Taken from the low-voltage level."),
    Cell(section=_USE, annex="dataCenter", code="coolingEquipmentRedundancy", label="Redundancy of cooling", content=_redundancy("cooling_room"), allowed=REDUNDANCIES, when_missing=OPTIONAL, note="Taken from the computer room's level."),

    Cell(section=_ENERGY, annex="Meters of the data center", code="IT", label="IT energy at the UPS output", content=figure(Metric.EIT, "1"), unit=KWH, decimals=0, limits=FROM_0, needs="a meter of ups_output in meters.csv", note="The score asks for twelve months at the UPS output; estimates bar certification."),
    Cell(section=_ENERGY, annex="Meters of the property", code="TOTAL", label="Energy of the data centre", content=figure(Metric.EDC), unit=KWH, decimals=0, limits=FROM_0, needs="meters of grid_import, generator_output and onsite_renewable in meters.csv"),
    Cell(section=_ENERGY, annex="Score", code="PUE", label="Power usage effectiveness, category 1", content=figure(Metric.PUE, "1"), unit=RATIO, decimals=3, when_missing=OPTIONAL, limits=Range(lowest=1, because="a data centre cannot use less than its IT equipment"), note="Of site energy. The score itself compares actual with predicted PUE and is made by Portfolio Manager alone."),
)
# fmt: on

ENERGY_STAR = Regime(
    key="energy-star",
    title="ENERGY STAR Portfolio Manager: a data center's property use and energy",
    edition="web services as read in November 2026",
    jurisdiction="US",
    source="ENERGY STAR Portfolio Manager web services, dataCenter and meterData",
    state=RuleState.IN_FORCE,
    first_year=2013,
    cells=_CELLS,
    monthly=(
        figure(Metric.EIT, "1"),
        figure(Metric.EDC_CARRIER, "grid_import"),
        figure(Metric.EDC_CARRIER, "onsite_renewable"),
        figure(Metric.EDC_CARRIER, "generator_output"),
    ),
    notes=(
        "Voluntary. System estimates ended on 30 June 2013; user estimates are allowed, not for certification.",
        "Months without a figure are left out of the meters: Portfolio Manager sees the gap.",
    ),
)
