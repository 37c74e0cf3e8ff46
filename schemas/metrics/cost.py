"""What energy and water cost, in the operator's currency."""

from schemas.metrics.facts import MetricFacts
from schemas.metrics.ids import Metric

FACTS: dict[Metric, MetricFacts] = {}
