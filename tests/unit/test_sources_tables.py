"""How a mapping finds cells in a table: titles, times of two columns, stated units, qualities."""

import io

import pytest

from pipelines.sources import Unreadable, rows
from pipelines.sources.table import titles_of
from schemas.estate.source import Source

WIDE = (("A [kWh]", "a"), ("B (MWh)", "b"))


def read(text, *columns, **source):
    """Chosen columns of the raw rows, in the order of meter and line."""
    given = Source(match="*", **source)
    frames = list(rows(io.BytesIO(text.encode()), given))
    return [row for frame in frames for row in frame.select(columns).iter_rows()]


def test_a_date_and_a_time_of_day_are_joined_by_a_blank():
    text = "Datum;Uhrzeit;A [kWh]\n03.02.2025;04:15;7\n"
    columns = (("timestamp", "Datum"), ("time", "Uhrzeit"))

    assert read(text, "timestamp", "value", separator=";", columns=columns, wide=WIDE[:1]) == [
        ("03.02.2025 04:15", "7")
    ]


def test_titles_of_wide_columns_state_their_units():
    text = "timestamp,A [kWh],B (MWh)\n2025-01-01,1,2\n"

    assert read(text, "meter_id", "value", "unit", wide=WIDE) == [
        ("a", "1", "kWh"),
        ("b", "2", "MWh"),
    ]


@pytest.mark.parametrize("title", ["A", "A [Zähler 7]", "A [kWh] neu", "[A] x"])
def test_other_titles_state_none(title):
    text = f"timestamp,{title}\n2025-01-01,1\n"

    assert read(text, "unit", wide=((title, "a"),)) == [(None,)]


@pytest.mark.parametrize(
    ("columns", "unit"),
    [
        pytest.param((("value", "Use [kWh]"),), "kWh", id="in-the-title"),
        pytest.param((("value", "Use [kWh]"), ("unit", "Unit")), "MWh", id="a-column-has-it"),
    ],
)
def test_the_title_of_values_states_the_unit_where_no_column_does(columns, unit):
    text = "meter_id,timestamp,Use [kWh],Unit\na,2025-01-01,1,MWh\n"

    assert read(text, "meter_id", "unit", columns=columns) == [("a", unit)]


def test_ends_and_qualities_are_passed_on_as_they_stand():
    text = "from,to,good?,a,b\n2025-01-01,2025-01-31,no,1,2\n"
    columns = (("timestamp", "from"), ("until", "to"), ("quality", "good?"))

    found = read(
        text, "meter_id", "until", "quality", columns=columns, wide=(("a", "a"), ("b", "b"))
    )

    assert found == [("a", "2025-01-31", "no"), ("b", "2025-01-31", "no")]


@pytest.mark.parametrize(
    ("header", "titles"),
    [
        pytest.param([["a", "b"]], ["a", "b"], id="one-row"),
        pytest.param(
            [["", "Hall 1", ""], ["at", "kWh", "kW"]],
            ["at", "Hall 1 kWh", "Hall 1 kW"],
            id="merged-over-two",
        ),
        pytest.param(
            [["at", "Hall 1"], ["", "kWh", "kW"]],
            ["at", "Hall 1 kWh", "Hall 1 kW"],
            id="the-upper-row-is-shorter",
        ),
        pytest.param([["a", "b"], ["", ""], ["x", "y"]], ["a x", "b y"], id="three-rows"),
    ],
)
def test_titles_of_several_rows(header, titles):
    assert titles_of(header) == titles


def test_a_header_of_two_rows_is_read_and_lines_go_on_counting():
    text = ";Halle 1;\nZeit;[kWh];[kW]\n2025-01-01;1;2\n"
    wide = (("Halle 1 [kWh]", "a"), ("Halle 1 [kW]", "b"))

    found = read(
        text, "line", "meter_id", "unit", separator=";", header_lines=2,
        columns=(("timestamp", "Zeit"),), wide=wide,
    )  # fmt: skip

    assert found == [(3, "a", "kWh"), (3, "b", "kW")]


def test_a_header_that_is_cut_off_is_none():
    with pytest.raises(Unreadable, match="no header"):
        read("Zeit;a\n", "line", separator=";", header_lines=2, wide=(("a", "a"),))
