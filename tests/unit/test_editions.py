"""2025 under the edition of 2024 and under that of 2026: both are built, and told apart."""

import pytest

from reports.editions import Difference, compared
from reports.regimes import REGIMES
from tests.unit.alpha import form_of


@pytest.fixture(scope="module")
def rows():
    old, new = form_of(REGIMES["eu-eed-2024"]), form_of(REGIMES["eu-eed-2026"])
    return {row.code: row for row in compared(old, new)}


def test_every_cell_of_either_edition_is_there_once(rows):
    codes = {cell.code for key in ("eu-eed-2024", "eu-eed-2026") for cell in REGIMES[key].cells}

    assert set(rows) == codes


def test_the_water_indicator_is_another_one_and_says_so(rows):
    """ALPHA: 14 016 m3 ÷ 17 520 MWh = 0.8 m3/MWh; 7 008 m3 of freshwater: 0.4 L/kWh."""
    wue = rows["WUE"]

    assert wue.difference is Difference.CHANGED
    assert (wue.before.value, wue.after.value) == ("0.800", "0.400")
    assert "unit: m3/MWh → L/kWh" in wue.because
    assert "source: metric wue → metric wue_fre" in wue.because
    assert rows["WUE-2024"].after.value == "0.800"


def test_what_is_gone_and_what_is_new_is_named(rows):
    assert rows["WIN-POT"].difference is Difference.GONE
    assert rows["WIN-FRE"].difference is Difference.ADDED
    assert "Replaces potable water input" in rows["WIN-FRE"].because
    assert rows["CLASS-PUE"].difference is Difference.ADDED


def test_what_did_not_change_needs_no_reason(rows):
    same = [row for row in rows.values() if row.difference is Difference.SAME]

    assert {"EDC", "EIT", "PUE", "REF"} <= {row.code for row in same}
    assert {row.because for row in same} == {""}


def test_every_difference_has_a_reason(rows):
    assert [row.code for row in rows.values() if row.difference != "same" and not row.because] == []
