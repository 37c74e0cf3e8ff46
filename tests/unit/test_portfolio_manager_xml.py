"""ENERGY STAR's XML: one property use, and every meter's months; a gap stays a gap."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from lxml import etree

from reports.form import CellStatus
from reports.regimes import REGIMES
from reports.write import MONTHLY, writers_for
from schemas.errors import UsageError
from schemas.metrics import Metric
from tests.unit.alpha import FACILITY, figure, form_of

STAR = REGIMES["energy-star"]


def month(number, value, metric=Metric.EIT, category="1", **more):
    return replace(
        figure(metric, 1.0, category),
        value=value,
        period=f"2025-{number:02d}",
        period_start=datetime(2025, number, 1, tzinfo=UTC),
        **more,
    )


def tree(*months, **more):
    return etree.fromstring(MONTHLY["xml"](form_of(STAR, *months, **more)))


def test_the_property_use_has_the_words_of_the_schema():
    details = tree().find("dataCenter/useDetails")

    assert tree().findtext("dataCenter/name") == "Alpha"
    assert {child.tag: child.findtext("value") for child in details} == {
        "totalGrossFloorArea": "5200",
        "itEnergyMeterConfiguration": "UPS Supports Only IT Equipment",
        "upsSystemRedundancy": "2N",
        "coolingEquipmentRedundancy": "N+1",
    }
    assert details.find("totalGrossFloorArea").get("units") == "Square Meters"
    assert {child.get("currentAsOf") for child in details} == {"2025-01-01"}


def test_months_are_entries_of_their_meter_and_a_missing_one_is_left_out():
    found = tree(
        month(1, 1000.1234),
        month(2, None),
        month(3, 900.0, estimated_share=0.01),
        month(1, 1500.0, Metric.EDC_CARRIER, "grid_import"),
    )

    it, grid = found.findall("meterData")
    assert [
        (one.findtext("usage"), one.findtext("startDate"), one.findtext("endDate")) for one in it
    ] == [("1000.123", "2025-01-01", "2025-01-31"), ("900.000", "2025-03-01", "2025-03-31")]
    assert [one.get("estimatedValue") for one in it] == ["false", "true"]
    assert [one.findtext("usage") for one in grid] == ["1500.000"]


def test_words_that_portfolio_manager_does_not_know_are_not_filed():
    cell = form_of(
        STAR, facility=replace(FACILITY, redundancy=replace(FACILITY.redundancy, low_voltage="3N"))
    ).cell("upsSystemRedundancy")

    assert cell.status is CellStatus.BLOCKED


def test_other_forms_are_not_handed_over_so():
    with pytest.raises(UsageError, match="energy-star is"):
        MONTHLY["xml"](form_of(REGIMES["iso-30134"]))
    assert "xml" not in writers_for(form_of(REGIMES["iso-30134"]))
    assert "xml" in writers_for(form_of(STAR))
