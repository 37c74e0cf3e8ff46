"""A pack is a zip from anybody: what is no pack is refused, and nothing leaves it."""

import io
import json
import zipfile

import pytest

from reports.verify import pack as packs
from reports.verify.integrity import (
    approval_problems,
    canonical,
    journal_problems,
    sums_text,
)
from reports.verify.pack import BadPack, Pack, open_pack
from reports.verify.verify import verify


def zipped(path, members, kind=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", kind) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, kind)
    return path


@pytest.mark.parametrize(
    "name",
    ["../escape", "/etc/passwd", "a/../b", "a//b", ".hidden", "a\\b", "a b", "C:x", "a/.b", "ü"],
)
def test_a_name_that_leads_elsewhere_is_refused(tmp_path, name):
    path = zipped(tmp_path / "p.zip", [(name, b"x")])

    assert verify(path).problems[0].endswith("letters, digits, . _ + - ~ % /")


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("names", [("a", "a"), ("README.txt", "readme.TXT")])
def test_a_name_twice_is_refused(tmp_path, names):
    path = zipped(tmp_path / "p.zip", [(name, b"x") for name in names])

    assert "is in the pack twice" in verify(path).problems[0]


def test_what_unpacks_to_a_bomb_is_refused_before_it_is_unpacked(tmp_path):
    path = zipped(tmp_path / "p.zip", [("a", b"\0" * 20_000_000)])

    assert "unpacks to more than 500 times its size" in verify(path).problems[0]


def test_too_many_members_and_too_many_bytes_are_refused(tmp_path, monkeypatch):
    path = zipped(tmp_path / "p.zip", [(f"m{n}", bytes(range(256))) for n in range(6)])

    monkeypatch.setattr(packs, "MOST_MEMBERS", 5)
    assert "the pack has 6 members" in verify(path).problems[0]
    monkeypatch.setattr(packs, "MOST_MEMBERS", 6)
    monkeypatch.setattr(packs, "MOST_BYTES", 1_000)
    assert "unpacks to more than 1000 bytes" in verify(path).problems[0]


def test_a_document_is_read_whole_only_if_it_is_one(tmp_path, monkeypatch):
    monkeypatch.setattr(packs, "MOST_OF_A_DOCUMENT", 10)
    path = zipped(tmp_path / "p.zip", [("a.json", b"[" + b"1," * 20 + b"1]")])

    with open_pack(path) as pack, pytest.raises(BadPack, match="is larger than 10 bytes"):
        pack.json("a.json")


@pytest.mark.parametrize("kind", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_ways_of_packing_are_refused(tmp_path, kind):
    path = zipped(tmp_path / "p.zip", [("a", b"x" * 100)], kind)

    assert "packed in a way that packs are not" in verify(path).problems[0]


@pytest.mark.parametrize("content", [b"", b"PK", b"no zip at all", b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_zip_is_told_as_such(tmp_path, content):
    path = tmp_path / "p.zip"
    path.write_bytes(content)

    assert len(verify(path).problems) == 1


def test_a_file_that_is_not_there_is_told(tmp_path):
    assert "No such file" in verify(tmp_path / "none.zip").problems[0]


@pytest.mark.parametrize(
    "members",
    [
        [("a", b"x")],
        [("SHA256SUMS", b"")],
        [("SHA256SUMS", b"\xff\xfe")],
        [("manifest.json", b"[" * 100_000), ("SHA256SUMS", b"")],
    ],
)
def test_a_zip_that_is_no_pack_is_a_bad_one_without_a_traceback(tmp_path, members):
    assert not verify(zipped(tmp_path / "p.zip", members)).sound


def test_a_hostile_manifest_is_a_bad_one(tmp_path):
    members = {"manifest.json": b'{"format":1,"members":{}}'}
    for document in (b"null", b'{"format":2,"members":{}}', b'{"members":[]}', b"{" * 5000):
        members["manifest.json"] = document
        sums = sums_text({"manifest.json": _sha(document)}).encode()
        path = zipped(tmp_path / "p.zip", [*members.items(), ("SHA256SUMS", sums)])
        assert not verify(path).sound


def _sha(content):
    import hashlib

    return hashlib.sha256(content).hexdigest()


def test_the_canonical_form_is_that_of_the_standard():
    """Keys sorted, no blanks, texts as they are but for what must be escaped."""
    document = {"b": [1, True, None], "a": 'ü"\\\n\x01', "é": {}}

    import rfc8785

    assert canonical(document) == rfc8785.dumps(document)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (['{"previous":""}', '{"previous":"x"}'], ":2: does not follow the entry before"),
        (['{"previous":"x"}'], ":1: does not follow the entry before"),
        (["nothing"], ":1: is not JSON"),
    ],
)
def test_a_journal_whose_chain_is_broken_is_named(lines, told):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("approvals.jsonl", "".join(f"{line}\n" for line in lines))

    [problem] = journal_problems(Pack(zipfile.ZipFile(buffer)))

    assert told in problem


def _approved(*steps, form=b"{}"):
    """A pack whose manifest calls the form approved, with these steps of it, ``(step, by)``."""
    digest = _sha(b"{}")
    lines = "".join(
        json.dumps({"step": step, "by": by, "sha256": digest}) + "\n" for step, by in steps
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("form/form.json", form)
        if steps:
            archive.writestr("approvals.jsonl", lines)
    return list(approval_problems(Pack(zipfile.ZipFile(buffer)), {"approved": True}))


def test_what_is_called_approved_was_approved_by_two_people_and_as_it_is():
    whole = (("prepare", "Ada"), ("review", "Bo"), ("sign", "Cy"))

    assert _approved(*whole) == []
    assert "nobody has done for this form: sign" in _approved(*whole[:2])[0]
    assert "Ada prepared this form and did sign too" in _approved(*whole[:2], ("sign", "Ada"))[0]
    assert len(_approved()) == 3
    assert len(_approved(*whole, form=b'{"another": 1}')) == 3
