"""Equipment from purchase to its next life, and the carbon in it."""

from pipelines.metrics.formula import Formula
from schemas.metrics import Metric

COMPUTED: dict[Metric, Formula] = {}
