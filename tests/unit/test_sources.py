"""File formats: bytes in, raw rows out, each with the line it stands in."""

import io
import json

import pytest

from pipelines.sources import PLAIN_DROP, Unreadable, rows, source_of
from pipelines.sources.blocks import LONGEST_LINE, line_blocks
from schemas.estate.source import Source
from schemas.tables import RAW

HEADER = "meter_id,timestamp,value"


def raw(content, source=PLAIN_DROP):
    """Rows as (line, meter, time, value), sorted; malformed ones carry their whole line."""
    data = content.encode() if isinstance(content, str) else content
    found = []
    for frame in rows(io.BytesIO(data), source):
        assert frame.schema == RAW
        found += frame.select("line", "meter_id", "timestamp", "value", "malformed").iter_rows()
    return sorted(found, key=lambda row: (row[0], row[1] or ""))


def cells(content, source=PLAIN_DROP):
    return [row[1:4] for row in raw(content, source) if not row[4]]


def unreadable(content, source=PLAIN_DROP):
    with pytest.raises(Unreadable) as caught:
        raw(content, source)
    return caught.value


GOOD = [("m", "2025-01-01T00:00:00Z", "1"), ("m", "2025-01-01T01:00:00Z", "2.5")]
ROWS = "m,2025-01-01T00:00:00Z,1\nm,2025-01-01T01:00:00Z,2.5"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(f"{HEADER}\n{ROWS}\n", id="plain"),
        pytest.param(f"{HEADER}\n{ROWS}", id="no-end-of-last-line"),
        pytest.param(f"\ufeff{HEADER}\n{ROWS}\n", id="byte-order-mark"),
        pytest.param(f"{HEADER}\n{ROWS}\n".replace("\n", "\r\n"), id="windows-ends"),
        pytest.param(f"{HEADER}\n\n{ROWS}\n\n  \n", id="blank-lines"),
        pytest.param(
            f"{HEADER}\n{ROWS.replace('m,', chr(34) + 'm' + chr(34) + ',')}\n", id="quotes"
        ),
        pytest.param(
            "\n".join(
                ",".join(f'"{cell}"' for cell in row.split(","))
                for row in (HEADER, *ROWS.split("\n"))
            ),
            id="quotes-everywhere",
        ),
        pytest.param(f" meter_id , timestamp , value \n{ROWS}\n", id="blanks-in-the-header"),
    ],
)
def test_the_plain_drop(content):
    assert cells(content) == GOOD


def test_columns_may_stand_in_any_order():
    assert cells("value,timestamp,meter_id\n1,2025-01-01T00:00:00Z,m\n") == GOOD[:1]


def test_lines_are_those_of_the_file():
    assert [row[0] for row in raw(f"{HEADER}\n\nm,t,1\n\nm,t,2\n")] == [3, 5]


@pytest.mark.parametrize(
    "line", ["m,2025-01-01T00:00:00Z", "m,t,1,2", "m", 'm,"t,1', 'm,"t",1\rm,t,2', "\x1f,\r,x,y"]
)
def test_a_row_of_another_width_is_malformed_and_kept_whole(line):
    rows = raw(f"{HEADER}\n{ROWS}\n{line}\n")

    assert rows[2] == (4, None, None, line, True)
    assert [row[4] for row in rows] == [False, False, True]


@pytest.mark.parametrize("line", ["m,2025-01-01T00:00:00Z", "m,t,1,2"])
def test_a_file_of_malformed_rows_only(line):
    assert raw(f"{HEADER}\n{line}\n{line}\n") == [
        (2, None, None, line, True),
        (3, None, None, line, True),
    ]


@pytest.mark.parametrize("rest", ["", "\n", "\n\n", "\nTotal: 0 rows\n"])
def test_a_file_without_rows(rest):
    assert raw(f"{HEADER}{rest}", Source(match="*", footer="^Total")) == []


def test_a_short_row_and_a_long_one_do_not_make_two_good_ones():
    rows = raw(f"{HEADER}\nm,1\nm,t,1,extra\n{ROWS}\n")

    assert [row[0] for row in rows if row[4]] == [2, 3]


def test_unit_and_serial_are_read_where_they_stand():
    [frame] = rows(io.BytesIO(b"meter_id,timestamp,value,unit,serial\nm,t,1,MWh,S1\n"), PLAIN_DROP)

    assert frame.select("unit", "serial").row(0) == ("MWh", "S1")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param("", "empty", id="empty"),
        pytest.param("\n\n", "no header", id="blank"),
        pytest.param(f"{HEADER}\rm,t\n", "carriage return", id="carriage-return"),
        pytest.param("meter_id,timestamp\nm,t\n", "plain drop", id="a-column-is-missing"),
        pytest.param(f"{HEADER},colour\n", "plain drop", id="a-column-too-many"),
        pytest.param(f"{HEADER},value\n", "plain drop", id="a-column-twice"),
        pytest.param(b"\x7fELF\0\0", "binary", id="binary"),
        pytest.param("\ufeffa,b\n".encode("utf-16"), "binary", id="utf-16-unmapped"),
    ],
)
def test_what_is_no_plain_drop(content, reason):
    assert reason in str(unreadable(content))


