"""A filled form: what ``fill`` makes and the writers write."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from reports.regime import Ratio, Taxonomy
from schemas.estate.policies import Policies
from schemas.metrics import MetricValue


class CellStatus(StrEnum):
    """What stands in a cell, or why nothing does."""

    FILLED = "filled"
    FLAGGED = "flagged"  # submitted, with a remark
    MISSING = "missing"  # required and empty: a hole
    BLOCKED = "blocked"  # a check forbids the figure: a hole
    NOT_AVAILABLE = "not_available"  # empty, and allowed to be
    NOT_APPLICABLE = "not_applicable"  # the question does not arise at this facility
    NOT_COMPUTED = "not_computed"  # not computed in this edition of wattledger


#: Statuses as people read them.
STATUS_WORDS: dict[CellStatus, str] = {
    CellStatus.FILLED: "filled",
    CellStatus.FLAGGED: "filled, with a remark",
    CellStatus.MISSING: "missing",
    CellStatus.BLOCKED: "blocked by a check",
    CellStatus.NOT_AVAILABLE: "empty, allowed",
    CellStatus.NOT_APPLICABLE: "not applicable",
    CellStatus.NOT_COMPUTED: "not computed",
}

JsonValue = str | int | float | bool | None | list["JsonValue"] | dict[str, "JsonValue"]


@dataclass(frozen=True, kw_only=True)
class FilledCell:
    """One cell of a filled form.

    Args:
        value: the text that is submitted; None where there is none.
        number: ``value`` as a number, rounded half up; None for text.
        decimals: places of ``number``; None for text.
        exact: the figure before rounding, kept for checks, even where it is not filed.
        unit: as the act writes it; empty for text, ``1`` for ratios.
        reason: why it is flagged, blocked or empty; empty for a plain filled cell.
        low, high: hard bounds, rounded outwards.
        category: measuring category or method of the figure.
        source: where the value came from.
        note: the regime's own remark on the cell.
    """

    code: str
    label: str
    section: str
    annex: str
    required: bool
    status: CellStatus
    value: str | None = None
    number: Decimal | None = None
    decimals: int | None = None
    exact: Decimal | None = None
    unit: str = ""
    reason: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    coverage: float | None = None
    estimated_share: float | None = None
    category: str = ""
    source: str = ""
    note: str = ""

    @property
    def is_hole(self) -> bool:
        """Whether the form cannot be filed before this cell is mended."""
        return self.status in (CellStatus.MISSING, CellStatus.BLOCKED)


@dataclass(frozen=True, kw_only=True)
class Form:
    """One regime's form for one facility and year.

    ``official`` is always False: wattledger prepares a form, the authority's database makes it
    official. ``period_start`` and ``period_end`` (exclusive) are in the facility's zone; the period
    is shorter than the year where the facility was commissioned inside it. ``taxonomy`` is the
    regime's; ``lei`` the operator's legal entity identifier, empty where it is not stated.
    ``months`` are the figures that the regime hands over month by month.
    """

    regime: str
    title: str
    edition: str
    jurisdiction: str
    source: str
    state: str
    operator: str
    facility: str
    facility_name: str
    year: int
    period_start: datetime
    period_end: datetime
    policies: Policies
    cells: tuple[FilledCell, ...]
    ratios: tuple[Ratio, ...] = ()
    notes: tuple[str, ...] = ()
    taxonomy: Taxonomy | None = None
    lei: str = ""
    months: tuple[MetricValue, ...] = ()
    official: bool = False

    @property
    def holes(self) -> tuple[FilledCell, ...]:
        """The cells that keep the form from being filed, in the form's order."""
        return tuple(cell for cell in self.cells if cell.is_hole)

    @property
    def complete(self) -> bool:
        return not self.holes

    def cell(self, code: str) -> FilledCell:
        return next(cell for cell in self.cells if cell.code == code)

    def as_document(self) -> dict[str, JsonValue]:
        """The form as the JSON contract has it: numbers as numbers, null where there is none."""
        return {
            "regime": self.regime,
            "title": self.title,
            "edition": self.edition,
            "jurisdiction": self.jurisdiction,
            "source": self.source,
            "operator": self.operator,
            "facility": self.facility,
            "facility_name": self.facility_name,
            "year": self.year,
            "period_start": self.period_start.isoformat(),
            "period_end": self.period_end.isoformat(),
            "state": self.state,
            "official": self.official,
            "complete": self.complete,
            "holes": [cell.code for cell in self.holes],
            "policies": {
                "coverage_clean": self.policies.coverage_clean,
                "coverage_minimum": self.policies.coverage_minimum,
            },
            "cells": [_cell(cell) for cell in self.cells],
            "notes": list(self.notes),
        }


def _cell(cell: FilledCell) -> JsonValue:
    return {
        "code": cell.code,
        "label": cell.label,
        "value": cell.value if cell.number is None else json_number(cell.number),
        "unit": cell.unit,
        "status": cell.status.value,
        "reason": cell.reason,
        "low": json_number(cell.low),
        "high": json_number(cell.high),
        "coverage": cell.coverage,
        "estimated_share": cell.estimated_share,
        "category": cell.category,
        "required": cell.required,
        "section": cell.section,
        "annex": cell.annex,
        "source": cell.source,
        "note": cell.note,
    }


def json_number(number: Decimal | None) -> int | float | None:
    """A rounded decimal as the shortest JSON number that says the same."""
    if number is None:
        return None
    return int(number) if number == number.to_integral_value() else float(number)
