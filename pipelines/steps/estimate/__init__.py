"""Estimation: hours that nobody measured, with bounds that hold and a band that is likely."""

from pipelines.steps.estimate.intervals import estimate

__all__ = ["estimate"]
