"""What files tell by the way they come: findings that name the file, and change no figure."""

import pytest

from tests.flow.small_estate import done, drop, instants, meter, sql, totals, write_estate

METERS = [
    meter("a.grid", "grid_import", "register", "kWh", max_rate=100),
    meter("a.ups", "ups_output", "register", "kWh", max_rate=100),
]


def rows(first, last):
    """Two registers hour by hour, their rows one below the other: 10 and 8 kWh an hour."""
    since = list(instants("2025-01-01", "2025-02-01"))
    return [
        row
        for stamp in instants(first, last)
        for row in (
            ("a.grid", stamp, 10 * since.index(stamp)),
            ("a.ups", stamp, 8 * since.index(stamp)),
        )
    ]


@pytest.fixture(scope="module")
def january(tmp_path_factory):
    estate = write_estate(
        tmp_path_factory.mktemp("told") / "estate",
        facilities=[{"id": "a", "commissioned": "2025-01"}],
        meters=METERS,
    )
    drop(estate, "a/1_newest_first.csv", rows("2025-01-01", "2025-01-08")[::-1])
    grid = [row for row in rows("2025-01-08", "2025-01-15") if row[0] == "a.grid"]
    ups = [row for row in rows("2025-01-08", "2025-01-15") if row[0] == "a.ups"]
    drop(estate, "a/2_meter_by_meter.csv", [*grid, *ups])
    third = rows("2025-01-15", "2025-01-22")
    third[100], third[102] = third[102], third[100]
    drop(estate, "a/3_two_rows_swapped.csv", third)
    fourth = rows("2025-01-22", "2025-01-29")
    drop(estate, "a/4_a_row_twice.csv", [*fourth, fourth[-1]])
    done("backfill", estate, "--now", "2025-02-02T00:00Z")
    drop(estate, "a/5_late.csv", rows("2025-01-29", "2025-02-01"))
    done("backfill", estate, "--now", "2025-03-05T00:00Z")
    return estate


def told(estate, rule):
    """Findings of a rule: the file's path, from when to when, and the words."""
    return sql(
        estate,
        'SELECT f.path, n.start, n."end", n.detail FROM findings n '
        f"JOIN files f ON f.sha256 = n.other WHERE n.rule = '{rule}' AND n.meter_id = ''",
    )


def test_rows_against_the_order_of_their_file_are_told(january):
    """Neither the file that runs backwards nor the one that tells meter by meter is."""
    assert told(january, "out_of_order") == [
        {
            "path": "a/3_two_rows_swapped.csv",
            "start": "2025-01-15T00:00:00+00:00",
            "end": "2025-01-22T00:00:00+00:00",
            "detail": "1 of the file's 336 rows of this month stand against the order of the "
            "others",
        }
    ]


def test_a_row_that_stands_again_is_told(january):
    assert told(january, "duplicate") == [
        {
            "path": "a/4_a_row_twice.csv",
            "start": "2025-01-22T00:00:00+00:00",
            "end": "2025-01-29T00:00:00+00:00",
            "detail": "1 of the file's 337 rows of this month stand again with the same value, "
            "here or in another file; each counts once",
        }
    ]


def test_a_file_that_came_31_days_after_the_others_is_told(january):
    assert told(january, "late_arrival") == [
        {
            "path": "a/5_late.csv",
            "start": "2025-01-29T00:00:00+00:00",
            "end": "2025-02-01T00:00:00+00:00",
            "detail": "144 rows of this month arrived on 2025-03-05, 32 days after its end and 31 "
            "days after its first file",
        }
    ]


def test_no_figure_rests_on_how_files_came(january, tmp_path):
    """743 hours between the first reading and the last."""
    estate = write_estate(
        tmp_path / "estate", facilities=[{"id": "a", "commissioned": "2025-01"}], meters=METERS
    )
    drop(estate, "a/all.csv", rows("2025-01-01", "2025-02-01"))
    done("backfill", estate, "--now", "2025-02-02T00:00Z")

    found = totals(january, "a", 2025, "--month", "1")

    assert found == totals(estate, "a", 2025, "--month", "1")
    assert found["grid_import"]["measured"] == 7430
    assert told(estate, "late_arrival") == []