BMS = Source(
    match="*",
    separator=";",
    decimal=",",
    columns=(("timestamp", "Zeit"),),
    wide=(("Zähler A [kWh]", "a"), ("Zähler B [kWh]", "b")),
)


def test_a_wide_file_is_one_row_per_meter_and_filled_cell():
    content = "Export\nZeit;Zähler A [kWh];Rest;Zähler B [kWh]\n2025;1,5;x;\n2026;2;x;7\n"

    assert raw(content, Source(**{**BMS.__dict__, "skip_lines": 1})) == [
        (3, "a", "2025", "1,5", False),
        (4, "a", "2026", "2", False),
        (4, "b", "2026", "7", False),
    ]


def test_a_long_file_by_its_columns():
    columns = (("timestamp", "at"), ("meter", "point"), ("value", "reading"))

    assert cells("reading,at,point\n5,2025,m\n", Source(match="*", columns=columns)) == [
        ("m", "2025", "5")
    ]


def test_footers_are_no_rows_but_rows_that_look_like_them_are():
    source = Source(match="*", footer="^(Total|m)")

    assert cells(f"{HEADER}\n{ROWS}\nTotal: 2 rows\n", source) == GOOD


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "cp1252", "utf-16"])
def test_encodings(encoding):
    content = "Zeit;Zähler A [kWh];Zähler B [kWh]\n2025;1;2\n".encode(encoding)

    assert len(raw(content, Source(**{**BMS.__dict__, "encoding": encoding}))) == 2


def test_an_unknown_encoding_and_an_absent_column_are_named():
    assert "'utf-9'" in str(unreadable("x", Source(match="*", encoding="utf-9")))
    problem = unreadable("Zeit;Zahler A [kWh];Zähler B [kWh]\n", BMS)
    assert "Zähler A" in str(problem)
    assert "Did you mean" in str(problem)
    twice = unreadable("Zeit;Zähler A [kWh];Zähler A [kWh];Zähler B [kWh]\n", BMS)
    assert "twice" in str(twice)


def test_the_first_mapping_that_matches_a_path_is_its_own():
    bms = Source(match="fra1/bms_*.csv")
    rest = Source(match="fra1/*")

    assert source_of("fra1/bms_1.csv", [bms, rest]) is bms
    assert source_of("fra1/other.csv", [bms, rest]) is rest
    assert source_of("FRA1/bms_1.csv", [bms, rest]) is PLAIN_DROP


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
def test_blocks_of_any_size_hold_the_same_lines(size):
    content = "\ufeffa\r\nbb\n\nccc\r\nlast".encode()

    blocks = list(line_blocks(io.BytesIO(content), size=max(size, 3)))

    assert b"".join(block for _, block in blocks) == b"a\nbb\n\nccc\nlast\n"
    first = 1
    for line, block in blocks:
        assert line == first
        first += block.count(b"\n")


def test_a_line_without_end_is_refused():
    with pytest.raises(Unreadable, match="no end"):
        list(line_blocks(io.BytesIO(b"x" * (LONGEST_LINE + 2)), size=LONGEST_LINE + 1))


WEATHER = Source(match="*", format="open-meteo", wide=(("temperature_2m", "t"),))


def weather(**parts):
    document = {
        "utc_offset_seconds": 19_800,
        "hourly_units": {"temperature_2m": "°C"},
        "hourly": {"time": ["2025-01-01T00:00", "2025-01-01T01:00"], "temperature_2m": [3.5, None]},
    }
    return json.dumps({**document, **parts})


def test_weather_by_the_hour_with_its_offset():
    assert raw(weather(), WEATHER) == [(1, "t", "2025-01-01T00:00+05:30", "3.5", False)]
    assert raw(weather(utc_offset_seconds=-3600), WEATHER)[0][2] == "2025-01-01T00:00-01:00"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("{", id="no-json"),
        pytest.param("[]", id="a-list"),
        pytest.param(b"\xff\xfe\xfa", id="no-text"),
        pytest.param(weather(hourly={"time": []}), id="no-such-variable"),
        pytest.param(weather(hourly={"time": ["x"], "temperature_2m": []}), id="other-lengths"),
        pytest.param(weather(hourly={"time": ["x"], "temperature_2m": None}), id="no-values"),
        pytest.param(weather(hourly_units=None), id="no-units"),
        pytest.param(weather(utc_offset_seconds=float("inf")), id="no-offset"),
    ],
)
def test_weather_of_another_shape_is_unreadable(content):
    assert unreadable(content, WEATHER).line == 1
