"""Packed files: what is inside is read as if it had come by itself."""

import gzip
import io
import zipfile

import pytest

from pipelines.sources import PLAIN_DROP, Unreadable, lines_of, packed, rows

HEADER = "meter_id,timestamp,value\n"
ONE = f"{HEADER}m,2025-01-01T00:00:00Z,1\nm,2025-01-01T01:00:00Z,2\n"
TWO = f"{HEADER}m,2025-01-01T02:00:00Z,3"


def zipped(**files):
    packing = io.BytesIO()
    with zipfile.ZipFile(packing, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return packing.getvalue()


def told(data):
    """Line and value of every row."""
    return [
        pair
        for frame in rows(io.BytesIO(data), PLAIN_DROP)
        for pair in frame.select("line", "value").iter_rows()
    ]


def reason(data):
    with pytest.raises(Unreadable) as caught:
        told(data)
    return caught.value


@pytest.mark.parametrize("pack", [str.encode, lambda text: gzip.compress(text.encode())])
def test_a_file_is_the_same_packed_or_not(pack):
    assert told(pack(ONE)) == [(2, "1"), (3, "2")]


def test_files_of_a_zip_follow_each_other_and_so_do_their_lines():
    both = zipped(a_csv=ONE, sub__b_csv=TWO, c_csv=ONE)

    assert told(both) == [(2, "1"), (3, "2"), (5, "3"), (7, "1"), (8, "2")]
    assert lines_of(io.BytesIO(both), [3, 5, 8, 99]) == {
        3: "m,2025-01-01T01:00:00Z,2",
        5: "m,2025-01-01T02:00:00Z,3",
        8: "m,2025-01-01T01:00:00Z,2",
    }


def test_of_a_damaged_file_nothing_is_read():
    many = HEADER + "".join(f"m,2025-01-01T00:00:00Z,{n * 7919}\n" for n in range(40_000))
    whole = gzip.compress(many.encode())
    torn = reason(whole[: len(whole) // 2])
    broken = bytearray(zipped(a_csv=ONE, b_csv=many))
    broken[-3000] ^= 255

    assert torn.reason.startswith("the packed file is damaged: ")
    assert torn.line > 1000
    assert reason(bytes(broken)).reason.startswith("b.csv: the packed file is damaged: ")


def test_half_a_zip_is_no_zip():
    torn = reason(zipped(a_csv=ONE)[:-30])

    assert torn.reason == "the zip file is damaged, or its end is missing"


def test_the_file_that_cannot_be_read_is_named_with_its_line():
    problem = reason(zipped(a_csv=ONE, b_csv="colour,size\nred,1\n"))

    assert problem.reason.startswith("b.csv: the header 'colour,size' is not the plain drop's")
    assert problem.line == 4


def test_an_encrypted_file_is_to_be_landed_unpacked():
    locked = bytearray(zipped(a_csv=ONE))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(mark) + place] |= 1

    assert reason(bytes(locked)).reason == "a.csv: is encrypted; land it unpacked"


def test_a_file_packed_in_another_way_is_to_be_landed_unpacked():
    packing = io.BytesIO()
    with zipfile.ZipFile(packing, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.csv", ONE)

    assert reason(packing.getvalue()).reason == "a.csv: is not packed by deflate; land it unpacked"


def test_what_a_file_system_keeps_beside_a_file_is_left_alone():
    packing = io.BytesIO()
    with zipfile.ZipFile(packing, "w") as archive:
        for name in ("__MACOSX/._a.csv", ".DS_Store", "folder/", "a.csv"):
            archive.writestr(name, ONE if name == "a.csv" else b"\0\5")

    assert told(packing.getvalue()) == [(2, "1"), (3, "2")]


def test_an_empty_zip_says_so():
    assert reason(zipped()).reason == "the zip file is empty"


def test_a_bomb_is_stopped(monkeypatch):
    monkeypatch.setattr(packed, "FREE_BYTES", 1000)
    harmless, bomb = HEADER + "m,t,1\n" * 100, HEADER + "m,t,1\n" * 100_000

    assert len(told(gzip.compress(harmless.encode()))) == 100
    assert reason(gzip.compress(bomb.encode())).reason == "unpacks to more than 200 times its size"
