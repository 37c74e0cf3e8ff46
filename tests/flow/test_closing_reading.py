"""The reading at midnight that closes a month begins none: no month is said to lack a backfill."""

from tests.flow.small_estate import done, drop, instants, meter, sql, write_estate


def test_a_register_read_until_the_month_s_end_leaves_no_month_to_backfill(tmp_path):
    estate = write_estate(
        tmp_path / "estate",
        facilities=[{"id": "a"}],
        meters=[meter("a.grid", "grid_import", "register", "kWh", max_rate=100)],
    )
    stamps = [*instants("2025-01-01", "2025-02-01"), "2025-02-01T00:00:00Z"]
    drop(estate, "january.csv", [("a.grid", at, 10 * n) for n, at in enumerate(stamps)])
    done("backfill", estate, "--now", "2025-03-01T00:00Z")

    found = sql(estate, "SELECT period, measured, reason FROM totals ORDER BY period LIMIT 2")

    assert [(row["period"], row["measured"]) for row in found] == [
        ("2025", 7440),
        ("2025-01", 7440),
    ]
    # 95 % of 8,760 hours are 8,322; 744 are there.
    assert found[0]["reason"] == (
        "only 8.49 % of the time was measured; the policy asks for at least 95 %; "
        "released by 7578 more meter hours of: a.grid 2025-02-01T00:00Z to 2026-01-01T00:00Z"
    )
