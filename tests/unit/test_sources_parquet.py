"""Parquet: cells with types, read as the text they would be in CSV."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from pipelines.sources import Unreadable, parquet, rows
from schemas.estate.source import Source

PLAIN = Source(match="*", format="parquet")
NOON = datetime(2025, 7, 1, 12, tzinfo=UTC).replace(tzinfo=None)


def packed(**columns):
    file = io.BytesIO()
    pl.DataFrame(columns).write_parquet(file)
    return file.getvalue()


def told(data, source=PLAIN):
    columns = ("line", "meter_id", "timestamp", "value")
    found = rows(io.BytesIO(data), source)
    return [row for frame in found for row in frame.select(columns).iter_rows()]


def reason(data, source=PLAIN):
    with pytest.raises(Unreadable) as caught:
        told(data, source)
    return caught.value.reason


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        pytest.param(NOON, "2025-07-01T12:00:00.000000", id="local"),
        pytest.param(
            NOON.replace(tzinfo=ZoneInfo("Europe/Berlin")),
            "2025-07-01T12:00:00.000000+02:00",
            id="with-a-zone",
        ),
        pytest.param(NOON.replace(tzinfo=UTC), "2025-07-01T12:00:00.000000+00:00", id="utc"),
        pytest.param(date(2025, 7, 1), "2025-07-01", id="date"),
        pytest.param("2025-07-01 12:00", "2025-07-01 12:00", id="text"),
        pytest.param(1751364000, "1751364000", id="epoch"),
    ],
)
def test_times_keep_their_offset_and_have_none_where_they_are_local(at, shown):
    assert told(packed(meter_id=["m"], timestamp=[at], value=[1])) == [(1, "m", shown, "1")]


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.1, "0.1"), (12, "12"), (Decimal("1.50"), "1.50"), ("7,5", "7,5"), (None, "")],
)
def test_a_number_is_read_as_the_shortest_text_that_is_it(value, shown):
    assert told(packed(meter_id=["m"], timestamp=["t"], value=[value])) == [(1, "m", "t", shown)]


def test_a_wide_table_has_a_row_for_each_cell_that_is_there(monkeypatch):
    monkeypatch.setattr(parquet, "ROWS", 2)
    source = Source(
        match="*", format="parquet", columns=(("timestamp", "at"),), wide=(("a", "x"), ("b", "y"))
    )
    data = packed(at=["t1", "t2", "t3"], b=[1.5, None, 3.0], c=[[1], [2], [3]], a=[7, 8, 9])

    assert sorted(told(data, source)) == [
        (1, "x", "t1", "7"),
        (1, "y", "t1", "1.5"),
        (2, "x", "t2", "8"),
        (3, "x", "t3", "9"),
        (3, "y", "t3", "3.0"),
    ]


def test_what_cannot_be_read_says_why():
    assert reason(b"PAR1 and no more").startswith("this is no Parquet file (parquet: ")
    assert reason(b"").startswith("this is no Parquet file (")
    assert "the header 'a' is not the plain drop's" in reason(packed(a=[1]))
    lists = packed(meter_id=["m"], timestamp=["t"], value=[[1, 2]])
    assert reason(lists) == "column 'value' holds List(Int64), of which no cell can be made"


def test_pages_that_cannot_be_decoded_say_so():
    stamps = [f"t{number * 7919 % 20_011}" for number in range(20_000)]
    data = bytearray(packed(meter_id=["m"] * 20_000, timestamp=stamps, value=[1] * 20_000))
    begin = len(data) // 4
    data[begin : begin + 64] = bytes(64)

    assert reason(bytes(data)).startswith("the Parquet file is damaged (parquet: ")
