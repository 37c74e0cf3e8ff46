"""Every regime held against the catalogue, and against lists typed from the acts by hand."""

import csv
from pathlib import Path

import pytest

from reports.content.kinds import FromCategory, FromClass, FromLimit, FromMetric, FromSum
from reports.field_matrix import APART, Relation, matrix
from reports.regime import RuleState
from reports.regimes import REGIMES
from reports.seal.rules import metrics_of, rules_of
from reports.verify.book import BOOK
from reports.verify.cells import _OF_ESTATE, _OF_FIGURES
from schemas.estate.model import Facility
from schemas.form_units import in_form
from schemas.label import EDGES
from schemas.limits import LIMITS
from schemas.metrics import FACTS, Metric
from schemas.units import Unit

ELEMENTS = Path(__file__).parents[2].parent / "shared" / "regulation" / "esrs-set1-elements.csv"

#: Typed from the acts: every field that a form must have, in the act's own order.
DE_ANNEX_3 = "1a 1b 1c 1d 1e 1f 2a 2b 2c 2d 2e 2f 2g 2h 2i".split()
EU_ANNEX_2 = (
    "PDIT SDC SCR EDC EDC-BG EIT CBtG WIN WIN-FRE EREUSE TWH CDD ERES-TOT ERES-GOO ERES-PPA "
    "ERES-OS CSERV CSTOR"
).split()
#: Typed from the role definitions of the taxonomy draft of 2026-08-30.
ESRS_2026 = {
    "TotalEnergyConsumptionRelatedToTheUndertakingSOwnOperations",
    "TotalEnergyConsumptionFromFossilSources",
    "TotalEnergyConsumptionFromNuclearSources",
    "TotalEnergyConsumptionFromRenewableSources",
    "FuelConsumptionFromCrudeOilAndPetroleumProducts",
    "FuelConsumptionFromNaturalGas",
    "RenewableEnergyProduction",
    "NonRenewableEnergyProduction",
    "AbsoluteGrossScope1GhgEmissionsGeneratedDuringTheReportingPeriod",
    "AbsoluteGrossLocationBasedScope2GhgEmissionsGeneratedDuringTheReportingPeriod",
    "AbsoluteGrossMarketBasedScope2GhgEmissionsGeneratedDuringTheReportingPeriod",
    "AbsoluteSignificantGrossScope3GhgEmissionsGeneratedDuringTheReportingPeriod",
    "TotalWaterConsumption",
    "TotalWaterConsumptionInAreasWithWaterStress",
    "TotalWaterWithdrawals",
    "TotalWaterDischarge",
    "TotalWaterRecycledAndReused",
    "TotalWeightOfWasteGenerated",
}
#: Typed from the VSME taxonomy of 2026-05-01, B3, B6 and B7.
VSME = {
    "TotalEnergyConsumption",
    "EnergyConsumptionFromElectricity",
    "EnergyConsumptionFromSelfGeneratedElectricity",
    "EnergyConsumptionFromFuels",
    "GrossScope1GreenhouseGasEmissions",
    "GrossLocationBasedScope2GreenhouseGasEmissions",
    "GrossMarketBasedScope2GreenhouseGasEmissions",
    "TotalGrossLocationBasedScope1AndScope2GHGEmissions",
    "TotalGrossMarketBasedScope1AndScope2GHGEmissions",
    "TotalAmountOfWaterWithdrawnFromAllSites",
    "WaterDischargeFromUndertakingProductionProcesses",
    "TotalWaterConsumption",
    "AmountOfWaterWithdrawnAtSitesLocatedInAreasOfHighWaterStress",
    "WasteDivertedToRecycleOrReuseMass",
    "WasteDirectedToDisposalMass",
    "TotalHazardousWasteGeneratedMass",
    "TotalWasteGeneratedMass",
}
#: The act lets water input fall back to category 1, which is potable input by another name.
EMPTY = {Metric.WIN: {"1"}}
HEAD = {"OPERATOR", "FACILITY", "PERIOD"}
TYPES = {
    "energyItemType": Unit.MEGAWATT_HOUR,
    "ghgEmissionsItemType": Unit.TONNE_CO2E,
    "volumeItemType": Unit.CUBIC_METRE,
    "massItemType": Unit.TONNE,
    "percentItemType": Unit.PERCENT,
}
CELLS = [
    pytest.param(cell, id=f"{regime.key}-{cell.code}")
    for regime in REGIMES.values()
    for cell in regime.cells
]


def parts(content):
    match content:
        case FromMetric() | FromCategory() | FromClass():
            return [content]
        case FromSum():
            return [*content.parts, *content.perhaps]
    return []


@pytest.mark.parametrize("cell", CELLS)
def test_a_line_asks_for_what_the_catalogue_has(cell):
    """Categories that exist, units that can be told exactly, limits and classes that there are."""
    for asked in parts(cell.content):
        known = FACTS[asked.metric].categories
        if not any("<" in name for name in known):
            assert (set(asked.categories) - EMPTY.get(asked.metric, set())) <= {"", *known}
        if isinstance(asked, FromMetric):
            assert in_form(FACTS[asked.metric].unit, cell.unit) > 0
            assert cell.decimals is not None
    if isinstance(cell.content, FromLimit):
        assert cell.content.key in {limit.key for limit in LIMITS}
    if isinstance(cell.content, FromClass):
        assert cell.content.metric in EDGES


