"""Doubt that travels: what each meter adds to a figure, signed, so that it can cancel.

First-order propagation (GUM, 5.1.2): a meter's half-width times the derivative of the figure by
the meter's amount. A meter is wholly correlated with itself, so its contributions add up with
their signs before anything is squared: a meter that stands in numerator and denominator cancels as
far as it must. Different meters are independent: root of the sum of squares, only when published.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import sqrt

from schemas.totals import MeterDoubt

Terms = Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """Half-widths (k = 2) in the figure's unit, by meter.

    Args:
        accuracy: by accuracy class; None where a meter's class is not known.
        likely: by what was estimated for the meter's gaps.
    """

    accuracy: Terms | None = field(default_factory=dict)
    likely: Terms = field(default_factory=dict)

    @property
    def uncertainty(self) -> float | None:
        """The meters' own uncertainty; None where a class is not known or no meter is involved."""
        return _root(self.accuracy) if self.accuracy else None

    @property
    def half_width(self) -> float:
        """Half the likely band."""
        return _root(self.likely)


def of_meters(doubts: tuple[MeterDoubt, ...]) -> Doubt:
    """The doubt of a total."""
    known = {one.meter_id: float(one.accuracy) for one in doubts if one.accuracy is not None}
    return Doubt(
        accuracy=known if len(known) == len(doubts) else None,
        likely={one.meter_id: one.likely for one in doubts if one.likely},
    )


def combined(*parts: tuple[Doubt, float]) -> Doubt:
    """Of a figure that grows by so much with each part."""
    accuracies = [(one.accuracy, weight) for one, weight in parts]
    known = [(terms, weight) for terms, weight in accuracies if terms is not None]
    return Doubt(
        accuracy=_weighted(known) if len(known) == len(parts) else None,
        likely=_weighted([(one.likely, weight) for one, weight in parts]),
    )


def _weighted(parts: list[tuple[Terms, float]]) -> Terms:
    found: dict[str, float] = {}
    for terms, weight in parts:
        for meter, width in terms.items():
            found[meter] = found.get(meter, 0.0) + width * weight
    return found


def _root(terms: Terms) -> float:
    return sqrt(sum(terms[meter] ** 2 for meter in sorted(terms)))
