"""What moved between two publications, and which file moved it."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from pipelines.steps.changes import causes_of, moved
from schemas.changes import TouchedFile
from schemas.metrics import Metric, MetricValue, Status
from schemas.published import metrics_frame, totals_frame
from schemas.totals import TotalValue
from schemas.units import Unit

START, END = datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)


def total(value, *, quantity="grid_import", period="2025", high=None, status=Status.CLEAN):
    amount = None if value is None else Decimal(value)
    return TotalValue(
        facility_id="fra1",
        quantity=quantity,
        period=period,
        period_start=START,
        period_end=END,
        value=amount,
        low=amount,
        high=amount if high is None else Decimal(high),
        measured=amount,
        unit=Unit.KILOWATT_HOUR,
        coverage=1.0,
        estimated_share=0.0,
        uncertainty=None,
        status=status,
        reason="",
    )


def pue(value):
    return MetricValue(
        facility_id="fra1",
        metric=Metric.PUE,
        category="1",
        period="2025",
        period_start=START,
        period_end=END,
        value=value,
        low=value,
        high=value,
        unit=Unit.RATIO,
        coverage=1.0,
        estimated_share=0.0,
        status=Status.CLEAN,
        reason="",
        inputs=("grid_import", "ups_output"),
    )


def between(before, after):
    return moved("total", totals_frame(before), totals_frame(after))


def test_what_stands_as_it_stood_is_no_change():
    assert between([total(100)], [total(100)]) == []
    assert moved("metric", metrics_frame([pue(1.5)]), metrics_frame([pue(1.5)])) == []


def test_a_change_tells_before_after_and_their_difference():
    [change] = between([total(100)], [total(124)])

    assert (change.facility_id, change.kind, change.name, change.period, change.unit) == (
        "fra1",
        "total",
        "grid_import",
        "2025",
        "kWh",
    )
    assert (change.before.value, change.after.value, change.difference) == (100, 124, 24)


def test_a_bound_or_a_status_that_moves_is_a_change_too():
    [bound] = between([total(100)], [total(100, high=101)])
    [status] = between([total(100)], [total(100, status=Status.FLAGGED)])

    assert (bound.before.high, bound.after.high, bound.difference) == (100, 101, 0)
    assert (status.before.status, status.after.status) == ("clean", "flagged")


def test_a_figure_that_is_new_or_gone_differs_from_nothing():
    [new] = between([], [total(100)])
    [gone] = between([total(100)], [])
    [withheld] = between([total(100)], [total(None)])

    assert (new.before.status, new.before.value, new.difference) == ("absent", None, None)
    assert (gone.after.status, gone.unit) == ("absent", "kWh")
    assert withheld.difference is None


def test_changes_are_sorted_by_facility_name_and_period():
    found = between([], [total(1, quantity="ups_output"), total(1, period="2025-02"), total(1)])

    assert [(one.name, one.period) for one in found] == [
        ("grid_import", "2025"),
        ("grid_import", "2025-02"),
        ("ups_output", "2025"),
    ]


def file(path, *places, verb="arrived"):
    return TouchedFile(path=path, verb=verb, rows=dict.fromkeys(places, 24))


LATE = file("late.csv", ("fra1", "2025-06", "grid_import"), ("fra1", "2025-07", "grid_import"))
IT = file("it.csv", ("fra1", "2025-06", "ups_output"), verb="superseded")
OTHER = file("other.csv", ("sto1", "2025-06", "grid_import"))


@pytest.mark.parametrize(
    ("period", "quantities", "causes"),
    [
        pytest.param("2025", ["grid_import"], ["late.csv arrived: 48 rows of 2025-06 to 2025-07"]),
        pytest.param(
            "2025-06",
            ["grid_import", "ups_output"],
            [
                "it.csv superseded: 24 rows of 2025-06",
                "late.csv arrived: 48 rows of 2025-06 to 2025-07",
            ],
            id="a-metric-has-several",
        ),
        pytest.param(
            "2025-04",
            ["grid_import"],
            ["late.csv arrived: 24 rows of 2025-06"],
            id="two-months-reach",
        ),
        pytest.param("2025-03", ["grid_import"], [], id="three-do-not"),
        pytest.param(
            "2025-08",
            ["it_input"],
            [
                "it.csv superseded: 24 rows of 2025-06",
                "late.csv arrived: 48 rows of 2025-06 to 2025-07",
            ],
            id="a-neighbour-is-better-than-nothing",
        ),
    ],
)
def test_causes_are_files_near_by_of_the_same_quantity(period, quantities, causes):
    [change] = between([], [total(1, period=period)])

    assert causes_of(change, quantities, [IT, LATE, OTHER], []) == tuple(causes)


def test_configuration_and_rules_are_causes_of_every_figure():
    [change] = between([total(1)], [total(2)])

    assert causes_of(change, ["grid_import"], [OTHER], ["meters.csv changed"]) == (
        "meters.csv changed",
    )
