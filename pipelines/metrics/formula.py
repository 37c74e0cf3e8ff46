"""How a topic's formulas are listed: a metric gives one figure for each category that it has."""

from collections.abc import Callable, Iterable

from pipelines.metrics.figure import Figure
from pipelines.metrics.inputs import Inputs

#: Category and figure: one for each category the metric has at this facility.
Computed = Iterable[tuple[str, Figure]]
Formula = Callable[[Inputs], Computed]


def single(formula: Callable[[Inputs], Figure]) -> Formula:
    """A metric without categories."""
    return lambda inputs: [("", formula(inputs))]


def total(quantity: str) -> Formula:
    """A metric that is the total of a quantity, as it is."""
    return lambda inputs: [("", inputs.total(quantity))]
