"""Arithmetic on figures with bounds: value, low and high travel together, and so does the doubt."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from pipelines.metrics.doubt import Doubt, combined, of_meters
from schemas.metrics import Status
from schemas.totals import TotalValue
from schemas.units import Unit

ZERO_DENOMINATOR = "zero_denominator"
_ORDER = (Status.CLEAN, Status.FLAGGED, Status.WITHHELD)


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A number that may be unknown, between bounds that hold whatever it is.

    Exact fractions inside, so that no order of operations changes a result; a float only when
    published. ``high`` None is unbounded. ``coverage`` None where nothing is measured over time.
    ``doubt`` is what each meter adds to it; it means something only beside a value. ``unit`` is
    None where it is the metric's own; costs are in a currency.
    """

    value: Fraction | None
    low: Fraction | None
    high: Fraction | None
    coverage: float | None = None
    estimated_share: float | None = None
    status: Status = Status.CLEAN
    reason: str = ""
    inputs: tuple[str, ...] = ()
    raw: Fraction | None = None
    doubt: Doubt = field(default_factory=Doubt)
    unit: Unit | None = None


def known(value: Fraction | int, *inputs: str) -> Figure:
    """An exact figure, from a register or a count."""
    exact = Fraction(value)
    return Figure(value=exact, low=exact, high=exact, inputs=inputs)


def withheld(reason: str, *inputs: str) -> Figure:
    """No honest number, no bounds, and why."""
    return Figure(
        value=None, low=None, high=None, status=Status.WITHHELD, reason=reason, inputs=inputs
    )


def of_total(total: TotalValue) -> Figure:
    """A total as a figure; its reason names the quantity."""

    def exact(value: object) -> Fraction | None:
        return None if value is None else Fraction(str(value))

    return Figure(
        value=exact(total.value),
        low=exact(total.low),
        high=exact(total.high),
        coverage=total.coverage,
        estimated_share=total.estimated_share,
        status=total.status,
        reason=f"{total.quantity}: {total.reason}" if total.reason else "",
        inputs=(total.quantity,),
        doubt=of_meters(total.doubts),
    )


def remarked(figure: Figure, words: str, *, flagged: bool = True) -> Figure:
    """The figure with a remark before what is said of it already; flagged unless it is withheld."""
    status = max(figure.status, Status.FLAGGED, key=_ORDER.index) if flagged else figure.status
    return replace(
        figure,
        status=status,
        reason="; ".join(part for part in (words, figure.reason) if part),
    )


def merged(figures: Sequence[Figure]) -> Figure:
    """The doubt of several inputs together: smallest coverage, largest estimated share."""
    coverages = [one.coverage for one in figures if one.coverage is not None]
    shares = [one.estimated_share for one in figures if one.estimated_share is not None]
    reasons = dict.fromkeys(one.reason for one in figures if one.reason)
    return Figure(
        value=None,
        low=None,
        high=None,
        coverage=min(coverages, default=None),
        estimated_share=max(shares, default=None),
        status=max((one.status for one in figures), key=_ORDER.index, default=Status.CLEAN),
        reason="; ".join(reasons),
        inputs=tuple(dict.fromkeys(name for one in figures for name in one.inputs)),
    )


def _all(values: Sequence[Fraction | None]) -> Fraction | None:
    known_values = [value for value in values if value is not None]
    return sum(known_values, Fraction(0)) if len(known_values) == len(values) else None


def added(*figures: Figure) -> Figure:
    """The sum; unknown where one part is."""
    return replace(
        merged(figures),
        value=_all([one.value for one in figures]),
        low=_all([one.low for one in figures]),
        high=_all([one.high for one in figures]),
        doubt=combined(*((one.doubt, 1.0) for one in figures)),
    )


def at_least(whole: Figure, parts: Sequence[Figure]) -> Figure:
    """A sum of parts none of which is below zero: not known, it is no less than the known ones."""
    lows = [one.low for one in parts if one.low is not None]
    return replace(whole, low=sum(lows, Fraction(0))) if whole.low is None and lows else whole


def negative(figure: Figure) -> Figure:
    """The same with the other sign: what was high is low."""

    def minus(value: Fraction | None) -> Fraction | None:
        return None if value is None else -value

    return replace(
        figure,
        value=minus(figure.value),
        low=minus(figure.high),
        high=minus(figure.low),
        doubt=combined((figure.doubt, -1.0)),
    )


def scaled(figure: Figure, factor: Fraction) -> Figure:
    """Times a factor; one below zero turns the bounds around."""
    if factor < 0:
        return negative(scaled(figure, -factor))

    def times(value: Fraction | None) -> Fraction | None:
        return None if value is None else value * factor

    return replace(
        figure,
        value=times(figure.value),
        low=times(figure.low),
        high=times(figure.high),
        doubt=combined((figure.doubt, float(factor))),
    )


def product(one: Figure, other: Figure) -> Figure:
    """One times the other, where neither is below zero; bounds are the widest of both."""

    def times(a: Fraction | None, b: Fraction | None) -> Fraction | None:
        return None if a is None or b is None else a * b

    value = times(one.value, other.value)
    doubt = Doubt()
    if one.value is not None and other.value is not None:
        doubt = combined((one.doubt, float(other.value)), (other.doubt, float(one.value)))
    return replace(
        merged([one, other]),
        value=value,
        low=times(one.low, other.low),
        high=times(one.high, other.high),
        doubt=doubt,
    )


def clipped(figure: Figure, *, lowest: int = 0, highest: int | None = None) -> Figure:
    """Kept within limits that hold by definition; ``raw`` keeps the value before."""

    def clip(value: Fraction | None) -> Fraction | None:
        if value is None:
            return None if highest is None else Fraction(highest)
        above = max(Fraction(lowest), value)
        return above if highest is None else min(Fraction(highest), above)

    value = None if figure.value is None else clip(figure.value)
    return replace(
        figure,
        value=value,
        low=Fraction(lowest) if figure.low is None else clip(figure.low),
        high=clip(figure.high),
        raw=figure.value,
    )


def ratio(numerator: Figure, denominator: Figure) -> Figure:
    """Sums before ratios: total ÷ total of the same period.

    Null with reason ``zero_denominator`` where the denominator is zero; never infinite. The
    bounds are the widest the bounds of both allow.
    """
    both = merged([numerator, denominator])
    value = None
    doubt = Doubt()
    if denominator.value == 0:
        both = replace(
            both,
            status=Status.WITHHELD,
            reason="; ".join(part for part in (ZERO_DENOMINATOR, both.reason) if part),
        )
    elif numerator.value is not None and denominator.value is not None:
        value = numerator.value / denominator.value
        share = float(1 / denominator.value)
        doubt = combined((numerator.doubt, share), (denominator.doubt, -float(value) * share))
    low, high = _ratio_bounds(numerator, denominator)
    return replace(both, value=value, low=low, high=high, doubt=doubt)


def _ratio_bounds(over: Figure, under: Figure) -> tuple[Fraction | None, Fraction | None]:
    """The widest that the bounds of both allow; none where nothing measures one of them."""
    n_low, n_high, d_low, d_high = over.low, over.high, under.low, under.high
    low = high = None
    if d_low is None:
        return None, None
    if n_low is not None and n_low >= 0:
        low = Fraction(0) if d_high is None else n_low / d_high if d_high > 0 else None
    elif n_low is not None and d_low > 0:
        low = n_low / d_low
    if n_high is not None and n_high < 0:
        high = Fraction(0) if d_high is None else n_high / d_high if d_high > 0 else None
    elif n_high is not None and d_low > 0:
        high = n_high / d_low
    return low, high
