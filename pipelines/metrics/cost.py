"""What energy and water cost."""

from pipelines.metrics.formula import Formula
from schemas.metrics import Metric

COMPUTED: dict[Metric, Formula] = {}
