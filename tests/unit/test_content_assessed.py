"""Sums, classes, limits and sizes in cells: worked by hand at site ALPHA."""

from dataclasses import replace
from decimal import Decimal

import pytest
from alpha import FACILITY, figure, form_of

from reports.form import CellStatus
from reports.regimes import REGIMES
from schemas.metrics import Metric, Status
from schemas.size_classes import GERMANY, UNION

EU, DE, GHG, ESRS, PACT = (
    REGIMES[key] for key in ("eu-eed-2026", "de-enefg-2023", "ghg-protocol", "esrs-set1", "cndcp")
)


def cell(regime, code, *figures, **others):
    return form_of(regime, *figures, **others).cell(code)


def pue(value, low=None, high=None, **changes):
    return figure(
        Metric.PUE,
        value,
        "1",
        low=value if low is None else low,
        high=value if high is None else high,
        **changes,
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [(1.15, "A"), (1.1501, "B"), (1.25, "B"), (1.2500000001, "C"), (1.9, "F"), (1.91, "G")],
)
def test_a_class_reaches_up_to_its_edge(value, expected):
    assert cell(EU, "CLASS-PUE", pue(value), without=(Metric.EDC,)).value == expected


@pytest.mark.parametrize(("value", "expected"), [(0.1, "A"), (0.1001, "B"), (0.4, "C"), (1.2, "G")])
def test_the_class_of_water_is_in_litres_by_kilowatt_hour(value, expected):
    water = figure(Metric.WUE_FRE, value)

    assert cell(EU, "CLASS-WUE", water, without=(Metric.WIN_FRE,)).value == expected


def test_water_by_kilowatt_hour_in_cubic_metres_is_blocked():
    """W2: 7 008 m3 and 17 520 000 kWh are 0.4 L/kWh; 0.0004 m3/kWh would be of class A."""
    wrong = cell(EU, "WUE", figure(Metric.WUE_FRE, 0.0004))

    assert wrong.status is CellStatus.BLOCKED
    assert cell(EU, "WUE").number == Decimal("0.400")


def test_both_usages_of_water_stand_side_by_side():
    form = form_of(EU)

    assert (form.cell("WUE").unit, form.cell("WUE-2024").unit) == ("L/kWh", "m3/MWh")
    assert (form.cell("WUE").number, form.cell("WUE-2024").number) == (
        Decimal("0.400"),
        Decimal("0.800"),
    )


def test_a_class_is_a_preview_with_margin_and_probability():
    """1.16 in a likely band of 1.14 to 1.18 (k = 2): 1.15 is one deviation of 0.01 below it."""
    near = pue(1.16, 1.14, 1.26, likely_low=1.14, likely_high=1.18)

    found = cell(EU, "CLASS-PUE", near, without=(Metric.EDC,))

    assert (found.value, found.status) == ("B", CellStatus.FLAGGED)
    assert found.reason == (
        "a preview, not the label; by its bounds it is of class A to C; "
        "class A ends 0.0100 below it, at 1.15; "
        "probability of that class 15.9\N{NARROW NO-BREAK SPACE}%"
    )


def test_the_meters_own_uncertainty_widens_the_chance():
    """√(0.02² + 0.015²) ÷ 2 = 0.0125: 0.8 deviations."""
    near = pue(1.16, likely_low=1.14, likely_high=1.18, uncertainty=0.015)

    found = cell(EU, "CLASS-PUE", near, without=(Metric.EDC,))

    assert "probability of that class 21.2\N{NARROW NO-BREAK SPACE}%" in found.reason


def test_the_best_class_has_no_better_one():
    assert cell(EU, "CLASS-PUE", pue(1.1), without=(Metric.EDC,)).reason == (
        "a preview, not the label"
    )


def test_no_figure_no_class():
    found = cell(EU, "CLASS-PUE", without=(Metric.PUE,))

    assert (found.value, found.status) == (None, CellStatus.NOT_AVAILABLE)
    assert "no class without a figure 'pue'" in found.reason


@pytest.mark.parametrize(
    ("value", "answer"), [(1.5, "kept"), (1.5000001, "not kept"), (1.27, "kept")]
)
def test_a_limit_is_kept_up_to_its_edge(value, answer):
    found = cell(DE, "limit-de-pue-2027", pue(value))

    assert (found.value, found.reason) == (answer, "it binds from 2027-07-01 only")


def test_a_limit_in_percent_is_held_against_percent():
    """R5: 82.38 % keeps 50 % and not 100 %; 50 % itself keeps it."""
    half = figure(Metric.RENEWABLE_ELECTRICITY, 50.0)

    assert cell(DE, "limit-de-renewable-2024", half).value == "kept"
    assert cell(DE, "limit-de-renewable-2024", half).status is CellStatus.FILLED
    assert cell(DE, "limit-de-renewable-2027").value == "not kept"


def test_bounds_across_a_limit_are_told():
    found = cell(DE, "limit-de-pue-2027", pue(1.49, 1.45, 1.55))

    assert found.value == "kept"
    assert "either side of the limit" in found.reason


def test_a_limit_about_others_does_not_apply():
    french = replace(FACILITY, country="FR")

    assert cell(DE, "limit-de-pue-2027", facility=french).status is CellStatus.NOT_APPLICABLE
    assert "does not say whether" in cell(PACT, "limit-cndcp-wue").reason


def test_a_limit_without_a_figure_is_open():
    found = cell(DE, "limit-de-pue-2027", without=(Metric.PUE,))

    assert (found.value, found.status) == (None, CellStatus.NOT_AVAILABLE)


