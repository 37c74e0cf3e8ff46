"""The metrics: what each is. The formulas are in ``pipelines/metrics``, by the same topics."""

from schemas.metrics import carbon, cost, energy, heat, ict, lifecycle, renewables, water
from schemas.metrics.facts import MetricFacts, State
from schemas.metrics.ids import Metric
from schemas.metrics.value import MetricValue, Status

_TOPICS = (energy, heat, water, renewables, carbon, lifecycle, ict, cost)

_TOLD = {metric: facts for topic in _TOPICS for metric, facts in topic.FACTS.items()}
FACTS: dict[Metric, MetricFacts] = {metric: _TOLD[metric] for metric in Metric if metric in _TOLD}

__all__ = ["FACTS", "Metric", "MetricFacts", "MetricValue", "State", "Status"]
