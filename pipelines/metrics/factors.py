"""Amounts times factors: of the hour where a series has them, else of the year or validity."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Context, Decimal, Inexact, localcontext
from fractions import Fraction

import polars as pl

from pipelines.metrics.doubt import combined
from pipelines.metrics.figure import Figure, merged, scaled, withheld
from pipelines.metrics.inputs import Inputs
from schemas.estate.model import Factor, HourlyFactors

HOUR = timedelta(hours=1)
Span = tuple[Decimal, Decimal, Decimal]  # factor: best, lowest, highest
_NOTHING = Decimal(0)
#: Products of amounts and factors are sums of thousands: exact, or an error; never rounded.
_EXACT = Context(prec=120, traps=[Inexact])


def by_factor(inputs: Inputs, quantity: str, kind: str, key: str) -> Figure | None:
    """A quantity's amount × its factor: by the hour where a series covers the period, else by the
    one factor that does, else by the validities within it. None where no factor touches it.

    Several metrics rest on the same product; it is worked out once.
    """
    asked = (quantity, kind, key)
    if asked not in inputs.products:
        inputs.products[asked] = _by_factor(inputs, quantity, kind, key)
    return inputs.products[asked]


def _by_factor(inputs: Inputs, quantity: str, kind: str, key: str) -> Figure | None:
    for series in inputs.registers.hourly_factors:
        if series.kind == kind and series.key == key:
            found = _by_hour(inputs, quantity, series)
            if found is not None:
                return found
    yearly = covering(inputs, kind, key)
    if len(yearly) == 1:
        amount = scaled(inputs.total(quantity), Fraction(yearly[0].value))
        return with_inputs(amount, f"factor {yearly[0].where}")
    if among := touching(inputs, kind, key):
        return _by_validity(inputs, quantity, among)
    return None


def _by_hour(inputs: Inputs, quantity: str, series: HourlyFactors) -> Figure | None:
    factors = series.by_hour

    def factor(start: datetime) -> Span | None:
        """The factor of an hour; where the site's hours lie across two, both by their share."""
        late = timedelta(minutes=start.minute, seconds=start.second)
        now = factors.get(start - late)
        then = factors.get(start - late + HOUR) if late else now
        if now is None or then is None:
            return None
        part = Decimal(late.seconds) / 3600
        return now * (1 - part) + then * part, min(now, then), max(now, then)

    named = [f"factors {series.where}"]
    found = _weighted(inputs, quantity, factor, named, lowest=series.lowest)
    return _marked(inputs, quantity, series, found) if found and series.estimated else found


def _marked(inputs: Inputs, quantity: str, series: HourlyFactors, found: Figure) -> Figure:
    """The factors are an input like any other: the share of the amount that its source's estimates
    weigh is an estimated share."""
    hours = inputs.hours_of(quantity).filter(pl.col("value").is_not_null())
    total = sum(hours["value"].to_list(), _NOTHING)
    late = hours.filter(
        pl.col("start").dt.truncate("1h").is_in(list(series.estimated))
        | pl.col("start").dt.offset_by("59m").dt.truncate("1h").is_in(list(series.estimated))
    )
    share = float(sum(late["value"].to_list(), _NOTHING) / total) if total else 0.0
    return replace(found, estimated_share=max(found.estimated_share or 0.0, share))


def _by_validity(inputs: Inputs, quantity: str, factors: Sequence[Factor]) -> Figure:
    zone = inputs.facility.zone

    def factor(start: datetime) -> Span | None:
        day = start.astimezone(zone).date()
        for one in factors:
            if one.valid_from <= day <= one.valid_to:
                return one.value, one.value, one.value
        return None

    named = [f"factor {one.where}" for one in factors]
    found = _weighted(inputs, quantity, factor, named, lowest=min(one.value for one in factors))
    kind = factors[0].kind
    return found or withheld(f"no {kind} factor covers all of {inputs.period.name}", "factors")


def _weighted(
    inputs: Inputs,
    quantity: str,
    factor: Callable[[datetime], Span | None],
    names: Sequence[str],
    *,
    lowest: Decimal,
) -> Figure | None:
    """Σ amount of the hour × factor of the hour; None where an hour has no factor.

    ``lowest`` is the lowest factor that any hour may have: a price may fall below zero.
    """
    hours = inputs.hours_of(quantity)
    if hours.is_empty():
        return withheld(f"no hours of {quantity} in {inputs.period.name}", quantity, *names)
    spans = [factor(start) for start in hours["start"].to_list()]
    known = [span for span in spans if span is not None]
    if len(known) < len(spans):
        return None
    unknown = hours["value"].null_count() > 0
    value = _products(hours["value"], [span[0] for span in known])
    low = _end(hours, [span[1] for span in known], "low", "high")
    high = _end(hours, [span[2] for span in known], "high", "low")
    total = inputs.total(quantity)
    mean = float(value / total.value) if total.value else 0.0
    doubt = with_inputs(merged([total]), *names)
    length = (inputs.period.end - inputs.period.start).total_seconds()
    partly = total.value is None and hours["seconds"].sum() < length
    if partly:
        high = None
        low = None if lowest < 0 else low
    withheld_value = total.value is None or unknown
    return Figure(
        **{
            **doubt.__dict__,
            "value": None if withheld_value else value,
            "low": low,
            "high": high,
            "doubt": combined((total.doubt, mean)),
        }
    )


def _end(hours: pl.DataFrame, factors: Sequence[Decimal], near: str, far: str) -> Fraction | None:
    """One end of the bounds: the near end of each amount, the far one where its factor is below
    zero. None where an hour whose amount has no highest must be at its highest."""
    below = pl.Series([factor < 0 for factor in factors], dtype=pl.Boolean)
    needed = hours[near].zip_with(~below, hours[far])
    unbounded = hours["high"].is_null() & (below if far == "high" else ~below)
    return None if unbounded.any() else _products(needed, factors)


def _products(amounts: pl.Series, factors: Sequence[Decimal]) -> Fraction:
    """Σ amount × factor; what is unknown adds nothing."""
    with localcontext(_EXACT):
        pairs = zip(amounts.fill_null(_NOTHING).to_list(), factors, strict=True)
        return Fraction(sum((amount * factor for amount, factor in pairs), _NOTHING))


def with_inputs(figure: Figure, *names: str) -> Figure:
    """The figure, said to rest on these too."""
    return Figure(**{**figure.__dict__, "inputs": (*figure.inputs, *names)})


def covering(inputs: Inputs, kind: str, key: str) -> list[Factor]:
    """The factor that covers all of the period, if one does."""
    return [one for one in touching(inputs, kind, key) if covers(inputs, one)][-1:]


def covers(inputs: Inputs, factor: Factor) -> bool:
    """Whether a factor is valid on every day of the period."""
    return factor.valid_from <= inputs.first_day and inputs.last_day <= factor.valid_to


def touching(inputs: Inputs, kind: str, key: str) -> list[Factor]:
    """The factors that touch the period, sorted."""
    return sorted(
        (
            one
            for one in inputs.registers.factors
            if one.kind == kind
            and one.key == key
            and one.valid_from <= inputs.last_day
            and one.valid_to >= inputs.first_day
        ),
        key=lambda one: (one.valid_from, one.where),
    )
