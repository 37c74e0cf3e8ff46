"""JSON lines: values by their keys, numbers as they are written."""

import io

import pytest

from pipelines.sources import Unreadable, rows
from schemas.estate.source import Source

PLAIN = Source(match="*", format="jsonl")
NESTED = Source(
    match="*",
    format="jsonl",
    columns=(("timestamp", "at"), ("meter", "tags.id"), ("value", "kwh"), ("unit", "tags.unit")),
)
WIDE = Source(match="*", format="jsonl", wide=(("a", "fra1.a"), ("b.c", "fra1.b")))


def told(text, source=PLAIN):
    data = io.BytesIO(text.encode())
    columns = ("line", "meter_id", "timestamp", "value", "unit", "malformed")
    found = [row for frame in rows(data, source) for row in frame.select(columns).iter_rows()]
    return sorted(found, key=lambda row: (row[0], row[1] or ""))


def reason(text, source=PLAIN):
    with pytest.raises(Unreadable) as caught:
        told(text, source)
    return caught.value.reason


def test_the_plain_drop_as_objects_with_numbers_as_they_are_written():
    text = (
        '{"meter_id": "m", "timestamp": "2025-01-01T00:00:00Z", "value": 12.340}\n'
        "\n"
        '{"value": "7", "timestamp": "2025-01-01T01:00:00Z", "meter_id": "m"}'
    )

    assert told(text) == [
        (1, "m", "2025-01-01T00:00:00Z", "12.340", None, False),
        (3, "m", "2025-01-01T01:00:00Z", "7", None, False),
    ]


def test_keys_within_objects_are_named_with_points():
    text = '{"at": 1735689600, "kwh": 5e-1, "tags": {"id": "m", "unit": "MWh"}, "x": [1]}\n'

    assert told(text, NESTED) == [(1, "m", "1735689600", "5e-1", "MWh", False)]


def test_an_absent_or_empty_cell_of_a_wide_object_is_no_row():
    text = '{"timestamp": "t1", "a": 1}\n{"timestamp": "t2", "a": null, "b": {"c": 2}}\n'

    assert [row[:4] for row in told(text, WIDE)] == [
        (1, "fra1.a", "t1", "1"),
        (2, "fra1.b", "t2", "2"),
    ]


@pytest.mark.parametrize("line", ["[1, 2]", '{"meter_id": "m"', "12", "{" * 10_000, "NaN"])
def test_a_line_without_an_object_is_malformed_and_kept_whole(line):
    text = f'{line}\n{{"meter_id": "m", "timestamp": "t", "value": 1}}\n'

    assert told(text) == [(1, None, None, line, None, True), (2, "m", "t", "1", None, False)]


def test_a_file_without_any_object_or_without_a_mapped_key_says_so():
    assert reason("[]\n") == "no line of the file holds a JSON object"
    assert reason("") == "no line of the file holds a JSON object"
    assert "the header 'a,b' is not the plain drop's" in reason('{"a": 1, "b": 2}\n')
    assert reason('{"timestamp": "t", "b": {"d": 2}}\n', WIDE).startswith(
        "no line has the key 'a'. Known: b.d"
    )
    assert reason('{"t": "t", "a": 1}\n', WIDE).startswith("no line has the key 'timestamp'")


def test_a_meter_that_is_silent_throughout_a_file_is_no_fault_of_the_file():
    assert [row[:4] for row in told('{"timestamp": "t", "a": 1}\n', WIDE)] == [
        (1, "fra1.a", "t", "1")
    ]
