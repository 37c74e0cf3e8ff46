"""What is sealed: a form, its members, and what the manifest says of both."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from reports.form import Form, JsonValue
from reports.seal.signing import SigningKey


@dataclass(frozen=True, kw_only=True)
class Seal:
    """What is sealed, and by whom.

    Args:
        version: 1 for the first filing of a form; a correction has the next.
        replaces: number and sha256 of the manifest of the version before; None for the first.
        reason: why there is another version; empty for the first.
        provenance: hashes and editions of all that went in, as the manifest tells them.
        approved: whether the form was prepared, reviewed and signed as it is.
        now: the moment of sealing.
        key: the signer's; None for a pack that is not signed.
    """

    form: Form
    members: Mapping[str, bytes]
    version: int
    replaces: tuple[int, str] | None
    reason: str
    provenance: Mapping[str, JsonValue]
    approved: bool
    now: datetime
    key: SigningKey | None
