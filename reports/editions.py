"""The same year on two editions of a form: what is the same, what is not, and why."""

from dataclasses import dataclass
from enum import StrEnum

from reports.form import FilledCell, Form


class Difference(StrEnum):
    """What becomes of a cell from one edition to the other."""

    SAME = "same"
    CHANGED = "changed"  # both have the cell, and ask or say something else
    ADDED = "added"
    GONE = "gone"


@dataclass(frozen=True, kw_only=True)
class EditionCell:
    """One cell in both editions; a side is None where the edition has no such cell."""

    code: str
    difference: Difference
    before: FilledCell | None
    after: FilledCell | None

    @property
    def because(self) -> str:
        """Why it differs, by what the newer edition says of the cell; empty where it does not."""
        match self.difference:
            case Difference.SAME:
                return ""
            case Difference.GONE:
                return "the newer edition has no such cell"
            case Difference.ADDED:
                return self._said("a cell of the newer edition")
        return self._said(self._changes())

    def _said(self, words: str) -> str:
        note = self.after.note if self.after else ""
        return f"{words}. {note}".rstrip() if note else words

    def _changes(self) -> str:
        assert self.before is not None
        assert self.after is not None
        pairs = (
            ("label", self.before.label, self.after.label),
            ("unit", self.before.unit or "none", self.after.unit or "none"),
            ("source", self.before.source, self.after.source),
            ("place", self.before.annex, self.after.annex),
        )
        return "; ".join(f"{name}: {old} → {new}" for name, old, new in pairs if old != new)


def compared(before: Form, after: Form) -> list[EditionCell]:
    """Every cell of either edition: the older one's order, then what the newer one adds."""
    old = {cell.code: cell for cell in before.cells}
    new = {cell.code: cell for cell in after.cells}
    codes = [*old, *(code for code in new if code not in old)]
    return [
        EditionCell(
            code=code,
            difference=_difference(old.get(code), new.get(code)),
            before=old.get(code),
            after=new.get(code),
        )
        for code in codes
    ]


def _difference(before: FilledCell | None, after: FilledCell | None) -> Difference:
    if before is None:
        return Difference.ADDED
    if after is None:
        return Difference.GONE
    asked = [(c.label, c.unit, c.annex, c.value, c.source) for c in (before, after)]
    return Difference.SAME if asked[0] == asked[1] else Difference.CHANGED
