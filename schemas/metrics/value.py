"""One metric of one facility and period, as it is published."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from schemas.metrics.ids import Metric
from schemas.units import Unit


class Status(StrEnum):
    """How far a total or metric can be trusted."""

    CLEAN = "clean"  # coverage at or above the clean limit
    FLAGGED = "flagged"  # shown, with a remark: thin coverage, or a sum bridged by a register
    WITHHELD = "withheld"  # there is no honest number; the reason says why


@dataclass(frozen=True, kw_only=True)
class MetricValue:
    """One metric of one facility and period, as it is published.

    Args:
        value: the figure, or None with a reason where there is no honest number; bounds stay.
        low, high: hard bounds. ``high`` is None where a missing hour has no maximum rate.
        likely_low, likely_high: likely band (k = 2) of what was estimated, within the hard bounds;
            ``value`` itself where nothing was, None without a value or where it is not known.
        uncertainty: the meters' own (k = 2), apart from all bounds; None where one is not known.
        raw: the value before a standard's cap (REF above 1), else None.
        coverage: smallest share of measured time among the inputs, 0..1. None for registers.
        estimated_share: largest estimated share among the inputs, 0..1.
        category: measuring category or method, such as ``1``, ``2`` or ``location``; may be empty.
        inputs: names of the totals and registers it was computed from, for ``explain``.
    """

    facility_id: str
    metric: Metric
    category: str
    period: str
    period_start: datetime
    period_end: datetime
    value: float | None
    low: float | None
    high: float | None
    unit: Unit
    coverage: float | None
    estimated_share: float | None
    status: Status
    reason: str
    likely_low: float | None = None
    likely_high: float | None = None
    uncertainty: float | None = None
    raw: float | None = None
    inputs: tuple[str, ...] = ()

    @property
    def founded(self) -> bool:
        """Whether anything at all is known of it: a value, or a bound. What is not founded is not
        measured at this facility, which is no fault of its data."""
        return self.value is not None or self.low is not None or self.high is not None
