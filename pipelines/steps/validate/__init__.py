"""Validation: every rule looks at the hours of a month, and says what it finds. None changes one."""

from collections.abc import Callable, Iterable
from itertools import chain

import polars as pl

from pipelines.steps.validate.window import Finding, Window, findings_frame
from schemas.rules import RuleId

Detector = Callable[[Window], Iterable[Finding]]

#: What looks for what. Rules that are not here refuse rows while these are read and screened.
DETECTORS: dict[RuleId, Detector] = {}


def validate(window: Window) -> pl.DataFrame:
    """``FINDINGS`` of the window's month: those of every detector, sorted."""
    return findings_frame(window, chain.from_iterable(look(window) for look in DETECTORS.values()))


__all__ = ["DETECTORS", "Detector", "Finding", "Window", "findings_frame", "validate"]
