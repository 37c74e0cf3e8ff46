"""Hours: what was covered, what was not, and an honest estimate with bounds for the rest."""

from collections.abc import Mapping
from datetime import datetime

import polars as pl

from pipelines.steps.estimate.accuracy import meter_facts
from pipelines.steps.estimate.judged import NOTHING_DECIDED, absorbed, judged, widened
from pipelines.steps.estimate.linear import with_line
from pipelines.steps.estimate.redundant import with_twin
from pipelines.steps.estimate.shape import shape
from pipelines.steps.estimate.similar import with_usual
from pipelines.steps.estimate.ticks import (
    MILLISECONDS,
    amount,
    as_float,
    milliseconds,
    nearest,
    of_whole_hour,
    ticks,
    upwards,
)
from pipelines.steps.estimate.tree import with_tree
from schemas.domains import DOMAINS, QUANTITIES
from schemas.methods import Method
from schemas.quantities import Nature
from schemas.tables import INTERVALS, intervals_table

_TABLES = {domain: intervals_table(domain) for domain in DOMAINS}
_LEVELS = [name for name, one in QUANTITIES.items() if one.nature is Nature.LEVEL]


def estimate(
    hours: pl.DataFrame,
    meters: pl.DataFrame,
    parents: Mapping[str, str],
    checks: Mapping[str, str],
    findings: pl.DataFrame,
    *,
    start: datetime,
    end: datetime,
    decided: pl.DataFrame = NOTHING_DECIDED,
) -> pl.DataFrame:
    """The hours of every meter of one facility in [start, end) (``INTERVALS``).

    What findings and edits withhold is taken out first. What an edit signs stands as it is signed;
    no other hour's estimate or bounds rest on it. Time that nothing covers is estimated by the
    first of these that has anything to say: the upper meter less the others below it, the check
    meter, the source's own estimate, the same hour of similar days, a straight line over at most
    two hours; else it is missing. An amount that a register makes exact over several hours is
    laid out like similar days.

    Every gap has bounds that hold: nothing and the maximum rate (for a level: what is physically
    possible), tightened by the check meter and by conservation in the meter tree. No estimate
    leaves them. ``spread`` is the half-width of the likely band (k = 2) around ``gap_value``, in
    the canonical unit (level × hours for levels).

    Args:
        hours: ``COVERED`` of all domains, of the month and its neighbours.
        meters: the facility's rows of the meter table.
        parents: the upper meter of each meter, empty where it has none.
        checks: the meter that each check meter checks.
        findings: ``FINDINGS`` of the same months.
        start, end: the month on the site's clock, in UTC.
        decided: what edits decide of these hours (``DECIDED``).

    Returns:
        One row per meter and hour, sorted by meter and start.
    """
    here = (pl.col("start") >= start) & (pl.col("start") < end)
    facts = meter_facts(meters)
    rows = judged(hours.sort("meter_id", "start"), findings, decided)
    rows = rows.with_columns(missing=_missing())
    rows = with_usual(rows, here & ((pl.col("missing") > 0) | pl.col("shaped")))
    rows = widened(shape(rows, start, end), findings)
    rows = with_line(with_twin(with_tree(rows, facts, parents, checks), facts, checks))
    rows = absorbed(_chosen(_bounded(rows))).filter(here)
    intervals = _published(_spread(rows, start, end))
    for domain, table in _TABLES.items():
        names = [quantity.name for quantity in domain.quantities]
        table.validate(intervals.filter(pl.col("quantity").is_in(names)), lazy=True)
    return intervals


def _missing() -> pl.Expr:
    """Milliseconds that nothing covers."""
    return (milliseconds(pl.col("seconds")) - milliseconds(pl.col("covered_seconds"))).clip(0)


def _bounded(rows: pl.DataFrame) -> pl.DataFrame:
    """``own_low`` and ``own_high`` of the gap. Bounds that contradict each other are not used."""
    time = milliseconds(pl.col("seconds"))
    least = ticks("least") * pl.col("missing") // time
    most = upwards(ticks("most") * pl.col("missing"), time)
    rows = rows.with_columns(
        least_gap=least,
        most_gap=pl.when(pl.col("missing") == 0).then(0).otherwise(most),
    ).with_columns(
        tight_low=pl.max_horizontal("least_gap", "tree_low", "twin_low"),
        tight_high=pl.min_horizontal("most_gap", "tree_high", "twin_high"),
    )
    sound = (pl.col("missing") > 0) & (
        pl.col("tight_low") <= pl.col("tight_high").fill_null(pl.col("tight_low"))
    )
    return rows.with_columns(
        own_low=pl.when(sound).then("tight_low").otherwise("least_gap"),
        own_high=pl.when(sound).then("tight_high").otherwise("most_gap"),
    )


