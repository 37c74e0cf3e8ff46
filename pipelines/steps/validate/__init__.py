"""Validation: every rule looks at the hours of a month, and says what it finds."""

from collections.abc import Callable, Iterable
from itertools import chain

import polars as pl

from pipelines.steps.validate.balance import children_above_parent, residual
from pipelines.steps.validate.bound_twice import bound_twice
from pipelines.steps.validate.boundary import it_above_facility, pue_below_one, ups_above_input
from pipelines.steps.validate.clock_shift import clock_shift
from pipelines.steps.validate.clocks import clock_without_dst, double_hour_collapsed
from pipelines.steps.validate.files import late_arrival, out_of_order, stale_meter
from pipelines.steps.validate.readings import duplicate, missing
from pipelines.steps.validate.registers import exchange, jump, reset, rollover
from pipelines.steps.validate.scale import scale_change
from pipelines.steps.validate.signs import sign_flip
from pipelines.steps.validate.spikes import spike
from pipelines.steps.validate.standstill import water_without_cooling, zero_below_parent
from pipelines.steps.validate.stuck import stuck
from pipelines.steps.validate.swapped import swapped
from pipelines.steps.validate.window import Finding, Window, findings_frame
from pipelines.steps.validate.zeros import unexpected_zero
from schemas.rules import RuleId

Detector = Callable[[Window], Iterable[Finding]]

#: What looks for what. Rules that are not here refuse rows while these are read and screened.
DETECTORS: dict[RuleId, Detector] = {
    RuleId.MISSING: missing,
    RuleId.DUPLICATE: duplicate,
    RuleId.OUT_OF_ORDER: out_of_order,
    RuleId.ROLLOVER: rollover,
    RuleId.RESET: reset,
    RuleId.JUMP: jump,
    RuleId.EXCHANGE: exchange,
    RuleId.STUCK: stuck,
    RuleId.SPIKE: spike,
    RuleId.SCALE_CHANGE: scale_change,
    RuleId.SIGN_FLIP: sign_flip,
    RuleId.UNEXPECTED_ZERO: unexpected_zero,
    RuleId.ZERO_BELOW_PARENT: zero_below_parent,
    RuleId.CLOCK_WITHOUT_DST: clock_without_dst,
    RuleId.DOUBLE_HOUR_COLLAPSED: double_hour_collapsed,
    RuleId.CLOCK_SHIFT: clock_shift,
    RuleId.CHILDREN_ABOVE_PARENT: children_above_parent,
    RuleId.RESIDUAL: residual,
    RuleId.SWAPPED: swapped,
    RuleId.BOUND_TWICE: bound_twice,
    RuleId.IT_ABOVE_FACILITY: it_above_facility,
    RuleId.UPS_ABOVE_INPUT: ups_above_input,
    RuleId.WATER_WITHOUT_COOLING: water_without_cooling,
    RuleId.PUE_BELOW_ONE: pue_below_one,
    RuleId.LATE_ARRIVAL: late_arrival,
    RuleId.STALE_METER: stale_meter,
}


def validate(window: Window) -> pl.DataFrame:
    """``FINDINGS`` of the window's month: those of every detector, sorted."""
    return findings_frame(window, chain.from_iterable(look(window) for look in DETECTORS.values()))


__all__ = ["DETECTORS", "Detector", "Finding", "Window", "findings_frame", "validate"]
