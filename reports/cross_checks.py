"""Checks between the cells of a form: a contradiction is never filed in silence."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from reports.form import CellStatus, FilledCell
from reports.regime import AtMost, Cell, Ratio, Regime, Sum

#: Sums and ratios pass through floats, so the last digits may differ without contradiction.
_TOLERANCE = Decimal("1e-9")

Cells = dict[str, FilledCell]


def blocked(cell: FilledCell, reason: str) -> FilledCell:
    """The cell without its value, and with every reason why."""
    reasons = [cell.reason] if cell.status is CellStatus.BLOCKED else []
    return replace(
        cell,
        status=CellStatus.BLOCKED,
        value=None,
        number=None,
        reason="; ".join([*reasons, reason]),
    )


def flagged(cell: FilledCell, reason: str) -> FilledCell:
    """The cell with one more remark. What has no value needs none."""
    if cell.value is None:
        return cell
    reasons = [cell.reason] if cell.reason else []
    return replace(cell, status=CellStatus.FLAGGED, reason="; ".join([*reasons, reason]))


def cross_check(regime: Regime, cells: tuple[FilledCell, ...]) -> tuple[FilledCell, ...]:
    """All checks of the regime over exact figures; a check with a missing side says nothing."""
    by_code = {cell.code: cell for cell in cells}
    for cell in regime.cells:
        _only_if(cell, by_code)
    for order in regime.at_most:
        _at_most(order, by_code)
    for total in regime.sums:
        _sum(total, by_code)
    for ratio in regime.ratios:
        _ratio(ratio, by_code)
    return tuple(by_code.values())


def _only_if(rule: Cell, cells: Cells) -> None:
    if not rule.only_if:
        return
    cell, answer = cells[rule.code], cells[rule.only_if]
    if answer.value == "no" and cell.exact:
        both = f"{answer.code} says no, but {cell.code} is {_plain(cell.exact)} {cell.unit}"
        cells[rule.code] = blocked(cell, f"not filed: {both}")
        cells[rule.only_if] = blocked(answer, f"not filed: {both}")
    elif answer.value == "no" and cell.exact is None:
        reason = f"does not apply: {answer.code} says no"
        cells[rule.code] = replace(cell, status=CellStatus.NOT_APPLICABLE, reason=reason)
    elif answer.value is None and cell.exact is None:
        reason = f"needed only where {answer.code} says yes, and {answer.code} is empty"
        cells[rule.code] = replace(cell, status=CellStatus.NOT_AVAILABLE, reason=reason)


def _at_most(check: AtMost, cells: Cells) -> None:
    left, right = cells[check.left].exact, cells[check.right].exact
    if left is None or right is None or left <= right:
        return
    greater = f"{check.left} ({_plain(left)}) is greater than {check.right} ({_plain(right)})"
    what = f"{greater}, and {check.because}"
    for code in (check.left, check.right):
        if check.blocks:
            cells[code] = blocked(cells[code], f"not filed: {what}")
    if not check.blocks:
        cells[check.left] = flagged(cells[check.left], what)


def _sum(check: Sum, cells: Cells) -> None:
    total, parts = cells[check.total].exact, [cells[code].exact for code in check.parts]
    known = [part for part in parts if part is not None]
    if total is None or len(known) < len(parts) or _equal(total, sum(known, Decimal(0))):
        _follow(check.total, check.parts, cells)
        return
    what = (
        f"not filed: {check.total} ({_plain(total)}) is not the sum of "
        f"{' + '.join(check.parts)} ({_plain(sum(known, Decimal(0)))})"
    )
    for code in (check.total, *check.parts):
        cells[code] = blocked(cells[code], what)


def _ratio(check: Ratio, cells: Cells) -> None:
    value = cells[check.code].exact
    expected = ratio(check, lambda code: cells[code].exact)
    if value is None or expected is None or _equal(value, expected):
        _follow(check.code, (check.numerator, check.denominator), cells)
        return
    what = (
        f"not filed: {check.code} ({_plain(value)}) is not {check.numerator} ÷ {check.denominator} "
        f"of this form ({_plain(expected)}); do both have the same category and period?"
    )
    cells[check.code] = blocked(cells[check.code], what)


def _follow(result: str, parts: tuple[str, ...], cells: Cells) -> None:
    """A result cannot be filed where a figure that it is made of cannot."""
    cause = [code for code in parts if cells[code].status is CellStatus.BLOCKED]
    if cause and cells[result].value is not None:
        reason = f"not filed: it is computed from {', '.join(cause)}, which a check blocks"
        cells[result] = blocked(cells[result], reason)


def ratio(check: Ratio, figure: Callable[[str], Decimal | None]) -> Decimal | None:
    """The ratio of two cells' figures; None where one is missing or the denominator is not > 0."""
    numerator, denominator = figure(check.numerator), figure(check.denominator)
    if numerator is None or denominator is None or denominator <= 0:
        return None
    value = numerator * check.per / denominator
    return value if check.cap is None else min(value, Decimal(check.cap))


def _equal(left: Decimal, right: Decimal) -> bool:
    return abs(left - right) <= _TOLERANCE * max(abs(left), abs(right), Decimal(1))


def _plain(figure: Decimal) -> str:
    """As people write it: no exponent, at most six places, no zeros at the end."""
    text = f"{figure:.6f}"
    return text.rstrip("0").rstrip(".")
