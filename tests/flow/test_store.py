"""The estate's files in S3: machines that see the same, and what one must never do to another."""

import hashlib
import json
import shutil

import pytest

from pipelines.storage.bucket import StoreError
from pipelines.storage.store import Store
from tests.flow.bucket import bucket, environment

READINGS = "var/lake/readings/fra1"
LOG = "var/landing/arrivals.jsonl"


@pytest.fixture(scope="module")
def endpoint():
    with bucket("estates") as found:
        yield found


@pytest.fixture
def machine(endpoint, tmp_path, monkeypatch):
    for name, value in environment(endpoint).items():
        monkeypatch.setenv(name, value)
    prefix = tmp_path.name

    def made(name):
        return Store(f"s3://estates/{prefix}", tmp_path / name)

    return made


def write(store, key, content):
    path = store.folder / key
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def partition(store, stem, frame):
    write(store, f"{stem}.parquet", frame)
    content = hashlib.sha256(frame).hexdigest()
    write(store, f"{stem}.json", json.dumps({"inputs": "x", "content": content}).encode())


def files(store):
    lake = store.folder / "var" / "lake"
    found = (path for path in lake.rglob("*") if path.is_file())
    return {path.relative_to(store.folder).as_posix(): path.read_bytes() for path in found}


def test_two_machines_have_the_same_files(machine):
    one, two = machine("one"), machine("two")
    assert not one.holds(f"{READINGS}/2025-01/power.json")
    partition(one, f"{READINGS}/2025-01/power", b"january")
    partition(one, f"{READINGS}/2025-02/power", b"february")
    assert one.bring(READINGS) == 4
    assert two.holds(f"{READINGS}/2025-01/power.json")
    assert two.fetch(READINGS) == 4
    assert files(two) == files(one)
    assert (one.bring(READINGS), two.fetch(READINGS)) == (0, 0)


def test_what_changed_and_what_is_gone_travel_and_nothing_else(machine):
    one, two = machine("one"), machine("two")
    for month in ("2025-01", "2025-02", "2025-03"):
        partition(one, f"{READINGS}/{month}/power", month.encode())
    one.bring(READINGS)
    two.fetch(READINGS)
    partition(two, f"{READINGS}/2025-02/power", b"another february")
    for end in ("json", "parquet"):
        (two.folder / f"{READINGS}/2025-03/power.{end}").unlink()
    assert two.bring(READINGS) == 2
    assert one.fetch(READINGS) == 2
    assert files(one) == files(two)
    assert len(files(one)) == 4


def test_another_facility_is_not_touched(machine):
    one, two = machine("one"), machine("two")
    partition(one, f"{READINGS}/2025-01/power", b"of fra1")
    partition(one, "var/lake/readings/fra10/2025-01/power", b"of fra10")
    one.bring("var/lake/readings")
    assert two.fetch(READINGS) == 2
    assert two.bring(READINGS) == 0
    assert all(key.startswith(f"{READINGS}/") for key in files(two))
    two.fetch("var/lake/readings")
    shutil.rmtree(two.folder / "var/lake/readings/fra10")
    assert two.bring(READINGS) == 0
    assert machine("three").fetch("var/lake/readings") == 4


def test_what_was_never_brought_is_made_again(machine):
    one, two = machine("one"), machine("two")
    partition(one, f"{READINGS}/2025-01/power", b"january")
    one.bring(READINGS)
    two.fetch(READINGS)
    before = files(two)
    partition(two, f"{READINGS}/2025-01/power", b"half a day's work")
    partition(two, f"{READINGS}/2025-02/power", b"of a machine that was ended")
    two.fetch(READINGS)
    assert files(two) == before


def test_a_file_half_written_stays_here(machine):
    one, two = machine("one"), machine("two")
    write(one, f"{READINGS}/2025-01/.power.parquet.abc.part", b"half")
    assert one.bring(READINGS) == 0
    assert two.fetch(READINGS) == 0
    assert not files(two)


def test_a_manifest_that_is_about_another_frame_counts_as_not_built(machine):
    one, two = machine("one"), machine("two")
    stem = f"{READINGS}/2025-01/power"
    partition(one, stem, b"january")
    write(one, f"{stem}.parquet", b"the next january, whose manifest is under way")
    one.bring(READINGS)
    two.fetch(READINGS)
    assert not files(two)
    partition(one, stem, b"the next january")
    one.bring(READINGS)
    assert two.fetch(READINGS) == 2
    assert files(two) == files(one)


