"""What findings and edits do to covered hours: some lose their readings, some get signed amounts,
and clocks in doubt widen borders. What an edit decides, no finding touches."""

from datetime import timedelta

import polars as pl

from pipelines.steps.cover import SLACK
from pipelines.steps.estimate.ticks import amount, milliseconds, ticks, upwards
from pipelines.steps.runs import HOUR_SECONDS
from schemas.methods import SIGNED
from schemas.rules import Action, RuleId
from schemas.tables import INSTANT, VALUE

HOUR = timedelta(hours=1)
#: Where clocks move by half an hour, an hour may be half as long again.
LONGEST_HOUR = timedelta(minutes=90)
#: A clock goes wrong, and is set right, within this time of where a rule says so: a weekend and
#: the day beside it may not tell one hour from the next.
TURN = timedelta(hours=73)
_AMOUNTS = ("covered", "measured", "low", "high", *SLACK)
_TIMES = ("covered_seconds", "measured_seconds", "shaped_seconds")

#: What an edit does with an hour: its readings stand, or do not count; else a method of ``SIGNED``.
KEPT = "kept"
OUT = "out"
#: Hours that edits decide. A signed hour has amounts of its own in place of the readings'; in
#: ``taken_low`` and ``taken_high`` is the slack of borders at which a repaired stretch was cut out
#: of its own readings: it answers for it, since no neighbour does.
DECIDED = pl.Schema(
    {
        "meter_id": pl.String(),
        "start": INSTANT,
        "deed": pl.String(),
        **dict.fromkeys(("covered", "low", "high", *SLACK), VALUE),
        "covered_seconds": pl.Float64(),
        "taken_low": VALUE,
        "taken_high": VALUE,
    }
)
NOTHING_DECIDED = pl.DataFrame(schema=DECIDED)


def judged(hours: pl.DataFrame, findings: pl.DataFrame, decided: pl.DataFrame) -> pl.DataFrame:
    """Hours without what is withheld, and with what edits decide.

    Adds ``until`` (the hour's end), ``withheld_by`` (the rule that took the readings out), ``deed``
    (empty where no edit decides), ``signed``, ``taken_low`` and ``taken_high``.

    Args:
        hours: ``COVERED``, sorted by meter and start.
        findings: ``FINDINGS`` of the same months.
        decided: ``DECIDED``.
    """
    following = pl.col("start").shift(-1).over("meter_id")
    near = following - pl.col("start") <= LONGEST_HOUR
    rows = hours.with_columns(until=pl.when(near).then(following).otherwise(pl.col("start") + HOUR))
    for found in (_withheld(hours, findings), decided):
        rows = rows.join(found, on=["meter_id", "start"], how="left", maintain_order="left")
    rows = rows.with_columns(
        pl.col("deed").fill_null(""),
        pl.col("taken_low", "taken_high").fill_null(pl.lit(0).cast(VALUE)),
    )
    deed = pl.col("deed")
    undecided = deed == ""
    rows = rows.with_columns(
        signed=deed.is_in(SIGNED),
        withheld_by=pl.when(undecided | (deed == OUT)).then("withheld_by").fill_null(""),
    )
    stands = (undecided & (pl.col("withheld_by") == "")) | (deed == KEPT)
    nothing = pl.lit(0).cast(VALUE)
    return rows.with_columns(
        *(_read_or_signed(name, stands, nothing) for name in _AMOUNTS),
        *(_read_or_signed(name, stands, pl.lit(0.0)) for name in _TIMES),
        shaped=pl.col("shaped") & stands,
    ).drop(f"{name}_right" for name in DECIDED if name in _AMOUNTS or name in _TIMES)


def _read_or_signed(name: str, stands: pl.Expr, nothing: pl.Expr) -> pl.Expr:
    """What the readings say; else what is signed, of which nothing is measured or shaped."""
    signed = pl.col(f"{name}_right").fill_null(nothing) if name in DECIDED else nothing
    return pl.when(stands).then(name).when("signed").then(signed).otherwise(nothing).alias(name)


def _withheld(hours: pl.DataFrame, findings: pl.DataFrame) -> pl.DataFrame:
    """``withheld_by`` of each hour that a finding takes out: the first one's rule.

    Of two swapped meters one may be a register of which every swapped reading was refused. What
    bridges them is its own, and exact; it stands.
    """
    found = findings.filter(pl.col("action") == Action.WITHHOLD)
    both = pl.concat(
        [
            found,
            found.filter(pl.col("rule") == RuleId.SWAPPED).with_columns(meter_id="other"),
        ]
    )
    stretches = both.select("meter_id", "rule", since="start", upto="end")
    inner = (pl.col("start") > pl.col("since")) & (pl.col("start") + HOUR < pl.col("upto"))
    read = ((pl.col("measured_seconds") > 0) & inner).any().over("meter_id", "rule", "since")
    return (
        hours.select("meter_id", "start", "measured_seconds")
        .join(stretches, on="meter_id")
        .filter((pl.col("start") < pl.col("upto")) & (pl.col("start") + HOUR > pl.col("since")))
        .filter((pl.col("rule") != RuleId.SWAPPED) | read)
        .sort("meter_id", "start", "since", "rule")
        .group_by("meter_id", "start", maintain_order=True)
        .agg(withheld_by=pl.col("rule").first())
    )