@pytest.mark.parametrize(
    ("kilowatt", "union", "german"),
    [
        (99, "below the classes", "below 500 kW"),
        (499.9, "very small", "below 500 kW"),
        (500, "small", "500 kW to below 1 MW"),
        (1_000, "medium", "1 to below 5 MW"),
        (2_000, "large", "1 to below 5 MW"),
        (5_000, "large", "5 to below 10 MW"),
        (10_000, "large", "10 to below 50 MW"),
        (10_000.1, "very large", "10 to below 50 MW"),
        (100_000, "very large", "100 MW and more"),
    ],
)
def test_size_classes_of_union_and_germany_differ(kilowatt, union, german):
    site = replace(FACILITY, installed_it_kw=kilowatt, rated_it_kw=kilowatt)

    assert UNION.name_of(kilowatt) == cell(EU, "SIZE", facility=site).value == union
    assert GERMANY.name_of(kilowatt) == cell(DE, "1c", facility=site).value == german


def test_a_size_that_nobody_states_is_a_hole_that_names_both_keys():
    site = replace(FACILITY, installed_it_kw=None, rated_it_kw=None)

    found = cell(DE, "1c", facility=site)

    assert found.status is CellStatus.MISSING
    assert "facility 'rated_it_kw' or facility 'installed_it_kw'" in found.reason


def test_a_sum_has_the_sums_of_the_bounds():
    """44.6664 t and between 7 000 and 8 000 t: 7 709.67, from 7 044.66 to 8 044.67."""
    two = figure(Metric.SCOPE2_LOCATION, 7_665_000.0, low=7_000_000.0, high=8_000_000.0)

    found = cell(GHG, "TOTAL-LB", two)

    assert (found.number, found.low, found.high) == (
        Decimal("7709.67"),
        Decimal("7044.66"),
        Decimal("8044.67"),
    )


def test_a_sum_takes_the_worst_coverage_and_every_remark():
    two = figure(
        Metric.SCOPE2_LOCATION, 7_665_000.0, coverage=0.97, status=Status.FLAGGED, reason="thin"
    )

    found = cell(GHG, "TOTAL-LB", two)

    assert (found.coverage, found.status) == (0.97, CellStatus.FLAGGED)
    assert "thin" in found.reason


def test_a_sum_without_a_part_is_none_and_names_the_part():
    held = figure(
        Metric.SCOPE2_LOCATION, None, low=1000.0, high=2000.0, status=Status.WITHHELD, reason="no"
    )

    found = cell(GHG, "TOTAL-LB", held)
    gone = cell(GHG, "TOTAL-LB", without=(Metric.SCOPE2_LOCATION,))

    assert (found.value, found.low, found.high) == (None, Decimal("45.66"), Decimal("46.67"))
    assert "scope2_location: no" in found.reason
    assert (gone.value, gone.low, gone.high) == (None, None, None)
    assert "scope2_location: there is no such figure" in gone.reason


def test_a_withheld_part_counts_as_none_even_if_a_number_came_with_it():
    held = figure(Metric.SCOPE2_LOCATION, 9.0, status=Status.WITHHELD, reason="contradicts")

    found = cell(GHG, "TOTAL-LB", held)

    assert found.value is None
    assert "scope2_location: contradicts" in found.reason


def test_thin_coverage_of_a_part_is_told_of_the_sum():
    thin = figure(Metric.SCOPE2_LOCATION, 7_665_000.0, coverage=0.97)

    found = cell(GHG, "TOTAL-LB", thin)

    assert found.status is CellStatus.FLAGGED
    assert "coverage 0.9700 is below 0.99" in found.reason


def test_equipment_without_a_route_may_be_waste():
    unknown = figure(Metric.RETIRED_MASS, 500.0, "not stated")

    found = cell(ESRS, "WasteGenerated", unknown)

    assert (found.number, found.low, found.high) == (
        Decimal("12.500"),
        Decimal("12.500"),
        Decimal("13.000"),
    )
    assert found.status is CellStatus.FLAGGED
    assert "does not state" in found.reason
    assert cell(ESRS, "WasteGenerated").status is CellStatus.FILLED


def test_the_whole_never_stands_in_for_a_part():
    """Scope 1 of everything is no scope 1 of gas."""
    found = cell(GHG, "S1-gas")

    assert (found.value, found.status) == (None, CellStatus.NOT_AVAILABLE)


def test_a_part_never_stands_in_for_the_whole():
    held = figure(Metric.SCOPE1, None, "", status=Status.WITHHELD, reason="no factor")

    found = cell(GHG, "S1", held)

    assert (found.value, found.status) == (None, CellStatus.MISSING)
    assert "no factor" in found.reason


def test_other_units_are_told_exactly_and_rounded_once():
    """265.25 kg are 0.26525 t; 22 274 000 kWh are 22 274.0 MWh; 0.45 kg goes up to 0.001 t."""
    assert cell(GHG, "S3-5").exact == Decimal("0.26525")
    assert cell(GHG, "S3-5").number == Decimal("0.27")
    assert cell(ESRS, "EnergyConsumptionRelatedToOwnOperations").number == Decimal("22274.0")
    share = cell(ESRS, "PercentageOfRenewableSourcesInTotalEnergyConsumption")
    assert (share.number, share.unit) == (Decimal("82.4"), "%")


def test_bounds_in_other_units_are_rounded_outwards():
    waste = figure(Metric.SCOPE3, 265.25, "5", low=264.0, high=271.0)

    found = cell(GHG, "S3-5", waste)

    assert (found.low, found.high) == (Decimal("0.26"), Decimal("0.28"))


def test_more_certificates_than_energy_are_no_consumption():
    """R2: 24 350 000 kWh of certificates and sun, and 22 274 000 kWh used."""
    found = cell(ESRS, "EnergyConsumptionFromRenewableSources", figure(Metric.ERES_TOT, 24.35e6))

    assert found.status is CellStatus.BLOCKED
