"""Equipment from purchase to its next life, and the carbon in it."""

from schemas.metrics.facts import MetricFacts
from schemas.metrics.ids import Metric

FACTS: dict[Metric, MetricFacts] = {}
