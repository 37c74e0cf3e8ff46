"""Cells that add figures, bounds and doubt included."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from reports.content.cells import Inputs, empty, number
from reports.content.figures import Told, between, chosen, figures_of, in_unit
from reports.content.kinds import FromMetric, FromSum
from reports.cross_checks import flagged
from reports.form import CellStatus, FilledCell
from reports.regime import Cell
from schemas.metrics import MetricValue, Status


def sum_cell(cell: Cell, content: FromSum, inputs: Inputs) -> FilledCell:
    """The sum of the parts. Without one of them there is no sum, and every absent one is named."""
    parts = [_found(part, inputs) for part in content.parts]
    holes = [
        _why(asked, figure)
        for asked, figure in zip(content.parts, parts, strict=True)
        if figure is None or figure.value is None
    ]
    known = [figure for figure in parts if figure is not None]
    told = [in_unit(cell, figure) for figure in known]
    doubtful = _perhaps(cell, content, inputs)
    whole = len(known) == len(parts)
    total = Told(
        value=None if holes else _added([one.value for one in told]),
        low=_added([one.low for one in told]) if whole else None,
        high=_added([one.high for one in told + doubtful]) if whole else None,
    )
    low, high = total.outwards(cell)
    if total.value is None:
        filled = empty(cell, "; ".join([*holes, *between(cell, low, high)]))
    else:
        filled = number(
            cell, total.value, f"sum of metrics {' + '.join(map(_name, content.parts))}"
        )
        for remark in dict.fromkeys(_remarks(content, known, doubtful)):
            filled = flagged(filled, remark)
        if filled.status is CellStatus.FLAGGED:
            for remark in between(cell, low, high):
                filled = flagged(filled, remark)
    return replace(
        filled,
        low=low,
        high=high,
        coverage=min((f.coverage for f in known if f.coverage is not None), default=None),
        estimated_share=max(
            (f.estimated_share for f in known if f.estimated_share is not None), default=None
        ),
    )


def _found(part: FromMetric, inputs: Inputs) -> MetricValue | None:
    return chosen(figures_of(part, inputs))


def _name(part: FromMetric) -> str:
    return " ".join([part.metric, *filter(None, part.categories)])


def _why(part: FromMetric, figure: MetricValue | None) -> str:
    reason = "there is no such figure" if figure is None else figure.reason
    return f"{_name(part)}: {reason or 'withheld without a published reason'}"


def _perhaps(cell: Cell, content: FromSum, inputs: Inputs) -> list[Told]:
    """What may belong to the sum too, as far as there is any."""
    found = [_found(part, inputs) for part in content.perhaps]
    told = [in_unit(cell, figure) for figure in found if figure is not None]
    return [one for one in told if one.high is None or one.high > 0]


def _added(numbers: Sequence[Decimal | None]) -> Decimal | None:
    known = [one for one in numbers if one is not None]
    return sum(known, Decimal(0)) if len(known) == len(numbers) else None


def _remarks(content: FromSum, known: Sequence[MetricValue], doubtful: Sequence[Told]) -> list[str]:
    remarks = [one.reason for one in known if one.status is Status.FLAGGED and one.reason]
    return [*remarks, *([content.because] if doubtful else [])]
