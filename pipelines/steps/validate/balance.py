"""The balance of the meter tree by days: what an upper meter shows beside the meters below it."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

import polars as pl

from pipelines.steps.estimate.accuracy import meter_facts, truth_above, truth_below
from pipelines.steps.estimate.similar import WHOLE
from pipelines.steps.estimate.ticks import UNITS, ticks
from pipelines.steps.estimate.tree import links_of
from pipelines.steps.validate.usual import HOUR, figure
from pipelines.steps.validate.window import Finding, Window, once
from schemas.rules import RULES, RuleId

_MARGIN = round(100 * RULES[RuleId.CHILDREN_ABOVE_PARENT].parameters["share of the parent"])
_CHANGE = RULES[RuleId.RESIDUAL].parameters["share of the parent"]
_FEWEST = int(RULES[RuleId.RESIDUAL].parameters["days before at least"])
#: Two weeks are what is usual; two days among them may be as odd as the one in question.
_BEFORE, _ODD = timedelta(days=14), 2
#: Hours of a day that all of them must have measured.
_HOURS = 20
_NEXT_DAY = timedelta(hours=26)
_KWH = "kWh"


def children_above_parent(window: Window) -> Iterator[Finding]:
    """Days on which the meters below show more than can have gone through the one above, beyond
    all limits of error."""
    over = _days(window).filter(pl.col("floor") * 100 > pl.col("ceiling") * (100 + _MARGIN))
    for upper, rows in over.group_by("upper", maintain_order=True):
        for start, end, part in _in_a_row(rows):
            yield Finding(
                rule=RuleId.CHILDREN_ABOVE_PARENT,
                meter_id=str(upper[0]),
                start=start,
                end=end,
                detail=f"{part['children'][0]} show {_told(part['below'])}, the meter above them "
                f"{_told(part['through'])}",
            )


def residual(window: Window) -> Iterator[Finding]:
    """Days on which more of what the parent shows goes to no meter below it than did before, or
    less.

    More, or less, than on all days but two of the two weeks before: what swings by itself is let
    swing, and a new load is told as long as it is new. Both the amount and its share of the parent:
    neither fans that run while the chillers below stand still are a change, nor losses that grow
    with the load.
    """
    days = _days(window).filter(pl.col("through") > 0)
    for upper, rows in days.group_by("upper", maintain_order=True):
        usual = _usual(rows)
        changed = rows.filter(pl.col("local_date").is_in(list(usual)))
        for start, end, part in _in_a_row(changed):
            left = part["through"] - part["below"]
            shown = int(left.sum()) / int(part["through"].sum())
            yield Finding(
                rule=RuleId.RESIDUAL,
                meter_id=str(upper[0]),
                start=start,
                end=end,
                detail=f"{_told(left)} go to no meter below "
                f"({part['children'][0]}): {shown:.1%}, where {usual[part['local_date'][0]]:.1%} "
                "is usual",
            )


def _usual(rows: pl.DataFrame) -> dict[date, float]:
    """The days of an upper meter that differ from those before, with the share that was usual."""
    by_hour = {
        day: (through / hours, (through - below) / hours)
        for day, through, below, hours in rows.select(
            "local_date", "through", "below", "read"
        ).iter_rows()
    }
    found: dict[date, float] = {}
    for day, (through, left) in by_hour.items():
        before = [one for at, one in by_hour.items() if day - _BEFORE <= at < day]
        if len(before) < _FEWEST:
            continue
        shares = sorted(left / through for through, left in before)
        amounts = sorted(left for _, left in before)
        beside = (
            _beside(left / through, shares, _CHANGE),
            _beside(left, amounts, _CHANGE * through),
        )
        if beside in ((1, 1), (-1, -1)):
            found[day] = shares[len(shares) // 2]
    return found


def _beside(one: float, before: Sequence[float], margin: float) -> int:
    """1 if it is above nearly all others by a margin, −1 if it is below them, else 0."""
    return (one > before[-1 - _ODD] + margin) - (one < before[_ODD] - margin)


def _in_a_row(rows: pl.DataFrame) -> Iterator[tuple[datetime, datetime, pl.DataFrame]]:
    """Days that follow each other, with begin and end."""
    far = (pl.col("begin") - pl.col("begin").shift() > _NEXT_DAY).fill_null(value=True)
    for _, part in rows.with_columns(run=far.cum_sum()).group_by("run", maintain_order=True):
        yield part["begin"][0], part["finish"][-1], part


@once
def _days(window: Window) -> pl.DataFrame:
    """Days of which upper meter and all below measured nearly all hours, sorted by both.

    ``through`` and ``below`` as they are shown, ``ceiling`` and ``floor`` what there can have been
    at most above and at least below, in ticks; a meter without limit of error is taken at its word.
    """
    facts = meter_facts(window.meters)
    links = links_of(facts, window.parents, window.checks)
    low, high, error = ticks("low"), ticks("high"), pl.col("error")
    rows = window.hours.join(facts.select("meter_id", "error"), on="meter_id")
    below = (
        rows.join(links, on="meter_id")
        .group_by("upper", "start")
        .agg(
            read=WHOLE.all(),
            below=ticks("covered").sum(),
            floor=pl.coalesce(truth_below(low, error), low).sum(),
        )
        .filter("read")
    )
    names = links.sort("meter_id").group_by("upper").agg(children=pl.col("meter_id").str.join(", "))
    return (
        rows.filter(WHOLE)
        .rename({"meter_id": "upper"})
        .join(below, on=["upper", "start"])
        .group_by("upper", "local_date")
        .agg(
            begin=pl.col("start").min(),
            finish=pl.col("start").max() + HOUR,
            read=pl.len(),
            through=ticks("covered").sum(),
            ceiling=pl.coalesce(truth_above(high, error), high).sum(),
            below=pl.col("below").sum(),
            floor=pl.col("floor").sum(),
        )
        .filter(pl.col("read") >= _HOURS)
        .join(names, on="upper")
        .sort("upper", "local_date")
    )


def _told(amounts: pl.Series) -> str:
    return figure(int(amounts.sum()) / UNITS, _KWH)
