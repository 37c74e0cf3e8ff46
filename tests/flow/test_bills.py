"""Utility bills: rows with ends of their own, inclusive days and estimates, from CSV to totals."""

import pytest

from tests.flow.small_estate import done, meter, sql, write_estate, write_file

NOW = ("--now", "2026-02-01T00:00Z")
SOURCE = {
    "match": "*.csv",
    "columns": {
        "meter": "Meter",
        "timestamp": "From",
        "until": "To",
        "value": "Usage [MWh]",
        "quality": "Estimation?",
    },
    "until": "inclusive",
    "quality": {"No": "good", "Yes": "estimated"},
}
TITLES = "Meter,From,To,Usage [MWh],Estimation?"
FIRST = ["2025-01-01,2025-01-31,744,No", "2025-02-01,2025-04-30,2136,No"]
THEN = ["2025-05-01,2025-05-31,500,Yes"]


def bills(estate, name, rows, meter_id="a.grid"):
    lines = [TITLES, *(f"{meter_id},{row}" for row in rows)]
    return write_file(estate / "inbox" / name, "\n".join(lines) + "\n")


@pytest.fixture
def estate(tmp_path):
    folder = write_estate(
        tmp_path / "estate",
        facilities=[{"id": "a", "timezone": "UTC"}],
        meters=[
            meter("a.grid", "grid_import", "interval", "kWh", max_rate=2000, interval="P1M"),
        ],
        sources=[SOURCE],
    )
    bills(folder, "bills.csv", [*FIRST, *THEN])
    return folder


def totals(estate):
    """Measured kWh, bounds and coverage of each month."""
    found = sql(
        estate,
        "SELECT period, measured, low, high, coverage FROM totals "
        "WHERE length(period) = 7 ORDER BY period",
    )
    return {row.pop("period"): row for row in found}


def test_a_quarter_s_bill_reaches_the_months_in_which_nothing_begins(estate):
    done("backfill", estate, *NOW)
    found = totals(estate)

    assert found["2025-01"] == {
        "measured": 744_000, "low": 744_000, "high": 744_000, "coverage": 1}  # fmt: skip
    march = found["2025-03"]
    # 2136 MWh over 89 days are 24 MWh a day. The other 58 days could hold all of it.
    assert (march["measured"], march["low"], march["coverage"]) == (744_000, 0, 1)


def test_an_estimated_bill_is_bounded_and_not_measured(estate):
    done("backfill", estate, *NOW)
    may = totals(estate)["2025-05"]
    [hour] = sql(
        estate,
        "SELECT DISTINCT status, method FROM intervals WHERE start >= '2025-05-01T00:00Z'",
    )

    assert may == {"measured": None, "low": 0, "high": 1_488_000, "coverage": 0}
    assert hour == {"status": "estimated", "method": "delivered_estimate"}


def test_the_true_bill_replaces_the_estimate_and_every_row_is_accounted_for(estate):
    done("backfill", estate, *NOW)
    bills(estate, "corrected.csv", ["2025-05-01,2025-05-31,700,No"])
    done("backfill", estate, *NOW)

    assert totals(estate)["2025-05"]["measured"] == 700_000
    assert sql(estate, "SELECT reasons FROM quarantine") == [{"reasons": "estimate_replaced"}]
    assert sql(estate, "SELECT landed, kept, quarantined FROM files ORDER BY path") == [
        {"landed": 3, "kept": 2, "quarantined": 1},
        {"landed": 1, "kept": 1, "quarantined": 0},
    ]


def test_a_later_bill_over_built_months_is_noticed_in_all_of_them(estate):
    """April is built as a part of the quarter's bill; a yearly one for the months after it begins
    in June and is noticed up to December."""
    done("backfill", estate, *NOW)
    bills(estate, "rest.csv", ["2025-06-01,2025-12-31,2140,No"])
    done("backfill", estate, *NOW)

    found = totals(estate)
    assert [found[f"2025-{month:02d}"]["coverage"] for month in range(6, 13)] == [1] * 7


def test_explain_shows_how_long_a_bill_is_and_that_its_source_estimates_it(estate):
    done("backfill", estate, *NOW)
    out = done("explain", estate, "--facility", "a", "--year", "2025", "--metric", "edc").out

    assert "at 2025-01-01T00:00:00+00:00 until 2025-02-01T00:00:00+00:00\n" in out
    assert "until 2025-06-01T00:00:00+00:00, an estimate of its source" in out


def test_probe_shows_what_the_mapping_says(estate):
    out = done("probe", estate, "bills.csv", *NOW).out

    assert "  until  'inclusive'\n" in out
    assert "  Yes:  estimated\n" in out
