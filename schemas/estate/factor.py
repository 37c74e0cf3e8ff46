"""Factors of the registers: by validity, or hour by hour."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class Factor:
    """A factor over a validity of whole days [valid_from, valid_to], both inclusive."""

    kind: str
    key: str
    valid_from: date
    valid_to: date
    value: Decimal
    unit: str
    gases: str
    source: str
    edition: str
    where: str


@dataclass(frozen=True, kw_only=True)
class HourlyFactors:
    """Factors by the hour, from one file: parallel tuples, UTC hour starts, kg per kWh."""

    kind: str
    key: str
    gases: str
    source: str
    edition: str
    where: str
    hours: tuple[datetime, ...]
    values: tuple[Decimal, ...]
