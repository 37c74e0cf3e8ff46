"""The text of a figure, with where its trail is told."""

from markupsafe import Markup, escape

from schemas.metrics import MetricValue
from schemas.totals import TotalValue


class Explained(Markup):
    """A figure's text; ``why`` names its trail: ``fra1/2025/metric/pue``."""

    why: str = ""


def explained(text: str, value: MetricValue | TotalValue) -> Explained:
    """A published figure's text; the viewer leads from it to its trail, a file does not."""
    kind = "metric" if isinstance(value, MetricValue) else "total"
    name = value.metric.value if isinstance(value, MetricValue) else value.quantity
    made = Explained(escape(text))
    made.why = f"{value.facility_id}/{value.period}/{kind}/{name}"
    return made
