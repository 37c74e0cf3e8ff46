"""Signatures: RFC 8032's own vectors, and what one side writes the other reads."""

import base64
import hashlib
import shutil
import subprocess
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.seal.signing import (
    _power,
    key_text,
    new_key,
    read_key,
    signed_comment,
)
from reports.verify.ed25519 import is_signed
from reports.verify.minisign import checked, public_key
from reports.verify.pack import BadPack
from schemas.errors import UsageError

#: RFC 8032, section 7.1: public key, message, signature.
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
        "387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
        "4a7c15e9716ed28dc027beceea1ec40a",
    ),
]
KEY = new_key(number=bytes(range(8)), seed=bytes(range(32)))
COMMENT = signed_comment(
    regime="iso-30134", facility="fra1", year=2025, version=1, now=datetime(2026, 5, 1, tzinfo=UTC)
)


@pytest.mark.parametrize(("public", "message", "signature"), VECTORS)
def test_the_vectors_of_the_standard(public, message, signature):
    assert is_signed(*map(bytes.fromhex, (public, message, signature)))


@pytest.mark.parametrize(("public", "message", "signature"), VECTORS)
@pytest.mark.parametrize("place", [0, 31, 32, 63])
def test_a_flipped_bit_is_no_signature(public, message, signature, place):
    spoilt = bytearray.fromhex(signature)
    spoilt[place] ^= 1

    assert not is_signed(bytes.fromhex(public), bytes.fromhex(message), bytes(spoilt))


def test_a_scalar_above_the_order_is_refused():
    """The same point once round: accepted, a signature would have two forms."""
    order = 2**252 + 27742317777372353535851937790883648493
    public, message, signature = (bytes.fromhex(one) for one in VECTORS[0])
    other = int.from_bytes(signature[32:], "little") + order

    assert not is_signed(public, message, signature[:32] + other.to_bytes(32, "little"))


@given(seed=st.binary(min_size=32, max_size=32), message=st.binary(max_size=200))
@settings(max_examples=20, deadline=None)
def test_what_the_library_signs_is_checked_without_it(seed, message):
    key = new_key(number=b"12345678", seed=seed)
    text = key.signature(message, comment="a word")

    assert checked(text, message, public_key(key.public_text(), "pub"), "sig") == "a word"


@pytest.mark.parametrize(
    ("spoilt", "told"),
    [
        (
            lambda text: text.replace("2025 v1", "2025 v2"),
            "its comment is not the one that was signed",
        ),
        (lambda text: text.split("\n", 1)[0], "is no signature of minisign"),
        (
            lambda text: text.replace("RUQ", "RUR"),
            "made with key",
        ),
        (lambda text: text.replace("trusted comment: iso", "iso"), "is no signature of minisign"),
    ],
    ids=["comment", "cut off", "key number", "no comment"],
)
def test_a_signature_that_was_touched_says_what_is_wrong(spoilt, told):
    text = spoilt(KEY.signature(b"content", comment=COMMENT))

    with pytest.raises(BadPack, match=told):
        checked(text, b"content", public_key(KEY.public_text(), "pub"), "sig")


def test_another_content_or_another_key_is_named():
    text = KEY.signature(b"content", comment=COMMENT)
    other = new_key(number=b"abcdefgh", seed=b"x" * 32)

    with pytest.raises(BadPack, match="not of this manifest"):
        checked(text, b"contents", public_key(KEY.public_text(), "pub"), "sig")
    with pytest.raises(BadPack, match=f"made with key {KEY.name}, not {other.name}"):
        checked(text, b"content", public_key(other.public_text(), "pub"), "sig")


def test_a_key_is_kept_plain_or_under_a_password():
    assert read_key(key_text(KEY, ""), "", "key") == KEY
    with pytest.raises(UsageError, match="is no secret key"):
        read_key("untrusted comment: x\nAAAA\n", "", "key")


