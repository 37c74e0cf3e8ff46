"""From members to the bytes of a pack: manifest, signature, sums, zip. Same members, same bytes."""

import hashlib
import io
import zipfile
from collections.abc import Mapping

import rfc8785

from reports.seal.readme import readme
from reports.seal.seal import Seal
from reports.seal.signing import signed_comment
from reports.verify.integrity import (
    FORMAT,
    KEY,
    MANIFEST,
    SIGNATURE,
    STAMP,
    SUMS,
    sums_text,
)

README = "README.txt"
#: What MS-DOS calls the beginning of time: a zip keeps no other clock of ours.
_EPOCH = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o644 << 16


def manifest_bytes(seal: Seal, members: Mapping[str, bytes]) -> bytes:
    """The manifest in the canonical form of RFC 8785."""
    form, replaces = seal.form, seal.replaces
    return rfc8785.dumps(
        {
            "format": FORMAT,
            "regime": form.regime,
            "edition": form.edition,
            "state": form.state,
            "official": form.official,
            "operator": form.operator,
            "facility": form.facility,
            "year": form.year,
            "version": seal.version,
            "replaces": None
            if replaces is None
            else {"version": replaces[0], "manifest_sha256": replaces[1], "reason": seal.reason},
            "sealed_at": seal.now.isoformat(timespec="seconds"),
            "approved": seal.approved,
            "signed_by": None if seal.key is None else seal.key.name,
            **seal.provenance,
            "members": {name: _sha256(content) for name, content in members.items()},
        }
    )


def pack_bytes(seal: Seal, stamp: bytes | None = None) -> bytes:
    """The whole pack.

    Args:
        stamp: the answer of a time stamp authority for ``manifest_of(seal)``; None without one.
    """
    members = {**seal.members, README: readme(seal).encode()}
    manifest = manifest_bytes(seal, members)
    whole = {**members, MANIFEST: manifest}
    if seal.key is not None:
        form = seal.form
        comment = signed_comment(
            regime=form.regime,
            facility=form.facility,
            year=form.year,
            version=seal.version,
            now=seal.now,
        )
        whole[SIGNATURE] = seal.key.signature(manifest, comment=comment).encode()
        whole[KEY] = seal.key.public_text().encode()
    if stamp is not None:
        whole[STAMP] = stamp
    whole[SUMS] = sums_text({name: _sha256(content) for name, content in whole.items()}).encode()
    return _zipped(whole)


def manifest_of(seal: Seal) -> bytes:
    """The manifest that ``pack_bytes`` will write, for an authority to stamp."""
    return manifest_bytes(seal, {**seal.members, README: readme(seal).encode()})


def _zipped(members: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    first = [name for name in (README, MANIFEST, SUMS) if name in members]
    rest = sorted(name for name in members if name not in first)
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in [*first, *rest]:
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = _READABLE
            archive.writestr(entry, members[name])
    return buffer.getvalue()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
