"""Approvals: who may, in which order, and of which form."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from reports.seal.approvals import (
    Step,
    added,
    approved_by,
    form_hash,
    journal_text,
    read_journal,
)
from schemas.errors import UsageError
from schemas.estate.policies import Policies
from tests.unit.alpha import form_of

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
FREE = Policies()
ROLES = Policies(roles=(("prepare", ("Ada",)), ("review", ("Bo",)), ("sign", ("Cy", "Di"))))


def form():
    from reports.regimes import REGIMES

    return form_of(REGIMES["iso-30134"])


def written(entries, step, by, policies=FREE):
    return added(
        entries,
        Step(step),
        by=by,
        at=NOW,
        sha256=form_hash(form()),
        note="",
        policies=policies,
    )


def approved(policies=FREE):
    entries = written([], "prepare", "Ada", policies)
    entries = written(entries, "review", "Bo", policies)
    return written(entries, "sign", "Cy", policies)


def test_prepared_reviewed_and_signed_is_approved():
    approval = approved_by(approved(), form(), FREE)

    assert approval.lacking == ()
    assert [approval.by[step] for step in (Step.PREPARE, Step.REVIEW, Step.SIGN)] == [
        "Ada",
        "Bo",
        "Cy",
    ]


def test_without_a_word_everything_is_lacking():
    assert approved_by([], form(), FREE).lacking == (
        "nobody has done: prepare",
        "nobody has done: review",
        "nobody has done: sign",
    )


@pytest.mark.parametrize("step", ["review", "sign"])
def test_maker_is_not_checker(step):
    entries = written([], "prepare", "Ada")
    if step == "sign":
        entries = written(entries, "review", "Bo")

    with pytest.raises(UsageError, match="Ada prepared this form and cannot"):
        written(entries, step, "Ada")


def test_steps_come_in_their_order():
    with pytest.raises(UsageError, match="review comes after prepare"):
        written([], "review", "Bo")
    with pytest.raises(UsageError, match="sign comes after review"):
        written(written([], "prepare", "Ada"), "sign", "Cy")


def test_only_who_has_the_role_may():
    with pytest.raises(UsageError, match=r"Bo may not prepare: .* name Ada"):
        written([], "prepare", "Bo", ROLES)
    assert approved_by(approved(ROLES), form(), ROLES).lacking == ()


def test_who_has_lost_the_role_has_not_approved():
    fired = replace(ROLES, roles=(*ROLES.roles[:2], ("sign", ("Di",))))

    assert approved_by(approved(ROLES), form(), fired).lacking == ("Cy may no longer sign",)


def test_an_approval_is_of_one_form_and_no_other():
    other = replace(form(), facility_name="Beta")

    assert approved_by(approved(), other, FREE).lacking[0] == (
        "prepare by Ada was of another form than it is now"
    )


def test_the_journal_is_read_back_and_a_changed_line_is_named():
    text = journal_text(approved())

    assert read_journal(text, "j.jsonl") == approved()
    with pytest.raises(UsageError, match=r"j\.jsonl:2 does not follow the entry before it"):
        read_journal(text.replace("Ada", "Eve"), "j.jsonl")
    first, _, last = text.splitlines()
    with pytest.raises(UsageError, match=r"j\.jsonl:2 does not follow"):
        read_journal(f"{first}\n{last}\n", "j.jsonl")
    with pytest.raises(UsageError, match=r"j\.jsonl:1 is no entry of a journal"):
        read_journal('{"step": "dance"}\n', "j.jsonl")
