"""Suggest: a mapping for a file that nobody mapped yet, for a person to accept."""

from pipelines.suggest.suggest import suggest
from pipelines.suggest.suggestion import ProposedMeter, Suggestion

__all__ = ["ProposedMeter", "Suggestion", "suggest"]
