"""Who may do what: the table, by hand, and what a scope does to it."""

import pytest

from reports.app.access import RIGHTS, Grant, Person, Right, Role, owner

#: role by role, every right that it has, as the handbook says it.
TABLE = {
    "viewer": "read verify",
    "reviewer": "read raw packs operate verify propose review approve",
    "signer": "read raw packs operate verify review approve seal share",
    "engineer": "read raw packs operate verify propose approve backfill",
    "auditor": "read raw packs operate verify audit",
    "regulator": "shared verify",
}


@pytest.mark.parametrize("role", Role)
def test_a_role_has_the_rights_that_the_handbook_names_and_no_other(role):
    assert {right.value for right in RIGHTS[role]} == set(TABLE[role.value].split())


def test_nobody_but_a_signer_seals_or_shares_and_nobody_but_an_engineer_starts_backfills():
    def who(right):
        return {role for role in Role if right in RIGHTS[role]}

    assert who(Right.SEAL) == who(Right.SHARE) == {Role.SIGNER}
    assert who(Right.BACKFILL) == {Role.ENGINEER}
    assert who(Right.AUDIT) == {Role.AUDITOR}


def test_a_grant_at_one_facility_says_nothing_of_another():
    somebody = Person(
        name="a",
        grants=(
            Grant(role=Role.ENGINEER, facilities=frozenset({"bln"})),
            Grant(role=Role.VIEWER, facilities=frozenset({"ccu"})),
        ),
    )

    assert somebody.may(Right.BACKFILL, "bln")
    assert not somebody.may(Right.BACKFILL, "ccu")
    assert somebody.may(Right.READ, "ccu")
    assert not somebody.may(Right.READ, "fra1")
    assert somebody.may(Right.BACKFILL)
    assert not somebody.everywhere(Right.READ)
    assert somebody.scope(Right.READ, ["fra1", "ccu", "bln"]) == ["ccu", "bln"]
    assert somebody.roles == (Role.VIEWER, Role.ENGINEER)


def test_who_sits_at_the_machine_may_all_but_pose_as_an_authority():
    somebody = owner("root")

    assert {right for right in Right if somebody.may(right, "any")} == set(Right) - {Right.SHARED}
    assert somebody.everywhere(Right.SEAL)


def test_who_has_no_grant_may_nothing():
    nobody = Person(name="n", grants=())

    assert not any(nobody.may(right) for right in Right)