def test_a_key_under_a_password_is_read_back_and_nothing_else_opens_it(monkeypatch):
    """minisign's own strength takes a gibibyte; the way is the same with less of it."""
    monkeypatch.setattr("reports.seal.signing._SENSITIVE", (32_768, 16_777_216))
    text = key_text(KEY, "correct horse", given_salt=b"s" * 32)

    assert read_key(text, "correct horse", "key") == KEY
    with pytest.raises(UsageError, match="is not the key's"):
        read_key(text, "wrong", "key")
    with pytest.raises(UsageError, match="the key has a password"):
        read_key(text, "", "key")


def test_the_costs_are_those_that_libsodium_picks():
    """Sensitive: N = 2^20, r = 8, p = 1."""
    assert _power(1_073_741_824 // 1024) == 20


def test_the_public_key_is_written_as_minisign_writes_it():
    comment, line = KEY.public_text().splitlines()
    raw = base64.b64decode(line)

    assert comment == "untrusted comment: minisign public key 0706050403020100"
    assert raw[:2] == b"Ed"
    assert raw[2:10] == bytes(range(8))
    assert len(raw) == 42


@pytest.mark.skipif(shutil.which("minisign") is None, reason="minisign is not installed")
def test_the_stock_tool_verifies_ours_and_we_verify_its(tmp_path):
    content = tmp_path / "manifest.json"
    content.write_bytes(b'{"a":1}')
    (tmp_path / "ours.pub").write_text(KEY.public_text())
    (tmp_path / "manifest.json.minisig").write_text(
        KEY.signature(content.read_bytes(), comment=COMMENT)
    )
    asked = ["minisign", "-V", "-m", content, "-p", tmp_path / "ours.pub"]
    assert COMMENT in subprocess.run(asked, check=True, capture_output=True, text=True).stdout

    made = ["minisign", "-G", "-W", "-p", tmp_path / "its.pub", "-s", tmp_path / "its.key"]
    subprocess.run(made, check=True, capture_output=True)
    its = read_key((tmp_path / "its.key").read_text(), "", "its.key")
    assert its.public_text().splitlines()[1] == (tmp_path / "its.pub").read_text().splitlines()[1]
    signed = ["minisign", "-S", "-m", content, "-s", tmp_path / "its.key", "-t", "hers"]
    subprocess.run(signed, check=True, capture_output=True)
    text = (tmp_path / "manifest.json.minisig").read_text()
    key = public_key((tmp_path / "its.pub").read_text(), "its.pub")
    assert checked(text, content.read_bytes(), key, "sig") == "hers"


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("minisign") is None, reason="minisign is not installed")
def test_the_stock_tool_and_we_open_each_others_keys_under_a_password(tmp_path):
    """With minisign's own strength: a gibibyte of memory, some seconds."""
    public, its, ours = (tmp_path / name for name in ("its.pub", "its.key", "ours.key"))
    made = ["minisign", "-G", "-p", public, "-s", its]
    subprocess.run(made, check=True, capture_output=True, input=b"horse\nhorse\n")

    key = read_key(its.read_text(), "horse", "its.key")
    ours.write_text(key_text(key, "cow"))

    (tmp_path / "manifest.json").write_bytes(b"{}")
    signed = ["minisign", "-S", "-m", tmp_path / "manifest.json", "-s", ours]
    subprocess.run(signed, check=True, capture_output=True, input=b"cow\n")
    asked = ["minisign", "-V", "-m", tmp_path / "manifest.json", "-p", public]
    assert subprocess.run(asked, check=False, capture_output=True).returncode == 0


def test_a_signature_is_over_the_hash_as_the_newer_form_has_it():
    """``ED``: BLAKE2b with 512 bits of the content, so that large files can be signed."""
    line = KEY.signature(b"content", comment=COMMENT).splitlines()[1]
    raw = base64.b64decode(line)

    assert raw[:2] == b"ED"
    assert is_signed(KEY.public, hashlib.blake2b(b"content").digest(), raw[10:])
