"""Signatures and public keys in the form of minisign, so that its own tool checks them too.

A signature file has four lines: a comment nobody signs; algorithm, key number and signature; a
comment that is signed; and the signature over signature and comment. ``ED`` signs the BLAKE2b hash
of the file, ``Ed`` the file itself.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass

from reports.verify.ed25519 import is_signed
from reports.verify.pack import BadPack

HASHED, PLAIN = b"ED", b"Ed"
_TRUSTED = "trusted comment: "


@dataclass(frozen=True, kw_only=True)
class PublicKey:
    """A public key and the number that its signatures name it by."""

    number: bytes
    key: bytes

    @property
    def name(self) -> str:
        """The number as minisign prints it."""
        return self.number[::-1].hex().upper()


def public_key(text: str, where: str) -> PublicKey:
    """A key from a ``.pub`` file, or from its second line alone.

    Raises:
        BadPack: it is none.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    encoded = next((line for line in lines if not line.startswith("untrusted comment:")), "")
    decoded = _decoded(encoded, where)
    if len(decoded) != 42 or decoded[:2] != PLAIN:
        raise BadPack(f"{where}: is no public key of minisign")
    return PublicKey(number=decoded[2:10], key=decoded[10:])


def checked(signature: str, content: bytes, key: PublicKey, where: str) -> str:
    """The signed comment of a signature over a content.

    Raises:
        BadPack: the signature is another key's, or not of this content, or none.
    """
    lines = signature.split("\n")
    if len(lines) < 4 or not lines[2].startswith(_TRUSTED):
        raise BadPack(f"{where}: is no signature of minisign")
    decoded, whole = _decoded(lines[1], where), _decoded(lines[3], where)
    algorithm, number, signed = decoded[:2], decoded[2:10], decoded[10:]
    if number != key.number:
        raise BadPack(f"{where}: is made with key {number[::-1].hex().upper()}, not {key.name}")
    if algorithm not in (HASHED, PLAIN):
        raise BadPack(f"{where}: names the algorithm {algorithm!r}, which minisign has not")
    message = hashlib.blake2b(content).digest() if algorithm == HASHED else content
    if not is_signed(key.key, message, signed):
        raise BadPack(f"{where}: the signature is not of this manifest")
    comment = lines[2].removeprefix(_TRUSTED)
    if not is_signed(key.key, signed + comment.encode(), whole):
        raise BadPack(f"{where}: its comment is not the one that was signed")
    return comment


def _decoded(line: str, where: str) -> bytes:
    try:
        return base64.b64decode(line.strip(), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadPack(f"{where}: is not Base64: {error}") from error
