"""An edit: what a person signed for some hours of a meter. A layer: readings stay as they are."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from schemas.errors import nearest

#: How a rule is written in ``edits.csv``, and what it does.
RULE_FORMS = {
    "keep": "the readings stand as measured, whatever rules found",
    "withhold": "the readings do not count; the hours are estimated",
    "estimate": "the same as withhold",
    "zero": "a true standstill",
    "scale FACTOR": "the amounts times a factor, such as 0.001, 1/3 or -1",
    "shift +1h": "the hours moved by whole hours, later (+) or earlier (-)",
    "swap METER": "the hours of both meters exchanged",
}
#: Factors are fractions of whole numbers up to this one, so that any amount can bear them.
LARGEST_PART = 10**9
#: Clocks further off than a week are mended at their source.
MOST_HOURS = 168
_FACTOR = re.compile(r"[+-]?(\d{1,9}/0*[1-9]\d{0,8}|\d{1,9}(\.\d{1,9})?([eE][+-]?\d)?)")
_HOURS = re.compile(r"([+-])(\d{1,3})h")


class Deed(StrEnum):
    """What an edit does with its hours."""

    VALUE = "value"
    KEEP = "keep"
    WITHHOLD = "withhold"
    ZERO = "zero"
    SCALE = "scale"
    SHIFT = "shift"
    SWAP = "swap"


class EditState(StrEnum):
    """Whether an edit counts, and why not."""

    ACTIVE = "active"
    EXPIRED = "expired"
    UNREVIEWED = "unreviewed"
    UNKNOWN = "unknown"  # it has an expiry, and no backfill has said yet which day it is


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """A rule as it was understood: ``factor`` of scale, ``hours`` of shift, ``other`` of swap."""

    deed: Deed
    factor: Fraction = Fraction(1)
    hours: int = 0
    other: str = ""


@dataclass(frozen=True, kw_only=True)
class Edit:
    """One line of ``edits.csv``: a value or a rule over [start, end), UTC, on whole hours.

    Args:
        value: the amount of the whole stretch, or the level held over it, in the canonical unit of
            the quantity; None where the edit is a rule.
        rule: the rule as it is written, empty where the edit is a value; ``ruling`` is its meaning.
        expires: the last day on which the edit counts; None where it counts for good.
        reviewed_by: the second person; empty where nobody has reviewed it.
    """

    edit_id: str
    meter_id: str
    facility_id: str
    start: datetime
    end: datetime
    value: Decimal | None
    rule: str
    ruling: Ruling
    author: str
    reason: str
    evidence: str
    expires: date | None
    reviewed_by: str
    line: int

    @property
    def meters(self) -> tuple[str, ...]:
        """The meters whose hours it touches."""
        other = self.ruling.other
        return (self.meter_id, other) if other else (self.meter_id,)

    @property
    def does(self) -> str:
        """What it does, as it is written."""
        return self.rule if self.value is None else f"value {self.value}"


def ruling_of(text: str, meter_id: str) -> Ruling:
    """A rule's meaning for a meter.

    A swap may name the other meter, or both: ``swap a b`` is what a finding proposes.

    Raises:
        ValueError: with two arguments, what is wrong and what is allowed.
    """
    word, *rest = text.replace("−", "-").split()
    if word in ("keep", "withhold", "estimate", "zero") and not rest:
        return Ruling(deed=Deed.WITHHOLD if word == "estimate" else Deed(word))
    if word == "scale" and len(rest) == 1:
        return Ruling(deed=Deed.SCALE, factor=_factor(rest[0]))
    if word == "shift" and len(rest) == 1:
        return Ruling(deed=Deed.SHIFT, hours=_hours(rest[0]))
    if word == "swap" and rest and len(rest) <= 2:
        return Ruling(deed=Deed.SWAP, other=_other(rest, meter_id))
    known = [form.split()[0] for form in RULE_FORMS]
    if word in known:
        form = next(form for form in RULE_FORMS if form.split()[0] == word)
        raise ValueError(f"rule '{text}' cannot be read.", f"Write: {form} ({RULE_FORMS[form]}).")
    raise ValueError(f"rule '{text}' is not known.", nearest(word, known))


def _factor(text: str) -> Fraction:
    allowed = "A decimal or a fraction such as 0.001, 1000, 1/3 or -1 is allowed."
    if not _FACTOR.fullmatch(text):
        raise ValueError(f"factor '{text}' cannot be read.", allowed)
    factor = Fraction(text)
    if not factor:
        raise ValueError("factor 0 leaves nothing.", "For a true standstill write: zero.")
    if max(abs(factor.numerator), factor.denominator) > LARGEST_PART:
        raise ValueError(f"factor '{text}' is too fine or too large.", allowed)
    return factor


def _hours(text: str) -> int:
    found = _HOURS.fullmatch(text)
    hours = int(found[1] + found[2]) if found else 0
    if not 0 < abs(hours) <= MOST_HOURS:
        raise ValueError(
            f"shift '{text}' cannot be read.",
            f"Write whole hours with their sign, up to {MOST_HOURS}: +1h or -1h.",
        )
    return hours


def _other(names: Sequence[str], meter_id: str) -> str:
    others = [name for name in names if name != meter_id]
    if len(others) != 1:
        raise ValueError(
            f"swap '{' '.join(names)}' does not name one other meter beside '{meter_id}'.",
            "Write: swap METER, with the meter whose hours these are.",
        )
    return others[0]


def state_of(edit: Edit, day: date | None, *, needs_review: bool) -> EditState:
    """Whether an edit counts on a day; ``day`` None: no backfill has said which day it is."""
    if edit.expires is not None:
        if day is None:
            return EditState.UNKNOWN
        if edit.expires < day:
            return EditState.EXPIRED
    if needs_review and not edit.reviewed_by:
        return EditState.UNREVIEWED
    return EditState.ACTIVE


def counting(edits: Iterable[Edit], day: date | None, *, needs_review: bool) -> tuple[Edit, ...]:
    """The edits that count on a day, by meter and time."""
    active = (e for e in edits if state_of(e, day, needs_review=needs_review) is EditState.ACTIVE)
    return tuple(sorted(active, key=lambda edit: (edit.meter_id, edit.start, edit.edit_id)))


def overlaps(edits: Iterable[Edit]) -> list[tuple[Edit, Edit, str]]:
    """Pairs of edits about the same hours of a meter, and that meter; the later line second."""
    of_meter: dict[str, list[Edit]] = {}
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.line)):
        for meter_id in edit.meters:
            of_meter.setdefault(meter_id, []).append(edit)
    found = []
    for meter_id, mine in sorted(of_meter.items()):
        longest = mine[0]
        for edit in mine[1:]:
            if edit.start < longest.end:
                first, second = sorted((longest, edit), key=lambda one: one.line)
                found.append((first, second, meter_id))
            longest = max(longest, edit, key=lambda one: one.end)
    return found
