"""Clocks: autumn's double hour that stands once where there should be two."""

from datetime import timedelta

import pytest
from spine import meter
from windows import HOUR, days, place, window

from pipelines.steps.validate.clocks import double_hour_collapsed
from schemas.quantities import Kind
from schemas.rules import RuleId

OCTOBER = "2025-10"


def october(lost=(), kind=Kind.INTERVAL, **facts):
    """Usual days; hours so far from 00:00 of the 26th are without a row."""
    first = place("2025-10-26T00:00", OCTOBER)
    told = list(days(month=OCTOBER))
    for hour in lost:
        told[first + hour] = None
    meters = [meter("m", kind=kind, interval=HOUR, **facts)]
    return window({"m": told}, meters, month=OCTOBER)


@pytest.mark.parametrize("lost", [pytest.param(2, id="first"), pytest.param(3, id="second")])
def test_both_hours_are_withheld_where_one_pass_has_no_row(lost):
    [one] = double_hour_collapsed(october([lost]))

    assert one.rule is RuleId.DOUBLE_HOUR_COLLAPSED
    assert one.start.isoformat() == "2025-10-26T00:00:00+00:00"
    assert one.end - one.start == timedelta(hours=2)


@pytest.mark.parametrize(
    "lost",
    [
        pytest.param([], id="both-passes-are-there"),
        pytest.param([2, 3], id="neither-is"),
        pytest.param([3, 4], id="an-outage-goes-on-after-it"),
        pytest.param([1, 2], id="an-outage-began-before-it"),
    ],
)
def test_what_is_no_collapsed_hour_is_left_alone(lost):
    assert list(double_hour_collapsed(october(lost))) == []


def test_a_mean_power_stands_whichever_pass_it_is_of():
    assert list(double_hour_collapsed(october([3], kind=Kind.AVERAGE, unit="kW"))) == []
