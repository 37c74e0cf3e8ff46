"""A total: one quantity of one facility over one local month or year, with its bounds."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from schemas.metrics import Status
from schemas.units import Unit


@dataclass(frozen=True, kw_only=True)
class MeterDoubt:
    """What one meter adds to a total's doubt: half-widths, k = 2, in the total's unit.

    Args:
        accuracy: of its readings, by its accuracy class; None where the class is not known.
        likely: of the amounts estimated for its gaps; 0 where nothing is estimated.
    """

    meter_id: str
    accuracy: Decimal | None
    likely: float


@dataclass(frozen=True, kw_only=True)
class TotalValue:
    """One total as it is published.

    For an amount the figures are sums over the period's meters; for a level (temperatures, kW, %)
    they are time-weighted means per meter, averaged over meters.

    Args:
        period: ``YYYY`` or ``YYYY-MM`` in the facility's calendar.
        value: measured + best estimate; None with a reason where there is no honest number.
        low, high: hard bounds; ``high`` is None only where a missing hour has no maximum rate.
        likely_low, likely_high: the likely band (k = 2) of what was estimated, within the hard
            bounds and never in their place; ``value`` itself where nothing was, None without one.
        measured: over measured time only; None where nothing was measured.
        coverage: measured time ÷ expected time over the meters, 0..1.
        coverage_clean, coverage_minimum: what the policy asks of this quantity at this facility,
            0..1; None where no policy was asked.
        estimated_share: share of ``value`` that stands in hours with status ``estimated``, 0..1.
        uncertainty: the meters' own, k = 2, same unit as value, apart from all bounds; None where
            an accuracy is not known or there is no value.
        meters: ids of the meters summed.
        doubts: uncertainty and likely band meter by meter, for figures made of several totals.
            Empty where there is no value; not in published tables.
    """

    facility_id: str
    quantity: str
    period: str
    period_start: datetime
    period_end: datetime
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    likely_low: Decimal | None = None
    likely_high: Decimal | None = None
    measured: Decimal | None
    unit: Unit
    coverage: float | None
    coverage_clean: float | None = None
    coverage_minimum: float | None = None
    estimated_share: float | None
    uncertainty: float | None
    status: Status
    reason: str
    meters: tuple[str, ...] = ()
    doubts: tuple[MeterDoubt, ...] = ()
