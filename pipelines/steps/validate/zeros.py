"""Zeros of meters that never stand still while the site runs."""

from collections.abc import Iterator, Mapping

import polars as pl

from pipelines.steps.validate.usual import (
    HOUR,
    RUNNING_HOURS,
    Facts,
    facts_of,
    figure,
    runs_of,
    stretch,
)
from pipelines.steps.validate.window import Finding, Window
from schemas.rules import RULES, RuleId

#: Quantities that flow as long as the site runs.
NEVER_ZERO = frozenset({"grid_import", "ups_input", "ups_output", "pdu_output", "it_input"})
#: What carries a site, and with which sign; other quantities are carried by their own meters.
_CARRIERS = {"grid_import": 1, "generator_output": 1, "onsite_renewable": 1, "grid_export": -1}
_LIMITS = RULES[RuleId.UNEXPECTED_ZERO].parameters
_FEWEST = int(_LIMITS["hours at least"])
_ALL, _FAR_MORE = _LIMITS["carried by others from, × the usual"], 1.5
_LEAST_SHARE = _LIMITS["a share of the usual at least"]
_HOUR = ["meter_id", "start"]


def unexpected_zero(window: Window) -> Iterator[Finding]:
    """Hours of zero of a meter that else runs, where nothing bears them out.

    A register that stands still is believed, unless it fell or leapt as it did so. It bears out the
    zeros of every meter below it and, if no meter of the site tells otherwise, of all of them.
    Zeros are borne out too where the others carried all of the usual load: the other feed, the
    generators, the other UPS.
    """
    facts = facts_of(window)
    hours = _believed(_read(window, facts), window.events)
    zeros = hours.filter(pl.col("zero") & ~pl.col("believed") & pl.col("runs"))
    if zeros.is_empty():
        return
    lies = (
        zeros.join(_blackouts(hours), on="start", how="anti")
        .join(_still_above(hours, window.parents), on=_HOUR, how="anti")
        .join(_carried(hours), on=_HOUR, how="anti")
        .select(*_HOUR, lie=pl.lit(value=True))
    )
    for (meter,), rows in (
        hours.filter(pl.col("meter_id").is_in(lies["meter_id"].unique().implode()))
        .join(lies, on=_HOUR, how="left", maintain_order="left")
        .group_by("meter_id", maintain_order=True)
    ):
        yield from _of_one(str(meter), rows, facts[str(meter)])


def _read(window: Window, facts: Mapping[str, Facts]) -> pl.DataFrame:
    """Hours of which something was read, of never-zero quantities and of what carries the site.

    ``zero`` is of never-zero quantities only; ``usual`` is the median at the hour of the day;
    ``runs`` whether the meter else mostly runs at this hour of the day.
    """
    registers = [name for name, one in facts.items() if one.is_register]
    exactly = pl.col("covered") == 0
    never = pl.col("quantity").is_in(NEVER_ZERO)
    running = (~exactly).sum().over("meter_id")
    return (
        window.hours.filter(never | pl.col("quantity").is_in(list(_CARRIERS)))
        .filter((pl.col("measured_seconds") > 0) & ~pl.col("shaped"))
        .with_columns(
            told=pl.col("covered").cast(pl.Float64),
            zero=never & exactly,
            register=pl.col("meter_id").is_in(registers),
            usual=pl.col("covered").cast(pl.Float64).median().over("meter_id", "local_hour"),
        )
        .with_columns(runs=(running >= RUNNING_HOURS) & (pl.col("usual") > 0))
        .select(*_HOUR, "quantity", "local_hour", "told", "usual", "zero", "register", "runs")
    )


def _believed(hours: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """Adds ``believed``: a register's, but not of zeros that begin or end as the register falls or
    leaps, for these may be what a dead one shows."""
    numbered = hours.with_columns(run=pl.struct("meter_id", "zero").rle_id())
    fallen = (
        numbered.filter("zero", "register")
        .group_by("run")
        .agg(pl.col("meter_id").first(), first=pl.col("start").min(), last=pl.col("start").max())
        .join(events.select("meter_id", at="measured_at"), on="meter_id")
        .filter(pl.col("at").is_between(pl.col("first") - HOUR, pl.col("last") + 2 * HOUR))
    )
    sound = ~pl.col("run").is_in(fallen["run"].unique().implode())
    return numbered.with_columns(believed=pl.col("register") & sound)


def _blackouts(hours: pl.DataFrame) -> pl.DataFrame:
    """Hours in which every never-zero meter says zero, a register among them."""
    down = pl.col("zero").all() & (pl.col("zero") & pl.col("believed")).any()
    return (
        hours.filter(pl.col("quantity").is_in(NEVER_ZERO))
        .group_by("start")
        .agg(down=down)
        .filter("down")
        .select("start")
    )


def _still_above(hours: pl.DataFrame, parents: Mapping[str, str]) -> pl.DataFrame:
    """Hours of meters below a register that stands still."""
    still = hours.filter(pl.col("believed") & pl.col("zero")).select("start", above="meter_id")
    pairs = [(meter, above) for meter in sorted(parents) for above in _ancestors(meter, parents)]
    links = pl.DataFrame(pairs, schema=["meter_id", "above"], orient="row")
    return links.cast(pl.String).join(still, on="above").select(*_HOUR)


def _ancestors(meter: str, parents: Mapping[str, str]) -> list[str]:
    found: list[str] = []
    above = parents.get(meter, "")
    while above and above not in found:
        found.append(above)
        above = parents.get(above, "")
    return found


def _carried(hours: pl.DataFrame) -> pl.DataFrame:
    """Hours of meters without which the others carried what is usual of all of them together.

    Of a meter whose part is small nobody can say so. Far more than usual is another fault.
    """
    sign = pl.col("quantity").replace_strict(_CARRIERS, default=1, return_dtype=pl.Float64)
    carrier = pl.col("quantity").is_in(list(_CARRIERS))
    rows = hours.with_columns(
        group=pl.when(carrier).then(pl.lit("grid_import")).otherwise("quantity"),
        part=pl.col("told") * sign,
    )
    groups = (
        rows.sort("group", "start", "meter_id")
        .group_by("group", "start", "local_hour", maintain_order=True)
        .agg(all=pl.col("part").sum(), meters=pl.len())
        .filter(pl.col("meters") == pl.col("meters").max().over("group"))
        .with_columns(always=pl.col("all").median().over("group", "local_hour"))
        .filter(pl.col("all").is_between(_ALL * pl.col("always"), _FAR_MORE * pl.col("always")))
    )
    return (
        rows.filter("zero")
        .join(groups, on=["group", "start"])
        .filter(pl.col("usual") >= _LEAST_SHARE * pl.col("always"))
        .select(*_HOUR)
    )


def _of_one(meter: str, rows: pl.DataFrame, facts: Facts) -> Iterator[Finding]:
    starts, usual = rows["start"], rows["usual"]
    for first, last in runs_of(rows["lie"].fill_null(value=False).to_list()):
        if last - first + 1 < _FEWEST:
            continue
        start, end = stretch(starts[first], starts[last], facts)
        yield Finding(
            rule=RuleId.UNEXPECTED_ZERO,
            meter_id=meter,
            start=start,
            end=end,
            detail=f"{last - first + 1} hours of zero; usual at the first of them: "
            f"{figure(usual[first], facts.unit)}",
        )