def widened(rows: pl.DataFrame, findings: pl.DataFrame) -> pl.DataFrame:
    """Hours whose clock is in doubt: each border by one hour at the maximum rate.

    Amounts stand. Adds ``unbounded``: true where nobody knows the maximum rate, so that what was
    counted too little has no limit. What was counted too much is then at most what the hours
    beside the border hold. Adds ``doubted``: true where a border is in doubt, and ``turned``: how
    much more or less a gap may hold where the clock goes wrong or is set right, for there its two
    borders are off by different times.
    """
    wide = findings.filter(pl.col("action") == Action.WIDEN)
    if wide.is_empty():
        none = pl.lit(value=False)
        return rows.with_columns(unbounded=none, doubted=none, turned=pl.lit(0).cast(pl.Int128))
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
    touched = (pl.col("start_unsure") | pl.col("end_unsure")).fill_null(value=False)
    known = pl.col("most").is_not_null() | ~touched
    gap = pl.col("missing") > 0
    borders = ((start, gap.shift().over("meter_id")), (end, gap.shift(-1).over("meter_id")))
    outer = [
        pl.when(~beside.fill_null(value=False)).then(one).otherwise(0) for one, beside in borders
    ]
    return rows.with_columns(
        low=amount(pl.max_horizontal(low - start - end, floor)),
        high=pl.when(known).then(amount(pl.min_horizontal(high + start + end, ceiling))),
        unbounded=~known,
        doubted=touched,
        turned=pl.when(gap & pl.col("turning")).then(outer[0] + outer[1]).otherwise(0),
        start_slack_low=amount(ticks("start_slack_low") + start),
        start_slack_high=amount(ticks("start_slack_high") + start),
        end_slack_low=amount(ticks("end_slack_low") + end),
        end_slack_high=amount(ticks("end_slack_high") + end),
    )


def _doubtful(rows: pl.DataFrame, wide: pl.DataFrame) -> pl.DataFrame:
    """Hours with a border in a stretch of doubt, its ends included; not what is withheld, nor
    what an edit decides."""
    start, until, since, upto = (pl.col(name) for name in ("start", "until", "since", "upto"))
    near = [(start <= end + TURN) & (until >= end - TURN) for end in (since, upto)]
    return (
        rows.filter((pl.col("withheld_by") == "") & (pl.col("deed") == ""))
        .select("meter_id", "start", "until")
        .join(_stretches(wide), on="meter_id")
        .group_by("meter_id", "start")
        .agg(
            start_unsure=start.is_between(since, upto).any(),
            end_unsure=until.is_between(since, upto).any(),
            turning=(near[0] | near[1]).any(),
        )
    )


def _stretches(wide: pl.DataFrame) -> pl.DataFrame:
    """``meter_id, since, upto`` of each stretch of doubt: findings are cut where months meet, and
    are one again."""
    begun = pl.col("start") > pl.col("end").cum_max().shift().over("meter_id")
    return (
        wide.sort("meter_id", "start", "end")
        .with_columns(stretch=begun.fill_null(value=True).cum_sum())
        .group_by("meter_id", "stretch", maintain_order=True)
        .agg(since=pl.col("start").min(), upto=pl.col("end").max())
    )


def _doubt_of_one_hour() -> pl.Expr:
    known = upwards(
        (ticks("most") - ticks("least")) * HOUR_SECONDS, pl.col("seconds").cast(pl.Int128)
    )
    return pl.coalesce(known, ticks("covered"))


def _where(flag: str, doubt: pl.Expr) -> pl.Expr:
    return pl.when(flag).then(doubt).otherwise(pl.lit(0).cast(pl.Int128))


def absorbed(rows: pl.DataFrame) -> pl.DataFrame:
    """Gap bounds of withheld and decided hours that take in the slack of the borders they break.

    The hour beside such an hour may have more slack at the border between them than it has. In a
    sum over both, only the slack of the sum's own ends is counted, so the withheld or decided hour
    answers for the difference; its ``gap_low`` may fall below the least the hour itself can hold.

    A gap whose borders are in doubt holds an hour's amount in a sum, but another hour's: of its own
    hour's bounds only those count that hold for every hour.
    """
    breaks = (pl.col("withheld_by") != "") | (pl.col("deed") != "")

    def beside(name: str, step: int, own: str) -> pl.Expr:
        more = (ticks(name).shift(step).over("meter_id") - ticks(own)).clip(0)
        return pl.when(breaks).then(more).fill_null(0)

    gap_low = (
        pl.col("gap_low")
        - ticks("taken_low")
        - beside("end_slack_low", 1, "start_slack_low")
        - beside("start_slack_high", -1, "end_slack_high")
    )
    gap_high = (
        pl.col("gap_high")
        + ticks("taken_high")
        + beside("end_slack_high", 1, "start_slack_high")
        + beside("start_slack_low", -1, "end_slack_low")
    )
    another = pl.when(pl.col("doubted") & (pl.col("missing") > 0))
    return rows.with_columns(
        gap_low=another.then(pl.col("least_gap") - pl.col("turned")).otherwise(gap_low),
        gap_high=another.then(pl.col("most_gap") + pl.col("turned")).otherwise(gap_high),
    )
