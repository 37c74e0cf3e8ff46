"""Whether the members are those that were sealed: sums, manifest, journal, signature."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from reports.verify.minisign import PublicKey, checked, public_key
from reports.verify.pack import BadPack, Pack

MANIFEST, SUMS = "manifest.json", "SHA256SUMS"
SIGNATURE, STAMP, KEY = "manifest.json.minisig", "manifest.json.tsr", "signing-key.pub"
JOURNAL = "approvals.jsonl"
#: What the manifest does not list: itself, what is made from it, and what covers all.
OUTSIDE = (MANIFEST, SUMS, SIGNATURE, STAMP, KEY)
FORM = "form/form.json"
FORMAT = 1
#: What an approval is made of; the first by another person than the others.
_STEPS = ("prepare", "review", "sign")

_SHA256 = re.compile(r"[0-9a-f]{64}")


def sums_text(sums: Mapping[str, str]) -> str:
    """``SHA256SUMS`` as ``sha256sum`` writes it, sorted by name."""
    return "".join(f"{sums[name]}  {name}\n" for name in sorted(sums))


def canonical(document: object) -> bytes:
    """RFC 8785 of a document of texts, whole numbers, truths, lists and objects with ASCII keys:
    for those Python's own writer gives just that form. A manifest holds no other values."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def sum_problems(pack: Pack) -> Iterator[str]:
    """Members that are not what ``SHA256SUMS`` says, and whether the file is as it would be
    written."""
    there = {name: pack.sha256(name) for name in pack.names if name != SUMS}
    stated = dict(_stated(pack.text(SUMS)))
    for name, digest in there.items():
        if name not in stated:
            yield f"{name}: is in the pack and not in {SUMS}"
        elif stated[name] != digest:
            yield f"{name}: its bytes are not those that were sealed (sha256 in {SUMS})"
    for name in stated:
        if name not in there:
            yield f"{name}: is in {SUMS} and not in the pack"
    if pack.text(SUMS) != sums_text(there):
        yield f"{SUMS}: is not what the members give"


def _stated(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        digest, _, name = line.partition("  ")
        if _SHA256.fullmatch(digest) and name:
            yield name, digest


def manifest_of(pack: Pack) -> dict[str, Any]:
    """The manifest.

    Raises:
        BadPack: it is none, or of a format that this program does not know.
    """
    found = pack.json(MANIFEST)
    if not isinstance(found, dict) or not isinstance(found.get("members"), dict):
        raise BadPack(f"{MANIFEST}: is no manifest of a pack")
    if found.get("format") != FORMAT:
        raise BadPack(
            f"{MANIFEST}: is of format {found.get('format')}; this program knows {FORMAT}"
        )
    return found


def manifest_problems(pack: Pack, manifest: Mapping[str, Any]) -> Iterator[str]:
    """Whether the manifest is in its canonical form and lists just the members there are."""
    if pack.document(MANIFEST) != canonical(manifest):
        yield f"{MANIFEST}: is not in the canonical form of RFC 8785"
    listed = manifest["members"]
    there = {name for name in pack.names if name not in OUTSIDE}
    for name in sorted(there | set(listed)):
        if name not in listed:
            yield f"{name}: is in the pack and not in the manifest"
        elif name not in there:
            yield f"{name}: is in the manifest and not in the pack"
        elif pack.sha256(name) != listed[name]:
            yield f"{name}: its bytes are not those that the manifest lists"


def signature_words(pack: Pack, key: PublicKey | None) -> tuple[str, bool]:
    """What the signature is worth, in words, and whether it binds the pack to the key given.

    Args:
        key: one that the reader has from elsewhere. A key inside the pack proves no identity.

    Raises:
        BadPack: there is a signature, and it is wrong; or a key was given, and there is none.
    """
    if SIGNATURE not in pack:
        if key is not None:
            raise BadPack(f"{SIGNATURE}: the pack is not signed, and a key was given")
        return "not signed: damage is detected, forgery is not", False
    inside = public_key(pack.text(KEY), KEY) if KEY in pack else None
    used = key or inside
    if used is None:
        return "signed, and no key was given to check it with (--key)", False
    comment = checked(pack.text(SIGNATURE), pack.document(MANIFEST), used, SIGNATURE)
    if key is None:
        return (
            f"signed with key {used.name}, which lies in the pack and proves no identity: give the "
            f"signer's own with --key ({comment})"
        ), False
    return f"signed with the key given, {used.name} ({comment})", True


def stamp_problems(pack: Pack) -> Iterator[str]:
    """Whether a time stamp is about this manifest: it holds its hash. Whose stamp it is, and of
    when, ``openssl ts`` tells."""
    if STAMP in pack and hashlib.sha256(pack.document(MANIFEST)).digest() not in pack.document(
        STAMP
    ):
        yield f"{STAMP}: is not a stamp of this manifest"


def journal_problems(pack: Pack) -> Iterator[str]:
    """Whether each entry of the journal names the one before by its hash."""
    if JOURNAL not in pack:
        return
    before = ""
    for number, line in enumerate(pack.text(JOURNAL).splitlines(), start=1):
        try:
            entry = json.loads(line)
        except json.JSONDecodeError as error:
            yield f"{JOURNAL}:{number}: is not JSON: {error}"
            return
        if entry.get("previous") != before:
            yield f"{JOURNAL}:{number}: does not follow the entry before it: the chain is broken"
            return
        before = hashlib.sha256(line.encode()).hexdigest()


def approval_problems(pack: Pack, manifest: Mapping[str, Any]) -> Iterator[str]:
    """Whether a form that is called approved was prepared, reviewed and signed as it is here, the
    last two by others than who prepared it."""
    if not manifest.get("approved"):
        return
    digest = hashlib.sha256(pack.document(FORM)).hexdigest()
    lines = pack.text(JOURNAL).splitlines() if JOURNAL in pack else []
    entries = [entry for entry in map(json.loads, lines) if entry["sha256"] == digest]
    by = {entry["step"]: entry["by"] for entry in entries}
    for step in _STEPS:
        if step not in by:
            yield f"{JOURNAL}: nobody has done for this form: {step}; and it is called approved"
        elif step != _STEPS[0] and by[step] == by.get(_STEPS[0]):
            yield f"{JOURNAL}: {by[step]} prepared this form and did {step} too"
