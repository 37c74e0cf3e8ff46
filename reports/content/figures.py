"""Cells from published figures, with their doubt: bounds, coverage, category, remarks."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from fractions import Fraction

from reports.content.cells import Inputs, bare, empty, number, rounded, text
from reports.content.kinds import FromCategory, FromMetric
from reports.cross_checks import flagged
from reports.form import CellStatus, FilledCell
from reports.regime import Cell
from schemas.estate.policies import Policies
from schemas.form_units import in_form
from schemas.metrics import FACTS, MetricValue, Status
from schemas.units import Unit

NO_REASON = "withheld without a published reason"


def figure_cell(cell: Cell, content: FromMetric, inputs: Inputs) -> FilledCell:
    """The figure in the best category that has one; without a figure, the reason and the bounds."""
    figures = figures_of(content, inputs)
    figure = chosen(figures)
    if figure is None:
        nothing = f"there is no figure '{content.metric}' of {inputs.facility.id} for {inputs.year}"
        return empty(cell, f"{nothing}; needed: {cell.needs}" if cell.needs else nothing)
    filled = told_cell(
        cell,
        in_unit(cell, figure),
        source=f"metric {figure.metric}",
        holes=[figure.reason or NO_REASON],
        remarks=remarks_of(figure, figures[0], inputs.policies),
    )
    return replace(
        filled,
        coverage=figure.coverage,
        estimated_share=figure.estimated_share,
        category=figure.category,
    )


@dataclass(frozen=True, kw_only=True)
class Told:
    """A figure in the unit of its cell, exact."""

    value: Decimal | None
    low: Decimal | None
    high: Decimal | None

    def outwards(self, cell: Cell) -> tuple[Decimal | None, Decimal | None]:
        """The bounds at the cell's places, rounded so that the truth stays between them."""
        return (
            _outwards(cell, self.low, self.high, ROUND_FLOOR),
            _outwards(cell, self.high, self.low, ROUND_CEILING),
        )


def told_cell(
    cell: Cell, told: Told, *, source: str, holes: Sequence[str], remarks: Sequence[str]
) -> FilledCell:
    """The value with its remarks, or the holes that leave it empty; the bounds beside either."""
    low, high = told.outwards(cell)
    bounds = _between(cell, low, high)
    if told.value is None:
        filled = empty(cell, "; ".join([*holes, *bounds]))
    else:
        filled = number(cell, told.value, source)
        for remark in [*remarks, *(bounds if remarks else [])]:
            filled = flagged(filled, remark)
    return replace(filled, low=low, high=high)


def in_unit(cell: Cell, figure: MetricValue) -> Told:
    """The figure in the cell's unit; what is no honest number is none."""
    times = Fraction(1) if cell.unit is None else in_form(figure.unit, cell.unit)
    value, low, high = (
        None
        if one is None or not math.isfinite(one)
        else Decimal(repr(one)) * times.numerator / times.denominator
        for one in (value_of(figure), figure.low, figure.high)
    )
    return Told(value=value, low=low, high=high)


def category_cell(cell: Cell, content: FromCategory, inputs: Inputs) -> FilledCell:
    """The category of the figure that the form files; nothing to declare without a figure."""
    figure = chosen(figures_of(content, inputs))
    if figure is None or value_of(figure) is None:
        reason = f"nothing to declare: there is no figure '{content.metric}'"
        return bare(cell, CellStatus.NOT_AVAILABLE, reason)
    if not figure.category:
        return empty(cell, f"the figure '{content.metric}' does not say its category")
    return text(cell, figure.category, f"metric {content.metric}, its category")


def figures_of(content: FromMetric | FromCategory, inputs: Inputs) -> list[MetricValue]:
    """The metric's figures, best category first; those of categories not named are left out."""
    found = [figure for figure in inputs.figures if figure.metric is content.metric]
    if not content.categories:
        return found
    order = [*content.categories, ""]
    # A sum of all parts, as scope 1 is of its gases, is never filed in the place of one part.
    whole = "" in FACTS[content.metric].categories and "" not in content.categories
    return sorted(
        (figure for figure in found if figure.category in (content.categories if whole else order)),
        key=lambda figure: order.index(figure.category),
    )


def value_of(figure: MetricValue) -> float | None:
    """The value, where it is an honest number."""
    if figure.value is None or figure.status is Status.WITHHELD or not math.isfinite(figure.value):
        return None
    return figure.value


def chosen(figures: list[MetricValue]) -> MetricValue | None:
    """The first figure with a value; else the first."""
    with_value = (figure for figure in figures if value_of(figure) is not None)
    return next(with_value, figures[0] if figures else None)


def _outwards(
    cell: Cell, bound: Decimal | None, other: Decimal | None, rounding: str
) -> Decimal | None:
    """A bound at the cell's places; one that is the value itself is rounded like the value."""
    if bound is None:
        return None
    return rounded(bound, cell.decimals or 0, ROUND_HALF_UP if bound == other else rounding)


def _between(cell: Cell, low: Decimal | None, high: Decimal | None) -> list[str]:
    """The bounds in words; nothing where there are none."""
    unit = "" if cell.unit in (None, Unit.RATIO) else f" {cell.unit}"
    if low is None and high is None:
        return []
    if high is None:
        return [f"the true value is at least {low:f}{unit}, and nothing bounds it above"]
    if low is None:
        return [f"the true value is at most {high:f}{unit}, and nothing bounds it below"]
    return [f"the true value lies between {low:f} and {high:f}{unit}"]


def remarks_of(figure: MetricValue, first: MetricValue, policies: Policies) -> list[str]:
    """What a reader must know of a figure; ``first`` is the one of the category preferred."""
    remarks = []
    if figure is not first:
        remarks.append(
            f"category {figure.category} is filed, because category {first.category} has no "
            f"figure: {first.reason or NO_REASON}"
        )
    if figure.raw is not None and figure.raw != figure.value:
        remarks.append(f"capped by the standard; before the cap {rounded(figure.raw, 6):f}")
    if figure.status is Status.FLAGGED and figure.reason:
        remarks.append(figure.reason)
    if figure.coverage is not None and figure.coverage < policies.coverage_clean:
        # Rounded down: 0.98999 must not read as 0.9900.
        share = rounded(figure.coverage, 4, ROUND_DOWN)
        remarks.append(f"coverage {share} is below {policies.coverage_clean:g}")
    elif figure.status is Status.FLAGGED and not figure.reason:
        remarks.append("published with a flag, without a reason")
    return remarks
