"""Runs: the cumulative amount at every hour's border, and how sure it is.

Between two points of a run the amount is exact and its shape is not: the best guess of the
cumulative amount at a border is a straight line's, with a lowest and highest possible value.
"""

from datetime import datetime

import polars as pl

from schemas.tables import INSTANT, VALUE

#: Readings may come this much later than their cadence and still count as measured.
JITTER = 1.1
HOUR_SECONDS = 3600


def runs(points: pl.DataFrame, meters: pl.DataFrame, hours: pl.DataFrame) -> pl.DataFrame:
    """Covered amounts of runs: the cumulative amount at every border, then differences.

    Args:
        points: ``run, row, at, amount, cadence, measured``, sorted by run and time; ``measured``
            is true where all time up to the run's next point counts as measured.
        meters: the meter table.
        hours: the month's hours.
    """
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
