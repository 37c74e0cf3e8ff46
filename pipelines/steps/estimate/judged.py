"""What findings do to covered hours: withheld hours lose their readings, clocks widen borders."""

from datetime import timedelta

import polars as pl

from pipelines.steps.cover import SLACK
from pipelines.steps.estimate.ticks import amount, milliseconds, ticks, upwards
from pipelines.steps.runs import HOUR_SECONDS
from schemas.rules import Action, RuleId
from schemas.tables import VALUE

HOUR = timedelta(hours=1)
#: Where clocks move by half an hour, an hour may be half as long again.
LONGEST_HOUR = timedelta(minutes=90)
_AMOUNTS = ("covered", "measured", "low", "high", *SLACK)
_TIMES = ("covered_seconds", "measured_seconds", "shaped_seconds")


def judged(hours: pl.DataFrame, findings: pl.DataFrame) -> pl.DataFrame:
    """Hours without what is withheld, with ``until`` (the hour's end) and ``withheld_by``.

    Args:
        hours: ``COVERED``, sorted by meter and start.
        findings: ``FINDINGS`` of the same months.
    """
    following = pl.col("start").shift(-1).over("meter_id")
    near = following - pl.col("start") <= LONGEST_HOUR
    rows = hours.with_columns(
        until=pl.when(near).then(following).otherwise(pl.col("start") + HOUR)
    ).join(_withheld(hours, findings), on=["meter_id", "start"], how="left", maintain_order="left")
    taken = pl.col("withheld_by").is_not_null()
    return rows.with_columns(
        *(
            pl.when(~taken).then(name).otherwise(pl.lit(0).cast(VALUE)).alias(name)
            for name in _AMOUNTS
        ),
        *(pl.when(~taken).then(name).otherwise(0.0).alias(name) for name in _TIMES),
        shaped=pl.col("shaped") & ~taken,
        withheld_by=pl.col("withheld_by").fill_null(""),
    )


def _withheld(hours: pl.DataFrame, findings: pl.DataFrame) -> pl.DataFrame:
    """``withheld_by`` of each hour that a finding takes out: the first one's rule."""
    found = findings.filter(pl.col("action") == Action.WITHHOLD)
    both = pl.concat(
        [
            found,
            found.filter(pl.col("rule") == RuleId.SWAPPED).with_columns(meter_id="other"),
        ]
    )
    stretches = both.select("meter_id", "rule", since="start", upto="end")
    starts = hours.select("meter_id", "start")
    return (
        starts.join(stretches, on="meter_id")
        .filter((pl.col("start") < pl.col("upto")) & (pl.col("start") + HOUR > pl.col("since")))
        .sort("meter_id", "start", "since", "rule")
        .group_by("meter_id", "start", maintain_order=True)
        .agg(withheld_by=pl.col("rule").first())
    )


def widened(rows: pl.DataFrame, findings: pl.DataFrame) -> pl.DataFrame:
    """Hours whose clock is in doubt: each border by one hour at the maximum rate.

    Amounts stand. Adds ``unbounded``: true where nobody knows the maximum rate, so that what was
    counted too little has no limit. What was counted too much is then at most what the hours
    beside the border hold.
    """
    wide = findings.filter(pl.col("action") == Action.WIDEN)
    if wide.is_empty():
        return rows.with_columns(unbounded=pl.lit(value=False))
    rows = rows.join(
        _doubtful(rows, wide), on=["meter_id", "start"], how="left", maintain_order="left"
    )
    doubt = _doubt_of_one_hour()
    start = _where("start_unsure", pl.max_horizontal(doubt, doubt.shift().over("meter_id")))
    end = _where("end_unsure", pl.max_horizontal(doubt, doubt.shift(-1).over("meter_id")))
    rows = rows.with_columns(start_doubt=start, end_doubt=end)
    start, end = pl.col("start_doubt"), pl.col("end_doubt")
    low, high = ticks("low"), ticks("high")
    time, whole = milliseconds(pl.col("covered_seconds")), milliseconds(pl.col("seconds"))
    floor = pl.min_horizontal(low, ticks("least") * time // whole)
    ceiling = pl.max_horizontal(high, upwards(ticks("most") * time, whole))
    touched = pl.col("start_unsure") | pl.col("end_unsure")
    known = pl.col("most").is_not_null() | ~touched.fill_null(value=False)
    return rows.with_columns(
        low=amount(pl.max_horizontal(low - start - end, floor)),
        high=pl.when(known).then(amount(pl.min_horizontal(high + start + end, ceiling))),
        unbounded=~known,
        start_slack_low=amount(ticks("start_slack_low") + start),
        start_slack_high=amount(ticks("start_slack_high") + start),
        end_slack_low=amount(ticks("end_slack_low") + end),
        end_slack_high=amount(ticks("end_slack_high") + end),
    )


def _doubtful(rows: pl.DataFrame, wide: pl.DataFrame) -> pl.DataFrame:
    """Hours with a border in a stretch of doubt, its ends included; not what is withheld."""
    stretches = wide.select("meter_id", since="start", upto="end")
    return (
        rows.filter(pl.col("withheld_by") == "")
        .select("meter_id", "start", "until")
        .join(stretches, on="meter_id")
        .group_by("meter_id", "start")
        .agg(
            start_unsure=pl.col("start").is_between("since", "upto").any(),
            end_unsure=pl.col("until").is_between("since", "upto").any(),
        )
    )


def _doubt_of_one_hour() -> pl.Expr:
    known = upwards(
        (ticks("most") - ticks("least")) * HOUR_SECONDS, pl.col("seconds").cast(pl.Int128)
    )
    return pl.coalesce(known, ticks("covered"))


def _where(flag: str, doubt: pl.Expr) -> pl.Expr:
    return pl.when(flag).then(doubt).otherwise(pl.lit(0).cast(pl.Int128))


def absorbed(rows: pl.DataFrame) -> pl.DataFrame:
    """Gap bounds of withheld hours that take in the slack of the borders they break.

    The hour beside a withheld one still has slack at the border between them. In a sum over both,
    only the slack of the sum's own ends is counted, so the withheld hour answers for this one;
    its ``gap_low`` may fall below the least the hour itself can hold.
    """
    taken = pl.col("withheld_by") != ""

    def beside(name: str, step: int) -> pl.Expr:
        return pl.when(taken).then(ticks(name).shift(step).over("meter_id")).fill_null(0)

    return rows.with_columns(
        gap_low=pl.col("gap_low") - beside("end_slack_low", 1) - beside("start_slack_high", -1),
        gap_high=pl.col("gap_high") + beside("end_slack_high", 1) + beside("start_slack_low", -1),
    )
