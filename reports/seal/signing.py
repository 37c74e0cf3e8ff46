"""Keys and signatures in the form of minisign: what is made here its own tool reads, and back."""

import base64
import hashlib
import os
import secrets
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from schemas.errors import UsageError

_SIGNED, _HASHED, _SCRYPT, _NONE, _BLAKE = b"Ed", b"ED", b"Sc", b"\0\0", b"B2"
#: minisign's own strength: 1 GiB of memory, some seconds.
_SENSITIVE = (33_554_432, 1_073_741_824)
_SALT, _SECRET = 32, 104
_PLACE = "untrusted comment: "


@dataclass(frozen=True, kw_only=True)
class SigningKey:
    """A secret key, and the number that its signatures name it by."""

    number: bytes
    seed: bytes

    @property
    def name(self) -> str:
        return self.number[::-1].hex().upper()

    @property
    def public(self) -> bytes:
        raw = serialization.Encoding.Raw, serialization.PublicFormat.Raw
        return Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes(*raw)

    def public_text(self) -> str:
        """The public key as minisign writes it."""
        encoded = base64.b64encode(_SIGNED + self.number + self.public).decode()
        return f"{_PLACE}minisign public key {self.name}\n{encoded}\n"

    def signature(self, content: bytes, *, comment: str) -> str:
        """The signature of a content, and of the comment with it."""
        key = Ed25519PrivateKey.from_private_bytes(self.seed)
        signed = key.sign(hashlib.blake2b(content).digest())
        whole = key.sign(signed + comment.encode())
        line = base64.b64encode(_HASHED + self.number + signed).decode()
        return (
            f"{_PLACE}signature of manifest.json by key {self.name}\n{line}\n"
            f"trusted comment: {comment}\n{base64.b64encode(whole).decode()}\n"
        )


def new_key(*, number: bytes | None = None, seed: bytes | None = None) -> SigningKey:
    """A new secret key; by chance where nothing is given."""
    return SigningKey(number=number or secrets.token_bytes(8), seed=seed or secrets.token_bytes(32))


def key_text(key: SigningKey, password: str, *, given_salt: bytes | None = None) -> str:
    """The secret key as minisign keeps it, under a password, or plain where that is empty."""
    plain = key.number + key.seed + key.public
    # Without a password minisign leaves salt, limits and checksum empty.
    salt, kept, kind, limits = bytes(_SALT), plain + bytes(_SALT), _NONE, (0, 0)
    if password:
        kind, limits, salt = _SCRYPT, _SENSITIVE, given_salt or os.urandom(_SALT)
        checksum = hashlib.blake2b(_SIGNED + plain, digest_size=32).digest()
        kept = _mixed(plain + checksum, _stretched(password, salt, *limits))
    head = _SIGNED + kind + _BLAKE + salt + b"".join(n.to_bytes(8, "little") for n in limits)
    encoded = base64.b64encode(head + kept).decode()
    return f"{_PLACE}minisign {'encrypted ' if password else ''}secret key\n{encoded}\n"


def read_key(text: str, password: str, where: str) -> SigningKey:
    """A secret key of minisign.

    Raises:
        UsageError: it is none, or the password is not the one.
    """
    lines = [line for line in text.splitlines() if line and not line.startswith(_PLACE)]
    try:
        raw = base64.b64decode(lines[0], validate=True)
    except (IndexError, ValueError) as error:
        raise UsageError(f"{where}: is no secret key of minisign.\n  {_MAKE}") from error
    kind, salt, kept = raw[2:4], raw[6:38], raw[54:]
    if raw[:2] != _SIGNED or raw[4:6] != _BLAKE or len(kept) != _SECRET:
        raise UsageError(f"{where}: is no secret key of minisign.\n  {_MAKE}")
    if kind == _SCRYPT:
        if not password:
            raise UsageError(
                f"{where}: the key has a password.\n  Put it into the variable {PASSWORD}."
            )
        limits = (int.from_bytes(raw[38:46], "little"), int.from_bytes(raw[46:54], "little"))
        kept = _mixed(kept, _stretched(password, salt, *limits))
    number, secret, check = kept[:8], kept[8:72], kept[72:]
    key = SigningKey(number=number, seed=secret[:32])
    summed = hashlib.blake2b(_SIGNED + number + secret, digest_size=32).digest()
    sound = kind == _NONE or summed == check
    if not sound or key.public != secret[32:]:
        raise UsageError(f"{where}: the password in {PASSWORD} is not the key's, or it is damaged.")
    return key


#: Where the password of a key is looked for: never on the command line, which others can read.
PASSWORD = "WATTLEDGER_KEY_PASSWORD"
_MAKE = "Make one with: wattledger key FILE, or minisign -G"


def signed_comment(*, regime: str, facility: str, year: int, version: int, now: datetime) -> str:
    """What a signature says of what it signs, in a line that is signed too."""
    return f"{regime} {facility} {year} v{version}, signed {now.isoformat(timespec='seconds')}"


def _mixed(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


def _stretched(password: str, salt: bytes, operations: int, memory: int) -> bytes:
    """Scrypt with the parameters that libsodium picks for these limits."""
    rounds, parallel = 8, 1
    operations = max(operations, 32_768)
    if operations < memory // 32:
        cost = _power(operations // (rounds * 4))
    else:
        cost = _power(memory // (rounds * 128))
        parallel = min(0x3FFFFFFF, operations // 4 // 2**cost) // rounds
    return hashlib.scrypt(
        password.encode(),
        salt=salt,
        n=2**cost,
        r=rounds,
        p=max(parallel, 1),
        maxmem=2**31 - 1,
        dklen=_SECRET,
    )


def _power(most: int) -> int:
    """The exponent that libsodium takes: the first whose power is above half of the most."""
    return next(one for one in range(1, 63) if 2**one > most // 2)
