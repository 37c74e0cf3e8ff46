"""Who prepared, reviewed, signed and submitted a form: a journal that only grows.

Each line is one entry and holds the sha256 of the line before, so that none can be changed, left
out or put in between without breaking the chain.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from reports.form import Form
from reports.write import WRITERS
from schemas.errors import UsageError
from schemas.estate.policies import Policies


class Step(StrEnum):
    """What somebody did with a form, in the order in which it is done."""

    PREPARE = "prepare"
    REVIEW = "review"
    SIGN = "sign"
    SUBMIT = "submit"
    RECEIPT = "receipt"


#: What a form needs before it is sealed.
NEEDED = (Step.PREPARE, Step.REVIEW, Step.SIGN)


@dataclass(frozen=True, kw_only=True)
class Filing:
    """One form of one facility and year, in all its versions."""

    regime: str
    facility: str
    year: int

    @property
    def name(self) -> str:
        return f"{self.regime}_{self.facility}_{self.year}"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of a journal.

    Args:
        step: what was done.
        by: who did it.
        at: when, ISO 8601.
        sha256: of ``form.json`` where the form is approved, of the pack where it is handed over.
        note: what the person says; of a receipt the authority's reference.
        previous: sha256 of the line before; empty for the first.
    """

    step: Step
    by: str
    at: str
    sha256: str
    note: str
    previous: str

    @property
    def line(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)


@dataclass(frozen=True, kw_only=True)
class Approval:
    """How far a form has come: who did which step, and what is lacking before it is sealed."""

    by: dict[Step, str]
    lacking: tuple[str, ...]


def form_hash(form: Form) -> str:
    """What an approval is bound to: another figure in the form is another form."""
    return hashlib.sha256(WRITERS["json"](form)).hexdigest()


def read_journal(text: str, name: str) -> list[Entry]:
    """The entries of a journal.

    Raises:
        UsageError: it was changed by hand: the chain is broken.
    """
    entries: list[Entry] = []
    before = ""
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            entry = Entry(**(fields := json.loads(line)) | {"step": Step(fields["step"])})
        except (ValueError, TypeError, KeyError) as error:
            raise UsageError(f"{name}:{number} is no entry of a journal: {error}.") from error
        if entry.previous != before:
            raise UsageError(
                f"{name}:{number} does not follow the entry before it: the journal was changed."
            )
        before = hashlib.sha256(line.encode()).hexdigest()
        entries.append(entry)
    return entries


def journal_text(entries: Sequence[Entry]) -> str:
    """The journal as it is kept."""
    return "".join(f"{entry.line}\n" for entry in entries)


def added(
    entries: Sequence[Entry],
    step: Step,
    *,
    by: str,
    at: datetime,
    sha256: str,
    note: str,
    policies: Policies,
) -> list[Entry]:
    """The journal with one more entry.

    Raises:
        UsageError: the person has no such role, made what she would check, or the step before is
            not done for this very form.
    """
    _may(step, by, policies)
    done = {entry.step: entry.by for entry in entries if entry.sha256 == sha256}
    if step in NEEDED:
        missing = [one for one in NEEDED[: NEEDED.index(step)] if one not in done]
        if missing:
            raise UsageError(
                f"{step} comes after {missing[0]}, which nobody has done for this form."
            )
        if step is not Step.PREPARE and done[Step.PREPARE] == by:
            raise UsageError(
                f"{by} prepared this form and cannot {step} it too.\n"
                "  Maker is not checker: another person must."
            )
    previous = hashlib.sha256(entries[-1].line.encode()).hexdigest() if entries else ""
    entry = Entry(
        step=step,
        by=by,
        at=at.isoformat(timespec="seconds"),
        sha256=sha256,
        note=note,
        previous=previous,
    )
    return [*entries, entry]


def _may(step: Step, by: str, policies: Policies) -> None:
    allowed = dict(policies.roles).get(step.value)
    if allowed is not None and by not in allowed:
        raise UsageError(
            f"{by} may not {step}: policies.roles in estate.yaml name {', '.join(allowed)}."
        )


def approved_by(entries: Sequence[Entry], form: Form, policies: Policies) -> Approval:
    """How far this very form has come. What was approved before a figure moved does not count."""
    digest = form_hash(form)
    done = {entry.step: entry.by for entry in entries if entry.sha256 == digest}
    lacking = []
    for step in NEEDED:
        stale = [entry for entry in entries if entry.step is step and entry.sha256 != digest]
        if step not in done and stale:
            lacking.append(f"{step} by {stale[-1].by} was of another form than it is now")
        elif step not in done:
            lacking.append(f"nobody has done: {step}")
        elif (allowed := dict(policies.roles).get(step.value)) and done[step] not in allowed:
            lacking.append(f"{done[step]} may no longer {step}")
    return Approval(by=done, lacking=tuple(lacking))
