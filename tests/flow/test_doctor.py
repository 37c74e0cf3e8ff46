"""What rots is found, what was derived is built again, and what cannot be is named."""

import json
import shutil
from pathlib import Path

import pytest

from tests.flow import two_sites
from tests.flow.small_estate import done, drop, hashes, meter, run, write_estate, write_file

NOW = ("--now", two_sites.NOW)


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    folder = two_sites.two_sites(tmp_path_factory.mktemp("doctor") / "estate")
    drop(folder, "a/refused.csv", [("a.ups", "2025-01-10T10:00:00Z", "eighty")])
    done("backfill", folder, *NOW)
    return folder


@pytest.fixture
def filed(tmp_path):
    """A site with monthly bills of a year, and its sealed form."""
    bills = {"kind": "interval", "unit": "kWh", "interval": "P1M", "max_rate": 200}
    folder = write_estate(
        tmp_path / "filed",
        facilities=[{"id": "a"}],
        meters=[
            meter("a.grid", "grid_import", **bills),
            meter("a.ups", "ups_output", **bills),
        ],
    )
    months = [f"2025-{month:02d}-01T00:00:00Z" for month in range(1, 13)]
    drop(folder, "a/bills.csv", [("a.grid", at, 9000) for at in months])
    drop(folder, "a/load.csv", [("a.ups", at, 7000) for at in months])
    now = ("--now", "2026-02-01T00:00:00Z")
    done("backfill", folder, *now)
    done("seal", folder, "--regime", "iso-30134", "--facility", "a", "--year", 2025, *now)
    return folder


@pytest.fixture
def estate(sound, tmp_path):
    return shutil.copytree(sound, tmp_path / "estate")


def rot(path):
    """One bit in the middle of a file."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x10
    write_file(path, bytes(content))


def one(estate, pattern):
    return sorted((estate / "var").glob(pattern))[0]


def kept(estate):
    """What an undisturbed backfill leaves, whatever was built when."""
    folders = ("lake", "landing/files", "reports", "viewer")
    return {
        f"{folder}/{name}": digest
        for folder in folders
        for name, digest in hashes(estate / "var" / folder).items()
    }


def examined(estate, *more):
    answer = run("doctor", estate, "--json", *more)
    return answer.code, answer.json


DERIVED = {
    "readings": "lake/readings/a/2025-02/power.parquet",
    "hours": "lake/intervals/b/2025-01/power.parquet",
    "totals": "lake/totals/a/2025-03.parquet",
    "a manifest": "lake/totals/a/2025-03.json",
    "a year": "lake/years/a/2025/metrics.parquet",
    "a staged piece": "lake/staged/a/2025-01/power/*.parquet",
    "refused rows": "lake/quarantine/files/*.parquet",
    "a file's record": "lake/files/*.json",
    "a page of the viewer": "viewer/a-2025.*.json",
    "a table of the viewer": "viewer/metrics.*.parquet",
}
#: Those that are missed if they are gone; without its manifest a frame is not built, and what the
#: publication names and is not there is published again.
FRAMES = ("readings", "hours", "totals", "a year", "a staged piece", "refused rows")


def test_a_sound_estate_is_sound(estate):
    code, found = examined(estate)
    assert (code, found["sound"], found["findings"]) == (0, True, [])
    assert set(found["looked_at"]) == {"lake", "landing", "published"}
    assert min(found["looked_at"].values()) >= 1
    assert "All of it is as it was written" in done("doctor", estate).out


@pytest.mark.parametrize(
    ("name", "harm"),
    [*((name, rot) for name in DERIVED), *((name, Path.unlink) for name in FRAMES)],
)
def test_what_was_derived_is_found_and_built_again(estate, sound, name, harm):
    path = one(estate, DERIVED[name])
    harm(path)
    code, found = examined(estate)
    assert code == 1
    assert len(found["findings"]) == 1
    assert not found["findings"][0]["mended"]
    code, found = examined(estate, "--mend")
    assert code == 0
    assert found["findings"][0]["mended"]
    done("backfill", estate, *NOW)
    assert examined(estate)[0] == 0
    assert kept(estate) == kept(sound)


def test_a_warehouse_that_rots_is_published_again(estate):
    path = estate / "var" / "warehouse.duckdb"
    content = bytearray(path.read_bytes())
    for place in range(len(content) // 4, len(content) - 64, 4096):
        content[place] ^= 0xFF
    path.unlink()
    write_file(path, bytes(content))
    code, found = examined(estate, "--mend")
    assert code == 0
    assert found["findings"][0]["where"] == "var/warehouse.duckdb"
    done("backfill", estate, *NOW)
    assert examined(estate)[0] == 0


def test_a_record_that_says_something_else_is_found(estate):
    path = one(estate, DERIVED["a file's record"])
    landed = json.loads(path.read_bytes())["landed"]
    said = f'"landed": {landed}'.encode()
    write_file(path, path.read_bytes().replace(said, f'"landed": {landed + 1}'.encode()))
    code, found = examined(estate)
    assert (code, len(found["findings"])) == (1, 1)
    assert found["findings"][0]["what"] == "it is not what was written."


def test_a_landed_file_comes_back_from_the_inbox_or_is_named(estate):
    path = one(estate, "landing/files/*/*")
    before = path.read_bytes()
    rot(path)
    code, found = examined(estate)
    assert (code, found["findings"][0]["part"]) == (1, "landing")
    assert examined(estate, "--mend")[0] == 0
    assert path.read_bytes() == before

    path.unlink()
    name = next(
        entry["path"]
        for line in (estate / "var/landing/arrivals.jsonl").read_text().splitlines()
        if (entry := json.loads(line))["sha256"] == path.name
    )
    (estate / "inbox" / name).write_text("meter_id,timestamp,value\n")
    answer = run("doctor", estate, "--mend")
    assert answer.code == 1
    assert "it is not there" in answer.out
    assert name in answer.out
    assert "nothing that rests on it can be built again" in answer.out


def test_a_filing_that_rots_is_named_and_left_alone(filed):
    code, found = examined(filed)
    assert (code, found["looked_at"]["filings"]) == (0, 1)
    pack = one(filed, "filings/*.zip")
    rot(pack)
    before = pack.read_bytes()
    answer = run("doctor", filed, "--mend")
    assert answer.code == 1
    assert "another one would be another filing" in answer.out
    assert pack.read_bytes() == before


def test_a_log_of_arrivals_that_rots_is_told_with_its_line(estate):
    log = estate / "var" / "landing" / "arrivals.jsonl"
    lines = log.read_text().splitlines(keepends=True)
    write_file(log, "".join([lines[0], "{" + lines[1], *lines[2:]]))
    for command in ("doctor", "backfill"):
        answer = run(command, estate)
        assert answer.code == 1
        assert "arrivals.jsonl:2 cannot be read" in answer.err


def test_a_sample_is_chosen_by_its_seed(estate):
    rot(one(estate, DERIVED["totals"]))
    told = [examined(estate, "--sample", "30", "--seed", seed)[1] for seed in (1, 1, 2)]
    assert told[0] == told[1] != told[2]
    looked_at = sum(told[0]["looked_at"].values())
    assert 0 < looked_at < sum(examined(estate)[1]["looked_at"].values())
    seeds = [examined(estate, "--sample", "30", "--seed", seed)[0] for seed in range(12)]
    assert 0 < sum(seeds) < 12
    assert run("doctor", estate, "--sample", "0").code == 2
