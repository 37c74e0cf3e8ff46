"""The same hours in every format: the same readings, each led back to what stands in its file."""

import gzip
import io
import json
import zipfile

import polars as pl
import pytest

from pipelines.sources import FORMATS
from pipelines.sources.remote import REMOTES
from tests.flow.small_estate import done, drop, hashes, instants, meter, run, sql, write_estate

NOW = ("--now", "2025-02-01T00:00Z")
HEADER = "meter_id,timestamp,value\n"
STAMPS = list(instants("2025-01-01", "2025-01-03"))
#: Meter, and the file that holds its 48 hours of 10.5 kWh.
FILES = {
    "a.plain": "plain.csv",
    "a.gzip": "packed.csv.gz",
    "a.zip": "packed.zip",
    "a.jsonl": "lines.jsonl",
    "a.parquet": "table.parquet",
    "a.influx": "points.lp",
}


def rows(name):
    return [(name, stamp, "10.5") for stamp in STAMPS]


def text(name, part=slice(None)):
    return HEADER + "".join(f"{','.join(row)}\n" for row in rows(name)[part])


def zipped(*texts):
    packing = io.BytesIO()
    with zipfile.ZipFile(packing, "w") as archive:
        for number, one in enumerate(texts):
            archive.writestr(f"day{number}.csv", one)
    return packing.getvalue()


def parquet(name):
    packing = io.BytesIO()
    table = pl.DataFrame(rows(name), schema=["meter_id", "timestamp", "value"], orient="row")
    table.with_columns(pl.col("value").cast(pl.Float64)).write_parquet(packing)
    return packing.getvalue()


