"""What readings cover: exact amounts by the hour, and how sure each hour's borders are.

A run is a stretch over which the cumulative amount is known at its points: the readings of one
register between two breaks, or the two ends of one long interval. Between points the amount is
exact and its shape is not: at an hour's border inside, the cumulative amount is a straight line's
best guess with a lowest and highest possible value (slack). Slack cancels inside a period and
counts once at each of its ends; this is how a year is exact across a gap that leaves its hours
uncertain.
"""

from datetime import datetime, timedelta

import polars as pl

from schemas.quantities import Kind, Nature
from schemas.tables import INSTANT, VALUE

#: Readings may come this much later than their cadence and still count as measured.
JITTER = 1.1
#: A closing reading this close before the end of validity is the value at that end.
CLOSING = timedelta(hours=1)
HOUR_SECONDS = 3600

#: One row per run (or exact interval) and hour: the part of the hour it covers.
COVER = pl.Schema(
    {
        "row": pl.Int32(),
        "start": INSTANT,
        "covered": VALUE,
        "measured": VALUE,
        "low": VALUE,
        "high": VALUE,
        "covered_seconds": pl.Float64(),
        "measured_seconds": pl.Float64(),
        "shaped": pl.Boolean(),
        "start_slack_low": VALUE,
        "start_slack_high": VALUE,
        "end_slack_low": VALUE,
        "end_slack_high": VALUE,
    }
)
_SLACK = ("start_slack_low", "start_slack_high", "end_slack_low", "end_slack_high")
#: Runs are numbered so that they ascend: intervals first, then registers by meter and break.
_OF_INTERVALS = 2**40
_RUNS_OF_A_METER = 2**32
_POINTS = ("run", "row", "at", "amount", "cadence", "measured")


def cover(readings: pl.DataFrame, meters: pl.DataFrame, hours: pl.DataFrame) -> pl.DataFrame:
    """Covered amounts by meter row and hour (``COVER``; several rows may share an hour).

    Args:
        readings: accepted readings of the month and, for each meter row, the nearest before and
            after it, with ``row`` of the meter table; sorted by row and time.
        meters: the meter table.
        hours: the month's hours.
    """
    level = pl.col("nature") == Nature.LEVEL
    register = pl.col("kind") == Kind.REGISTER

    def rows_of(which: pl.Expr, *facts: str) -> pl.DataFrame:
        chosen = meters.filter(which).select("row", *facts, cadence="seconds")
        return readings.join(chosen, on="row", maintain_order="left", how="inner")

    parts = []
    levels = rows_of(level, "kind", "valid_to")
    if levels.height:
        parts.append(_held_levels(levels, hours))
    lasting = _as_amounts(rows_of(~level & ~register, "kind"))
    inside, crossing = _inside_one_hour(lasting, hours)
    parts.append(inside)
    registers = _register_points(rows_of(~level & register, "modulus"), meters)
    points = pl.concat([_interval_points(crossing), registers])
    if points.height:
        parts.append(_runs(points, meters, hours))
    return pl.concat([part.select(COVER.keys()).cast(COVER) for part in parts])


def _as_amounts(rows: pl.DataFrame) -> pl.DataFrame:
    """``amount`` of each interval: the value itself, or mean rate × duration, rounded once."""
    product = pl.col("value").to_physical() * pl.col("seconds").cast(pl.Int128)
    of_average = (product * 2 + HOUR_SECONDS) // (2 * HOUR_SECONDS)
    return rows.with_columns(
        amount=pl.when(pl.col("kind") == Kind.AVERAGE)
        .then(of_average)
        .otherwise(pl.col("value").to_physical())
        .reinterpret(dtype=VALUE),
        until=pl.col("measured_at") + pl.duration(seconds=pl.col("seconds")),
    )


