"""The dictionary of regimes: which forms there are, how sure they are, and what they share."""

from reports.field_matrix import APART, Relation, matrix
from reports.numbers import written
from reports.page import render
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
        metrics={metric.value for metric in Metric},
    )
