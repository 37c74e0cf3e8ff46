"""Checklists of the Code of Conduct and of Taxonomy 8.1: what the register says, and no more."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from reports.form import CellStatus
from reports.regimes import REGIMES
from schemas.estate.registers.refrigerants import RefrigerantEvent
from tests.unit.alpha import PRACTICES, form_of

TAXONOMY = REGIMES["eu-taxonomy-8-1"]
WHOLE = tuple(
    replace(one, status="implemented", verified_by="N", verified_on=date(2024, 10, 1))
    for one in PRACTICES
)


def cells(practices=PRACTICES, year=2025):
    return {cell.code: cell for cell in form_of(TAXONOMY, practices=practices, year=year).cells}


def test_what_is_expected_and_what_is_in_place_is_counted():
    found = cells()

    assert (found["EXPECTED"].value, found["IMPLEMENTED"].value) == ("106", "104")
    assert found["ALL"].value == "no"
    assert "not in place: 8.5, 8.6" in found["ALL"].reason


def test_all_of_them_in_place_is_a_yes():
    found = cells(WHOLE)

    assert found["ALL"].value == "yes"
    assert found["ALL"].status is CellStatus.FILLED


def test_what_does_not_apply_is_not_asked_for():
    some = tuple(
        replace(one, status="not_applicable") if one.status == "planned" else one
        for one in PRACTICES
    )

    assert (cells(some)["EXPECTED"].value, cells(some)["ALL"].value) == ("104", "yes")


def test_a_register_that_lists_fewer_than_the_code_is_no_yes():
    found = cells(WHOLE[:100])

    assert found["ALL"].value == "no"
    assert "the register lists 100 of the 106 expected practices" in found["ALL"].reason
    assert found["EXPECTED"].status is CellStatus.FLAGGED


def test_what_came_after_the_year_does_not_count():
    late = (replace(WHOLE[0], since=date(2026, 1, 1)), *WHOLE[1:])

    assert cells(late)["IMPLEMENTED"].value == "105"


def test_the_earliest_verification_is_told_and_an_old_one_flagged():
    old = (replace(WHOLE[0], verified_on=date(2021, 12, 31)), *WHOLE[1:])

    assert cells(WHOLE)["VERIFIED"].value == "2024-10-01"
    assert cells(WHOLE)["VERIFIED"].status is CellStatus.FILLED
    assert cells(old)["VERIFIED"].value == "2021-12-31"
    assert "audit again" in cells(old)["VERIFIED"].reason


def test_one_that_nobody_verified_leaves_a_hole():
    unseen = (replace(WHOLE[0], verified_by=""), *WHOLE[1:])

    assert cells(unseen)["VERIFIED"].status is CellStatus.MISSING
    assert "verified by a third party: 3.1" in cells(unseen)["VERIFIED"].reason


@pytest.mark.parametrize(
    ("practices", "told"),
    [(None, "registers/practices.csv is absent"), ((), "has no expected practice of alpha")],
)
def test_without_a_register_nothing_is_said(practices, told):
    found = cells(practices)

    assert found["ALL"].status is CellStatus.MISSING
    assert told in found["ALL"].reason


def test_a_refrigerant_above_675_is_not_kept():
    """R-410A: 0.5 × 771 + 0.5 × 3740 = 2 255.5 by AR6."""
    found = cells()["GWP"]

    assert found.value == "not kept"
    assert "highest: R-410A with 2255.5 in AR6" in found.reason


@pytest.mark.parametrize(("gas", "answer"), [("R-32", "not kept"), ("R-1234yf", "kept")])
def test_each_gas_by_its_potential(gas, answer):
    """R-32 is 771 by AR6, and 675 by AR4."""
    from reports.fill import fill
    from schemas.estate.policies import Policies
    from tests.unit.alpha import FACILITY, OPERATOR

    event = RefrigerantEvent(
        facility_id="alpha", date=date(2025, 1, 1), refrigerant=gas, event="opening",
        kg=Decimal(5), line=2,
    )  # fmt: skip
    given = {"operator": OPERATOR, "facility": FACILITY, "year": 2025, "metrics": ()}
    form = fill(TAXONOMY, **given, refrigerants=(event,), policies=Policies())
    older = fill(TAXONOMY, **given, refrigerants=(event,), policies=Policies(gwp_set="AR4"))

    assert form.cell("GWP").value == answer
    assert older.cell("GWP").value == "kept"
