"""``water_stock.csv``: how much water stood in tanks and basins on a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from schemas.errors import Problem
from schemas.estate.record import Record

COLUMNS = REQUIRED = ("facility_id", "date", "m3")


@dataclass(frozen=True, kw_only=True)
class WaterStock:
    """Water in store [m3] as a day begins."""

    facility_id: str
    date: date
    m3: Decimal
    line: int


def water_stock(record: Record) -> WaterStock:
    """One row of ``water_stock.csv``."""
    record.required("m3")
    return WaterStock(
        facility_id=record.text("facility_id"),
        date=record.needed_day("date"),
        m3=record.decimal("m3", lowest=Decimal(0)) or Decimal(0),
        line=record.line,
    )


def stock_problems(stocks: Sequence[WaterStock], name: str) -> list[Problem]:
    """Days on which a facility's stock is taken twice: which of the two holds, nobody can tell."""
    first: dict[tuple[str, date], int] = {}
    problems = []
    for one in stocks:
        before = first.setdefault((one.facility_id, one.date), one.line)
        if before != one.line:
            what = f"stock of {one.facility_id} on {one.date} stands already at {name}:{before}."
            remedy = "Keep one of them: the sum of all tanks as the day begins."
            problems.append(Problem(where=f"{name}:{one.line}", what=what, remedy=remedy))
    return problems
