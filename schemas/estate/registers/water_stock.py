"""``water_stock.csv``: how much water stood in tanks and basins on a day."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

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
