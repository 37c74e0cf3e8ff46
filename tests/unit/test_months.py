"""The local month of many instants at once."""

from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.steps.calendar import month_numbers
from schemas.tables import INSTANT
from tests.unit.spine import utc

ZONES = st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kolkata", "Pacific/Apia", "America/Lima"])
#: Seconds since 2000, up to 2040.
SECONDS = st.lists(st.integers(0, 40 * 366 * 86_400), max_size=20)


@given(SECONDS, ZONES)
def test_is_what_the_clock_of_the_site_shows(seconds, zone):
    at = pl.Series([946_684_800 + one for one in seconds], dtype=pl.Int64)
    instants = (at * 1_000_000).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")

    local = instants.dt.convert_time_zone(zone)
    expected = local.dt.year().cast(pl.Int32) * 100 + local.dt.month()
    assert month_numbers(instants, ZoneInfo(zone)).to_list() == expected.to_list()


@pytest.mark.parametrize(
    ("stamp", "month"),
    [
        pytest.param("2025-01-31T22:59:59", 202501, id="last-second"),
        pytest.param("2025-01-31T23:00", 202502, id="first-instant"),
        pytest.param("2025-06-30T22:00", 202507, id="summer-time"),
    ],
)
def test_the_border_belongs_to_the_month_that_begins(stamp, month):
    instants = pl.Series([utc(stamp), utc("2025-03-10T00:00")], dtype=INSTANT)

    assert month_numbers(instants, ZoneInfo("Europe/Berlin"))[0] == month


def test_nothing_has_no_month():
    none = pl.Series([], dtype=INSTANT)

    assert month_numbers(none, ZoneInfo("Europe/Berlin")).to_list() == []
