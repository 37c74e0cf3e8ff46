"""What every cell is made from, and the four plain ways to make one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from reports.form import CellStatus, FilledCell
from reports.regime import Cell
from schemas.estate.model import Facility, Operator
from schemas.estate.policies import Policies
from schemas.estate.registers.practices import Practice
from schemas.estate.registers.refrigerants import RefrigerantEvent
from schemas.metrics import MetricValue


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """All that a form is filled from; ``figures`` are this facility's and year's only."""

    operator: Operator
    facility: Facility
    year: int
    start: datetime
    end: datetime
    figures: tuple[MetricValue, ...]
    refrigerants: Sequence[RefrigerantEvent] | None
    policies: Policies
    practices: Sequence[Practice] | None = None


def bare(cell: Cell, status: CellStatus, reason: str = "") -> FilledCell:
    """A cell without a value."""
    return FilledCell(
        code=cell.code,
        label=cell.label,
        section=cell.section,
        annex=cell.annex,
        required=cell.required,
        status=status,
        reason=reason,
        unit="" if cell.unit is None else cell.unit.value,
        decimals=cell.decimals,
        note=cell.note,
    )


def empty(cell: Cell, reason: str) -> FilledCell:
    """A hole where the cell is required; else a cell that is allowed to be empty."""
    return bare(cell, CellStatus.MISSING if cell.required else CellStatus.NOT_AVAILABLE, reason)


def text(cell: Cell, value: str, source: str) -> FilledCell:
    """A cell filled with words."""
    return replace(bare(cell, CellStatus.FILLED), value=value, source=source)


def number(cell: Cell, value: float | Decimal, source: str) -> FilledCell:
    """A cell filled with a figure, rounded to the cell's decimals."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    submitted = rounded(exact, cell.decimals or 0)
    return replace(
        bare(cell, CellStatus.FILLED),
        value=f"{submitted:f}",
        number=submitted,
        exact=exact,
        source=source,
    )


def rounded(value: float | Decimal, decimals: int, rounding: str = ROUND_HALF_UP) -> Decimal:
    """Rounded from the shortest exact text of the value, so that 0.125 gives 0.13; never −0."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    result = exact.quantize(Decimal(1).scaleb(-decimals), rounding=rounding)
    return result if result else abs(result)
