"""Who may do what: the only place that says so."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Right(StrEnum):
    """What a route asks for."""

    READ = "read"  # figures, their trails, forms, quality
    RAW = "raw"  # landed files, byte for byte
    PACKS = "packs"  # sealed filings
    PROPOSE = "propose"  # an edit
    REVIEW = "review"  # a proposed edit
    APPROVE = "approve"  # a step of an approval; policies.roles may narrow it
    SEAL = "seal"  # a filing
    SHARE = "share"  # a filing with an authority
    OPERATE = "operate"  # see how backfills stand
    BACKFILL = "backfill"  # start one
    AUDIT = "audit"  # who did what in the viewer
    SHARED = "shared"  # filings that were shared with oneself
    VERIFY = "verify"  # any pack, whoever brings it


class Role(StrEnum):
    """What a person is here."""

    VIEWER = "viewer"
    REVIEWER = "reviewer"
    SIGNER = "signer"
    ENGINEER = "engineer"
    AUDITOR = "auditor"
    REGULATOR = "regulator"


_STAFF = frozenset({Right.READ, Right.RAW, Right.PACKS, Right.OPERATE, Right.VERIFY})

#: The rights of each role. A regulator sees what was shared, and nothing else.
RIGHTS: dict[Role, frozenset[Right]] = {
    Role.VIEWER: frozenset({Right.READ, Right.VERIFY}),
    Role.REVIEWER: _STAFF | {Right.PROPOSE, Right.REVIEW, Right.APPROVE},
    Role.SIGNER: _STAFF | {Right.REVIEW, Right.APPROVE, Right.SEAL, Right.SHARE},
    Role.ENGINEER: _STAFF | {Right.PROPOSE, Right.APPROVE, Right.BACKFILL},
    Role.AUDITOR: _STAFF | {Right.AUDIT},
    Role.REGULATOR: frozenset({Right.SHARED, Right.VERIFY}),
}


@dataclass(frozen=True, kw_only=True)
class Grant:
    """A role, at some facilities or at all of them (None)."""

    role: Role
    facilities: frozenset[str] | None = None


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody who is known: by name, and by what was granted."""

    name: str
    grants: tuple[Grant, ...]

    @property
    def roles(self) -> tuple[Role, ...]:
        """In the order of ``Role``, each once."""
        held = {grant.role for grant in self.grants}
        return tuple(role for role in Role if role in held)

    def may(self, right: Right, facility: str = "") -> bool:
        """Whether the right is held at a facility; without one, at any."""
        return any(
            right in RIGHTS[grant.role]
            and (not facility or grant.facilities is None or facility in grant.facilities)
            for grant in self.grants
        )

    def everywhere(self, right: Right) -> bool:
        """Whether the right is held at every facility there is and will be."""
        return any(
            right in RIGHTS[grant.role] and grant.facilities is None for grant in self.grants
        )

    def scope(self, right: Right, facilities: Iterable[str]) -> list[str]:
        """Those of some facilities where the right is held, in their order."""
        return [one for one in facilities if self.may(right, one)]


def owner(name: str) -> Person:
    """Who sits at the machine itself may do everything there but be an authority."""
    roles = (role for role in Role if role is not Role.REGULATOR)
    return Person(name=name, grants=tuple(Grant(role=role) for role in roles))
