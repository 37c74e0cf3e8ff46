"""Every format over spoiled bytes: rows, or a reason in words, whatever became of the file."""

import io
import json
import random

import polars as pl
import pytest
import xlsxwriter

from pipelines.sources import FORMATS, Unreadable, rows
from schemas.estate.source import Source
from schemas.tables import RAW

_SEED, _TIMES = 7, 300
_SCRAPS = (b"{", b"[", b"null", b'"', b"1e999", b"<a>", b"\xff", b"-", b"NaN", b"0" * 30, b"\n")


def of(form, *wide, **more):
    return Source(match="*", format=form, wide=wide, **more)


def workbook():
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate((("at", "A"), ("2025-01-01", 1), ("2025-01-02", 2.5))):
            sheet.write_row(number, 0, row)
    return file.getvalue()


def parquet():
    file = io.BytesIO()
    pl.DataFrame({"at": ["2025-01-01"], "A": [1.5]}).write_parquet(file)
    return file.getvalue()


ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><entry>'
    '<link rel="self" href="/M/1/IntervalBlock/1"/>'
    '<content><IntervalBlock xmlns="http://naesb.org/espi"><IntervalReading><timePeriod>'
    "<duration>900</duration><start>1748736000</start></timePeriod><value>1790</value>"
    "</IntervalReading></IntervalBlock></content></entry></feed>"
)  # fmt: skip
GRID = {
    "meta": {"ver": "3.0"},
    "cols": [{"name": "ts"}, {"name": "val", "meta": {"unit": "kW"}}],
    "rows": [{"ts": {"_kind": "dateTime", "val": "2025-01-01T00:00:00Z"}, "val": 1.5}],
}
SAMPLES = {
    "answers": [{"query": "a", "answer": {"data": {"result": [{"values": [[1.5, "2"]]}]}}}],
}
RESOURCES = {"at": "2025-01-01T00:00:00Z", "answers": [{"path": "/a", "answer": {"R": 7.5}}]}
WEATHER = {
    "utc_offset_seconds": 0,
    "hourly": {"time": ["2025-01-01T00:00"], "t": [1.5]},
    "hourly_units": {"t": "°C"},
}
REGISTERS = {
    "at": "2025-01-01T00:00:00Z",
    "answers": [{"device": 1, "model": 203, "registers": [203, 105, *([1] * 105)]}],
}
HISTORY = {"answers": [{"node": "n", "values": [["2025-01-01T00:00:00Z", 1.5, 0]]}]}
COLUMNS = {"columns": (("timestamp", "at"),)}
EPW = b"LOCATION,Place,,DEU,,0,50.1,8.7,1.0,100\n" + b"-\n" * 7 + b"2025,1,1,1,60,,1.5,0,80\n"
FILES = {
    "csv": (b"at,A\n2025-01-01,1\n2025-01-02,2.5\n", of("csv", ("A", "m"), **COLUMNS)),
    "epw": (EPW, of("epw", ("Dry Bulb Temperature", "m"))),
    "green-button": (ATOM.encode(), of("green-button", ("*", "m"))),
    "haystack-json": (json.dumps(GRID).encode(), of("haystack-json", ("val", "m"))),
    "haystack-zinc": (
        b'ver:"3.0"\nts,val unit:"kW"\n2025-01-01T00:00:00Z UTC,1.5kW\n',
        of("haystack-zinc", ("val", "m")),
    ),
    "influx": (b"a,b=c v=1.5 1748736000\n", of("influx", ("a v", "m"))),
    "jsonl": (b'{"at": "2025-01-01", "A": 1.5}\n', of("jsonl", ("A", "m"), **COLUMNS)),
    "modbus": (json.dumps(REGISTERS).encode(), of("modbus", ("1/sunspec/203/TotWhImp", "m"))),
    "opcua": (json.dumps(HISTORY).encode(), of("opcua", ("n", "m"))),
    "open-meteo": (json.dumps(WEATHER).encode(), of("open-meteo", ("t", "m"))),
    "openmetrics": (b'# TYPE a gauge\na{b="c"} 1 2\n# EOF\n', of("openmetrics", ("a", "m"))),
    "parquet": (parquet(), of("parquet", ("A", "m"), **COLUMNS)),
    "prometheus": (json.dumps(SAMPLES).encode(), of("prometheus", ("a", "m"))),
    "prometheus-text": (b'a{b="c"} 1 2000\n', of("prometheus-text", ("a", "m"))),
    "redfish": (json.dumps(RESOURCES).encode(), of("redfish", ("/a#/R", "m"))),
    "snmp": (b"# 2025-01-01T00:00Z\n.1.3.6.1 = INTEGER: 5\n", of("snmp", ("1.3.6.1", "m"))),
    "xlsx": (workbook(), of("xlsx", ("A", "m"), **COLUMNS)),
}


def spoiled(content, chance):
    """Some bytes changed, cut out, cut off or put in."""
    found = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 5))):
        place = chance.randrange(len(found) + 1)
        match chance.randrange(4):
            case 0 if place < len(found):
                found[place] = chance.randrange(256)
            case 1:
                del found[place : place + chance.randrange(1, 30)]
            case 2:
                found = found[:place]
            case _:
                found[place:place] = chance.choice(_SCRAPS)
    return bytes(found)


def test_every_format_has_its_file():
    assert set(FILES) == set(FORMATS)


@pytest.mark.parametrize("form", FILES)
def test_the_file_itself_is_read(form):
    content, source = FILES[form]

    assert sum(frame.height for frame in rows(io.BytesIO(content), source)) > 0


@pytest.mark.parametrize("form", FILES)
def test_a_spoiled_file_gives_rows_or_a_reason(form):
    content, source = FILES[form]
    chance = random.Random(f"{_SEED} {form}")
    problems = []
    for _ in range(_TIMES if form != "xlsx" else _TIMES // 5):
        try:
            for frame in rows(io.BytesIO(spoiled(content, chance)), source):
                assert frame.schema == RAW
        except Unreadable as problem:
            problems.append(problem)

    assert problems
    assert all(one.reason and one.line >= 1 for one in problems)
