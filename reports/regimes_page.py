"""The dictionary of regimes: which forms there are, how sure they are, and what they share."""

from reports.charts.months import NAMES
from reports.field_matrix import APART, Relation, matrix
from reports.numbers import DASH, written
from reports.page import render
from reports.regime import Regime
from reports.regimes import REGIMES
from schemas.metrics import Metric

#: Beside the pages of facilities, and linked from the dictionary of figures.
NAME = "regimes.html"

RELATION_WORDS = {
    Relation.ALONE: "one regime only",
    Relation.SHARED: "shared as it is",
    Relation.CONVERTED: "converted to other units",
    Relation.CATEGORY: "in different categories",
}


def regimes_page() -> str:
    """All regimes, their lines and the matrix as one HTML page, made of the regimes alone."""
    return render(
        "regimes.html.j2",
        regimes=tuple(REGIMES.values()),
        rows=matrix(REGIMES.values()),
        apart=APART,
        relations=RELATION_WORDS,
        written=written,
        due=_due,
        metrics={metric.value for metric in Metric},
    )


def _due(regime: Regime) -> str:
    """The day of the following year by which it is filed."""
    if regime.due is None:
        return DASH
    month, day = regime.due
    return f"{day} {NAMES[month - 1]}"
