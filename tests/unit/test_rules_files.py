"""Rules about files and silent meters: copies, order, late arrival, staleness."""

from dataclasses import replace
from datetime import timedelta

import polars as pl
import pytest
from may import AT, FULL, INTERVAL, may, told, without
from spine import meter, utc
from windows import HOUR

from pipelines.steps.validate.files import late_arrival, out_of_order, stale_meter
from pipelines.steps.validate.readings import duplicate
from pipelines.steps.validate.window import ARRIVALS
from schemas.rules import RuleId

FIRST, LAST = utc("2025-05-01T00:00"), utc("2025-05-31T23:00")
IN_TIME = utc("2025-06-02T00:00")


def file(name="f1", **facts):
    return {
        "file": name,
        "arrived_at": IN_TIME,
        "first": FIRST,
        "last": LAST,
        "newest": LAST,
        "rows": 744,
        "disordered": 0,
        "duplicates": 0,
        **facts,
    }


def came(*files):
    return may(arrivals=pl.DataFrame(list(files), schema=ARRIVALS))


def test_a_file_with_rows_that_stand_again_is_told_by_its_hash():
    of = came(file("f1"), file("f2", duplicates=3, first=AT, last=AT + 2 * HOUR, rows=4))

    assert told(duplicate, of) == [
        (
            RuleId.DUPLICATE.value,
            "",
            "f2",
            AT,
            AT + 3 * HOUR,
            "3 of the file's 4 rows of this month stand again with the same value, here or in "
            "another file; each counts once",
        )
    ]


def test_files_without_a_duplicate_are_not_told():
    assert told(duplicate, came(file("f1"), file("f2", disordered=5))) == []


def test_a_file_whose_rows_go_back_and_forth_is_told_by_its_hash():
    of = came(file("f1", disordered=2), file("f2"))

    assert told(out_of_order, of) == [
        (
            RuleId.OUT_OF_ORDER.value,
            "",
            "f1",
            FIRST,
            utc("2025-06-01T00:00"),
            "2 of the file's 744 rows of this month stand against the order of the others",
        )
    ]


def test_files_in_order_are_not_out_of_order():
    assert told(out_of_order, came(file("f1"), file("f2", duplicates=5))) == []


def test_a_file_that_comes_a_month_after_the_others_arrived_late():
    """Due on 2 July: 31 days after the first file, which came after the month's end."""
    late = file("f2", arrived_at=utc("2025-07-03T00:00"), first=AT, last=AT, rows=1)

    assert told(late_arrival, came(file("f1"), late)) == [
        (
            RuleId.LATE_ARRIVAL.value,
            "",
            "f2",
            AT,
            AT + HOUR,
            "1 rows of this month arrived on 2025-07-03, 32 days after its end and 31 days after "
            "its first file",
        )
    ]


@pytest.mark.parametrize(
    "files",
    [
        pytest.param([file("f1")], id="in-time"),
        pytest.param(
            [file("f1"), file("f2", arrived_at=utc("2025-07-02T23:59"))],
            id="a-minute-before-31-days-after-the-first-file",
        ),
        pytest.param(
            [
                file("f1", arrived_at=utc("2025-05-02T00:00")),
                file("f2", arrived_at=utc("2025-07-01T23:59")),
            ],
            id="a-minute-before-31-days-after-the-month",
        ),
        pytest.param(
            [
                file("f1"),
                file("f2", arrived_at=utc("2026-01-05T00:00"), newest=utc("2025-12-31T23:00")),
            ],
            id="a-year-s-export-soon-after-its-year",
        ),
        pytest.param(
            [file(name, arrived_at=utc("2027-01-01T00:00")) for name in ("f1", "f2")],
            id="years-of-history-loaded-at-once",
        ),
    ],
)
def test_a_file_is_not_late(files):
    assert told(late_arrival, came(*files)) == []


def last_month(of):
    """The same window where the facility has no files of the month after it."""
    return replace(of, hours=of.hours.filter(pl.col("start") < of.end))