def test_a_machine_that_lost_its_files_takes_them_again(machine):
    one, two = machine("one"), machine("two")
    partition(one, f"{READINGS}/2025-01/power", b"january")
    one.bring(READINGS)
    two.fetch(READINGS)
    (two.folder / f"{READINGS}/2025-01/power.parquet").unlink()
    assert two.fetch(READINGS) == 1
    assert files(two) == files(one)


def test_what_landed_is_never_taken_out(machine):
    one, two = machine("one"), machine("two")
    write(one, "var/landing/files/ab/abc", b"1")
    assert one.add("var/landing/files") == 1
    (one.folder / "var/landing/files/ab/abc").unlink()
    assert one.add("var/landing/files") == 0
    assert two.take_missing("var/landing/files") == 1
    assert (two.folder / "var/landing/files/ab/abc").read_bytes() == b"1"


def test_one_machine_lands(machine):
    one, two = machine("one"), machine("two")
    write(one, LOG, b"first\n")
    one.append(LOG)
    write(one, LOG, b"first\nsecond\n")
    one.append(LOG)
    write(two, LOG, b"of another inbox\n")
    with pytest.raises(StoreError, match="another one lands"):
        two.append(LOG)
    with pytest.raises(StoreError, match="Nothing was changed"):
        two.follow(LOG)
    assert (two.folder / LOG).read_bytes() == b"of another inbox\n"
    (two.folder / LOG).unlink()
    two.follow(LOG)
    assert (two.folder / LOG).read_bytes() == b"first\nsecond\n"
    write(two, LOG, b"first\nsecond\nthird\n")
    two.append(LOG)
    with pytest.raises(StoreError, match="another one lands"):
        one.append(LOG)
    one.follow(LOG)
    assert (one.folder / LOG).read_bytes() == b"first\nsecond\nthird\n"


def test_what_was_landed_and_not_brought_yet_stays(machine):
    one = machine("one")
    write(one, LOG, b"first\n")
    one.append(LOG)
    write(one, LOG, b"first\nsecond\n")
    one.follow(LOG)
    assert (one.folder / LOG).read_bytes() == b"first\nsecond\n"
    one.append(LOG)
    # Ended after the store had the file, and before that was noted here.
    one._record.forget([LOG])
    write(one, LOG, b"first\nsecond\nthird\n")
    one.append(LOG)
    two = machine("two")
    two.follow(LOG)
    assert (two.folder / LOG).read_bytes() == b"first\nsecond\nthird\n"


def test_what_one_storage_was_given_another_was_not(machine, endpoint):
    one = machine("one")
    write(one, "var/landing/files/ab/abc", b"1")
    one.add("var/landing/files")
    elsewhere = Store(f"{one.url}-elsewhere", one.folder)
    assert elsewhere.add("var/landing/files") == 1
    assert elsewhere.holds("var/landing/files/ab/abc")


def test_configuration_is_given_as_it_is(machine):
    one, two = machine("one"), machine("two")
    for key in ("estate.yaml", "meters.csv", "registers/edits.csv"):
        write(one, key, key.encode())
    one.give(["estate.yaml", "meters.csv"])
    assert two.holds("estate.yaml")
    (one.folder / "meters.csv").unlink()
    one.give(["estate.yaml", "meters.csv"])
    assert (two.holds("estate.yaml"), two.holds("meters.csv")) == (True, False)


def test_what_others_keep_in_the_same_bucket_is_left_alone(machine):
    one, other = machine("one"), machine("other")
    write(other, "meters.csv", b"of somebody else")
    other.give(["meters.csv"])
    one.give(["meters.csv"])
    assert other.holds("meters.csv")


def test_a_folder_with_another_estate_is_no_copy(machine):
    one, two = machine("one"), machine("two")
    write(one, "estate.yaml", b"ours")
    one.give(["estate.yaml"])
    one.check_copy("estate.yaml")
    two.check_copy("estate.yaml")
    two.fetch_file("estate.yaml")
    two.check_copy("estate.yaml")
    three = machine("three")
    write(three, "estate.yaml", b"theirs")
    with pytest.raises(StoreError, match="it would be lost"):
        three.check_copy("estate.yaml")


def test_a_storage_that_cannot_be_reached_is_told_without_its_keys(machine, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong-secret")
    nowhere = Store("s3://no-such-bucket/x", machine("one").folder)
    with pytest.raises(StoreError) as told:
        nowhere.fetch(READINGS)
    assert "s3://no-such-bucket/x" in str(told.value)
    assert "Look whether the storage is up" in str(told.value)
    assert "wrong-secret" not in str(told.value)
