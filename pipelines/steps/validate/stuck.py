"""A value that is repeated hour after hour by a meter that never does so."""

from collections.abc import Iterator

import polars as pl

from pipelines.steps.estimate.ticks import milliseconds, ticks
from pipelines.steps.validate.usual import RUNNING_HOURS, Facts, facts_of, figure, stretch
from pipelines.steps.validate.window import Finding, Window
from pipelines.steps.validate.zeros import NEVER_ZERO
from schemas.rules import RULES, RuleId

_LIMITS = RULES[RuleId.STUCK].parameters
_FEWEST = _LIMITS["hours at least"]
_TIMES = _LIMITS["× the meter's longest other run"]
_MOST = int(_LIMITS["runs at most"])
#: A meter of whose hours more than half repeat the one before is no meter that changes.
_CHANGING = 0.5


def stuck(window: Window) -> Iterator[Finding]:
    """Runs of equal hours above zero, far longer than any other run of the meter.

    Registers are left out: one that is stuck stands still, and later readings tell its sum. Hours
    of which nothing was read neither break a run nor belong to it.
    """
    facts = facts_of(window)
    runs = _runs(window, [name for name, one in facts.items() if not one.is_register])
    suspects = runs.filter((pl.col("rate") > 0) & (pl.col("hours") >= _FEWEST))
    for meter in suspects["meter_id"].unique().sort():
        mine = runs.filter(pl.col("meter_id") == meter)
        yield from _of_one(meter, mine, facts[meter])


def _runs(window: Window, meters: list[str]) -> pl.DataFrame:
    """Hours in a row with one rate: ``meter_id, rate, first, last, hours, dark`` in order of time.

    ``dark`` is whether any of them is an hour of the day at which the meter usually tells zero.
    """
    read = (pl.col("measured_seconds") > 0) & ~pl.col("shaped")
    time = milliseconds(pl.col("measured_seconds"))
    rows = (
        window.hours.filter(pl.col("meter_id").is_in(meters) & read)
        .with_columns(rate=ticks("covered") * 3_600_000 // time)
        .with_columns(
            dark=pl.col("covered").cast(pl.Float64).median().over("meter_id", "local_hour") == 0,
            run=pl.struct("meter_id", "rate").rle_id(),
        )
    )
    return rows.group_by("run", maintain_order=True).agg(
        pl.col("meter_id", "rate", "covered").first(),
        pl.col("dark").any(),
        first=pl.col("start").min(),
        last=pl.col("start").max(),
        hours=pl.len(),
    )


def _of_one(meter: str, runs: pl.DataFrame, facts: Facts) -> Iterator[Finding]:
    """The longest runs, up to three, that leave all others far behind."""
    running = runs.filter(pl.col("rate") > 0).sort("hours", "first", descending=[True, False])
    zeros = runs.filter(pl.col("rate") == 0)["hours"].max()
    still = 0 if facts.quantity in NEVER_ZERO or not isinstance(zeros, int) else zeros
    for count in range(_MOST, 0, -1):
        found, others = running.head(count), running.slice(count)
        if found.height < count or not _changes(others):
            continue
        longest = others["hours"].max()
        assert isinstance(longest, int)
        shortest = found.row(-1, named=True)
        # Light at night proves what length alone would not: such a meter never shines then.
        other = longest if found["dark"].all() else max(longest, still)
        if shortest["hours"] < _FEWEST or shortest["hours"] <= _TIMES * other:
            continue
        for one in found.filter(~_is_edge(others)).sort("first").iter_rows(named=True):
            start, end = stretch(one["first"], one["last"], facts)
            yield Finding(
                rule=RuleId.STUCK,
                meter_id=meter,
                start=start,
                end=end,
                detail=f"{one['hours']} hours of {figure(float(one['covered']), facts.unit)}; "
                f"else at most {other} equal hours in a row",
            )
        return


def _is_edge(others: pl.DataFrame) -> pl.Expr:
    """Whether a rate is the lowest or highest above zero that the meter tells at other times too.

    Night flow and a limited inverter keep to such a rate for as long as nothing else happens.
    """
    return (pl.col("rate") == others["rate"].min()) | (pl.col("rate") == others["rate"].max())


def _changes(others: pl.DataFrame) -> bool:
    """Whether the meter tells of enough other hours, and most differ from the one before."""
    hours = int(others["hours"].sum())
    return hours >= RUNNING_HOURS and others.height >= _CHANGING * hours
