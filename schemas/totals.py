"""A total: one quantity of one facility over one local month or year, with its bounds."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from schemas.metrics import Status
from schemas.units import Unit


@dataclass(frozen=True, kw_only=True)
class TotalValue:
    """One total as it is published.

    For an amount the figures are sums over the period's meters; for a level (temperatures, kW, %)
    they are time-weighted means per meter, averaged over meters.

    Args:
        period: ``YYYY`` or ``YYYY-MM`` in the facility's calendar.
        value: measured + best estimate; None with a reason where there is no honest number.
        low, high: hard bounds; ``high`` is None only where a missing hour has no maximum rate.
        measured: over measured time only; None where nothing was measured.
        coverage: measured time ÷ expected time over the meters, 0..1.
        estimated_share: share of ``value`` that stands in hours with status ``estimated``, 0..1.
        uncertainty: the meters' own, k = 2, same unit as value; None where no accuracy is known.
        meters: ids of the meters summed.
    """

    facility_id: str
    quantity: str
    period: str
    period_start: datetime
    period_end: datetime
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    measured: Decimal | None
    unit: Unit
    coverage: float | None
    estimated_share: float | None
    uncertainty: float | None
    status: Status
    reason: str
    meters: tuple[str, ...] = ()