@pytest.fixture(scope="module")
def estate(tmp_path_factory):
    folder = write_estate(
        tmp_path_factory.mktemp("sources") / "estate",
        facilities=[{"id": "a", "timezone": "UTC"}],
        meters=[meter(name, "grid_import", "interval", "kWh", max_rate=50) for name in FILES],
        sources=[
            {"match": "*.jsonl", "format": "jsonl", "columns": {
                "timestamp": "at", "meter": "tags.meter", "value": "kwh"}},
            {"match": "*.parquet", "format": "parquet"},
            {"match": "*.lp", "format": "influx", "wide": {"energy,site=a kwh": "a.influx"}},
        ],
    )  # fmt: skip
    inbox = folder / "inbox"
    drop(folder, "plain.csv", rows("a.plain"))
    (inbox / "packed.csv.gz").write_bytes(gzip.compress(text("a.gzip").encode()))
    halves = (text("a.zip", slice(24)), text("a.zip", slice(24, None)))
    (inbox / "packed.zip").write_bytes(zipped(*halves))
    objects = [
        {"at": stamp, "kwh": 10.5, "tags": {"meter": name}} for name, stamp, _ in rows("a.jsonl")
    ]
    (inbox / "lines.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in objects))
    (inbox / "table.parquet").write_bytes(parquet("a.parquet"))
    points = (
        f"energy,site=a,rack=7 kwh=10.5,volts=230i {1_735_689_600 + 3600 * hour}000000000\n"
        for hour in range(48)
    )
    (inbox / "points.lp").write_text("# telegraf\n" + "".join(points))
    return folder


@pytest.fixture(scope="module")
def built(estate):
    done("backfill", estate, *NOW)
    return estate


def test_every_format_gives_the_same_hours(built):
    found = sql(
        built,
        "SELECT meter_id, count(*) AS hours, sum(measured) AS kwh FROM intervals "
        "WHERE measured_seconds = 3600 GROUP BY 1 ORDER BY 1",
    )

    assert found == [{"meter_id": name, "hours": 48, "kwh": 504.0} for name in sorted(FILES)]
    assert sql(built, "SELECT count(*) AS n FROM quarantine") == [{"n": 0}]


def test_every_row_of_every_file_is_accounted_for(built):
    found = sql(built, "SELECT path, landed, kept FROM files ORDER BY path")

    assert found == [{"path": path, "landed": 48, "kept": 48} for path in sorted(FILES.values())]


def test_explain_quotes_lines_of_packed_files_and_none_where_there_are_no_lines(built):
    [told] = done("explain", built, "--facility", "a", "--year", "2025", "--month", "1",
                  "--metric", "edc", "--json").json["explanations"]  # fmt: skip
    [total] = told["totals"]
    quoted = {
        one["meter_id"]: [(quote["line"], quote["text"]) for quote in one["quotes"]]
        for one in total["meters"]
    }

    first, last = ("2025-01-01T00:00:00Z", "2025-01-02T23:00:00Z")
    assert quoted == {
        "a.plain": [(2, f"a.plain,{first},10.5"), (49, f"a.plain,{last},10.5")],
        "a.gzip": [(2, f"a.gzip,{first},10.5"), (49, f"a.gzip,{last},10.5")],
        # The header of the second file in the zip stands in line 26.
        "a.zip": [(2, f"a.zip,{first},10.5"), (50, f"a.zip,{last},10.5")],
        "a.jsonl": [
            (line, f'{{"at": "{at}", "kwh": 10.5, "tags": {{"meter": "a.jsonl"}}}}')
            for line, at in ((1, first), (48, last))
        ],
        "a.parquet": [(1, ""), (48, "")],
        "a.influx": [
            (line, f"energy,site=a,rack=7 kwh=10.5,volts=230i {at}000000000")
            for line, at in ((2, 1_735_689_600), (49, 1_735_858_800))
        ],
    }


@pytest.mark.parametrize("path", FILES.values())
def test_probe_shows_what_would_be_read_and_writes_nothing(estate, path, tmp_path):
    before = hashes(estate)

    found = done("probe", estate, path, *NOW, "--json").json

    assert (found["rows"], found["kept"], found["problem"]) == (48, 48, "")
    assert found["readings"][0] == {
        "line": found["readings"][0]["line"],
        "meter_id": next(name for name, file in FILES.items() if file == path),
        "at": "2025-01-01T00:00:00+00:00",
        "value": "10.5",
        "unit": "kWh",
    }
    assert len(found["readings"]) == 10
    assert hashes(estate) == before


def test_probe_tells_what_would_be_refused_and_what_cannot_be_read(estate):
    (estate / "inbox" / "odd.csv").write_text(f"{HEADER}a.plain,2025-01-01T00:00Z,x\nu,t,1\n")
    (estate / "inbox" / "torn.csv.gz").write_bytes(gzip.compress(text("a.gzip").encode())[:-20])
    try:
        odd = done("probe", estate, "odd.csv", *NOW)
        torn = done("probe", estate, "inbox/torn.csv.gz", *NOW)
    finally:
        (estate / "inbox" / "odd.csv").unlink()
        (estate / "inbox" / "torn.csv.gz").unlink()

    assert "unparsable_value     1" in odd.out
    assert "quarantined: 2" in odd.out
    assert "Cannot be read: torn.csv.gz:" in torn.out
    assert "the packed file is damaged" in torn.out


def test_probe_of_neither_a_file_nor_a_source_names_the_nearest(estate):
    answer = run("probe", estate, "plian.csv")

    assert answer.code == 2
    assert "Did you mean 'plain.csv'?" in answer.err


def test_sources_lists_formats_and_what_an_estate_maps(estate):
    bare, mapped = done("sources", "--json").json, done("sources", estate, "--json").json

    assert [one["format"] for one in bare["formats"]] == list(FORMATS)
    assert [one["kind"] for one in bare["systems"]] == [*REMOTES, "s3", "sftp"]
    assert {one["asked_for"] for one in bare["systems"] if one["kind"] in ("opcua", "snmp")} == {
        "a history, day by day", "counters, at the moment"}  # fmt: skip
    assert bare["sources"] == []
    told = [{key: one[key] for key in ("match", "format", "files")} for one in mapped["sources"]]
    assert told == [
        {"match": "*.jsonl", "format": "jsonl", "files": 1},
        {"match": "*.parquet", "format": "parquet", "files": 1},
        {"match": "*.lp", "format": "influx", "files": 1},
        {"match": "anything else: the plain drop", "format": "csv", "files": 3},
    ]