def _chosen(rows: pl.DataFrame) -> pl.DataFrame:
    """``gap_value`` by the first method that has an answer, ``method``, and its ``spread``: null
    for the source's own estimate, of which nobody knows how far off it may be."""
    share = pl.col("missing").cast(pl.Float64) / MILLISECONDS
    answers = (
        (Method.PARENT_MINUS_SIBLINGS, pl.col("leftover"), pl.col("leftover_spread")),
        (Method.REDUNDANT_METER, pl.col("twin"), pl.col("twin_spread")),
        (Method.DELIVERED, ticks("delivered"), pl.lit(None, dtype=pl.Float64)),
        (
            Method.SIMILAR_DAYS,
            of_whole_hour(pl.col("usual"), pl.col("missing")),
            pl.col("usual_spread") * share,
        ),
        (
            Method.LINEAR,
            of_whole_hour(pl.col("line"), pl.col("missing")),
            pl.col("line_spread") * share,
        ),
    )
    value, spread, method = pl.lit(None), pl.lit(None), pl.lit(Method.NONE.value)
    for name, answer, likely in reversed(answers):
        speaks = answer.is_not_null()
        value = pl.when(speaks).then(answer).otherwise(value)
        spread = pl.when(speaks).then(likely).otherwise(spread)
        method = pl.when(speaks).then(pl.lit(name.value)).otherwise(method)
    gap = pl.col("missing") > 0
    inside = pl.max_horizontal("own_low", pl.min_horizontal(value, "own_high"))
    return rows.with_columns(
        gap_value=pl.when(~gap).then(0).when(value.is_not_null()).then(inside),
        spread=pl.when(gap).then(spread),
        method=pl.when(gap).then(method).otherwise(_without_gap()),
        gap_low=pl.col("own_low"),
        gap_high=pl.when(~pl.col("unbounded")).then("own_high"),
    )


def _without_gap() -> pl.Expr:
    return (
        pl.when("signed")
        .then("deed")
        .when("profiled")
        .then(pl.lit(Method.PROFILE_SHAPE.value))
        .when("shaped")
        .then(pl.lit(Method.EVEN_SHAPE.value))
        .otherwise(pl.lit(Method.MEASURED.value))
    )


def _spread(rows: pl.DataFrame, start: datetime, end: datetime) -> pl.DataFrame:
    """No likely band is wider than the bounds. A shaped hour, or one whose clock is in doubt, has
    none, for the sum is exact, but where the month cuts the stretch: there as much as the border's
    slack."""
    value, low, high = pl.col("gap_value"), pl.col("own_low"), pl.col("own_high")
    reach = as_float(pl.max_horizontal(value - low, high - value))
    widest = pl.when(high.is_not_null()).then(reach)
    at_start = pl.when(pl.col("start") == start).then(
        pl.max_horizontal(ticks("start_slack_low"), ticks("start_slack_high"))
    )
    at_end = pl.when(pl.col("until") == end).then(
        pl.max_horizontal(ticks("end_slack_low"), ticks("end_slack_high"))
    )
    cut = as_float(at_start.fill_null(0) + at_end.fill_null(0))
    return rows.with_columns(
        spread=pl.when(pl.col("missing") > 0)
        .then(pl.when(value.is_not_null()).then(pl.min_horizontal("spread", widest)))
        .when(pl.col("shaped") | pl.col("doubted"))
        .then(cut)
    )


def _published(rows: pl.DataFrame) -> pl.DataFrame:
    """Published columns: an amount's value, or a level's mean over the hour."""
    touched = (pl.col("measured_seconds") < pl.col("seconds")) | pl.col("shaped")
    time = milliseconds(pl.col("seconds"))
    own_high = pl.when(~pl.col("unbounded")).then("own_high")
    content = {
        "value": ticks("covered") + pl.col("gap_value"),
        "low": ticks("low") + pl.col("own_low"),
        "high": ticks("high") + own_high,
    }
    level = pl.col("quantity").is_in(_LEVELS)
    published = {
        name: pl.when(level).then(nearest(value * MILLISECONDS, time)).otherwise(value)
        for name, value in content.items()
    }
    gaps = {name: pl.col(name) for name in ("gap_value", "gap_low", "gap_high")}
    return (
        rows.with_columns(
            status=pl.when(pl.col("gap_value").is_null())
            .then(pl.lit("missing"))
            .when(touched)
            .then(pl.lit("estimated"))
            .otherwise(pl.lit("measured")),
            **{name: amount(value) for name, value in (published | gaps).items()},
        )
        .select(INTERVALS.keys())
        .cast(INTERVALS)
    )
