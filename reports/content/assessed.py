"""Cells that judge a figure or a size: classes of the label, limits, size classes."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import hypot
from statistics import NormalDist

from reports.content.cells import Inputs, bare, empty, text
from reports.content.declarations import look_up, unfilled
from reports.content.figures import chosen, figures_of, value_of
from reports.content.kinds import FromBand, FromClass, FromLimit, FromMetric
from reports.cross_checks import flagged
from reports.form import CellStatus, FilledCell
from reports.numbers import share
from reports.regime import Cell
from schemas.label import CLASSES, EDGES, class_of
from schemas.limits import LIMITS, Limit
from schemas.metrics import MetricValue
from schemas.units import Unit

_LIMITS = {limit.key: limit for limit in LIMITS}
#: Of a normal band with k = 2: half its width is two standard deviations.
_K = 2


def class_cell(cell: Cell, content: FromClass, inputs: Inputs) -> FilledCell:
    """The class of the figure, how far the next better one is, and how likely.

    The value decides, unrounded, so that 1.15 is of class A and 1.1501 of class B.
    """
    wanted = FromMetric(metric=content.metric, categories=content.categories)
    figure = chosen(figures_of(wanted, inputs))
    value = None if figure is None else value_of(figure)
    if figure is None or value is None:
        because = figure.reason if figure is not None else "there is no such figure"
        return empty(cell, f"no class without a figure '{content.metric}': {because}")
    mine = class_of(content.metric, value)
    filled = text(cell, mine, f"metric {content.metric}, its class")
    for remark in ("a preview, not the label", *_within(figure), *_better(figure, mine, value)):
        filled = flagged(filled, remark)
    return replace(filled, category=figure.category, coverage=figure.coverage)


def _within(figure: MetricValue) -> list[str]:
    if figure.low is None or figure.high is None:
        return ["nothing bounds the figure on both sides, so other classes are possible"]
    best, worst = class_of(figure.metric, figure.low), class_of(figure.metric, figure.high)
    return [] if best == worst else [f"by its bounds it is of class {best} to {worst}"]


def _better(figure: MetricValue, mine: str, value: float) -> list[str]:
    """The margin to the next better class, and the chance that the figure is of it already."""
    place = CLASSES.index(mine)
    if place == 0:
        return []
    edge = EDGES[figure.metric][place - 1]
    margin = Decimal(repr(value)) - Decimal(edge.numerator) / Decimal(edge.denominator)
    words = f"class {CLASSES[place - 1]} ends {margin:.4f} below it, at {float(edge):g}"
    chance = _chance(figure, value, float(edge))
    return [words if chance is None else f"{words}; probability of that class {share(chance)}"]


def _chance(figure: MetricValue, value: float, edge: float) -> float | None:
    """The probability that the truth is at most an edge; None where no band is known."""
    if figure.likely_low is None or figure.likely_high is None:
        return None
    estimated = (figure.likely_high - figure.likely_low) / 2
    deviation = hypot(estimated, figure.uncertainty or 0.0) / _K
    return NormalDist(value, deviation).cdf(edge) if deviation else float(value <= edge)


def limit_cell(cell: Cell, content: FromLimit, inputs: Inputs) -> FilledCell:
    """``kept`` or ``not kept``, by the value; what does not bind yet, or perhaps never, says so."""
    limit = _LIMITS[content.key]
    applies = limit.scope(inputs.facility)
    if applies is False:
        reason = f"not about {inputs.facility.id}: {limit.source}"
        return bare(cell, CellStatus.NOT_APPLICABLE, reason)
    figure = chosen(figures_of(FromMetric(metric=limit.metric), inputs))
    value = None if figure is None else value_of(figure)
    if figure is None or value is None:
        because = figure.reason if figure is not None else "there is no such figure"
        return empty(cell, f"not assessed without a figure '{limit.metric}': {because}")
    kept = _holds(limit, value, figure.unit)
    filled = text(cell, "kept" if kept else "not kept", f"metric {limit.metric}, {limit.source}")
    for remark in _doubts(limit, figure, inputs, applies=applies):
        filled = flagged(filled, remark)
    return replace(filled, category=figure.category, coverage=figure.coverage)


def _holds(limit: Limit, value: float, unit: Unit) -> bool:
    """Whether a value keeps the limit; the edge itself does, and nothing is rounded."""
    scale = 100 if unit is Unit.PERCENT else 1
    exact = Fraction(repr(value))
    return (limit.at_most is None or exact <= limit.at_most * scale) and (
        limit.at_least is None or exact >= limit.at_least * scale
    )


def _doubts(
    limit: Limit, figure: MetricValue, inputs: Inputs, *, applies: bool | None
) -> list[str]:
    doubts = []
    binds = limit.binds_from(inputs.facility)
    if applies is None:
        doubts.append("estate.yaml or the rule itself does not say whether it is about this site")
    if binds > date(inputs.year, 12, 31):
        doubts.append(f"it binds from {binds.isoformat()} only")
    ends = [end for end in (figure.low, figure.high) if end is not None]
    answers = {_holds(limit, end, figure.unit) for end in ends}
    if len(ends) < 2 or len(answers) > 1:
        doubts.append("by its bounds the figure may be on either side of the limit")
    if limit.unverified:
        doubts.append(f"not verified: {limit.unverified}")
    return doubts


def band_cell(cell: Cell, content: FromBand, inputs: Inputs) -> FilledCell:
    """The size class of a number in ``estate.yaml``."""
    found = [look_up(path, inputs) for path in content.fields]
    size = next((one for one in found if isinstance(one, int | float)), None)
    if size is None:
        return unfilled(cell, [content.fields], inputs)
    return text(cell, content.sizes.name_of(size), "estate.yaml")
