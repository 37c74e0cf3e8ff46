"""The metrics: what each is. The formulas are in ``pipelines/metrics``, by the same topics."""

from schemas.metrics import carbon, cost, energy, heat, ict, lifecycle, renewables, water
from schemas.metrics.facts import MetricFacts, State
from schemas.metrics.ids import Metric
from schemas.metrics.value import MetricValue, Status

#: The rooms of the catalogue; each one's docstring says what is in it.
TOPICS = {
    "Energy": energy,
    "Cooling and heat": heat,
    "Water": water,
    "Renewable energy": renewables,
    "Greenhouse gases": carbon,
    "Equipment over its life": lifecycle,
    "Information technology": ict,
    "Cost": cost,
}
_TOLD = {metric: facts for topic in TOPICS.values() for metric, facts in topic.FACTS.items()}
FACTS: dict[Metric, MetricFacts] = {metric: _TOLD[metric] for metric in Metric if metric in _TOLD}

__all__ = ["FACTS", "TOPICS", "Metric", "MetricFacts", "MetricValue", "State", "Status"]
