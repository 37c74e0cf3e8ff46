"""Cells that add figures, bounds and doubt included."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from reports.content.cells import Inputs
from reports.content.figures import (
    NO_REASON,
    Told,
    chosen,
    figures_of,
    in_unit,
    remarks_of,
    told_cell,
    value_of,
)
from reports.content.kinds import FromMetric, FromSum
from reports.form import FilledCell
from reports.regime import Cell
from schemas.metrics import MetricValue


def sum_cell(cell: Cell, content: FromSum, inputs: Inputs) -> FilledCell:
    """The sum of the parts. Without one of them there is no sum, and every absent one is named."""
    found = [(part, chosen(figures_of(part, inputs))) for part in content.parts]
    holes = [
        _why(part, figure) for part, figure in found if figure is None or value_of(figure) is None
    ]
    known = [figure for _, figure in found if figure is not None]
    told = [in_unit(cell, figure) for figure in known]
    doubtful = _perhaps(cell, content, inputs)
    whole = len(known) == len(found)
    total = Told(
        value=None if holes else _added([one.value for one in told]),
        low=_added([one.low for one in told]) if whole else None,
        high=_added([one.high for one in told + doubtful]) if whole else None,
    )
    filled = told_cell(
        cell,
        total,
        source=f"sum of metrics {' + '.join(map(_name, content.parts))}",
        holes=holes,
        remarks=_remarks(content, inputs, doubtful),
    )
    return replace(
        filled,
        coverage=min((f.coverage for f in known if f.coverage is not None), default=None),
        estimated_share=max(
            (f.estimated_share for f in known if f.estimated_share is not None), default=None
        ),
    )


def _name(part: FromMetric) -> str:
    return " ".join([part.metric, *filter(None, part.categories)])


def _why(part: FromMetric, figure: MetricValue | None) -> str:
    reason = "there is no such figure" if figure is None else figure.reason
    return f"{_name(part)}: {reason or NO_REASON}"


def _perhaps(cell: Cell, content: FromSum, inputs: Inputs) -> list[Told]:
    """What may belong to the sum too, as far as there is any."""
    found = [chosen(figures_of(part, inputs)) for part in content.perhaps]
    told = [in_unit(cell, figure) for figure in found if figure is not None]
    return [one for one in told if one.high is None or one.high > 0]


def _added(numbers: Sequence[Decimal | None]) -> Decimal | None:
    known = [one for one in numbers if one is not None]
    return sum(known, Decimal(0)) if len(known) == len(numbers) else None


def _remarks(content: FromSum, inputs: Inputs, doubtful: Sequence[Told]) -> list[str]:
    """What there is to say of each part, each once, and of what may belong to the sum too."""
    said = []
    for part in content.parts:
        figures = figures_of(part, inputs)
        figure = chosen(figures)
        if figure is not None:
            said += remarks_of(figure, figures[0], inputs.policies)
    return list(dict.fromkeys([*said, *([content.because] if doubtful else [])]))
