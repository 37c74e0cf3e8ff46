"""Pages of metrics: every rule of the format is kept, or nothing is read."""

import io
import tarfile
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from pipelines.sources import Unreadable, rows
from schemas.estate.source import Source
from schemas.tables import RAW

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
PAGE = """# TYPE pdu_energy_joules counter
# UNIT pdu_energy_joules joules
pdu_energy_joules_total{rack="7",name="a, \\"b\\" } x"} 3600000.5 1748736000
pdu_energy_joules_total{rack="8"} 1e6 1748736000.25
# TYPE temp gauge
temp NaN
# EOF
"""


def read(text, *columns, form="openmetrics", wide=()):
    source = Source(match="*", format=form, wide=wide)
    found = pl.concat(rows(io.BytesIO(text.encode()), source))
    assert found.schema == RAW
    return list(found.select(columns).iter_rows())


def test_a_series_is_named_by_its_name_and_enough_labels():
    wide = (('pdu_energy_joules_total{rack="7"}', "a"), ('pdu_energy_joules_total{rack="8"}', "b"))

    assert read(PAGE, "line", "meter_id", "timestamp", "value", wide=wide) == [
        (3, "a", "1748736000", "3600000.5"),
        (4, "b", "1748736000.25", "1e6"),
    ]


def test_a_sample_without_a_time_has_none():
    assert read(PAGE, "timestamp", "value", wide=(("temp", "t"),)) == [(None, "NaN")]


def test_the_older_text_counts_milliseconds():
    text = "# TYPE up gauge\nup 1 1748736000000\n"

    assert read(text, "timestamp", form="prometheus-text", wide=(("up", "m"),)) == [
        ("1748736000000",)
    ]


@pytest.mark.parametrize(
    ("wide", "why"),
    [
        ((("pdu_energy_joules_total", "a"),), "2 series match"),
        ((("nothing_total", "a"),), "0 series match"),
        ((("a b c", "a"),), "names no series"),
        ((), "needs a mapping"),
    ],
)
def test_a_mapping_that_makes_no_meter_is_refused(wide, why):
    with pytest.raises(Unreadable, match=why):
        read(PAGE, "line", wide=wide)


@pytest.mark.parametrize(
    "page", ["# TYPE a gauge\na 1\n", "# TYPE  gauge\n# EOF\n", "a{ 1\n# EOF\n"]
)
def test_a_page_that_is_cut_off_is_refused(page):
    with pytest.raises(Unreadable, match="no whole page"):
        read(page, "line", wide=(("a", "m"),))


def cases():
    path = SHARED / "openmetrics" / "openmetrics-parser-testdata.tar.gz"
    if not path.is_file():
        pytest.skip("../shared/data/openmetrics is not there")
    with tarfile.open(path) as archive:
        for member in archive.getmembers():
            if member.name.endswith("/metrics"):
                yield member.name.split("/")[-2], archive.extractfile(member).read().decode()


def _is_read(text):
    """Whether a page is taken; of none of the cases a series is mapped."""
    with pytest.raises(Unreadable) as caught:
        read(text, "line", wide=(("nothing_of_this_name", "m"),))
    return "0 series match" in caught.value.reason


def test_all_valid_cases_of_the_standard_parse_and_all_bad_ones_are_refused():
    found = {name: _is_read(text) for name, text in cases()}

    assert len(found) == 211
    assert [name for name, is_read in found.items() if is_read == name.startswith("bad_")] == []
    assert sum(found.values()) == 44


def test_a_real_exporter_s_page_is_read_sample_by_sample():
    """64 counters of seconds by processor and mode, 94,008.71 s in all; none has a time."""
    path = SHARED / "node-exporter" / "e2e-output.txt"
    if not path.is_file():
        pytest.skip("../shared/data/node-exporter is not there")
    told = {
        number: line.rpartition(" ")
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if line.startswith("node_cpu_seconds_total{")
    }
    wide = tuple((name, f"m{number}") for number, (name, _, _) in told.items())

    found = read(
        path.read_text(), "line", "meter_id", "value", "timestamp",
        form="prometheus-text", wide=wide,
    )  # fmt: skip

    assert found == [(number, f"m{number}", value, None) for number, (*_, value) in told.items()]
    assert (len(found), sum(Decimal(value) for _, _, value, _ in found)) == (
        64,
        Decimal("94008.71"),
    )
