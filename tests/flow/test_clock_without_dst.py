"""A source on winter time all year: its hole in spring tells, and its summer's borders widen."""

from datetime import datetime, timedelta

import pytest

from tests.flow.small_estate import HOUR, done, drop, meter, sql, totals, write_estate


@pytest.fixture(scope="module")
def estate(tmp_path_factory):
    """100 + hour of the day kWh each hour of March to May in Berlin, stamped an hour early in
    summer; the hour that the site's clock jumps over is refused."""
    estate = write_estate(
        tmp_path_factory.mktemp("winter") / "estate",
        facilities=[{"id": "fra1", "timezone": "Europe/Berlin"}],
        meters=[meter("fra1.grid", "grid_import", "interval", "kWh", max_rate=200)],
    )
    first = datetime(2025, 3, 1)  # noqa: DTZ001  the source's own clock, never put forward
    stamps = [first + number * HOUR for number in range(92 * 24)]
    rows = [("fra1.grid", at.isoformat(), 100 + at.hour) for at in stamps]
    drop(estate, "fra1/winter.csv", rows)
    done("backfill", estate, "--now", "2025-07-01T00:00Z")
    return estate


def test_the_rule_tells_of_every_summer_month_and_proposes_the_shift(estate):
    rows = sql(
        estate,
        "SELECT month, meter_id, action, proposal, start FROM findings "
        "WHERE rule = 'clock_without_dst' ORDER BY month",
    )

    assert [(row["month"], row["action"], row["proposal"]) for row in rows] == [
        ("2025-03", "widen", "shift +1h"),
        ("2025-04", "widen", "shift +1h"),
        ("2025-05", "widen", "shift +1h"),
    ]
    assert rows[0]["start"].startswith("2025-03-30T01:00")


def test_a_summer_month_s_bounds_hold_the_truth(estate):
    """April by the site's clock begins and ends an hour earlier than by the source's."""
    begin, end = datetime(2025, 3, 31, 23), datetime(2025, 4, 30, 23)  # noqa: DTZ001
    hours = (end - begin) // timedelta(hours=1)
    truth = sum(100 + (begin + number * HOUR).hour for number in range(hours))

    april = totals(estate, "fra1", 2025, "--month", "4")["grid_import"]

    assert april["low"] <= truth <= april["high"]
    assert april["low"] < april["value"] < april["high"]
