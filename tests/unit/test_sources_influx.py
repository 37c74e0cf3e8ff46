"""Line protocol: which points are rows, and how keys and values are written."""

import io

import pytest

from pipelines.sources import FORMATS, Unreadable, rows
from schemas.estate.source import Source

BY_TAG = Source(
    match="*",
    format="influx",
    columns=(("meter", "host"), ("value", "watts"), ("unit", "unit"), ("serial", "sn")),
)
WIDE = Source(
    match="*",
    format="influx",
    wide=(("power,host=pdu1,phase=a watts", "m.a"), ("power kwh", "m.total")),
)


def told(text, source=BY_TAG):
    columns = ("line", "meter_id", "timestamp", "value", "unit", "serial", "malformed")
    found = rows(io.BytesIO(text.encode()), source)
    return sorted(
        (row for frame in found for row in frame.select(columns).iter_rows()),
        key=lambda row: (row[0], row[1] or ""),
    )


def reason(text, source=BY_TAG):
    with pytest.raises(Unreadable) as caught:
        told(text, source)
    return caught.value.reason


@pytest.mark.parametrize(
    ("line", "meter", "value", "unit", "serial"),
    [
        pytest.param("p,host=m watts=1.50 7", "m", "1.50", None, None, id="a-float"),
        pytest.param("p,host=m watts=12i 7", "m", "12", None, None, id="a-whole-number"),
        pytest.param("p,host=m watts=-12u 7", "m", "-12", None, None, id="unsigned"),
        pytest.param("p,host=m watts=1e-3 7", "m", "1e-3", None, None, id="an-exponent"),
        pytest.param('p,host=m watts="n/a" 7', "m", "n/a", None, None, id="a-text"),
        pytest.param(
            'p,host=m a="x, y=1 z\\"q",watts=3,unit="kW" 7', "m", "3", "kW", None, id="after-a-text"
        ),
        pytest.param(
            r"my\ p\,x,host=a\ b\=c,sn=S\,1 watts=1 7", "a b=c", "1", None, "S,1", id="escapes"
        ),
        pytest.param("p,x=y watts=1 7", None, "1", None, None, id="without-the-tag"),
    ],
)
def test_a_point_by_its_tag(line, meter, value, unit, serial):
    assert told(f"{line}\n") == [(1, meter, "7", value, unit, serial, False)]


def test_points_of_other_series_comments_and_blank_lines_are_no_rows():
    text = "# a comment\n\ncpu,host=m usage=9 7\np,host=m watts=1 1735689600000000000\n"

    assert told(text) == [(4, "m", "1735689600000000000", "1", None, None, False)]


def test_a_series_has_at_least_the_tags_that_its_name_has():
    text = (
        "power,host=pdu1,phase=a,rack=7 watts=1,kwh=10 7\n"
        "power,host=pdu1,phase=b watts=2 7\n"
        "power,host=pdu2 kwh=20\n"
    )

    assert [row[:4] for row in told(text, WIDE)] == [
        (1, "m.a", "7", "1"),
        (1, "m.total", "7", "10"),
        (3, "m.total", "", "20"),
    ]


@pytest.mark.parametrize(
    "line",
    ["watts", "p,host watts=1 7", "p watts= 7", "p watts=1 noon", "p watts=1 7 8", ",h=m w=1"],
)
def test_a_line_that_is_no_point_is_malformed_and_kept_whole(line):
    assert told(f"p,host=m watts=1 7\n{line}\n")[1] == (2, None, None, line, None, None, True)


def test_a_mapping_that_names_nothing_says_so():
    assert reason("p,host=m volts=1 7\n") == "no point of the file is one that the source maps"
    assert reason("", WIDE) == "no point of the file is one that the source maps"
    assert "needs a mapping" in reason("p,host=m watts=1 7\n", Source(match="*", format="influx"))
    odd = Source(match="*", format="influx", wide=(("watts", "m"),))
    assert reason("p watts=1 7\n", odd).startswith("'watts' names no field of a series")


def test_times_are_nanoseconds_unless_the_source_says_otherwise():
    assert FORMATS["influx"].time_format == "epoch_ns"