def test_a_unit_without_an_exact_way_is_refused():
    with pytest.raises(ValueError, match="a figure in kWh cannot be told in m3"):
        in_form(Unit.KILOWATT_HOUR, Unit.CUBIC_METRE)


@pytest.mark.parametrize("key", ["de-enefg-2023", "de-enefg-2026-draft"])
def test_annex_3_is_whole_and_in_order(key):
    annexes = [cell.annex.removeprefix("Annex 3, ") for cell in REGIMES[key].cells]

    assert list(dict.fromkeys(one for one in annexes if one in DE_ANNEX_3)) == DE_ANNEX_3


def test_german_limits_of_law_and_draft():
    """PUE 1.5 and 1.3, new 1.2; in the draft 1.6, 1.4 and 1.3; the rest is the same."""

    def edges(key):
        asked = {c.content.key for c in REGIMES[key].cells if isinstance(c.content, FromLimit)}
        return sorted(
            float(limit.at_most) for limit in LIMITS if limit.key in asked and limit.at_most
        )

    assert edges("de-enefg-2023") == [1.2, 1.3, 1.5]
    assert edges("de-enefg-2026-draft") == [1.3, 1.4, 1.6]
    assert REGIMES["de-enefg-2026-draft"].state is RuleState.DRAFT
    assert REGIMES["de-enefg-2026-draft"].due is None


def test_the_change_of_2026_has_freshwater_beside_what_it_replaces():
    regime = REGIMES["eu-eed-2026"]
    codes = [cell.code for cell in regime.cells]

    assert [code for code in codes if code in EU_ANNEX_2] == EU_ANNEX_2
    assert "WIN-POT" not in codes
    assert {"WUE", "WUE-2024", "CLASS-PUE", "CLASS-WUE", "LEEF"} <= set(codes)
    assert regime.state is RuleState.ADOPTED
    assert regime.due is None


def test_the_statement_requires_only_who_when_and_pue():
    required = {cell.code for cell in REGIMES["iso-30134"].cells if cell.required}

    assert required == HEAD | {"PUE", "PUE-category"}


def test_esrs_2026_and_vsme_use_the_names_of_their_taxonomies():
    for key, names in (("esrs-2026", ESRS_2026), ("vsme-2026", VSME)):
        assert {cell.code for cell in REGIMES[key].cells} - HEAD == names


@pytest.mark.skipif(not ELEMENTS.is_file(), reason="the element list is not at ../shared")
def test_every_name_of_set_1_is_in_the_taxonomy_with_its_type():
    with ELEMENTS.open(encoding="utf-8") as lines:
        types = {row["element"]: row["type"] for row in csv.DictReader(lines)}

    for cell in REGIMES["esrs-set1"].cells:
        if cell.code not in HEAD:
            assert TYPES[types[cell.code]] is cell.unit, cell.code


def test_what_is_not_verified_says_so_on_the_line():
    marked = {
        (regime.key, cell.code)
        for regime in REGIMES.values()
        for cell in regime.cells
        if "unverified" in cell.note
    }

    assert {
        ("eu-eed-2024", "CBtG"),
        ("eu-eed-2024", "CDD"),
        ("eu-eed-2026", "WIN-FRE"),
        ("eu-eed-2026", "WUE"),
        ("eu-eed-2026", "EDC"),
        ("iso-30134", "CUE"),
        ("iso-30134", "WUE-3"),
    } <= marked


def test_the_matrix_tells_shared_from_converted():
    rows = {row.metric: row for row in matrix(REGIMES.values())}

    assert rows[Metric.EDC].relation is Relation.CONVERTED  # kWh and MWh
    assert rows[Metric.CSTOR].relation is Relation.SHARED
    assert rows[Metric.WUE].relation is Relation.CATEGORY
    assert rows[Metric.CER].relation is Relation.SHARED
    assert rows[Metric.WUE_FRE].relation is Relation.ALONE
    assert ("cndcp", "limit-cndcp-wue") in rows[Metric.WUE].used
    assert ("esrs-set1", "WasteGenerated") in rows[Metric.RETIRED_MASS].used


def test_facts_that_must_not_be_exchanged_exist():
    facility = set(Facility.__dataclass_fields__)
    for one in APART:
        for fact in one.facts:
            code, _, regime = fact.removesuffix(")").partition(" (")
            if regime:
                assert code in {cell.code for cell in REGIMES[regime].cells}
            else:
                assert fact in facility or Metric(fact) in FACTS


@pytest.mark.parametrize("key", REGIMES)
def test_every_figure_and_every_kind_of_cell_can_be_computed_a_second_time(key):
    """What a form files a pack must verify: by the second book of formulas, cell by cell."""
    rules = rules_of(REGIMES[key])["cells"]

    assert metrics_of(REGIMES[key]) <= set(BOOK)
    assert {rule["kind"] for rule in rules} <= {*_OF_FIGURES, *_OF_ESTATE, "not_computed"}