NEWEST = utc("2025-05-31T23:00")


def test_a_meter_that_tells_nothing_while_others_go_on_is_stale():
    """The last hour of n ends at midnight of the 25th, seven days before June."""
    of = last_month(may({"m": FULL, "n": without("2025-05-25T00:00", 7 * 24)}))

    assert told(stale_meter, of) == [
        (
            RuleId.STALE_METER.value,
            "n",
            "",
            utc("2025-05-25T00:00"),
            utc("2025-06-01T00:00"),
            "no reading since 2025-05-25T00:00Z; others go on until 2025-06-01T00:00Z",
        )
    ]


def test_a_meter_that_told_nothing_in_two_months_is_stale_since_then_at_least():
    of = last_month(may({"m": FULL, "n": [None] * len(FULL)}))

    [found] = stale_meter(of)

    assert found.start == utc("2025-04-01T00:00")
    assert found.detail.startswith("no reading since 2025-04-01T00:00Z at least;")


def test_a_stale_meter_is_measured_against_the_newest_hour_of_the_facility():
    """Files end on the 20th; what is silent since the 13th is stale, since the 14th not."""
    amounts = {
        "m": without("2025-05-20T00:00", 12 * 24),
        "n": without("2025-05-13T00:00", 19 * 24),
        "o": without("2025-05-13T01:00", 19 * 24 - 1),
    }

    [found] = stale_meter(last_month(may(amounts)))

    assert found.meter_id == "n"
    assert (
        found.detail == "no reading since 2025-05-13T00:00Z; others go on until 2025-05-20T00:00Z"
    )


#: From 11 May to the end of June.
SILENT = without("2025-05-11T00:00", (21 + 30) * 24)


@pytest.mark.parametrize(
    ("amounts", "facts"),
    [
        pytest.param(without("2025-05-25T01:00", 7 * 24 - 1), INTERVAL, id="an-hour-less"),
        pytest.param(SILENT, {**INTERVAL, "valid_to": NEWEST}, id="taken-out"),
        pytest.param(SILENT, {**INTERVAL, "interval": timedelta(days=2)}, id="read-every-two-days"),
        pytest.param(SILENT, {**INTERVAL, "interval_months": 1}, id="read-every-month"),
    ],
)
def test_a_meter_is_not_stale(amounts, facts):
    of = may({"m": FULL, "n": amounts}, [meter("m", **INTERVAL), meter("n", **facts)])

    assert told(stale_meter, last_month(of)) == []


def test_a_meter_read_once_a_day_can_be_stale():
    daily = meter("n", **{**INTERVAL, "interval": timedelta(days=1)})
    of = may({"m": FULL, "n": SILENT}, [meter("m", **INTERVAL), daily])

    assert [one.meter_id for one in stale_meter(last_month(of))] == ["n"]


def test_a_new_meter_is_not_stale_before_it_has_been_in_place_for_a_week():
    """Its hours begin with its validity, six days before the newest."""
    since = utc("2025-05-26T00:00")
    new = meter("n", **INTERVAL, valid_from=since)
    of = last_month(may({"m": FULL, "n": [None] * len(FULL)}, [meter("m", **INTERVAL), new]))
    young = replace(
        of, hours=of.hours.filter((pl.col("meter_id") != "n") | (pl.col("start") >= since))
    )

    assert told(stale_meter, young) == []


def test_only_the_facility_s_last_month_tells_of_stale_meters():
    """The same silence with hours of June behind it, told or not."""
    silent = may({"m": FULL, "n": SILENT})
    site_out = without("2025-06-01T00:00", 30 * 24)

    assert told(stale_meter, silent) == []
    assert told(stale_meter, may({"m": site_out, "n": SILENT})) == []


def test_a_facility_that_told_nothing_at_all_has_no_stale_meter():
    assert told(stale_meter, last_month(may({"m": [None] * len(FULL)}))) == []