def _inside_one_hour(rows: pl.DataFrame, hours: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Intervals that lie in one hour, summed exactly by hour; and the ones that cross a border."""
    placed = rows.sort("measured_at").join_asof(
        hours.select("start", "end"), left_on="measured_at", right_on="start"
    )
    fits = (pl.col("until") <= pl.col("end")).fill_null(value=False)
    crossing = placed.filter(~fits).drop("start", "end")
    zero = pl.lit(0).cast(VALUE)
    inside = (
        placed.filter(fits)
        .group_by("row", "start")
        .agg(
            covered=pl.col("amount").sum(),
            covered_seconds=pl.col("seconds").sum().cast(pl.Float64),
        )
        .with_columns(
            measured=pl.col("covered"),
            low=pl.col("covered"),
            high=pl.col("covered"),
            measured_seconds=pl.col("covered_seconds"),
            shaped=pl.lit(value=False),
            **dict.fromkeys(_SLACK, zero),
        )
    )
    return inside.select(COVER.keys()).cast(COVER), crossing


def _interval_points(rows: pl.DataFrame) -> pl.DataFrame:
    """An interval that crosses an hour's border: a run of its own, from 0 to its amount."""
    numbered = rows.with_row_index("nr").with_columns(
        run=pl.col("nr").cast(pl.Int64) - _OF_INTERVALS,
        cadence=pl.col("seconds"),
        measured=pl.lit(value=True),
    )
    zero = pl.lit(0).cast(VALUE)
    begin = numbered.select(
        "run", "row", at="measured_at", amount=zero, cadence="cadence", measured="measured"
    )
    finish = numbered.select(
        "run", "row", at="until", amount="amount", cadence="cadence", measured="measured"
    )
    return pl.concat([begin, finish]).sort("run", "at").select(_POINTS)


def _register_points(rows: pl.DataFrame, meters: pl.DataFrame) -> pl.DataFrame:
    """Register readings as runs: rollovers unwound, resets and jumps begin a new run."""
    if rows["event"].is_not_null().any():
        rolled = pl.when(pl.col("event") == "rollover").then(pl.col("modulus"))
        breaks = pl.col("event").is_in(["reset", "jump"]).fill_null(value=False)
        rows = rows.with_columns(
            amount=pl.col("value") + rolled.fill_null(pl.lit(0).cast(VALUE)).cum_sum().over("row"),
            part=breaks.cast(pl.Int64).cum_sum().over("row"),
        )
    else:
        rows = rows.with_columns(amount="value", part=pl.lit(0, dtype=pl.Int64))
    rows = _closed(rows, meters)
    return rows.select(
        run=pl.col("row").cast(pl.Int64) * _RUNS_OF_A_METER + pl.col("part"),
        row="row",
        at="measured_at",
        amount="amount",
        cadence="cadence",
        measured=pl.lit(value=False),
    )


def _closed(rows: pl.DataFrame, meters: pl.DataFrame) -> pl.DataFrame:
    """At an exchange the last and first readings stand for the instant of the exchange."""
    exchanged = meters.filter(pl.len().over("meter_id") > 1)
    if exchanged.is_empty():
        return rows
    begins = exchanged.select("meter_id", valid_to="valid_from", next_row="row").drop_nulls()
    joints = exchanged.drop_nulls("valid_to").join(begins, on=["meter_id", "valid_to"])
    closing = joints.select("row", closes="valid_to")
    opening = joints.select(pl.col("next_row").alias("row"), opens="valid_to")
    rows = rows.join(closing, on="row", how="left", maintain_order="left")
    rows = rows.join(opening, on="row", how="left", maintain_order="left")
    at = pl.col("measured_at")
    last = at == at.max().over("row")
    first = at == at.min().over("row")
    is_closing = last & (at >= pl.col("closes") - CLOSING) & (at < pl.col("closes"))
    is_opening = first & (at <= pl.col("opens") + CLOSING) & (at > pl.col("opens"))
    return rows.with_columns(
        measured_at=pl.when(is_closing.fill_null(value=False))
        .then("closes")
        .when(is_opening.fill_null(value=False))
        .then("opens")
        .otherwise(at)
    ).drop("closes", "opens")


def _runs(points: pl.DataFrame, meters: pl.DataFrame, hours: pl.DataFrame) -> pl.DataFrame:
    """Covered amounts of runs: the cumulative amount at every border, then differences."""
    begin, finish = hours["start"].min(), hours["end"].max()
    assert isinstance(begin, datetime)
    assert isinstance(finish, datetime)
    extents = points.group_by("run", "row", maintain_order=True).agg(
        since=pl.col("at").min(), until=pl.col("at").max()
    )
    extents = extents.filter(pl.col("until") > pl.col("since"))
    long = _long_spans(points)
    borders = _borders(extents, long, hours, begin, finish)
    rates = meters.select("row", "max_rate")
    known = _cumulative(borders, points).join(rates, on="row", maintain_order="left")
    pieces = _measured(_pieces(_slack(known)), long)
    return pieces.sort("at").join_asof(hours.select("start"), left_on="at", right_on="start")


def _long_spans(points: pl.DataFrame) -> pl.DataFrame:
    """Stretches between two points whose hours nobody knows: ``run, since, until, unmeasured``.

    Time between two register readings further apart than the cadence is not measured. A long
    interval, or a register read once a day as expected, is measured all the same.
    """
    return (
        points.with_columns(
            until=pl.col("at").shift(-1),
            length=(pl.col("at").shift(-1) - pl.col("at")).dt.total_milliseconds() / 1000,
            within=(pl.col("run") == pl.col("run").shift(-1)).fill_null(value=False),
        )
        .with_columns(
            unmeasured=~pl.col("measured") & (pl.col("length") > pl.col("cadence") * JITTER),
        )
        .filter(
            pl.col("within") & (pl.col("unmeasured") | (pl.col("length") > HOUR_SECONDS * JITTER))
        )
        .select("run", "row", "unmeasured", since="at", until="until")
    )


def _borders(
    extents: pl.DataFrame,
    long: pl.DataFrame,
    hours: pl.DataFrame,
    begin: datetime,
    finish: datetime,
) -> pl.DataFrame:
    """The instants at which a run's cumulative amount is wanted.

    Hour borders, the run's own ends, and both ends of its long spans, so that every piece lies
    either wholly in such a span or wholly outside.
    """
    edges = pl.concat([hours["start"], pl.Series([finish], dtype=INSTANT)])
    inside = extents.with_columns(
        first=edges.search_sorted(extents["since"], side="left").cast(pl.Int64),
        after=edges.search_sorted(extents["until"], side="right").cast(pl.Int64),
    ).filter(pl.col("after") > pl.col("first"))
    inner = (
        inside.with_columns(place=pl.int_ranges("first", "after"))
        .explode("place")
        .with_columns(at=pl.lit(edges).gather(pl.col("place")))
    )
    ends = [
        spans.select("run", "row", at=end)
        for spans in (extents, long)
        for end in ("since", "until")
    ]
    in_month = pl.col("at").is_between(begin, finish)
    wanted = pl.concat([inner.select("run", "row", "at"), *ends]).filter(in_month)
    return wanted.unique().sort("run", "at")


def _cumulative(borders: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    """Each border with its run's points beside it: ``t0, a0`` at or before, ``t1, a1`` after."""
    before = points.select("run", t0="at", a0="amount")
    after = points.select("run", t1="at", a1="amount")
    found = borders.sort("at").join_asof(
        before.sort("t0"),
        left_on="at",
        right_on="t0",
        by="run",
        strategy="backward",
        check_sortedness=False,
    )
    found = found.sort("at").join_asof(
        after.sort("t1"),
        left_on="at",
        right_on="t1",
        by="run",
        strategy="forward",
        check_sortedness=False,
    )
    return found.sort("run", "at")


def _slack(known: pl.DataFrame) -> pl.DataFrame:
    """The best guess of the cumulative amount at each border, and how far off it may be.

    lowest  = max(a0, a1 − max_rate × (t1 − at))
    highest = min(a1, a0 + max_rate × (at − t0))
    """
    milli = 1000
    span = (pl.col("t1") - pl.col("t0")).dt.total_milliseconds().cast(pl.Int128)
    gone = (pl.col("at") - pl.col("t0")).dt.total_milliseconds().cast(pl.Int128)
    left = span - gone
    a0, a1 = pl.col("a0").to_physical(), pl.col("a1").to_physical()
    rate = pl.col("max_rate").to_physical()
    between = span > 0
    line = a0 + ((a1 - a0) * gone * 2 + span) // (span * 2)
    best = pl.when(between).then(line).otherwise(a0)
    per_hour = HOUR_SECONDS * milli
    reach_back = (rate * left + per_hour - 1) // per_hour
    reach_on = (rate * gone + per_hour - 1) // per_hour
    lowest = pl.max_horizontal(a0, a1 - reach_back)
    highest = pl.min_horizontal(a1, a0 + reach_on)
    nothing = pl.lit(0).cast(pl.Int128)
    on_point = ~between
    return known.with_columns(
        best=best,
        slack_low=pl.when(on_point).then(nothing).otherwise((best - lowest).clip(0)),
        slack_high=pl.when(on_point).then(nothing).otherwise((highest - best).clip(0)),
    )


def _pieces(known: pl.DataFrame) -> pl.DataFrame:
    """Differences between neighbouring borders of a run; each piece lies in one hour."""
    later = pl.col("run") == pl.col("run").shift(-1)

    def following(name: str) -> pl.Expr:
        return pl.col(name).shift(-1)

    ticks = following("best") - pl.col("best")
    low = (ticks - pl.col("slack_high") - following("slack_low")).clip(0)
    high = ticks + pl.col("slack_low") + following("slack_high")
    names = {
        "covered": ticks,
        "low": low,
        "high": high,
        "start_slack_low": pl.col("slack_low"),
        "start_slack_high": pl.col("slack_high"),
        "end_slack_low": following("slack_low"),
        "end_slack_high": following("slack_high"),
    }
    return (
        known.with_columns(
            until=following("at"),
            **{name: expr.reinterpret(dtype=VALUE) for name, expr in names.items()},
        )
        .filter(later.fill_null(value=False))
        .with_columns(
            covered_seconds=(pl.col("until") - pl.col("at")).dt.total_milliseconds() / 1000
        )
    )


def _measured(pieces: pl.DataFrame, long: pl.DataFrame) -> pl.DataFrame:
    """``measured`` (amount), ``measured_seconds`` and ``shaped`` of each piece."""
    spans = long.select("run", "unmeasured", since="since", ends="until").sort("since")
    found = (
        pieces.sort("at")
        .join_asof(spans, left_on="at", right_on="since", by="run", check_sortedness=False)
        .with_columns(shaped=(pl.col("at") < pl.col("ends")).fill_null(value=False))
        .with_columns(lost=pl.col("shaped") & pl.col("unmeasured"))
    )
    return found.with_columns(
        measured=pl.when("lost").then(pl.lit(0).cast(VALUE)).otherwise("covered"),
        measured_seconds=pl.when("lost").then(0.0).otherwise("covered_seconds"),
    )


def _held_levels(rows: pl.DataFrame, hours: pl.DataFrame) -> pl.DataFrame:
    """Levels as level × hours: a reading holds until the next one, or as long as its cadence.

    A gauge that is read later than its cadence leaves the time after that uncovered. A mean over
    an interval holds for its interval. Nothing is interpolated between readings.
    """
    begin, finish = hours["start"].min(), hours["end"].max()
    at = pl.col("measured_at")
    later = at.shift(-1).over("row")
    gauge = pl.col("kind") == Kind.GAUGE
    length = pl.when(gauge).then("cadence").otherwise("seconds")
    in_time = gauge & ((later - at).dt.total_milliseconds() <= length * 1000 * JITTER)
    alone = at + pl.duration(seconds=length)
    held = rows.with_columns(
        until=pl.min_horizontal(
            pl.when(in_time).then(later).otherwise(pl.min_horizontal(alone, later)), "valid_to"
        )
    )
    held = held.filter((pl.col("until") > begin) & (at < finish)).with_columns(
        measured_at=pl.max_horizontal(at, pl.lit(begin, dtype=INSTANT)),
        until=pl.min_horizontal("until", pl.lit(finish, dtype=INSTANT)),
    )
    edges = pl.concat(
        [
            held.select("row", "measured_at"),
            held.select("row").unique().join(hours.select(measured_at="start"), how="cross"),
        ]
    ).unique()
    pieces = (
        edges.sort("measured_at")
        .join_asof(
            held.select("row", "measured_at", "until", "value").sort("measured_at"),
            on="measured_at",
            by="row",
            check_sortedness=False,
        )
        .sort("row", "measured_at")
        .with_columns(following=pl.col("measured_at").shift(-1).over("row"))
        .with_columns(
            upto=pl.min_horizontal("until", "following"),
        )
        .filter(pl.col("until").is_not_null() & (pl.col("upto") > pl.col("measured_at")))
        .sort("measured_at")
        .join_asof(hours.select("start"), left_on="measured_at", right_on="start")
    )
    microseconds = (pl.col("upto") - pl.col("measured_at")).dt.total_microseconds()
    zero = pl.lit(0).cast(VALUE)
    product = pl.col("value").to_physical() * microseconds.cast(pl.Int128)
    per_hour = HOUR_SECONDS * 1_000_000
    return (
        pieces.with_columns(product=product, microseconds=microseconds)
        .group_by("row", "start")
        .agg(
            ticks=(pl.col("product").sum() * 2 + per_hour) // (2 * per_hour),
            covered_seconds=pl.col("microseconds").sum() / 1_000_000,
        )
        .with_columns(
            covered=pl.col("ticks").reinterpret(dtype=VALUE),
            measured=pl.col("ticks").reinterpret(dtype=VALUE),
            low=pl.col("ticks").reinterpret(dtype=VALUE),
            high=pl.col("ticks").reinterpret(dtype=VALUE),
            measured_seconds=pl.col("covered_seconds"),
            shaped=pl.lit(value=False),
            **dict.fromkeys(_SLACK, zero),
        )
    )
